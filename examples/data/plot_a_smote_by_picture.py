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

rng = np.random.RandomState(3)
majority = rng.normal(0, 1.3, (120, 2))
minority = rng.normal((2.2, 1.6), 0.7, (12, 2))
X, y = np.vstack([majority, minority]), np.repeat(["majority", "minority"], [120, 12])

# %%
# Random oversampling would repeat the samples at their places. SMOTE with one neighbor draws
# points on few lines; with more neighbors they cover the region between the samples.
samplers = {
    "SMOTE, 1 neighbor": SMOTE(k_neighbors=1, random_state=0),
    "SMOTE, 5 neighbors": SMOTE(k_neighbors=5, random_state=0),
}
figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained", sharex=True, sharey=True)
for name, marker, color in (("majority", "o", "#5b9bc8"), ("minority", "^", "#1f2430")):
    axes[0].scatter(*X[y == name].T, s=18, marker=marker, color=color, label=name)
axes[0].set_title("12 of 132 samples in the minority class")
axes[0].legend()
for ax, (name, sampler) in zip(axes[1:], samplers.items(), strict=True):
    ResamplingDisplay.from_sampler(sampler, X, y, ax=ax)
    ax.set_title(name)
plt.show()

# %%
# Every synthetic sample can be traced to the two samples that it lies between.
sampler = samplers["SMOTE, 5 neighbors"]
X_resampled, y_resampled = sampler.fit_resample(X, y)
origin = sampler.provenance_
first = origin.is_synthetic.argmax()
print("synthetic sample:", X_resampled[first].round(2))
print("base sample:     ", X[origin.base[first]].round(2))
print("neighbor:        ", X[origin.neighbor[first]].round(2))
print("position between:", origin.weight[first].round(2))

# %%
# SMOTE fills the region between the minority samples, also where the classes overlap. Whether this
# helps a model is a question for a
