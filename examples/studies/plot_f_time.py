"""
Time-ordered fraud
==================

Fraud changes over time. A model for later payments is to be tested on later payments; folds at
random are too optimistic.
"""

# %%
# 4,000 payments in order of time, 5% fraud. The pattern of the fraud moves slowly.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold, TimeSeriesSplit, cross_val_score

from counterpoise.pipeline import make_pipeline
from counterpoise.under_sampling import RandomUnderSampler

rng = np.random.RandomState(0)
n = 4000
fraud = rng.uniform(size=n) < 0.05
angle = np.linspace(0, np.pi, n)
X = rng.normal(size=(n, 4))
X[:, 0] += 2 * fraud * np.cos(angle)
X[:, 1] += 2 * fraud * np.sin(angle)

# %%
boosting = HistGradientBoostingClassifier(max_iter=40, random_state=0)
models = {
    "no resampling": boosting,
    "undersampling": make_pipeline(RandomUnderSampler(random_state=0), boosting),
}
splits = {
    "shuffled folds": StratifiedKFold(5, shuffle=True, random_state=0),
    "later folds": TimeSeriesSplit(5),
}
figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
for name, model in models.items():
    for split, folds in splits.items():
        scores = cross_val_score(model, X, fraud, scoring="average_precision", cv=folds)
        print(f"{name}, {split}: average precision {scores.mean():.3f}")
        ax.plot(scores, [f"{split},\n{name}"] * len(scores), "o", color="#0b62a8")
ax.set_xlabel("average precision of each fold")
plt.show()

# %%
# Shuffled folds train on the future, and there undersampling looks like an improvement. On later
# payments, it is none. ``calibrate(model, X, y, time=...)`` and a study with
# ``cv=TimeSeriesSplit(5)`` respect the order.
