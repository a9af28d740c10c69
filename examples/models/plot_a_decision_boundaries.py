"""
Decision boundaries
===================

Resampling moves the boundary of a classifier towards the majority class. Moving the threshold does
the same without synthetic samples.
"""

# %%
# Two overlapping classes, 10% in the minority class.
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import FixedThresholdClassifier, train_test_split

from counterpoise.display import BoundaryDisplay
from counterpoise.over_sampling import SMOTE
from counterpoise.pipeline import make_pipeline

X, y = make_classification(
    2000, 2, n_redundant=0, n_clusters_per_class=1, weights=[0.9], class_sep=0.8, random_state=4
)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, test_size=0.5, random_state=0)

models = {
    "no resampling": LogisticRegression(),
    "SMOTE": make_pipeline(SMOTE(random_state=0), LogisticRegression()),
    "threshold 0.1": FixedThresholdClassifier(LogisticRegression(), threshold=0.1),
}

# %%
# The threshold is the share of the minority class. The balanced accuracy is that of the test data.
figure, axes = plt.subplots(1, 3, figsize=(11, 4.4), layout="constrained", sharex=True, sharey=True)
for ax, (name, model) in zip(axes, models.items(), strict=True):
    BoundaryDisplay.from_estimator(model.fit(X, y), X_test, y_test, legend=False, ax=ax)
    score = balanced_accuracy_score(y_test, model.predict(X_test))
    ax.set_title(f"{name}\nbalanced accuracy {score:.3f}")
axes[0].set(xticks=[], yticks=[])
handles, _ = axes[0].get_legend_handles_labels()
names = ["majority class", "minority class"]
figure.legend(handles, names, loc="outside lower center", ncols=2)
plt.show()

# %%
# **Read more:** :doc:`/baseline`.
