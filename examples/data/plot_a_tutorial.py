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

# %%
# A linear support vector machine for each. On imbalanced data it predicts class 0 everywhere.
figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained", sharex=True, sharey=True)
for ax, title, samples, labels in (
    (axes[0], "balanced", X, y),
    (axes[1], "imbalanced", X_few, y_few),
):
    model = SVC(kernel="linear").fit(samples, labels)
    BoundaryDisplay.from_estimator(model, samples, labels, ax=ax)
    ax.set_title(f"{title}: recall of class 1 is {recall_score(y, model.predict(X)):.2f}")
plt.show()

# %%
# SMOTE adds 330 synthetic samples to the 10. The more neighbors it may choose from, the larger is
# the region that they cover. Each classifier is trained on the balanced samples, and drawn with the
# original ones. The recall is that on the balanced data above.
figure, axes = plt.subplots(2, 3, figsize=(11, 7), layout="constrained", sharex=True, sharey=True)
for (top, bottom), k in zip(axes.T, (1, 2, 8), strict=True):
    smote = SMOTE(k_neighbors=k, random_state=100)
    ResamplingDisplay.from_sampler(smote, X_few, y_few, ax=top)
    top.set_title(f"SMOTE, k_neighbors={k}")
    model = SVC(kernel="linear").fit(*smote.fit_resample(X_few, y_few))
    BoundaryDisplay.from_estimator(model, X_few, y_few, ax=bottom)
    bottom.set_title(f"recall of class 1 is {recall_score(y, model.predict(X)):.2f}")
plt.show()

# %%
# The number of neighbors hardly matters for this classifier. Neither are synthetic samples needed:
# class weights have the same effect.
weighted = SVC(kernel="linear", class_weight="balanced").fit(X_few, y_few)
print(f"recall of class 1 with class weights: {recall_score(y, weighted.predict(X)):.2f}")
