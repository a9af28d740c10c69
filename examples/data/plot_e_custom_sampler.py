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
    kept = np.setdiff1d(np.arange(len(y)), majority[::2])
    return X[kept], y[kept]


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
        parts_X, parts_y = [X], [y]
        for label, amount in self.sampling_strategy_.items():
            rows = rng.choice(np.flatnonzero(y == label), amount)
            parts_X.append(X[rows] + rng.normal(0, self.noise, (amount, X.shape[1])))
            parts_y.append(np.full(amount, label))
        return np.concatenate(parts_X), np.concatenate(parts_y)


# %%
# It is a step of a pipeline, and its parameter can be searched:
model = make_pipeline(NoiseOverSampler(random_state=0), LogisticRegression())
noise = [0.01, 0.1, 0.3, 1.0, 3.0]
search = GridSearchCV(model, {"noiseoversampler__noise": noise}, scoring="average_precision")
search.fit(X, y)
plain = cross_val_score(LogisticRegression(), X, y, scoring="average_precision").mean()

figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
ax.plot(noise, search.cv_results_["mean_test_score"], marker="o", label="oversampled with noise")
ax.axhline(plain, color="gray", linestyle=":", label="no resampling")
ax.set(xscale="log", xlabel="noise", ylabel="average precision")
ax.legend()
plt.show()
print(f"best: {search.best_score_:.3f}, without resampling: {plain:.3f}")
