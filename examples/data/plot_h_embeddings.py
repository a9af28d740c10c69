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
# Six synthetic vectors: the two eights that each lies between, and the nearest image of another
# digit. Where it looks like the eights, the network does not separate the two well.
smote = SMOTE(random_state=0)
resampled, _ = smote.fit_resample(vectors, is_eight)
origin = smote.provenance_
chosen = np.flatnonzero(origin.is_synthetic)[::90][:6]
others = np.flatnonzero(~is_eight)
nearest = Index(vectors[others]).nearest(resampled[chosen], 1)[:, 0]
figure, axes = plt.subplots(3, 6, figsize=(8, 4.6), layout="constrained")
shown = {
    "base sample": origin.base[chosen],
    "neighbor": origin.neighbor[chosen],
    "nearest other": others[nearest],
}
for row, (name, samples) in zip(axes, shown.items(), strict=True):
    row[0].set_ylabel(name)
    for ax, image in zip(row, images[samples], strict=True):
        ax.imshow(image.reshape(8, 8), cmap="gray_r")
        ax.set(xticks=[], yticks=[])
plt.show()

# %%
# Does it help a linear model on these vectors? The averages differ by less than the standard
# deviation over the folds (after ±): five folds with 30 eights cannot decide it.
folds = StratifiedKFold(5, shuffle=True, random_state=0)
for sampler in ("passthrough", RandomOverSampler(random_state=0), smote):
    model = make_pipeline(sampler, LogisticRegression(max_iter=1000))
    scores = cross_val_score(model, vectors, is_eight, scoring="average_precision", cv=folds)
    print(f"{sampler}: average precision {scores.mean():.3f} ± {scores.std():.3f}")
