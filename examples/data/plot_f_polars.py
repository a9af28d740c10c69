"""
polars from end to end
======================

A polars table stays a polars table: read, resample, train and predict without a conversion by
hand. A lazy frame is resampled without loading all of it.
"""

# %%
# A table of 5,000 rows.
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
print(model.predict_proba(X[:3]).round(2))

# %%
# Of a lazy frame, only the rows that the method needs are loaded. The result is a lazy frame, too:
lazy = scale.resample(table.lazy(), "fraud", RandomUnderSampler(random_state=0))
print(type(lazy).__name__)
lazy.collect().group_by("fraud").len().sort("fraud")
