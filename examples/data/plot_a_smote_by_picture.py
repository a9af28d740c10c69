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
from counterpoise.over_sampling import SMOTE, RandomOverSampler

rng = np.random.RandomState(3)
majority = rng.normal(0, 1.3, (120, 2))
minority = rng.normal((2.2, 1.6), 0.7, (12, 2))
X, y = np.vstack([majority, minority]), np.repeat(["majority", "minority"], [120, 12])

# %%
# Random oversampling repeats samples: in the picture they are on top of each other. SMOTE with one
# neighbor draws points on few lines; with more neighbors they cover the region between the
# samples.
samplers = {
    "random oversampling": RandomOverSampler(random_state=0),
    "SMOTE, 1 neighbor": SMOTE(k_neighbors=1, random_state=0),
    "SMOTE, 5 neighbors": SMOTE(k_neighbors=5, random_state=0),
}
figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained", sharex=True, sharey=True)
for ax, (name, sampler) in zip(axes, samplers.items(), strict=True):
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
