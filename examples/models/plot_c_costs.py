"""
A decision threshold from costs
===============================

If a missed fraud costs 20 times as much as a check, the best threshold is far below 0.5. It
follows from the costs if the probabilities are calibrated.
"""

# %%
# A model without resampling, on 5% fraud.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split

from counterpoise.metrics import expected_cost
from counterpoise.probability import calibrate, cost_threshold

X, y = make_classification(8000, weights=[0.95], class_sep=0.8, random_state=2)
X, X_test, y, y_test = train_test_split(X, y, stratify=y, test_size=0.5, random_state=0)
model = calibrate(HistGradientBoostingClassifier(max_iter=50, random_state=0), X, y, random_state=0)
probability = model.predict_proba(X_test)[:, 1]

# %%
# The threshold that is optimal for calibrated probabilities, without a search:
threshold = cost_threshold(1, 20)
print(f"threshold: {threshold:.3f}")

# %%
# The cost on the test data at each threshold confirms it.
grid = np.linspace(0.005, 0.6, 120)
costs = [expected_cost(y_test, probability > t, cost_fp=1, cost_fn=20) for t in grid]
figure, ax = plt.subplots(figsize=(6.2, 4.3), layout="constrained")
ax.plot(grid, costs, color="#0b62a8")
ax.axvline(threshold, color="#c94a06", label="threshold from the costs")
ax.axvline(0.5, color="gray", linestyle=":", label="threshold 0.5")
ax.set(xlabel="threshold", ylabel="expected cost per sample", ylim=(0, None))
figure.legend(loc="outside lower center", ncols=2)
plt.show()

for name, t in (("from the costs", threshold), ("0.5", 0.5)):
    cost = expected_cost(y_test, probability > t, cost_fp=1, cost_fn=20)
    print(f"threshold {name}: expected cost {cost:.3f}")

# %%
# **Read more:** :doc:`/costs`.
