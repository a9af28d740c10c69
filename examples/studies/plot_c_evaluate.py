"""
Evaluate predictions that you already have
==========================================

Two models have predicted the same held-out samples. Is the second one better, and which threshold
should it have? No model is fitted for the answer.
"""

# %%
# The predictions of two models, a logistic regression and a forest.
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

import counterpoise

X, y = make_classification(6000, n_informative=5, weights=[0.93], random_state=0)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, test_size=0.5, random_state=0)
scores = {
    "logistic": LogisticRegression().fit(X, y).predict_proba(X_test)[:, 1],
    "forest": RandomForestClassifier(60, random_state=0).fit(X, y).predict_proba(X_test)[:, 1],
}

# %%
# All estimates have confidence intervals. The costs are those of a false positive and of a false
# negative.
evaluation = counterpoise.evaluate(y_test, scores, costs=(1, 20))
print("\n".join(evaluation.verdict))

# %%
# The curves with their confidence bands:
figure, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained", sharey=True)
for ax, name in zip(axes, scores, strict=True):
    evaluation.plot_curves(name, ax=ax)
plt.show()

# %%
# Calibration: the logistic regression and the forest.
figure, axes = plt.subplots(1, 2, figsize=(10, 4.6), layout="constrained", sharey=True)
for ax, name in zip(axes, scores, strict=True):
    evaluation.plot_calibration(name, ax=ax)
    ax.set_title(name)
plt.show()

# %%
# **Read more:** :doc:`/evaluation`.
