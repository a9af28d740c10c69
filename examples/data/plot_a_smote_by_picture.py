"""
SMOTE by picture
================

SMOTE adds synthetic samples to a minority class: points on the line between a sample and one of
its nearest neighbors of the same class. The number of neighbors decides how far they spread.
"""

# %%
# Two classes, one of them with 12 samples.
import matplotlib.pyplot as plt
import numpy as np

from counterpoise.display import ResamplingDisplay
from counterpoise.over_sampling import SMOTE

# sphinx_gallery_thumbnail_number = 2
rng = np.random.RandomState(3)
majority = rng.normal(0, 1.3, (120, 2))
minority = rng.normal((2.2, 1.6), 0.7, (12, 2))
X, y = np.vstack([majority, minority]), np.repeat(["majority", "minority"], [120, 12])

# %%
# Random oversampling would repeat the samples at their places. SMOTE with one neighbor draws
# points on few lines; with more neighbors they cover the region between the samples.
figure, axes = plt.subplots(1, 3, figsize=(11, 4.4), layout="constrained", sharex=True, sharey=True)
axes[0].scatter(*majority.T, s=24, color="#0b62a8", alpha=0.35, lw=0.5, edgecolors="white")
axes[0].scatter(*minority.T, s=74, color="#1f2430", marker="^", edgecolors="white")
axes[0].set_title("The data: 120 and 12 samples", fontsize=13)
for ax, k in zip(axes[1:], (1, 5), strict=True):
    sampler = SMOTE(k_neighbors=k, random_state=0)
    ResamplingDisplay.from_sampler(sampler, X, y, legend=False, ax=ax)
    ax.set_title(f"After SMOTE with {k} neighbor{'s' if k > 1 else ''}", fontsize=13)
axes[0].set(xticks=[], yticks=[])
names = ["majority class", "synthetic sample of the minority class", "minority class"]
handles, _ = axes[2].get_legend_handles_labels()
figure.legend(handles, names, loc="outside lower center", ncols=3, fontsize=12, frameon=False)
plt.show()

# %%
# Every synthetic sample can be traced to the two samples that it lies between.
X_resampled, y_resampled = sampler.fit_resample(X, y)
origin = sampler.provenance_
synthetic = np.flatnonzero(origin.is_synthetic)
length = np.linalg.norm(X[origin.base[synthetic]] - X[origin.neighbor[synthetic]], axis=1)
number = synthetic[length.argmax()]  # the longest line
base, neighbor = X[origin.base[number]], X[origin.neighbor[number]]
nearest = minority[np.linalg.norm(minority - base, axis=1).argsort()[1:6]]

figure, ax = plt.subplots(figsize=(6, 4.2), layout="constrained")
for point in nearest:
    ax.plot(*zip(base, point, strict=True), color="#7b8190", linestyle=":", zorder=0)
ax.plot(*zip(base, neighbor, strict=True), color="#d1500a", linewidth=2, zorder=0)
ax.scatter(*minority.T, s=130, color="#1f2430", marker="^", edgecolors="white")
ax.scatter(*X_resampled[number], s=260, color="#d1500a", marker="^", edgecolors="white")
points = {"base sample": base, "neighbor": neighbor, "synthetic sample": X_resampled[number]}
for name, point in points.items():
    ax.annotate(name, point, (12, -4), textcoords="offset points", fontsize=13)
ax.set_title("One synthetic sample, and the 5 nearest neighbors of its base")
ax.set(xticks=[], yticks=[])
plt.show()
print(f"position between the two, from 0 to 1: {origin.weight[number]:.2f}")

# %%
# SMOTE fills the region between the minority samples, also where the classes overlap. Whether this
# helps a model is a question for a :class:`~counterpoise.study.Study`.
#
# **Read more:** :doc:`/smote`.
