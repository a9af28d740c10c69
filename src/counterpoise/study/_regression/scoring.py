"""Compute the metrics of a continuous target from out-of-fold predictions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.study._metrics import Metric
from counterpoise.study._records import Candidate, TableSummary
from counterpoise.study._regression.metrics import PredictedSamples
from counterpoise.study._regression.target import RARE
from counterpoise.study._scoring import Evaluator

__all__ = ["RegressionEvaluator", "RegressionSummary"]

_STEP = 0.01  # of the standard deviation of the errors, for derivatives
_UNCHANGED = 0.02  # a method sets the shares if it changes them by more


@dataclass(frozen=True, kw_only=True)
class RegressionSummary(TableSummary):
    """The part of the studied table that results of a continuous target are computed from.

    Attributes
    ----------
    values : ndarray of float64 of shape (n_samples,)
        The target.
    relevance : ndarray of float64 of shape (n_samples,)
        The relevance of each value, from 0 to 1.
    relevance_method : str
        How relevance is defined.
    relevance_parameters : dict
        Parameters of a `RelevanceFunction` with this relevance. One of an inverse density is
        fitted to the target again.
    """

    values: Float64Array
    relevance: Float64Array
    relevance_method: str
    relevance_parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RegressionEvaluator(Evaluator):
    """Computes metrics of the candidates of a study of a continuous target."""

    data: RegressionSummary

    def training_influences(
        self, metric: Metric, candidate: Candidate, influences: Float64Array
    ) -> Float64Array:
        """Return the influence of each sample, as a training sample, on the metric of all folds.

        A training sample moves the level and the spread of all predictions, as in a linear
        regression of the target on the predictions: by its residual, divided by the number of
        training samples, and by the same times its standardized prediction. The derivatives of the
        metric by the level and by the spread are computed by moving all predictions.
        """
        out = np.zeros_like(influences)
        predicted = candidate.scores[..., 0]
        for repeat, rows in enumerate(~np.isnan(predicted)):
            if not rows.any():
                continue
            y, scores = self.data.values[rows], predicted[repeat, rows]
            weights = self._weights(candidate.priors[repeat], rows)
            residuals = self._residuals(candidate.priors[repeat], y - scores, rows)
            center = np.average(scores, weights=weights)
            spread = float(np.sqrt(np.average((scores - center) ** 2, weights=weights)))
            standardized = (predicted - center) / (spread or 1.0)
            step = _STEP * float(np.std(y - scores)) or 1.0
            for direction in (np.ones_like(predicted), standardized):
                slope = self._slope(metric, candidate, step * direction)[repeat] / step
                out[repeat, rows] += slope * weights * residuals * direction[repeat, rows]
        return out

    def _slope(self, metric: Metric, candidate: Candidate, move: Float64Array) -> Float64Array:
        """Return how much a metric, summed over the folds of each repeat, changes by a move."""
        above, below = (
            self.values(metric, replace(candidate, scores=candidate.scores + side[..., None]))
            for side in (move, -move)
        )
        slopes: Float64Array = np.nansum(above - below, axis=1) / 2
        return slopes

    def _shares(self, priors: Float64Array, rows: BoolArray) -> tuple[Float64Array, Float64Array]:
        """Return the shares of common and rare values, in the table and in the training data."""
        rare = float((self.data.codes[rows] == RARE).mean())
        natural = np.array([1 - rare, rare])
        known = priors[~np.isnan(priors).any(axis=1)]
        return natural, known.mean(axis=0) if len(known) else natural

    def _weights(self, priors: Float64Array, rows: BoolArray) -> Float64Array:
        """Return the weights of the samples in training, with the sum 1."""
        natural, shares = self._shares(priors, rows)
        ratio = shares / np.where(natural > 0, natural, 1)
        weights = ratio[(self.data.codes[rows] == RARE).astype(np.intp)]
        relative: Float64Array = weights / weights.sum()
        return relative

    def _residuals(
        self, priors: Float64Array, residuals: Float64Array, rows: BoolArray
    ) -> Float64Array:
        """Return residuals relative to their mean.

        Where the method sets the shares of common and rare values, a sample competes with those of
        its own kind.
        """
        natural, shares = self._shares(priors, rows)
        rare = self.data.codes[rows] == RARE
        is_set = not np.allclose(shares, natural, atol=_UNCHANGED)
        centered = residuals.copy()
        for members in (rare, ~rare) if is_set else (rare | ~rare,):
            if members.any():
                centered[members] -= centered[members].mean()
        return centered

    def _scored_samples(
        self, candidate: Candidate, repeat: int, rows: IntArray
    ) -> PredictedSamples:
        return PredictedSamples(
            self.data.values[rows],
            candidate.scores[repeat, rows, 0],
            self.data.relevance[rows],
            (self.data.codes[rows] == RARE).astype(np.float64),
        )

    def _value(self, metric: Metric, tested: PredictedSamples) -> float:
        return metric.value(tested)
