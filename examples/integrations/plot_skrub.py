"""
skrub: from a raw table to a model
==================================

``tabular_pipeline`` of skrub encodes dates, text and categories, and imputes missing values. The
sampler comes after it, where all columns are numbers.
"""

# %%
# Orders with dates, categories and missing values. Few of them were returned.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_validate
from skrub import tabular_pipeline

from counterpoise import ResampledClassifier
from counterpoise.over_sampling import SMOTE
from counterpoise.under_sampling import RandomUnderSampler

rng = np.random.RandomState(0)
n = 2500
orders = pd.DataFrame(
    {
        "ordered": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.randint(0, 365, n), unit="D"),
        "amount": rng.gamma(3, 25, n).round(2),
        "item": rng.choice(["shoes", "shirt", "coat", "hat", "bag"], n),
        "note": rng.choice(["gift", "wrong size?", "please call", None], n, p=[0.2, 0.1, 0.1, 0.6]),
    }
)
risk = -4.6 + 1.5 * (orders["item"] == "shoes") + 2 * (orders["note"] == "wrong size?")
risk += 0.012 * orders["amount"] + (orders["ordered"].dt.month == 12)
returned = rng.uniform(size=n) < 1 / (1 + np.exp(-risk))
orders.loc[rng.uniform(size=n) < 0.1, "amount"] = np.nan
print(f"{returned.mean():.1%} returned")
orders.head()

# %%
# Where the returns are: their share by item and by note.
share = pd.crosstab(orders["item"], orders["note"].fillna("no note"), returned, aggfunc="mean")
figure, ax = plt.subplots(figsize=(6.2, 4.3), layout="constrained")
image = ax.imshow(share, cmap="Oranges", vmin=0, aspect="auto")
ax.set(xticks=range(4), xticklabels=share.columns, yticks=range(5), yticklabels=share.index)
figure.colorbar(image, label="share of returned orders")
plt.show()

# %%
# :class:`~counterpoise.ResampledClassifier` is the last step: it resamples in ``fit``, and corrects
# the probabilities for it.
logistic = LogisticRegression(max_iter=1000)
models = {"no resampling": logistic}
samplers = {"SMOTE": SMOTE(random_state=0), "undersampling": RandomUnderSampler(random_state=0)}
for name, sampler in samplers.items():
    models[name] = ResampledClassifier(logistic, sampler, cv=3, random_state=0)
folds = StratifiedKFold(5, shuffle=True, random_state=0)
metrics = ["average_precision", "neg_log_loss"]
figure, ax = plt.subplots(figsize=(6.5, 2.6), layout="constrained")
for (name, model), color in zip(models.items(), ("#7b8190", "#d1500a", "#0b62a8"), strict=True):
    scores = cross_validate(tabular_pipeline(model), orders, returned, scoring=metrics, cv=folds)
    precision, loss = scores["test_average_precision"], -scores["test_neg_log_loss"]
    print(f"{name:<14} average precision {precision.mean():.3f}, log loss {loss.mean():.3f}")
    ax.plot(precision, [name] * len(precision), "o", color=color)
ax.set_xlabel("average precision of each fold")
ax.invert_yaxis()
plt.show()

# %%
# Resampling did not help here: the model without it has the highest average.
# **Read more:** :doc:`/integrations`.
