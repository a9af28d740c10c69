"""
Balanced batches for neural networks
====================================

A network that is trained in batches of 32 sees batches without any sample of a minority class of
1%. Balanced batches have about as many samples of each class, drawn again in each epoch.
"""

# %%
# 1% in the minority class.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import PrecisionRecallDisplay, average_precision_score
from sklearn.model_selection import train_test_split

from counterpoise.batches import balanced_batches
from counterpoise.over_sampling import RandomOverSampler

X, y = make_classification(20_000, weights=[0.99], flip_y=0, class_sep=0.8, random_state=0)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
shares = [labels.mean() for _, labels in balanced_batches(X, y, batch_size=32, random_state=0)]
print(f"{len(shares)} batches, share of the minority class {np.mean(shares):.2f}")

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

# %%
figure, ax = plt.subplots(figsize=(6, 4.5), layout="constrained")
for name, model in models.items():
    score = model.decision_function(X_test)
    PrecisionRecallDisplay.from_predictions(y_test, score, name=name, ax=ax)
    print(f"{name}: average precision {average_precision_score(y_test, score):.3f}")
plt.show()

# %%
# Neither helped here: the model without resampling has the highest average precision. Compare
# balanced batches with plain ones before you use them.
#
# For PyTorch, :class:`counterpoise.batches.BalancedBatchSampler` is passed to a ``DataLoader``: see
# :ref:`sphx_glr_gallery_integrations_plot_pytorch.py`.
