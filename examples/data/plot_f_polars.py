"""
polars from end to end
======================

A polars table stays a polars table: read, resample, train and predict without a conversion by
hand. A lazy frame is resampled without loading all of it.
"""

# %%
# A Parquet file with 5,000 payments.
import tempfile
from pathlib import Path

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
amount, hour = rng.gamma(2, 40, 5000) * (1 + fraud), rng.randint(0, 24, 5000)
folder = Path(tempfile.mkdtemp())
pl.DataFrame({"amount": amount, "hour": hour, "fraud": fraud}).write_parquet(folder / "in.parquet")

# %%
# Read it, and balance it:
table = pl.read_parquet(folder / "in.parquet")
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
figure, ax = plt.subplots(figsize=(6.2, 4.3), layout="constrained")
for name, fitted, color in (("no resampling", plain, "#7b8190"), ("SMOTE", model, "#d1500a")):
    probability = fitted.predict_proba(amounts)[:, 1]
    ax.plot(amounts["amount"], probability, color=color, linewidth=2.5, label=name)
ax.axhline(0.5, color="#1f2430", linestyle=":", linewidth=1)
ax.set(xlabel="amount", ylabel="predicted probability of fraud")
figure.legend(loc="outside lower center", ncols=2)
plt.show()

# %%
# Of a lazy frame, only the rows that the method needs are loaded. The result is a lazy frame, too,
# which polars can write to a file without loading it:
payments = pl.scan_parquet(folder / "in.parquet")
lazy = scale.resample(payments, "fraud", RandomUnderSampler(random_state=0))
lazy.sink_parquet(folder / "balanced.parquet")
pl.scan_parquet(folder / "balanced.parquet").group_by("fraud").len().sort("fraud").collect()

# %%
# **Read more:** :doc:`/larger_data`.
