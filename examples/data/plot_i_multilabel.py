"""
Several labels per sample
=========================

A text can have several topics. Each of them is a label, and some labels are rare. ``MLSMOTE``
generates samples with rare labels, which usually have frequent labels, too.
"""

# %%
# 600 texts with up to five labels, in a data frame of 0 and 1.
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.datasets import make_multilabel_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import cross_val_predict
from sklearn.multioutput import MultiOutputClassifier

from counterpoise.model_selection import IterativeStratifiedKFold
from counterpoise.multilabel import MLSMOTE, REMEDIAL, mean_ir
from counterpoise.pipeline import make_pipeline

X, y = make_multilabel_classification(n_samples=600, n_classes=5, random_state=6)
y = pd.DataFrame(y, columns=["news", "chess", "music", "film", "art"])
y = y[y.sum().sort_values().index]
_, y_resampled = MLSMOTE(random_state=0).fit_resample(X, y)

# %%
# The rarest label gets the most samples, but the frequent labels get some as well. The mean
# imbalance ratio of the labels falls a little.
print(f"mean imbalance ratio: {mean_ir(y):.2f}, after MLSMOTE {mean_ir(y_resampled):.2f}")
figure, ax = plt.subplots(figsize=(6.2, 4.2), layout="constrained")
added = y_resampled.sum() - y.sum()
ax.barh(y.columns, y.sum(), color="#0b62a8", label="original samples")
ax.barh(y.columns, added, left=y.sum(), color="#d1500a", label="synthetic samples")
ax.set_xlabel("samples that have the label")
ax.tick_params(axis="y", labelsize=12)
figure.legend(loc="outside lower center", ncols=2)
plt.show()

# %%
# Each fold has nearly the same proportion of each label. The score of a label is F1.
classifier = MultiOutputClassifier(LogisticRegression(max_iter=1000))
models = {
    "no resampling": classifier,
    "MLSMOTE": make_pipeline(MLSMOTE(random_state=0), classifier),
    "REMEDIAL, MLSMOTE": make_pipeline(REMEDIAL(), MLSMOTE(random_state=0), classifier),
}
figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
styles = (("#7b8190", "o"), ("#d1500a", "^"), ("#8a5aa8", "s"))
for (name, model), (color, marker) in zip(models.items(), styles, strict=True):
    predicted = cross_val_predict(model, X, y, cv=IterativeStratifiedKFold(n_splits=5))
    scores = f1_score(y, predicted, average=None)
    print(f"{name:<18} mean F1 {scores.mean():.3f}, {y.columns[0]} {scores[0]:.3f}")
    ax.plot(scores, y.columns, marker, color=color, markersize=9, label=name)
ax.set_xlabel("F1 score of the label")
figure.legend(loc="outside lower center", ncols=3)
plt.show()

# %%
# MLSMOTE improved two rare labels a little, but *film* is hardly ever predicted with any method.
# The scores with REMEDIAL are worse: it separates labels that occur together.
# **Read more:** :doc:`/multilabel`.
