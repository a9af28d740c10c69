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

figure, ax = plt.subplots(figsize=(6.2, 4.3), layout="constrained")
ax.scatter(*X[~fraud, :2].T, s=4, color="#7b8190", alpha=0.25)
points = ax.scatter(*X[fraud, :2].T, s=34, c=np.flatnonzero(fraud), cmap="plasma", marker="^")
figure.colorbar(points, label="fraud: number of the payment in time")
ax.set(xlabel="first feature", ylabel="second feature")
plt.show()

# %%
# Five folds at random, and five folds that are each later than the training data. A line is their
# mean.
boosting = HistGradientBoostingClassifier(max_iter=40, random_state=0)
models = {
    "no resampling": (boosting, "#7b8190"),
    "undersampling": (make_pipeline(RandomUnderSampler(random_state=0), boosting), "#0b62a8"),
}
splits = {
    "shuffled folds": StratifiedKFold(5, shuffle=True, random_state=0),
    "later folds": TimeSeriesSplit(5),
}
figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
for split, folds in splits.items():
    for name, (model, color) in models.items():
        scores = cross_val_score(model, X, fraud, scoring="average_precision", cv=folds)
        spread = f"mean {scores.mean():.3f}, folds {scores.min():.2f} to {scores.max():.2f}"
        print(f"{split}, {name}: average precision {spread}")
        label = f"{split},\n{name}"
        ax.plot(scores, [label] * len(scores), "o", color=color)
        ax.plot(scores.mean(), label, "|", color=color, markersize=22)
ax.set_xlabel("average precision of each fold")
ax.invert_yaxis()
plt.show()

# %%
# Shuffled folds train on the future: their scores are too high for a model of later payments. The
# two methods differ less than the folds, so this shows no improvement by undersampling.
# ``calibrate(model, X, y, time=...)`` and a study with ``cv=TimeSeriesSplit(5)`` respect the order.
# **Read more:** :doc:`/comparing`.
