"""
Balanced ensembles
==================

Each member of a balanced ensemble is trained on a balanced sample, and together they see most
samples. They are compared with the plain forest by ranking, and by classes at the default
threshold.
"""

# %%
# Ten balanced samples of the same small data: 8 samples of the minority class, of 80. Each member
# gets all of them (orange), and another part of the majority class (blue).
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_validate

from counterpoise.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
)
from counterpoise.under_sampling import RandomUnderSampler

y = np.arange(80) < 8
figure, ax = plt.subplots(figsize=(6.5, 4.4), layout="constrained")
seen = set()
for member in range(1, 11):
    sampler = RandomUnderSampler(random_state=member)
    sampler.fit_resample(np.zeros((80, 1)), y)
    rows = sampler.sample_indices_
    ax.scatter(rows, np.full(len(rows), member), c=np.where(y[rows], "#d1500a", "#0b62a8"), s=50)
    seen |= set(rows)
ax.set(xlabel="sample", ylabel="member", yticks=range(1, 11))
ax.set_title(f"Ten members see {len(seen) - 8} of 72 samples of the majority class")
plt.show()

# %%
# Four ensembles and the plain forest, on data with 4% in the minority class. A dot is a fold.
X, y = make_classification(3000, n_informative=5, weights=[0.96], random_state=0)
models = {
    "#7b8190": RandomForestClassifier(50, random_state=0),
    "#0b62a8": BalancedRandomForestClassifier(50, random_state=0),
    "#0a7f5f": BalancedBaggingClassifier(n_estimators=20, random_state=0),
    "#d1500a": EasyEnsembleClassifier(10, random_state=0),
    "#8a5aa8": RUSBoostClassifier(n_estimators=50, random_state=0),
}
folds = StratifiedKFold(4, shuffle=True, random_state=0)
metrics = ["average_precision", "roc_auc", "balanced_accuracy"]
figure, axes = plt.subplots(1, 3, figsize=(11, 3), layout="constrained", sharey=True)
for color, model in models.items():
    scores = cross_validate(model, X, y, cv=folds, scoring=metrics)
    name = type(model).__name__
    means = [f"{metric} {scores[f'test_{metric}'].mean():.3f}" for metric in metrics]
    print(f"{name:<31}{', '.join(means)}")
    for ax, metric in zip(axes, metrics, strict=True):
        ax.plot(scores[f"test_{metric}"], [name] * 4, "o", color=color)
        ax.set_xlabel(metric)
axes[0].invert_yaxis()
plt.show()

# %%
# The balanced accuracy of the balanced ensembles is higher mainly because their threshold of 0.5
# suits balanced data; the plain forest would need a lower one. It has the highest average
# precision here. **Read more:** :doc:`/ensembles`.
