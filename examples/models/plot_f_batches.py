"""
Balanced batches for neural networks
====================================

A network that is trained in batches of 32 sees batches without any sample of a minority class of
1%. Balanced batches have about as many samples of each class, drawn again in each epoch.
"""

# %%
# 1% in the minority class. A row is a batch, and orange is the minority class.
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from sklearn.datasets import make_classification
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.model_selection import train_test_split

from counterpoise.batches import balanced_batches
from counterpoise.over_sampling import RandomOverSampler

X, y = make_classification(20_000, weights=[0.99], flip_y=0, class_sep=0.8, random_state=0)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
balanced = [labels for _, labels in balanced_batches(X, y, batch_size=32, random_state=0)]
plain = np.random.default_rng(0).permutation(y)[: 32 * 9].reshape(9, 32)
figure, axes = plt.subplots(2, 1, figsize=(6.2, 4.4), layout="constrained")
colors = ListedColormap(["#c3d8ea", "#d1500a"])
for ax, name, batches in zip(axes, ("plain", "balanced"), (plain, balanced[:9]), strict=True):
    ax.pcolormesh(np.array(batches), cmap=colors, edgecolors="white", linewidth=1.5)
    ax.set(title=f"{name} batches", xticks=[], yticks=[])
    ax.invert_yaxis()
plt.show()
share = np.concatenate(balanced).mean()
print(f"{len(balanced)} balanced batches in an epoch, {share:.0%} in the minority class")

# %%
# By default, the majority class is undersampled; any sampler can be used. The loop is that of a
# network in any framework; a linear model takes its place here.
models = {"no resampling": SGDClassifier(loss="log_loss", random_state=0).fit(X, y)}
for name, sampler, epochs in (
    ("undersampling", None, 20),
    ("oversampling", RandomOverSampler(), 1),
):
    models[name] = SGDClassifier(loss="log_loss", random_state=0)
    for features, labels in balanced_batches(
        X, y, sampler=sampler, batch_size=32, epochs=epochs, random_state=0
    ):
        models[name].partial_fit(features, labels, classes=[0, 1])

figure, ax = plt.subplots(figsize=(6.5, 5), layout="constrained")
for (name, model), color in zip(models.items(), ("#7b8190", "#0b62a8", "#0a7f5f"), strict=True):
    score = model.decision_function(X_test)
    precision, recall, _ = precision_recall_curve(y_test, score)
    label = f"{name}: {average_precision_score(y_test, score):.3f}"
    ax.plot(recall, precision, color=color, drawstyle="steps-post", label=label)
ax.set(xlabel="recall", ylabel="precision")
figure.legend(loc="outside lower center", ncols=2, title="average precision")
plt.show()

# %%
# Neither helped here: the model without resampling has the highest average precision. Compare
# balanced batches with plain ones before you use them.
#
# For PyTorch, :class:`counterpoise.batches.BalancedBatchSampler` is passed to a ``DataLoader``: see
# :ref:`sphx_glr_gallery_integrations_plot_pytorch.py`. **Read more:** :doc:`/batches`.
