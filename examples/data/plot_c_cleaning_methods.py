"""
Cleaning methods: which samples are removed
===========================================

Cleaning methods remove samples of the majority class that are close to the minority class. They do
not balance the classes. They clear the region where the classes meet.
"""

# %%
# Two overlapping classes. A *Tomek link* is a pair of samples of different classes that are the
# nearest neighbors of each other.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_validate
from sklearn.neighbors import KNeighborsClassifier

from counterpoise.display import ResamplingDisplay
from counterpoise.pipeline import make_pipeline
from counterpoise.under_sampling import (
    AllKNN,
    EditedNearestNeighbours,
    NeighbourhoodCleaningRule,
    TomekLinks,
)

rng = np.random.RandomState(1)
X = np.vstack([rng.normal(0, 1.3, (300, 2)), rng.normal((1.8, 1.4), 0.9, (40, 2))])
y = np.repeat([0, 1], [300, 40])
samplers = [TomekLinks(), EditedNearestNeighbours(), AllKNN(), NeighbourhoodCleaningRule()]
methods = {type(sampler).__name__: sampler for sampler in samplers}

# %%
# Tomek links remove single samples. The other methods remove a sample if its neighbors are mostly
# of the other class (edited nearest neighbors), with more and more neighbors (AllKNN), or also if
# it makes the neighbors of a minority sample wrong (neighborhood cleaning rule).
figure, axes = plt.subplots(2, 2, figsize=(8, 6.8), layout="constrained", sharex=True, sharey=True)
for ax, (name, sampler) in zip(axes.flat, methods.items(), strict=True):
    display = ResamplingDisplay.from_sampler(sampler, X, y, legend=False, ax=ax)
    ax.scatter(*X[display.removed].T, s=60, color="#d1500a", marker="x", zorder=5, label="removed")
    ax.set(title=f"{name}: {display.removed.sum()} removed", xticks=[], yticks=[])
ax.set(xlim=(-0.9, 4.1), ylim=(-1.1, 3.3))
handles, _ = ax.get_legend_handles_labels()
names = ["majority class", "minority class", "removed"]
figure.legend([handles[0], *handles[2:]], names, loc="outside lower center", ncols=3)
plt.show()

# %%
# Do they help? Two models, with and without cleaning, on 12 folds. A line is their mean.
folds = RepeatedStratifiedKFold(n_splits=4, n_repeats=3, random_state=0)
metrics = ["average_precision", "recall"]
steps = {"no resampling": "passthrough", **methods}
colors = ["#7b8190", "#0b62a8", "#0a7f5f", "#d1500a", "#8a5aa8"]
figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained", sharey=True)
for ax, model in zip(axes, (KNeighborsClassifier(15), LogisticRegression()), strict=True):
    for (name, step), color in zip(steps.items(), colors, strict=True):
        scores = cross_validate(make_pipeline(step, model), X, y, scoring=metrics, cv=folds)
        precision, recall = scores["test_average_precision"], scores["test_recall"].mean()
        ax.plot(precision, [name] * 12, "o", color=color, alpha=0.4)
        ax.plot(precision.mean(), name, "|", color=color, markersize=22)
        print(f"{type(model).__name__}, {name}: {precision.mean():.3f}, recall {recall:.2f}")
    ax.set(title=type(model).__name__, xlabel="average precision")
axes[0].invert_yaxis()
plt.show()

# %%
# Average precision changes less than the folds differ. Recall rises, because cleaned data make a
# model predict the minority class more often, as a lower threshold does: cleaning did not improve
# the ranking here. **Read more:** :doc:`/smote`.
