"""
Mixed and missing values with SMOTENC
=====================================

A data frame keeps its columns, types and missing values. SMOTENC interpolates numbers, and takes
the most frequent category of the neighbors.
"""

# %%
# A table of customers, with numbers, a date, categories and missing values.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import counterpoise
from counterpoise.over_sampling import SMOTENC

rng = np.random.RandomState(0)
table = pd.DataFrame(
    {
        "customer": np.arange(300),
        "age": rng.randint(18, 90, 300),
        "amount": rng.gamma(2, 40, 300).round(2),
        "city": pd.Categorical(rng.choice(["Lyon", "Oslo", "Porto"], 300)),
        "left": rng.choice(["yes", "no"], 300, p=[0.08, 0.92]),
    }
)
table.loc[::9, "amount"] = np.nan

# %%
# :func:`counterpoise.resample` takes the table with its target. It chooses SMOTENC because the
# table has a categorical column. The number of the customer is no feature: it is ignored in
# distances, and missing in synthetic rows.
balanced = counterpoise.resample(table, "left", ignore=["customer"], random_state=0)
print(balanced["left"].value_counts().to_dict())
balanced.tail()

# %%
# The synthetic rows, which have no customer number, lie between rows of the class *yes*. Rows
# without an amount are not shown. Porto gets no synthetic row, as it is never the most frequent
# city among the neighbors: SMOTENC can make small categories smaller.
yes = balanced[balanced["left"] == "yes"]
figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained", sharey=True)
for ax, (city, rows) in zip(axes, yes.groupby("city", observed=True), strict=True):
    synthetic = rows["customer"].isna()
    for chosen, name, marker, color in (
        (synthetic, "synthetic", "^", "#c94a06"),
        (~synthetic, "original", "o", "#1f2430"),
    ):
        part = rows[chosen]
        ax.scatter(part["age"], part["amount"], marker=marker, color=color, label=name, s=24)
    ax.set(title=city, xlabel="age")
axes[0].set_ylabel("amount")
axes[0].legend()
plt.show()

# %%
# Columns have the types of the input. The customer number became a type with missing values.
print(table.dtypes.astype(str).to_dict())
print(balanced.dtypes.astype(str).to_dict())

# %%
# The same in the style of imbalanced-learn:
X, y = table.drop(columns=["customer", "left"]), table["left"]
X_resampled, y_resampled = SMOTENC(["city"], random_state=0).fit_resample(X, y)
print(len(X), len(X_resampled), X_resampled["city"].dtype)
