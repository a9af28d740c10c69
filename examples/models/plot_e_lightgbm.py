"""
LightGBM in a pipeline
======================

Any classifier with the interface of scikit-learn can be combined with a sampler. Here LightGBM is
trained plain, with class weights, and with undersampling.
"""

# %%
# 3% in the minority class.
from lightgbm import LGBMClassifier
from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score, brier_score_loss
from sklearn.model_selection import train_test_split

from counterpoise import ResampledClassifier
from counterpoise.probability import calibrate
from counterpoise.under_sampling import RandomUnderSampler

X, y = make_classification(12_000, n_informative=6, weights=[0.97], random_state=0)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
boosting = LGBMClassifier(n_estimators=60, n_jobs=1, verbose=-1, random_state=0)
weighted = LGBMClassifier(
    n_estimators=60, n_jobs=1, verbose=-1, random_state=0, class_weight="balanced"
)
models = {
    "plain": boosting.fit(X, y),
    "class weights": weighted.fit(X, y),
    "class weights, calibrated": calibrate(weighted, X, y, random_state=0),
    "undersampled, calibrated": ResampledClassifier(
        boosting, RandomUnderSampler(random_state=0), random_state=0
    ).fit(X, y),
}

# %%
# Rankings (average precision, more is better) and probabilities (Brier score, less is better):
for name, model in models.items():
    score = model.predict_proba(X_test)[:, 1]
    precision = average_precision_score(y_test, score)
    print(f"{name:<26} {precision:.3f}  {brier_score_loss(y_test, score):.4f}")

# %%
# Calibration corrects the probabilities of the weighted model. Its ranking is slightly better than
# the plain one on these test data, and undersampling is worse. One split is no proof: a study has
# confidence intervals for the differences.
