"""
XGBoost in a pipeline: validation data that are not resampled
=============================================================

Early stopping needs validation data with the original class proportions. A pipeline of counterpoise
resamples the training data, and passes the validation data on unchanged.
"""

# %%
# 5% in the minority class; training, validation and test data.
import matplotlib.pyplot as plt
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

from counterpoise.over_sampling import SMOTE
from counterpoise.pipeline import make_pipeline

X, y = make_classification(8000, n_informative=5, weights=[0.95], class_sep=0.7, random_state=1)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
X, X_valid, y, y_valid = train_test_split(X, y, stratify=y, random_state=0)
smote = SMOTE(random_state=0)
boosting = XGBClassifier(n_estimators=600, max_depth=3, early_stopping_rounds=30, n_jobs=1)

# %%
# Three models. The last one is a mistake that is easy to make without a pipeline: its validation
# data are resampled, too.
plain = clone(boosting).fit(X, y, eval_set=[(X_valid, y_valid)], verbose=False)
pipeline = make_pipeline(smote, clone(boosting))
pipeline.fit(X, y, xgbclassifier__eval_set=[(X_valid, y_valid)], xgbclassifier__verbose=False)
mistake = clone(boosting).fit(
    *smote.fit_resample(X, y), eval_set=[smote.fit_resample(X_valid, y_valid)], verbose=False
)
models = {
    "no resampling": (plain, plain),
    "SMOTE": (pipeline, pipeline["xgbclassifier"]),
    "SMOTE, validation data resampled": (mistake, mistake),
}

# %%
# The log loss that stops the training, and the number of trees that it selects:
figure, ax = plt.subplots(figsize=(6.5, 4.6), layout="constrained")
colors = ("#7b8190", "#d1500a", "#8a5aa8")
for (name, (model, booster)), color in zip(models.items(), colors, strict=True):
    loss = booster.evals_result()["validation_0"]["logloss"]
    ax.plot(loss, color=color, label=f"{name}: {booster.best_iteration + 1} trees")
    ax.axvline(booster.best_iteration, color=color, linestyle=":")
    score = model.predict_proba(X_test)[:, 1]
    print(
        f"{name:<34} average precision {average_precision_score(y_test, score):.3f}, "
        f"log loss {log_loss(y_test, score):.3f}"
    )
ax.set(xlabel="trees", ylabel="log loss of the validation data", ylim=(0, None))
figure.legend(loc="outside lower center", ncols=2)
plt.show()

# %%
# The log loss of resampled validation data is at its lowest for probabilities that are too high for
# the minority class, and its training stops where these fit. On the test data, the plain model has
# the best ranking and the best probabilities: resampling did not help here.
#
# **Read more:** :doc:`/integrations`.
