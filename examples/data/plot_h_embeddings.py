"""
Embeddings of images
====================

The dense vectors of a neural network can be oversampled like any other features. A synthetic vector
is no image, but its nearest neighbors show what it stands for.
"""

# %%
# A small network learns the digits 0 to 4. Its hidden layer then gives vectors for the images of
# other digits, as a pretrained network does. One of them, the eight, is the minority class.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier

from counterpoise.datasets import make_imbalance
from counterpoise.neighbors import Index
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.pipeline import make_pipeline

images, digits = load_digits(return_X_y=True)
images = images / 16
network = MLPClassifier(32, max_iter=60, tol=0.01, random_state=0)
network.fit(images[digits < 5], digits[digits < 5])
images, is_eight = images[digits > 4], digits[digits > 4] == 8
images, is_eight = make_imbalance(images, is_eight, sampling_strategy={True: 30}, random_state=0)
vectors = np.maximum(images @ network.coefs_[0] + network.intercepts_[0], 0)

# %%
# A map of the vectors (PCA): eights in orange, and some of the other digits in gray.
figure, ax = plt.subplots(figsize=(6.4, 4.5), layout="constrained")
positions = PCA(2, random_state=0).fit_transform(vectors)
for row in [*np.flatnonzero(~is_eight)[::6], *np.flatnonzero(is_eight)]:
    (x, y), color = positions[row], "Oranges" if is_eight[row] else "gray_r"
    place = (x - 0.13, x + 0.13, y - 0.13, y + 0.13)
    ax.imshow(images[row].reshape(8, 8), cmap=color, extent=place, alpha=images[row].reshape(8, 8))
low, high = positions.min(axis=0) - 0.2, positions.max(axis=0) + 0.2
ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[], aspect="auto")
plt.show()

# %%
# Six synthetic vectors: the two eights that each lies between, and the nearest image of another
# digit. Where it looks like the eights, the network does not separate the two well.
smote = SMOTE(random_state=0)
resampled, _ = smote.fit_resample(vectors, is_eight)
origin = smote.provenance_
chosen = np.flatnonzero(origin.is_synthetic)[::90][:6]
others = np.flatnonzero(~is_eight)
nearest = others[Index(vectors[others]).nearest(resampled[chosen], 1)[:, 0]]
figure, axes = plt.subplots(3, 6, figsize=(8, 4.6), layout="constrained")
rows = {"base sample": origin.base[chosen], "neighbor": origin.neighbor[chosen]}
for row, (name, samples) in zip(axes, {**rows, "nearest other": nearest}.items(), strict=True):
    row[0].set_ylabel(name)
    for ax, image in zip(row, images[samples], strict=True):
        ax.imshow(image.reshape(8, 8), cmap="gray_r")
        ax.set(xticks=[], yticks=[])
plt.show()

# %%
# Does it help a linear model? The averages differ by less than the standard deviation over the
# folds (after ±): 30 eights cannot decide it. **Read more:** :doc:`/smote`.
folds = StratifiedKFold(5, shuffle=True, random_state=0)
for sampler in ("passthrough", RandomOverSampler(random_state=0), smote):
    model = make_pipeline(sampler, LogisticRegression(max_iter=1000))
    scores = cross_val_score(model, vectors, is_eight, scoring="average_precision", cv=folds)
    print(f"{sampler}: average precision {scores.mean():.3f} ± {scores.std():.3f}")
