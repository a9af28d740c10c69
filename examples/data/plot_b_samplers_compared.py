"""
Samplers side by side
=====================

Each family of samplers changes the same data in another way.
"""

# %%
# Two overlapping classes: 200 samples, and 25 of the minority class.
import matplotlib.pyplot as plt
import numpy as np

from counterpoise import combine, over_sampling, under_sampling
from counterpoise.display import ResamplingDisplay

# sphinx_gallery_thumbnail_number = 4
rng = np.random.RandomState(1)
X = np.vstack([rng.normal(0, 1.3, (200, 2)), rng.normal((1.8, 1.4), 0.8, (25, 2))])
y = np.repeat(["majority", "minority"], [200, 25])
oversamplers = sorted({*over_sampling.__all__} - {"SMOTEN", "SMOTENC"})  # for categories
samplers = {}
for package in (over_sampling, under_sampling, combine):
    for name in {*oversamplers, *under_sampling.__all__, "SMOTEENN"} & {*package.__all__}:
        sampler = getattr(package, name)()
        seed = {"random_state": 0} if "random_state" in sampler.get_params() else {}
        samplers[name] = sampler.set_params(**seed)


def draw(names, n_columns, **limits):
    """Draw the effect of some samplers, with one legend."""
    n_rows = -(-len(names) // n_columns)
    size = (10, 0.8 + 9 / n_columns * n_rows)
    figure, axes = plt.subplots(n_rows, n_columns, figsize=size, layout="constrained")
    markers = {}
    for ax, name in zip(axes.flat, names, strict=False):
        ResamplingDisplay.from_sampler(samplers[name], X, y, legend=False, ax=ax)
        ax.set(title=name, xticks=[], yticks=[], **limits)
        for marker in ax.get_legend_handles_labels()[0]:
            markers[marker.get_label().replace("oversampled", "minority")] = marker
    for ax in axes.flat[len(names) :]:
        ax.remove()
    figure.legend(markers.values(), markers, loc="outside lower center", ncols=3)
    plt.show()


# %%
# Oversamplers add samples: between all minority samples, or mainly where the classes meet.
# Undersamplers select samples of the majority class, at random or by distance. Cleaning methods
# remove only samples near the other class, so the classes stay imbalanced.
families = ["SMOTE", "BorderlineSMOTE", "SVMSMOTE", "ADASYN", "RandomUnderSampler", "NearMiss"]
draw([*families, "TomekLinks", "EditedNearestNeighbours", "SMOTEENN"], 3)

# %%
# All oversamplers for numeric features, around the minority class:
draw(oversamplers, 4, xlim=(-1.2, 4.4), ylim=(-0.9, 4.1))

# %%
# All undersamplers and cleaning methods:
draw(under_sampling.__all__, 3)

# %%
# How many samples remain. **Read more:** :doc:`/smote`, and the table of all :doc:`/samplers`.
figure, ax = plt.subplots(figsize=(6.5, 4.5), layout="constrained")
for name in ["SMOTE", "SMOTEENN", *under_sampling.__all__]:
    _, classes = samplers[name].fit_resample(X, y)
    ax.barh(name, len(classes), color="#d1500a")
    ax.barh(name, (classes == "majority").sum(), color="#0b62a8")
ax.set_xlabel("samples of the majority class (blue) and the minority class (orange)", loc="right")
ax.invert_yaxis()
plt.show()
