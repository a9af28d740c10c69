"""
Rare values of a continuous target
==================================

High claims are rare, and a model that is trained on all claims is worst there. SMOGN generates
samples with rare values of the target; weights need no synthetic samples.
"""

# %%
# 600 claims; the relevance of an amount is 0 if it is common, and 1 if it is rare.
import matplotlib.pyplot as plt
import numpy as np

from counterpoise.regression import SMOGN, RelevanceFunction
from counterpoise.study import RegressionStudy

rng = np.random.RandomState(0)
X = rng.normal(size=(600, 3))
y = np.exp(0.9 * X[:, 0] + 0.2 * X[:, 1] + 0.3 * rng.normal(size=600))
relevance = RelevanceFunction(extremes="high").fit(y)
sampler = SMOGN(relevance=relevance, sampling_strategy=0.5, random_state=0)
X_resampled, y_resampled = sampler.fit_resample(X, y)
synthetic = sampler.provenance_.is_synthetic

# %%
# Above the line, the relevance is 0.8 or more: there, SMOGN interpolates between near samples, and
# adds noise to others.
figure, ax = plt.subplots(figsize=(6.4, 4.5), layout="constrained")
points = ax.scatter(X[:, 0], y, s=22, c=relevance.relevance(y), cmap="viridis_r", label="claim")
ax.scatter(
    X_resampled[synthetic, 0], y_resampled[synthetic], s=22, color="#d1500a", marker="^", alpha=0.6
)
ax.axhline(sampler.bins_[-1].low, color="#1f2430", linewidth=0.8)
figure.colorbar(points, label="relevance of the amount")
ax.set(xlabel="first feature", ylabel="amount", title="Claims, and synthetic samples (orange)")
plt.show()

# %%
# A study compares methods by the error that is weighted with the relevance, with a linear model and
# with a support vector machine.
methods = ["dense-weight", "smogn"]
study = RegressionStudy(["ridge", "svm"], methods, relevance=relevance, random_state=0)
result = study.run(X, y)
print("\n".join(result.verdict))
result.plot_improvements()
plt.show()

# %%
# What it costs: the error over all claims, most of which are common.
for (model, method), scores in result.table().items():
    print(f"{model:<6} {method:<13} RMSE of all claims {scores['rmse']:.2f}")

# %%
# Weights and SMOGN reduced the errors of high claims. For ridge regression, this made the errors of
# all claims larger; the support vector machine got better at both. Weights, which change no sample,
# are to be tried first. **Read more:** :doc:`/regression`.
