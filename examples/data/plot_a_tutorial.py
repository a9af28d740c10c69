"""
The tutorial: imbalance, SMOTE and a classifier
===============================================

A classifier that never finds the minority class, and what SMOTE with 1, 2 and 8 neighbors changes
about it. ``counterpoise tutorial --out FOLDER`` writes the long version as a page.
"""

# %%
# Two balanced classes, of which :func:`~counterpoise.datasets.make_imbalance` removes most samples
# of class 1.
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification
from sklearn.metrics import recall_score
from sklearn.svm import SVC

from counterpoise.datasets import make_imbalance
from counterpoise.display import BoundaryDisplay, ResamplingDisplay
from counterpoise.over_sampling import SMOTE

X, y = make_classification(
    700, 2, n_redundant=0, n_clusters_per_class=1, flip_y=0.06, random_state=100
)
X_few, y_few = make_imbalance(X, y, sampling_strategy={0: 340, 1: 10}, random_state=100)
# All plots show the same section of the plane; ``eps`` extends the background beyond it.
low, high = X.min(axis=0) - 0.3, X.max(axis=0) + 0.3
limits = {"xlim": (low[0], high[0]), "ylim": (low[1], high[1]), "xticks": [], "yticks": []}

# %%
# A linear support vector machine for each. On imbalanced data it predicts class 0 everywhere.
figure, axes = plt.subplots(1, 2, figsize=(8, 4.4), layout="constrained")
for ax, title, samples, labels in (
    (axes[0], "balanced", X, y),
    (axes[1], "imbalanced", X_few, y_few),
):
    model = SVC(kernel="linear").fit(samples, labels)
    BoundaryDisplay.from_estimator(
        model, samples, labels, grid_resolution=500, eps=2, legend=False, ax=ax
    )
    recall = recall_score(y, model.predict(X))
    ax.set(title=f"{title}: recall of class 1 is {recall:.2f}", **limits)
handles, names = ax.get_legend_handles_labels()
figure.legend(handles, [f"class {name}" for name in names], loc="outside lower center", ncols=2)
plt.show()

# %%
# SMOTE adds 330 synthetic samples to the 10. The more neighbors it may choose from, the larger is
# the region that they cover. Each classifier is trained on the samples that are shown with its
# decision regions. The recall is that on the balanced data above.
figure, axes = plt.subplots(1, 3, figsize=(11, 4.3), layout="constrained")
for ax, k in zip(axes, (1, 2, 8), strict=True):
    smote = SMOTE(k_neighbors=k, random_state=100)
    model = SVC(kernel="linear").fit(*smote.fit_resample(X_few, y_few))
    BoundaryDisplay.from_estimator(model, X_few, grid_resolution=500, eps=2, ax=ax)
    ResamplingDisplay.from_sampler(smote, X_few, y_few, legend=False, ax=ax)
    recall = recall_score(y, model.predict(X))
    ax.set(title=f"k_neighbors={k}: recall of class 1 is {recall:.2f}", **limits)
handles, _ = ax.get_legend_handles_labels()
names = ["class 0", "class 1, synthetic", "class 1"]
figure.legend(handles, names, loc="outside lower center", ncols=3)
plt.show()

# %%
# The number of neighbors hardly matters for this classifier. Neither are synthetic samples needed:
# class weights have the same effect.
weighted = SVC(kernel="linear", class_weight="balanced").fit(X_few, y_few)
print(f"recall of class 1 with class weights: {recall_score(y, weighted.predict(X)):.2f}")

# %%
# **Read more:** :doc:`/smote`, and :doc:`/imbalance`.
