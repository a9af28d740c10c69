"""
A table that is larger than memory
==================================

``scale.resample`` reads a file in parts, and keeps only the rows that the decision of a sampler
depends on. The rows of the output are those that the sampler gives in memory.
"""

# %%
# A Parquet file with 300,000 payments, 1% fraud. It stands for one that is too large.
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import average_precision_score

from counterpoise import scale
from counterpoise.over_sampling import SMOTE

rng = np.random.default_rng(0)
n = 300_000
fraud = rng.random(n) < 0.01
features = rng.normal(size=(n, 6)) + 0.6 * fraud[:, None]
folder = Path(tempfile.mkdtemp())
table = pl.DataFrame(features, schema=list("abcdef")).with_columns(fraud=fraud)
table.head(240_000).write_parquet(folder / "payments.parquet")
held_out = table.tail(60_000)

# %%
# SMOTE needs the rows of fraud, 1% of the file. The output is written in parts, too.
payments = pl.scan_parquet(folder / "payments.parquet")
smote = SMOTE(sampling_strategy=0.1, random_state=0)
balanced = scale.resample(payments, "fraud", smote, memory="100MB")
balanced.sink_parquet(folder / "balanced.parquet")
output = pl.scan_parquet(folder / "balanced.parquet")
before, after = (t.select(pl.sum("fraud")).collect().item() for t in (payments, output))

figure, ax = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
bars = {
    "rows of the file": 240_000,
    "rows in memory": before,
    "synthetic rows": after - before,
}
places = ax.barh(list(bars), list(bars.values()), color=["#0b62a8", "#1f2430", "#d1500a"])
ax.bar_label(places, [f"{value:,}" for value in bars.values()], padding=4)
ax.set(xticks=[], xlim=(0, 300_000), title="SMOTE on a file: what is in memory")
ax.invert_yaxis()
plt.show()

# %%
# The same rows as in memory:
X, y = smote.fit_resample(table.head(240_000).drop("fraud"), table.head(240_000)["fraud"])
print("the same:", output.collect().equals(X.with_columns(fraud=y)))

# %%
# Train on batches, with and without SMOTE, and score payments that are not resampled. Here,
# resampling did not improve the ranking. **Read more:** :doc:`/scale`.
for name, sampler in (("no resampling", None), ("SMOTE", smote)):
    model = SGDClassifier(loss="log_loss", average=True, random_state=0)
    if sampler is None:
        batches = ((b.drop("fraud"), b["fraud"]) for b in payments.collect_batches(chunk_size=1000))
    else:
        batches = scale.iter_batches(payments, "fraud", sampler, batch_size=1000, random_state=0)
    for features, labels in batches:
        model.partial_fit(features, labels, classes=[False, True])
    scores = model.decision_function(held_out.drop("fraud"))
    print(f"{name}: average precision {average_precision_score(held_out['fraud'], scores):.3f}")
