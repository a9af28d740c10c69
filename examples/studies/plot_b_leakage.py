"""
Resampling before the split: data leakage
=========================================

If the whole table is oversampled and then split, duplicates of training samples are in the test
data. Scores look excellent, and mean nothing. The audit finds it.
"""

# %%
# 7% in the minority class; the classes overlap.
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import cross_val_score, train_test_split

from counterpoise.audit import leakage
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.pipeline import make_pipeline

X, y = make_classification(6000, 10, weights=[0.95], flip_y=0.05, class_sep=0.5, random_state=0)
X, X_later, y, y_later = X[:1500], X[1500:], y[:1500], y[1500:]
forest = RandomForestClassifier(30, random_state=0)
scores = {}
for sampler in (RandomOverSampler(random_state=0), SMOTE(random_state=0)):
    model = make_pipeline(sampler, forest)
    wrong = cross_val_score(forest, *sampler.fit_resample(X, y), scoring="balanced_accuracy")
    right = cross_val_score(model, X, y, scoring="balanced_accuracy")
    actual = balanced_accuracy_score(y_later, model.fit(X, y).predict(X_later))
    scores[type(sampler).__name__] = (wrong.mean(), right.mean(), actual)

# %%
# Only the scores of the pipeline, which resamples training folds, are close to later data.
figure, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
names = ("resampled, then split", "in a pipeline", "4,500 later samples")
for place, row in enumerate(scores.values()):
    ax.plot([min(row), max(row)], [place, place], color="#7b8190", linewidth=1, zorder=0)
for name, marker, color, column in zip(
    names, "^os", ("#d1500a", "#0b62a8", "#1f2430"), zip(*scores.values(), strict=True), strict=True
):
    ax.plot(column, range(len(scores)), marker, color=color, markersize=13, label=name)
ax.axvline(0.5, color="#7b8190", linestyle=":", label="random guess")
ax.set(yticks=range(len(scores)), yticklabels=scores, ylim=(-0.6, 1.6), xlim=(0.45, 1.03))
ax.set_xlabel("balanced accuracy")
figure.legend(loc="outside lower center", ncols=2)
plt.show()
for name, row in scores.items():
    print(f"{name:<18} " + ", ".join(f"{n} {s:.2f}" for n, s in zip(names, row, strict=True)))

# %%
# The audit needs the training and the test data only:
X_balanced, y_balanced = SMOTE(random_state=0).fit_resample(X, y)
print("found:", leakage(*train_test_split(X_balanced, random_state=0)).found)
print("found:", leakage(*train_test_split(X, random_state=0)).found)

# %%
# **Read more:** :doc:`/pitfalls`.
