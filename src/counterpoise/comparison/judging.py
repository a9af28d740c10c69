"""Metrics of each arm, fold by fold, from what it said of the test rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.comparison.metrics import Judged, Metric
from counterpoise.comparison.records import Arm, Costs, Data
from counterpoise.probability import correct_prior

__all__ = ["Judge", "corrected_scores"]


def corrected_scores(arm: Arm, data: Data, folds: IntArray) -> Float64Array:
    """Return an arm's probabilities, brought from the shares it was trained on to the table's.

    Parameters
    ----------
    arm : Arm
    data : Data
    folds : ndarray of int of shape (n_repeats, n_rows)

    Returns
    -------
    ndarray of float64 of shape (n_repeats, n_rows, n_columns)
        Scores that are no probabilities, or of unknown shares, come back as they are.
    """
    scores = arm.scores.copy()
    if not arm.probable:
        return scores
    counts = np.bincount(data.codes, minlength=len(data.classes))
    for repeat, number in zip(*np.nonzero(~np.isnan(arm.priors).any(axis=2)), strict=True):
        rows = folds[repeat] == number
        if np.isnan(scores[repeat, rows]).any() or not rows.any():
            continue
        prior = arm.priors[repeat, number]
        given = scores[repeat, rows]
        whole = given
        if data.positive is not None:
            whole = np.empty((len(given), 2))
            whole[:, data.positive], whole[:, 1 - data.positive] = given[:, 0], 1 - given[:, 0]
        if (prior > 0).all():
            whole = correct_prior(whole, prior, counts / counts.sum())
        scores[repeat, rows] = whole if data.positive is None else whole[:, [data.positive]]
    return scores


@dataclass(frozen=True)
class Judge:
    """Works out metrics for the arms of one study.

    Attributes
    ----------
    data : Data
    folds : ndarray of int of shape (n_repeats, n_rows)
    n_folds : int
    costs : Costs
    """

    data: Data
    folds: IntArray
    n_folds: int
    costs: Costs

    def values(self, metric: Metric, arm: Arm) -> Float64Array:
        """Return the metric in each fold; NaN where it is not defined, or the fold not done.

        Returns
        -------
        ndarray of float64 of shape (n_repeats, n_folds)
            A metric that is worked out on all folds at once is the same in each fold of a repeat.
        """
        values = np.full((len(self.folds), self.n_folds), np.nan)
        if not self.applies(metric, arm):
            return values
        for repeat in range(len(values)):
            if metric.pooled:
                rows = arm.predictions[repeat] >= 0
                values[repeat] = self._value(metric, self._tested(arm, repeat, rows))
                continue
            for number in range(self.n_folds):
                rows = self.folds[repeat] == number
                if rows.any() and (arm.predictions[repeat, rows] >= 0).all():
                    values[repeat, number] = self._value(metric, self._tested(arm, repeat, rows))
        return values

    def influences(self, metric: Metric, arm: Arm, done: BoolArray) -> Float64Array:
        """Return what each row does to the metric of its fold.

        Parameters
        ----------
        metric : Metric
            One that has influences.
        arm : Arm
        done : ndarray of bool of shape (n_repeats, n_folds)
            The folds that are asked for.

        Returns
        -------
        ndarray of float64 of shape (n_repeats, n_rows)
            0 for rows of other folds.
        """
        influences = np.zeros(self.folds.shape)
        for repeat, number in zip(*np.nonzero(done), strict=True):
            rows = self.folds[repeat] == number
            if metric.influence is not None:
                tested = self._tested(arm, int(repeat), rows)
                influences[repeat, rows] = metric.influence(tested)
        return influences

    def applies(self, metric: Metric, arm: Arm) -> bool:
        """Say whether a metric is defined for an arm."""
        if metric.needs_probabilities and not arm.probable:
            return False
        return not metric.needs_two_classes or self.data.positive is not None

    def corrected(self, arm: Arm) -> Arm:
        """Return an arm with its probabilities corrected."""
        return replace(arm, scores=corrected_scores(arm, self.data, self.folds))

    def _tested(self, arm: Arm, repeat: int, rows: IntArray) -> Judged:
        return Judged(
            self.data.codes[rows],
            arm.scores[repeat, rows],
            arm.predictions[repeat, rows],
            self.data.positive,
            len(self.data.classes),
            self.costs,
        )

    def _value(self, metric: Metric, tested: Judged) -> float:
        everyone = len(np.unique(tested.codes)) == tested.n_classes
        return metric.value(tested) if everyone else float("nan")
