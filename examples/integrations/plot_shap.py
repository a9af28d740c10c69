"""
Explain a balanced forest with SHAP
===================================

``TreeExplainer`` takes a balanced forest as it takes the forest of scikit-learn. What it explains
is the forest's own probability, which is too high for the minority class.
"""

# %%
# Few malignant tumors, with named features.
import matplotlib.pyplot as plt
import numpy as np
import shap
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from counterpoise.datasets import load_breast_cancer_imbalanced
from counterpoise.ensemble import BalancedRandomForestClassifier

X, y = load_breast_cancer_imbalanced(share=0.1, return_X_y=True, as_frame=True)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, test_size=0.4, random_state=0)
balanced = BalancedRandomForestClassifier(60, random_state=0).fit(X, y)
plain = RandomForestClassifier(60, random_state=0).fit(X, y)

# %%
# The values of a sample and the expected value add up to the predicted probability. The expected
# value is about 0.5, because each tree is trained on balanced samples. The share in the data is
# much lower.
explanations = {}
for name, forest in (("balanced forest", balanced), ("plain forest", plain)):
    explanations[name] = shap.TreeExplainer(forest)(X_test)[:, :, 1]
    base = explanations[name].base_values[0]
    sums = base + explanations[name].values.sum(axis=1)
    error = np.abs(sums - forest.predict_proba(X_test)[:, 1]).max()
    print(f"{name}: expected value {base:.2f}, largest error of the sums {error:.0e}")
print(f"share of malignant tumors: {y_test.mean():.2f}")

# %%
# Read the values as a ranking of the features, not as parts of a real risk.
shap.plots.beeswarm(explanations["balanced forest"], max_display=8, show=False)
plt.tight_layout()
plt.show()

# %%
# Both forests rank the features in a similar order:
for name, explanation in explanations.items():
    order = np.abs(explanation.values).mean(axis=0).argsort()[::-1]
    print(f"{name}: {', '.join(X.columns[order[:4]])}")

# %%
# **Read more:** :doc:`/ensembles`.
