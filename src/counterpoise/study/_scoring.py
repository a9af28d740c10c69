"""Compute the metrics of each candidate per fold from its out-of-fold scores and predictions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.study._metrics import Metric, ScoredSamples
from counterpoise.study._probabilities import calibrated_scores, corrected_scores
from counterpoise.study._records import Candidate, Costs, Probabilities, TableSummary
from counterpoise.study._training_influence import training_influences

__all__ = ["Evaluator"]


@dataclass(frozen=True)
class Evaluator:
    """Computes metrics of the candidates of a study.

    Attributes
    ----------
    data : TableSummary
    folds : ndarray of int of shape (n_repeats, n_samples)
    n_folds : int
    costs : Costs
    by_time : bool
        Whether folds follow each other in time.
    """

    data: TableSummary
    folds: IntArray
    n_folds: int
    costs: Costs
    by_time: bool = False

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

    def training_influences(
        self, metric: Metric, candidate: Candidate, influences: Float64Array
    ) -> Float64Array:
        """Return the influence of each sample, as a training sample, on the metric of all folds.

        Parameters
        ----------
        metric : Metric
        candidate : Candidate
        influences : ndarray of float64 of shape (n_repeats, n_samples)
            The influence of each sample as a test sample.
        """
        return training_influences(self.data, metric, candidate, influences)

    def applies(self, metric: Metric, candidate: Candidate) -> bool:
        """Return whether a metric is defined for a candidate."""
        if metric.needs_probabilities and not candidate.has_probabilities:
            return False
        return not metric.needs_two_classes or self.data.positive is not None

    def with_probabilities(
        self, candidate: Candidate, kind: Probabilities, known: Float64Array | None = None
    ) -> Candidate:
        """Return the candidate with corrected or calibrated probabilities.

        Of two classes, the positive one is then predicted where this has the lower expected cost.

        Parameters
        ----------
        candidate : Candidate
        kind : {"predicted", "corrected", "calibrated"}
        known : ndarray of float64 of the shape of its scores, optional
            These probabilities, if a candidate with the same scores has them already.
        """
        if kind == "predicted" or not candidate.has_probabilities:
            return candidate
        if known is not None:
            scores = known
        elif kind == "corrected":
            scores = corrected_scores(candidate, self.data, self.folds)
        else:
            scores = calibrated_scores(
                candidate.scores, self.data, self.folds, by_time=self.by_time
            )
        natural = np.bincount(self.data.codes, minlength=len(self.data.classes)) / len(
            self.data.codes
        )
        return replace(
            candidate,
            scores=scores,
            predictions=self._cheapest(candidate, scores),
            priors=np.broadcast_to(natural, candidate.priors.shape),
            thresholds=np.full_like(candidate.thresholds, np.nan),
        )

    def _cheapest(self, candidate: Candidate, scores: Float64Array) -> IntArray:
        """Return the predictions with the lowest expected cost."""
        positive, costs = self.data.positive, self.costs
        total = costs.false_positive + costs.false_negative
        if positive is None or not total:
            return candidate.predictions
        threshold = costs.false_positive / total  # Elkan (2001)
        predicted = np.where(scores[..., 0] >= threshold, positive, 1 - positive)
        return np.where(candidate.predictions < 0, -1, predicted).astype(np.int16)

    def _scored_samples(self, candidate: Candidate, repeat: int, rows: IntArray) -> Any:
        return ScoredSamples(
            self.data.codes[rows],
            candidate.scores[repeat, rows],
            candidate.predictions[repeat, rows],
            self.data.positive,
            len(self.data.classes),
            self.costs,
        )

    def _value(self, metric: Metric, tested: Any) -> float:
        has_all_classes = len(np.unique(tested.codes)) == tested.n_classes
        return metric.value(tested) if has_all_classes else float("nan")
