"""
Three classes and more
======================

A dict states how many samples each class is to have. What happens to the classes is seen in the
recall and in the precision of each of them, not in one number.
"""

# %%
# Three overlapping classes with 600, 120 and 30 samples, and as many test data as 10 such sets.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score

from counterpoise.display import BoundaryDisplay
from counterpoise.over_sampling import SMOTE
from counterpoise.pipeline import make_pipeline


def draw_samples(sizes, seed):
    """Draw three classes around three centers."""
    rng = np.random.RandomState(seed)
    centers = np.repeat([(0, 0), (2.2, 0.4), (1, 2)], sizes, axis=0)
    return centers + rng.normal(size=centers.shape), np.repeat(["a", "b", "c"], sizes)


X, y = draw_samples([600, 120, 30], seed=0)
X_test, y_test = draw_samples([6000, 1200, 300], seed=1)

# %%
# By default, SMOTE brings all classes to the size of the largest. With the dict, *b* and *c* get
# fewer synthetic samples. A class that the dict does not name stays as it is.
models = {
    "no resampling": LogisticRegression(),
    "c to 120": make_pipeline(
        SMOTE(sampling_strategy={"c": 120}, random_state=0), LogisticRegression()
    ),
    "b to 200, c to 200": make_pipeline(
        SMOTE(sampling_strategy={"b": 200, "c": 200}, random_state=0), LogisticRegression()
    ),
    "all to 600": make_pipeline(SMOTE(random_state=0), LogisticRegression()),
}
figure, axes = plt.subplots(2, 2, figsize=(7.4, 6), layout="constrained", sharex=True, sharey=True)
for ax, (name, model) in zip(axes.flat, models.items(), strict=True):
    BoundaryDisplay.from_estimator(model.fit(X, y), X, y, legend=False, ax=ax)
    ax.set(title=name, xticks=[], yticks=[])
handles, names = ax.get_legend_handles_labels()
labels = [f"class {name}: {(y == name).sum()}" for name in names]
figure.legend(handles, labels, loc="outside lower center", ncols=3)
plt.show()

# %%
# Recall and precision of each class on the test data, with the same markers:
styles = [("o", "#0b62a8"), ("^", "#d1500a"), ("s", "#0a7f5f")]
figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained", sharey=True)
for name, model in models.items():
    predicted = model.predict(X_test)
    for ax, metric in zip(axes, (recall_score, precision_score), strict=True):
        values = metric(y_test, predicted, average=None)
        for value, (marker, color) in zip(values, styles, strict=True):
            ax.scatter(value, name, marker=marker, color=color, s=70)
        ax.set(xlabel=metric.__name__.removesuffix("_score"), xlim=(0, 1))
    print(f"{name}: macro F1 {f1_score(y_test, predicted, average='macro'):.3f}")
axes[0].invert_yaxis()
plt.show()

# %%
# With more samples of *c*, its recall rises, and its precision falls. Macro F1, the mean over the
# classes, did not improve: what is better depends on the costs. **Read more:** :doc:`/metrics`.
