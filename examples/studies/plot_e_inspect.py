"""
Inspect a table before anything else
====================================

Class sizes, feature types, missing values, duplicates, columns that leak the target, and how many
minority samples lie among the other class.
"""

# %%
# A table with two faults: a column that is known only after the outcome, and duplicated rows.
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.datasets import make_classification

import counterpoise

KINDS = ("safe", "borderline", "rare", "outlier")
X, y = make_classification(1000, 5, n_redundant=0, weights=[0.94], class_sep=0.7, random_state=0)
table = pd.DataFrame(X, columns=["amount", "hour", "age", "distance", "speed"])
table["score_after_review"] = y * 10.0 + X[:, 0] * 0.1
table = pd.concat([table, table[:40]], ignore_index=True)
y = pd.concat([pd.Series(y), pd.Series(y[:40])], ignore_index=True)

# %%
profile = counterpoise.inspect(table, y)
print(f"imbalance ratio {profile.imbalance_ratio:.1f}")
for finding in profile.findings:
    print(f"{finding.severity}: {finding.sentence}\n")

# %%
# The sample types of the minority class show how hard it is: *safe* samples have neighbors of
# their class, *outliers* have none. Resampling does not change how much the classes overlap.
honest = counterpoise.inspect(table.drop(columns="score_after_review"), y)
figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
for name, item in (("with the column", profile), ("without it", honest)):
    types, left = item.sample_types[0], 0
    for kind, color in zip(KINDS, ("#0b62a8", "#5b9bc8", "#e39b6f", "#c94a06"), strict=True):
        count = getattr(types, kind)
        label = kind if item is profile else None
        ax.barh(name, count, left=left, color=color, label=label)
        left += count
    print(f"{name}: {types.safe} safe, {types.outlier} outliers")
ax.set_xlabel("minority samples")
figure.legend(ncols=4, loc="outside lower center")
plt.show()

# %%
# **Read more:** :doc:`/auditing`, and :doc:`/findings`.
