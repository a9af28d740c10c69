"""What a ranking achieves: by threshold, among the highest scores, and at another prevalence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.evaluation._ranking import Counts
from counterpoise.metrics._ranking import PRECISION
from counterpoise.study import Costs
from counterpoise.study._report.curves import interpolate_precision, interpolate_roc

__all__ = ["CRITERIA", "SHARES", "OperatingPoints", "Plan", "measure_points"]

SHARES = (0.01, 0.05, 0.1)


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes
    ----------
    criteria : tuple of str
        Names of `CRITERIA` that choose a threshold.
    costs : Costs or None
        None for criteria that do not need them.
    threshold : float or None
        The threshold in use.
    prevalences : tuple of float
    """

    criteria: tuple[str, ...]
    costs: Costs | None
    threshold: float | None
    prevalences: tuple[float, ...]


@dataclass(frozen=True)
class OperatingPoints:
    """Measures of one ranking; each field has one number per criterion, share, prevalence or point.

    Attributes
    ----------
    positions : ndarray of int of shape (n_criteria,)
        The best threshold by each criterion: its position among the thresholds of all samples.
    thresholds, best_values : ndarray of float64 of shape (n_criteria,)
        The threshold, and the criterion there.
    recall_in_top : ndarray of float64 of shape (n_shares,)
    recall_at_precision : ndarray of float64 of shape (1,)
    average_precision, precision : ndarray of float64 of shape (n_prevalences,)
    precision_curve, roc_curve : ndarray of float64 of shape (101,)
    """

    positions: IntArray
    thresholds: Float64Array
    best_values: Float64Array
    recall_in_top: Float64Array
    recall_at_precision: Float64Array
    average_precision: Float64Array
    precision: Float64Array
    precision_curve: Float64Array
    roc_curve: Float64Array


def measure_points(counts: Counts, plan: Plan) -> OperatingPoints:
    """Measure a ranking from its counts.

    Parameters
    ----------
    counts : Counts
        Of all samples, or of a resample.
    plan : Plan
    """
    values = [CRITERIA[name](counts, plan.costs) for name in plan.criteria]
    best = [
        int(np.argmax(-v if name in _LOSSES else v))
        for name, v in zip(plan.criteria, values, strict=True)
    ]
    places = np.append(-1, counts.places)
    tp, fp = counts.true_positives[1:], counts.false_positives[1:]
    return OperatingPoints(
        positions=places[np.array(best, np.intp)] + 1,
        thresholds=np.array([counts.threshold(at) for at in best]),
        best_values=np.array([v[at] for v, at in zip(values, best, strict=True)]),
        recall_in_top=_recall_in_top(counts),
        recall_at_precision=np.array([_recall_at_precision(counts)]),
        average_precision=_average_precision(counts, plan.prevalences),
        precision=_precision(counts, plan),
        precision_curve=interpolate_precision(tp, fp),
        roc_curve=interpolate_roc(tp, fp),
    )


# ---- Criteria for a threshold: the metric at every threshold at once ----


def _balanced_accuracy(counts: Counts, _: Costs | None) -> Float64Array:
    return (counts.recall + 1 - counts.false_positive_rate) / 2


def _f1(counts: Counts, _: Costs | None) -> Float64Array:
    tp = counts.true_positives
    scores: Float64Array = 2 * tp / (counts.predicted + tp[-1])
    return scores


def _matthews(counts: Counts, _: Costs | None) -> Float64Array:
    tp, fp, predicted = counts.true_positives, counts.false_positives, counts.predicted
    product = predicted * (predicted[-1] - predicted) * tp[-1] * fp[-1]
    covariance = tp * fp[-1] - fp * tp[-1]
    # Where all samples are predicted alike, the coefficient is 0 by convention.
    scores: Float64Array = covariance / np.sqrt(np.where(product > 0, product, np.inf))
    return scores


def _expected_cost(counts: Counts, costs: Costs | None) -> Float64Array:
    costs = costs or Costs()
    tp, fp = counts.true_positives, counts.false_positives
    total = fp * costs.false_positive + (tp[-1] - tp) * costs.false_negative
    mean: Float64Array = total / counts.predicted[-1]
    return mean


CRITERIA: dict[str, Callable[[Counts, Costs | None], Float64Array]] = {
    "expected_cost": _expected_cost,
    "balanced_accuracy": _balanced_accuracy,
    "f1": _f1,
    "matthews": _matthews,
}
_LOSSES = {"expected_cost"}


# ---- The highest scores ----


def _recall_in_top(counts: Counts) -> Float64Array:
    # Over all orders of samples with equal scores, positives come evenly: a straight line.
    recall: Float64Array = np.interp(
        np.array(SHARES) * counts.predicted[-1], counts.predicted, counts.recall
    )
    return recall


def _recall_at_precision(counts: Counts) -> float:
    reached = counts.true_positives[1:] >= PRECISION * counts.predicted[1:] - 1e-9
    return float(counts.recall[1:][reached].max(initial=0.0))


# ---- Another prevalence ----


def _average_precision(counts: Counts, prevalences: tuple[float, ...]) -> Float64Array:
    recall, false = counts.recall[1:], counts.false_positive_rate[1:]
    steps = np.diff(recall, prepend=0)
    return np.array([steps @ _precision_at(recall, false, share) for share in prevalences])


def _precision(counts: Counts, plan: Plan) -> Float64Array:
    at = 0 if plan.threshold is None else counts.position(plan.threshold)
    if at == 0:
        return np.full(len(plan.prevalences), np.nan)
    recall, false = counts.recall[[at]], counts.false_positive_rate[[at]]
    return np.array([_precision_at(recall, false, share)[0] for share in plan.prevalences])


def _precision_at(recall: Float64Array, false: Float64Array, prevalence: float) -> Float64Array:
    positive, negative = prevalence * recall, (1 - prevalence) * false
    precision: Float64Array = positive / (positive + negative)
    return precision
