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
# Only the scores of the pipeline, which resamples training folds, agree with later data.
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
names = ("resampled, then split", "in a pipeline", "4,500 later samples")
colors = ("#c94a06", "#0b62a8", "gray")
for position, (name, color) in enumerate(zip(names, colors, strict=True)):
    places = [k + 0.25 * (position - 1) for k in range(len(scores))]
    ax.bar(places, [row[position] for row in scores.values()], 0.22, label=name, color=color)
ax.set(xticks=range(len(scores)), xticklabels=scores, ylim=(0.4, 1), ylabel="balanced accuracy")
ax.legend()
plt.show()
for name, row in scores.items():
    print(f"{name:<18} " + ", ".join(f"{n} {s:.2f}" for n, s in zip(names, row, strict=True)))

# %%
# The audit needs the training and the test data only:
X_balanced, y_balanced = SMOTE(random_state=0).fit_resample(X, y)
print("found:", leakage(*train_test_split(X_balanced, random_state=0)).found)
print("found:", leakage(*train_test_split(X, random_state=0)).found)
