"""
Samplers side by side
=====================

Each family of samplers changes the same data in another way.
"""

# %%
# Two overlapping classes: 200 samples, and 25 of the minority class.
import matplotlib.pyplot as plt
import numpy as np

from counterpoise.combine import SMOTEENN
from counterpoise.display import ResamplingDisplay
from counterpoise.over_sampling import ADASYN, SMOTE, SVMSMOTE, BorderlineSMOTE
from counterpoise.under_sampling import (
    ClusterCentroids,
    EditedNearestNeighbours,
    NearMiss,
    RandomUnderSampler,
    TomekLinks,
)

rng = np.random.RandomState(1)
X = np.vstack([rng.normal(0, 1.3, (200, 2)), rng.normal((1.8, 1.4), 0.8, (25, 2))])
y = np.repeat(["majority", "minority"], [200, 25])

samplers = [
    SMOTE(random_state=0),
    BorderlineSMOTE(random_state=0),
    SVMSMOTE(random_state=0),
    ADASYN(random_state=0),
    RandomUnderSampler(random_state=0),
    NearMiss(),
    TomekLinks(),
    EditedNearestNeighbours(),
    SMOTEENN(random_state=0),
]

# %%
# Oversamplers add samples (first row and one more): between all minority samples, or mainly where
# the classes meet. Undersamplers select samples of the majority class, at random or by distance.
# Cleaning methods remove only samples near the other class, so the classes stay imbalanced.
figure, axes = plt.subplots(3, 3, figsize=(10, 9), layout="constrained", sharex=True, sharey=True)
for ax, sampler in zip(axes.flat, samplers, strict=True):
    ResamplingDisplay.from_sampler(sampler, X, y, ax=ax).plot(ax, legend=False)
    ax.set_title(type(sampler).__name__)
plt.show()

# %%
# The numbers of samples by class:
for sampler in [*samplers, ClusterCentroids(random_state=0)]:
    _, classes = sampler.fit_resample(X, y)
    sizes = ", ".join(f"{(classes == name).sum():3d} {name}" for name in ("majority", "minority"))
    print(f"{type(sampler).__name__:<24} {sizes}")
