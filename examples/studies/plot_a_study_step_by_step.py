"""
A study, step by step
=====================

Does a method for imbalanced data improve a model on this table? A study fits both on the same
folds, and states what is certain and what is not.
"""

# %%
# 800 samples, 10% in the minority class.
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification

from counterpoise.study import Study

X, y = make_classification(800, n_informative=4, weights=[0.9], class_sep=0.8, random_state=0)
methods = ["class-weight", "threshold", "random-under", "smote"]
study = Study("logistic", methods, cv=5, random_state=0)
result = study.run(X, y)

# %%
# The verdict, in sentences:
print("\n".join(result.verdict))

# %%
# Each method is compared with the baseline of the same model. The intervals are simultaneous: all
# of them are meant to include the true improvements with a probability of 95%.
result.plot_improvements()
plt.show()

# %%
for item in result.improvements:
    print(result.sentence(item))

# %%
# The shaded margin of 0.01 is the smallest improvement that matters. An interval that includes
# both sides of it is *inconclusive*: more data are needed, and the verdict states about how many.
#
# The predictions are stored, so curves and other thresholds need no new fit.
result.plot_curves("logistic", "smote")
plt.show()
metrics = result.at_threshold("logistic", "baseline", 0.1)
print({name: round(value, 3) for name, value in metrics.items()})

# %%
# **Read more:** :doc:`/comparing`.
