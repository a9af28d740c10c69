"""Compute the metrics of each candidate per fold from its out-of-fold scores and predictions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.probability import correct_prior
from counterpoise.study._metrics import Metric, ScoredSamples
from counterpoise.study._records import Candidate, Costs, TableSummary

__all__ = ["Evaluator", "corrected_scores"]


def corrected_scores(candidate: Candidate, data: TableSummary, folds: IntArray) -> Float64Array:
    """Correct predicted probabilities for the class proportions of the training data.

    Parameters
    ----------
    candidate : Candidate
    data : TableSummary
    folds : ndarray of int of shape (n_repeats, n_samples)

    Returns
    -------
    ndarray of float64 of shape (n_repeats, n_samples, n_columns)
        Scores that are not probabilities, or whose prior is unknown, are unchanged.
    """
    scores = candidate.scores.copy()
    if not candidate.has_probabilities:
        return scores
    counts = np.bincount(data.codes, minlength=len(data.classes))
    for repeat, fold in zip(*np.nonzero(~np.isnan(candidate.priors).any(axis=2)), strict=True):
        rows = folds[repeat] == fold
        if np.isnan(scores[repeat, rows]).any() or not rows.any():
            continue
        prior = candidate.priors[repeat, fold]
        predicted = scores[repeat, rows]
        whole = predicted
        if data.positive is not None:
            whole = np.empty((len(predicted), 2))
            whole[:, data.positive] = predicted[:, 0]
            whole[:, 1 - data.positive] = 1 - predicted[:, 0]
        if (prior > 0).all():
            whole = correct_prior(whole, prior, counts / counts.sum())
        scores[repeat, rows] = whole if data.positive is None else whole[:, [data.positive]]
    return scores


@dataclass(frozen=True)
class Evaluator:
    """Computes metrics of the candidates of a study.

    Attributes
    ----------
    data : TableSummary
    folds : ndarray of int of shape (n_repeats, n_samples)
    n_folds : int
    costs : Costs
    """

    data: TableSummary
    folds: IntArray
    n_folds: int
    costs: Costs

    def values(self, metric: Metric, candidate: Candidate) -> Float64Array:
        """Return the metric in each fold; NaN if it is undefined or the fold is not done.

        Returns
        -------
        ndarray of float64 of shape (n_repeats, n_folds)
            A pooled metric has the same value in each fold of a repeat.
        """
        values = np.full((len(self.folds), self.n_folds), np.nan)
        if not self.applies(metric, candidate):
            return values
        for repeat in range(len(values)):
            if metric.pooled:
                rows = candidate.predictions[repeat] >= 0
                values[repeat] = self._value(metric, self._scored_samples(candidate, repeat, rows))
                continue
            for fold in range(self.n_folds):
                rows = self.folds[repeat] == fold
                if rows.any() and (candidate.predictions[repeat, rows] >= 0).all():
                    values[repeat, fold] = self._value(
                        metric, self._scored_samples(candidate, repeat, rows)
                    )
        return values

    def influences(self, metric: Metric, candidate: Candidate, done: BoolArray) -> Float64Array:
        """Return the influence of each sample on the metric of its fold.

        Parameters
        ----------
        metric : Metric
            One that has influences.
        candidate : Candidate
        done : ndarray of bool of shape (n_repeats, n_folds)
            The folds to include.

        Returns
        -------
        ndarray of float64 of shape (n_repeats, n_samples)
            0 for samples of other folds.
        """
        influences = np.zeros(self.folds.shape)
        for repeat, fold in zip(*np.nonzero(done), strict=True):
            rows = self.folds[repeat] == fold
            if metric.influence is not None:
                tested = self._scored_samples(candidate, int(repeat), rows)
                influences[repeat, rows] = metric.influence(tested)
        return influences

    def applies(self, metric: Metric, candidate: Candidate) -> bool:
        """Return whether a metric is defined for a candidate."""
        if metric.needs_probabilities and not candidate.has_probabilities:
            return False
        return not metric.needs_two_classes or self.data.positive is not None

    def corrected(self, candidate: Candidate) -> Candidate:
        """Return the candidate with prior-corrected probabilities."""
        return replace(candidate, scores=corrected_scores(candidate, self.data, self.folds))

    def _scored_samples(self, candidate: Candidate, repeat: int, rows: IntArray) -> ScoredSamples:
        return ScoredSamples(
            self.data.codes[rows],
            candidate.scores[repeat, rows],
            candidate.predictions[repeat, rows],
            self.data.positive,
            len(self.data.classes),
            self.costs,
        )

    def _value(self, metric: Metric, tested: ScoredSamples) -> float:
        has_all_classes = len(np.unique(tested.codes)) == tested.n_classes
        return metric.value(tested) if has_all_classes else float("nan")
