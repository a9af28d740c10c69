"""
Mixed and missing values with SMOTENC
=====================================

A data frame keeps its columns, types and missing values. SMOTENC interpolates numbers, and takes
the most frequent category of the neighbors.
"""

# %%
# A table of customers, with numbers, a date, categories and missing values.
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
print(table.dtypes.astype(str).to_dict())
print(balanced.dtypes.astype(str).to_dict())

# %%
# The same in the style of imbalanced-learn:
X, y = table.drop(columns=["customer", "left"]), table["left"]
X_resampled, y_resampled = SMOTENC(["city"], random_state=0).fit_resample(X, y)
print(len(X), len(X_resampled), X_resampled["city"].dtype)
