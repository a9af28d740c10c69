"""
polars from end to end
======================

A polars table stays a polars table: read, resample, train and predict without a conversion by
hand. A lazy frame is resampled without loading all of it.
"""

# %%
# A table of 5,000 rows.
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression

import counterpoise
from counterpoise import scale
from counterpoise.over_sampling import SMOTE
from counterpoise.pipeline import make_pipeline
from counterpoise.under_sampling import RandomUnderSampler

rng = np.random.RandomState(0)
fraud = rng.uniform(size=5000) < 0.04
table = pl.DataFrame(
    {
        "amount": rng.gamma(2, 40, 5000) * (1 + fraud),
        "hour": rng.randint(0, 24, 5000),
        "fraud": fraud,
    }
)

# %%
balanced = counterpoise.resample(table, "fraud", random_state=0)
balanced.group_by("fraud").len().sort("fraud")

# %%
# In a pipeline, which resamples in ``fit`` only:
X, y = table.drop("fraud"), table["fraud"]
model = make_pipeline(SMOTE(random_state=0), LogisticRegression()).fit(X, y)
plain = LogisticRegression().fit(X, y)

# %%
# The probability of fraud by amount: SMOTE makes it far too high. Its decisions at 0.5 are those of
# the plain model at a lower threshold.
amounts = pl.DataFrame({"amount": np.linspace(0, 500, 100), "hour": 12}).select(X.columns)
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
for name, fitted in (("no resampling", plain), ("SMOTE", model)):
    ax.plot(amounts["amount"], fitted.predict_proba(amounts)[:, 1], label=name)
ax.set(xlabel="amount", ylabel="predicted probability of fraud")
ax.legend()
plt.show()

# %%
# Of a lazy frame, only the rows that the method needs are loaded. The result is a lazy frame, too:
lazy = scale.resample(table.lazy(), "fraud", RandomUnderSampler(random_state=0))
print(type(lazy).__name__)
lazy.collect().group_by("fraud").len().sort("fraud")
