"""Compute the metrics of a continuous target from out-of-fold predictions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.study._metrics import Metric
from counterpoise.study._records import Candidate, TableSummary
from counterpoise.study._regression.metrics import PredictedSamples
from counterpoise.study._regression.target import RARE
from counterpoise.study._scoring import Evaluator

__all__ = ["RegressionEvaluator", "RegressionSummary"]

_STEP = 0.01  # of the standard deviation of the errors, for derivatives


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
    """

    values: Float64Array
    relevance: Float64Array
    relevance_method: str


@dataclass(frozen=True)
class RegressionEvaluator(Evaluator):
    """Computes metrics of the candidates of a study of a continuous target."""

    data: RegressionSummary

    def training_influences(
        self, metric: Metric, candidate: Candidate, influences: Float64Array
    ) -> Float64Array:
        """Return the influence of each sample, as a training sample, on the metric of all folds.

        A training sample moves the level of all predictions by its residual, divided by the
        number of training samples. The derivative of the metric by the level is computed by
        moving all predictions.
        """
        out = np.zeros_like(influences)
        done = ~np.isnan(candidate.scores[..., 0])
        if not done.any():
            return out
        residuals = self.data.values - candidate.scores[..., 0]
        step = _STEP * float(np.nanstd(residuals)) or 1.0
        above, below = (
            self.values(metric, replace(candidate, scores=candidate.scores + move))
            for move in (step, -step)
        )
        slopes = np.nansum(above - below, axis=1) / (2 * step)
        for repeat, rows in enumerate(done):
            moves = self._level_moves(candidate.priors[repeat], residuals[repeat, rows], rows)
            out[repeat, rows] = slopes[repeat] * moves
        return out

    def _level_moves(
        self, priors: Float64Array, residuals: Float64Array, rows: IntArray
    ) -> Float64Array:
        """Return how much each training sample moves the level of the predictions."""
        rare = self.data.codes[rows] == RARE
        natural = np.array([1 - rare.mean(), rare.mean()])
        known = priors[~np.isnan(priors).any(axis=1)]
        shares = known.mean(axis=0) if len(known) else natural
        weights = (shares / np.where(natural > 0, natural, 1))[rare.astype(np.intp)]
        centered = residuals.copy()
        # Where the method sets the shares, a sample competes with those of its own kind.
        groups = (rare, ~rare) if not np.allclose(shares, natural, atol=0.02) else (rare | ~rare,)
        for members in groups:
            if members.any():
                centered[members] -= centered[members].mean()
        moves: Float64Array = weights * centered / weights.sum()
        return moves

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
