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
        "joined": pd.date_range("2025-01-01", periods=300, freq="D"),
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
# distances, and missing in synthetic rows. The date is no feature either, but it is copied: a
# synthetic row has the date of its base row.
balanced = counterpoise.resample(table, "left", ignore="customer", copy="joined", random_state=0)
print(balanced["left"].value_counts().to_dict())
balanced.tail()

# %%
# The synthetic rows, which have no customer number, lie between rows of the class *yes*. Rows
# without an amount are not shown. Porto gets no synthetic row, as it is never the most frequent
# city among the neighbors: SMOTENC can make small categories smaller.
yes = balanced[balanced["left"] == "yes"]
figure, axes = plt.subplots(1, 3, figsize=(9, 4.4), layout="constrained", sharex=True, sharey=True)
for ax, (city, rows) in zip(axes, yes.groupby("city", observed=True), strict=True):
    synthetic = rows["customer"].isna()
    for part, name, style in (
        (rows[synthetic], "synthetic row", {"marker": "^", "color": "#d1500a"}),
        (rows[~synthetic], "original row", {"marker": "o", "color": "#1f2430"}),
    ):
        ax.scatter(part["age"], part["amount"], label=name, s=30, **style)
    ax.set(title=city, xlabel="age")
axes[0].set_ylabel("amount")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plt.show()

# %%
# Columns have the types of the input. The customer number became a type with missing values.
for name in table:
    print(f"{name:<9} {table[name].dtype!s:<15} {balanced[name].dtype}")

# %%
# The same in the style of imbalanced-learn:
X, y = table[["age", "amount", "city"]], table["left"]
X_resampled, y_resampled = SMOTENC(["city"], random_state=0).fit_resample(X, y)
print(len(X), len(X_resampled), X_resampled["city"].dtype)

# %%
# **Read more:** :doc:`/mixed_and_missing`.
