"""
Evaluate predictions that you already have
==========================================

Two models have predicted the same held-out samples. Is the second one better, and which threshold
should it have? No model is fitted for the answer.
"""

# %%
# The predictions of an old and another model.
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
evaluation.plot_curves()
plt.show()

# %%
evaluation.plot_calibration()
plt.show()
