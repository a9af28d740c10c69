"""
SMOTE on images of digits
=========================

A synthetic image is a mixture of two images. Some look like a digit, others do not: a reason to
check what a sampler generates.
"""

# %%
# One digit against all others, with few eights.
import matplotlib.pyplot as plt
import numpy as np

from counterpoise.audit import synthetic_samples
from counterpoise.datasets import load_digits_imbalanced
from counterpoise.over_sampling import SMOTE

X, y = load_digits_imbalanced(digit=8, share=0.04, return_X_y=True)
sampler = SMOTE(random_state=0)
X_resampled, y_resampled = sampler.fit_resample(X, y)
origin = sampler.provenance_
synthetic = np.flatnonzero(origin.is_synthetic)
halfway = synthetic[np.argsort(np.abs(origin.weight[synthetic] - 0.5))[:6]]

# %%
# Six synthetic eights (orange) that lie halfway between two eights.
figure, axes = plt.subplots(3, 6, figsize=(8, 4.4), layout="constrained")
for column, row in zip(axes.T, halfway, strict=True):
    images = (X[origin.base[row]], X_resampled[row], X[origin.neighbor[row]])
    for ax, image, colors in zip(column, images, ("gray_r", "Oranges", "gray_r"), strict=True):
        ax.imshow(np.asarray(image).reshape(8, 8), cmap=colors, vmin=0, vmax=16)
        ax.set(xticks=[], yticks=[])
for ax, name in zip(axes[:, 0], ("base sample", "synthetic", "neighbor"), strict=True):
    ax.set_ylabel(name)
plt.show()

# %%
# The audit measures validity: a synthetic sample is invalid if the nearest original sample that
# the sampler has not seen is of another class.
validity = synthetic_samples((X, y), SMOTE(random_state=0)).classes[0].validity
print(f"invalid synthetic samples: {validity.invalid_rate.value:.1%}")
print(f"invalid original samples:  {validity.invalid_rate_original.value:.1%}")

# %%
# **Read more:** :doc:`/auditing`.
