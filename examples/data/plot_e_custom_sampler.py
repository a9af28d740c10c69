"""
Your own sampler
================

A function is enough for a simple sampler; a class works in pipelines, searches and studies. Both
get the containers, checks and targets of the other samplers.
"""

# %%
# A function that keeps every second sample of the majority class:
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score

from counterpoise import FunctionSampler
from counterpoise.over_sampling.base import BaseOverSampler
from counterpoise.pipeline import make_pipeline

X, y = make_classification(1000, weights=[0.9], random_state=0)


def keep_every_second(X, y):
    """Remove every second sample of class 0."""
    majority = np.flatnonzero(y == 0)
    return np.delete(X, majority[::2], axis=0), np.delete(y, majority[::2])


_, y_resampled = FunctionSampler(func=keep_every_second).fit_resample(X, y)
print(np.bincount(y), np.bincount(y_resampled))

# %%
# A class that adds samples with random noise, in the form that imbalanced-learn uses:


class NoiseOverSampler(BaseOverSampler):
    """Oversample with duplicates that have normally distributed noise."""

    def __init__(self, *, sampling_strategy="auto", noise=0.1, random_state=None):
        super().__init__(sampling_strategy=sampling_strategy)
        self.noise = noise
        self.random_state = random_state

    def _fit_resample(self, X, y):
        rng = np.random.RandomState(self.random_state)
        parts = [(X, y)]
        for label, amount in self.sampling_strategy_.items():
            rows = rng.choice(np.flatnonzero(y == label), amount)
            parts.append((X[rows] + rng.normal(0, self.noise, (amount, X.shape[1])), y[rows]))
        return tuple(map(np.concatenate, zip(*parts, strict=True)))


# %%
# It is a step of a pipeline, and its parameter can be searched:
model = make_pipeline(NoiseOverSampler(random_state=0), LogisticRegression())
noise = [0.01, 0.1, 0.3, 1.0, 3.0]
search = GridSearchCV(model, {"noiseoversampler__noise": noise}, scoring="average_precision")
scores = search.fit(X, y).cv_results_["mean_test_score"]
plain = cross_val_score(LogisticRegression(), X, y, scoring="average_precision").mean()

figure, ax = plt.subplots(figsize=(6.2, 4.2), layout="constrained")
ax.plot(noise, scores, marker="o", color="#d1500a", label="oversampled with noise")
ax.axhline(plain, color="#7b8190", linestyle=":", label="no resampling")
ax.set(xscale="log", xlabel="noise", ylabel="average precision")
figure.legend(loc="outside lower center", ncols=2)
plt.show()

# %%
# Oversampling with noise did not help here. **Read more:** :doc:`/migrating`.
