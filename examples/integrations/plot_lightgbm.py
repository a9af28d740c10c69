"""
LightGBM with early stopping
============================

:class:`~counterpoise.ResampledClassifier` resamples the training data only. The validation data
that LightGBM gets for early stopping stay as they are.
"""

# %%
# 3% in the minority class; training, validation and test data.
import matplotlib.pyplot as plt
from lightgbm import LGBMClassifier, early_stopping
from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve
from sklearn.model_selection import train_test_split

from counterpoise import ResampledClassifier
from counterpoise.over_sampling import SMOTE
from counterpoise.under_sampling import RandomUnderSampler

X, y = make_classification(8000, n_informative=6, weights=[0.97], random_state=0)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
X, X_valid, y, y_valid = train_test_split(X, y, stratify=y, random_state=0)
settings = {"n_estimators": 200, "n_jobs": 1, "verbose": -1, "random_state": 0}
boosting = LGBMClassifier(**settings)
samplers = {"SMOTE": SMOTE(random_state=0), "undersampling": RandomUnderSampler(random_state=0)}
models = {
    "plain": boosting,
    "class weights": LGBMClassifier(**settings, class_weight="balanced"),
    **{
        name: ResampledClassifier(boosting, s, cv=3, random_state=0) for name, s in samplers.items()
    },
}

# %%
# Rankings (average precision, more is better) and probabilities (Brier score, less is better):
figure, ax = plt.subplots(figsize=(6, 5), layout="constrained")
colors = ("#7b8190", "#8a5aa8", "#d1500a", "#0b62a8")
for (name, model), color in zip(models.items(), colors, strict=True):
    stop = early_stopping(20, verbose=False)
    model.fit(X, y, eval_X=X_valid, eval_y=y_valid, callbacks=[stop])
    score = model.predict_proba(X_test)[:, 1]
    average = average_precision_score(y_test, score)
    print(f"{name:<14} {average:.3f}  {brier_score_loss(y_test, score):.4f}")
    precision, recall, _ = precision_recall_curve(y_test, score)
    label = f"{name}: {average:.3f}"
    ax.plot(recall, precision, color=color, drawstyle="steps-post", label=label)
ax.set(xlabel="recall", ylabel="precision")
figure.legend(loc="outside lower center", ncols=2, title="average precision")
plt.show()

# %%
# Undersampling is worse than the plain model on these test data, and SMOTE about as good.
# :class:`~counterpoise.ResampledClassifier` calibrates its probabilities; class weights need
# :func:`~counterpoise.probability.calibrate` for this. One split is no proof: a
# :class:`~counterpoise.study.Study` has intervals for the differences.
#
# **Read more:** :doc:`/integrations`.
