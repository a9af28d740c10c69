"""The metrics of a study by name: what each is, and what each row does to it.

A metric is worked out fold by fold from out-of-fold scores and decisions. Those that can be tested
also have influences: how a metric changes with the weight of each row, from which the variance of
a gain follows (the infinitesimal jackknife; of ROC-AUC, DeLong's).

References: Efron (1982), doi:10.1137/1.9781611970319; DeLong et al. (1988), doi:10.2307/2531595.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from counterpoise._lib.suggest import nearest
from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.comparison.records import Costs
from counterpoise.exceptions import InputError
from counterpoise.metrics import brier_skill_score, recall_at_precision
from counterpoise.probability import calibration_intercept, calibration_slope

__all__ = ["METRICS", "Judged", "Metric", "mean_of", "metric_named"]

_LEAST = 1e-15  # of what happened: no probability of 0 makes a loss infinite
PRECISION = 0.5


@dataclass(frozen=True)
class Judged:
    """Rows that one model was tested on.

    Attributes
    ----------
    codes : ndarray of int of shape (n_rows,)
        Their classes.
    scores : ndarray of float64 of shape (n_rows, n_columns)
        Of the rare class, or of every class.
    predictions : ndarray of int of shape (n_rows,)
    positive : int or None
        The code of the rare class; None where there are more than two.
    n_classes : int
    costs : Costs
    """

    codes: IntArray
    scores: Float64Array
    predictions: IntArray
    positive: int | None
    n_classes: int
    costs: Costs

    @property
    def targets(self) -> BoolArray:
        """Whether a row is of the class of each column of scores."""
        classes = np.arange(self.n_classes) if self.positive is None else [self.positive]
        targets: BoolArray = self.codes[:, None] == np.asarray(classes)[None, :]
        return targets

    @property
    def confusion(self) -> Float64Array:
        """How many rows of each class (row) were given each class (column)."""
        cells = self.codes.astype(np.intp) * self.n_classes + self.predictions
        counts = np.bincount(cells, minlength=self.n_classes**2).astype(np.float64)
        return counts.reshape(self.n_classes, self.n_classes)


@dataclass(frozen=True)
class Metric:
    """A metric of a study.

    Attributes
    ----------
    name, label : str
        For programs and for people.
    better : int
        1 where more is better, −1 where less is, 0 where neither.
    value : callable
        `Judged` to a number.
    influence : callable or None
        `Judged` to the derivative by the weight of each row; None where it has none.
    margin : float
        The least difference that matters.
    relative : bool
        Whether the margin is a share of the baseline's value.
    needs_probabilities, needs_two_classes, pooled : bool
        What it is defined for, and whether it is worked out on all folds of a repeat at once.
    reads_scores : bool
        Whether it looks at scores; otherwise at decisions.
    """

    name: str
    label: str
    better: int
    value: Callable[[Judged], float]
    influence: Callable[[Judged], Float64Array] | None = None
    margin: float = 0.01
    relative: bool = False
    needs_probabilities: bool = False
    needs_two_classes: bool = False
    pooled: bool = False
    reads_scores: bool = True


# ---- Rankings ----


def _over_columns(
    one: Callable[[BoolArray, Float64Array], Any],
) -> Callable[[Judged], Any]:
    """Make a metric of one class's scores one of all classes: its mean over them."""

    def mean(tested: Judged) -> Any:
        columns = zip(tested.targets.T, tested.scores.T, strict=True)
        return sum(one(target, score) for target, score in columns) / tested.scores.shape[1]

    return mean


@dataclass(frozen=True)
class _Ranked:
    """Rows by falling score: of each group of equal scores, what has been met by its end."""

    order: IntArray
    group: IntArray  # of each row in that order
    hits: Float64Array
    taken: Float64Array

    @classmethod
    def of(cls, target: BoolArray, score: Float64Array) -> _Ranked:
        order = np.argsort(-score, kind="stable")
        ends = np.diff(score[order]) != 0
        group = np.concatenate([[0], np.cumsum(ends)])
        last = np.append(np.flatnonzero(ends), len(order) - 1)
        return cls(order, group, np.cumsum(target[order], dtype=np.float64)[last], last + 1.0)

    @property
    def found(self) -> Float64Array:
        """The share of all positives that each group brings."""
        share: Float64Array = np.diff(self.hits, prepend=0) / self.hits[-1]
        return share


def _average_precision(target: BoolArray, score: Float64Array) -> float:
    ranked = _Ranked.of(target, score)
    return float(ranked.found @ (ranked.hits / ranked.taken))


def _average_precision_influence(target: BoolArray, score: Float64Array) -> Float64Array:
    ranked = _Ranked.of(target, score)
    hits, taken, found, group = ranked.hits, ranked.taken, ranked.found, ranked.group
    precision = hits / taken
    # A row lifts or lowers the precision at every positive that does not stand before it.
    lifts = np.cumsum((found * (taken - hits) / taken**2)[::-1])[::-1][group]
    lowers = -np.cumsum((found * hits / taken**2)[::-1])[::-1][group]
    own = (precision[group] - found @ precision) / hits[-1]
    influence = np.empty(len(group))
    influence[ranked.order] = np.where(target[ranked.order], own + lifts, lowers)
    return influence


def _roc_auc(target: BoolArray, score: Float64Array) -> float:
    """Return the share of pairs that are in the right order (Mann and Whitney)."""
    n_positive = int(target.sum())
    above = rankdata(score)[target].sum() - n_positive * (n_positive + 1) / 2
    return float(above / (n_positive * (len(target) - n_positive)))


def _roc_auc_influence(target: BoolArray, score: Float64Array) -> Float64Array:
    rank = rankdata(score)
    n_positive = int(target.sum())
    n_negative = len(target) - n_positive
    influence = np.empty(len(target))
    above = (rank[target] - rankdata(score[target])) / n_negative
    below = 1 - (rank[~target] - rankdata(score[~target])) / n_positive
    influence[target] = (above - above.mean()) / n_positive
    influence[~target] = (below - below.mean()) / n_negative
    return influence


# ---- Means over rows ----


def _log_losses(tested: Judged) -> Float64Array:
    p = np.clip(tested.scores, _LEAST, 1 - _LEAST)
    if tested.positive is not None:
        losses: Float64Array = -np.log(np.where(tested.targets, p, 1 - p))[:, 0]
        return losses
    rows = np.arange(len(p))
    named: Float64Array = -np.log(p[rows, tested.codes])
    return named


def _squares(tested: Judged) -> Float64Array:
    squares: Float64Array = ((tested.scores - tested.targets) ** 2).sum(axis=1)
    return squares


def _costs(tested: Judged) -> Float64Array:
    positive = tested.codes == tested.positive
    called = tested.predictions == tested.positive
    costs: Float64Array = (called & ~positive) * tested.costs.false_positive + (
        positive & ~called
    ) * tested.costs.false_negative
    return costs


def _mean_of(
    losses: Callable[[Judged], Float64Array],
) -> tuple[Callable[[Judged], float], Callable[[Judged], Float64Array]]:
    def influence(tested: Judged) -> Float64Array:
        each = losses(tested)
        centred: Float64Array = (each - each.mean()) / len(each)
        return centred

    return lambda tested: float(losses(tested).mean()), influence


# ---- Counts of decisions ----

_OfCounts = Callable[[Float64Array, int | None], float]


def _balanced_accuracy(counts: Float64Array) -> float:
    return float(np.mean(np.diag(counts) / counts.sum(axis=1)))


def _geometric_mean(counts: Float64Array) -> float:
    recalls = np.diag(counts) / counts.sum(axis=1)
    return float(np.prod(np.maximum(recalls, 0)) ** (1 / len(recalls)))


def _f1(counts: Float64Array) -> Float64Array:
    """Return F1 of each class; 0 for one that never is and never is named."""
    sizes = counts.sum(axis=0) + counts.sum(axis=1)
    scores: Float64Array = 2 * np.diag(counts) / np.where(sizes > 0, sizes, 1)
    return scores


def _matthews(counts: Float64Array) -> float:
    n, truth, named = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    spread = (n**2 - truth @ truth) * (n**2 - named @ named)
    return float((np.trace(counts) * n - truth @ named) / np.sqrt(spread)) if spread > 0 else 0.0


def _influence_of_counts(of_counts: _OfCounts) -> Callable[[Judged], Float64Array]:
    """Return the influences of a function of counts: its slope in the cell of each row."""

    def influence(tested: Judged) -> Float64Array:
        counts, step = tested.confusion, 0.5
        slopes = np.zeros_like(counts)
        for cell in zip(*np.nonzero(counts), strict=True):
            more, less = counts.copy(), counts.copy()
            more[cell] += step
            less[cell] -= step
            difference = of_counts(more, tested.positive) - of_counts(less, tested.positive)
            slopes[cell] = difference / (2 * step)
        rows: Float64Array = slopes[tested.codes, tested.predictions]
        return rows

    return influence


def _f1_of(counts: Float64Array, positive: int | None) -> float:
    return float(_f1(counts).mean() if positive is None else _f1(counts)[positive])


def _counted(of_counts: Callable[[Float64Array], float]) -> _OfCounts:
    return lambda counts, _: of_counts(counts)


def _decided(name: str, label: str, of_counts: _OfCounts) -> Metric:
    return Metric(
        name,
        label,
        1,
        lambda tested: of_counts(tested.confusion, tested.positive),
        _influence_of_counts(of_counts),
        reads_scores=False,
    )


# ---- Calibration and operating points ----


def _if_defined(metric: Callable[[BoolArray, Float64Array], float]) -> Callable[[Judged], float]:
    """Return NaN where scores are too alike, or too few, for the metric."""

    def value(tested: Judged) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return float(metric(tested.targets[:, 0], tested.scores[:, 0]))
            except ValueError:
                return float("nan")

    return value


def _recall_at_precision(target: BoolArray, score: Float64Array) -> float:
    return float(recall_at_precision(target, score, precision=PRECISION, pos_label=True))


_ALL = (
    Metric(
        "average_precision",
        "average precision",
        1,
        _over_columns(_average_precision),
        _over_columns(_average_precision_influence),
    ),
    Metric("roc_auc", "ROC-AUC", 1, _over_columns(_roc_auc), _over_columns(_roc_auc_influence)),
    Metric(
        "log_loss",
        "log loss",
        -1,
        *_mean_of(_log_losses),
        margin=0.02,
        relative=True,
        needs_probabilities=True,
    ),
    Metric(
        "brier",
        "Brier score",
        -1,
        *_mean_of(_squares),
        margin=0.02,
        relative=True,
        needs_probabilities=True,
    ),
    Metric(
        "brier_skill",
        "Brier skill",
        1,
        _if_defined(lambda target, score: float(brier_skill_score(target, score, pos_label=True))),
        needs_probabilities=True,
        needs_two_classes=True,
    ),
    Metric(
        "calibration_slope",
        "calibration slope",
        0,
        _if_defined(lambda target, score: calibration_slope(target, score, pos_label=True)),
        needs_probabilities=True,
        needs_two_classes=True,
        pooled=True,
    ),
    Metric(
        "calibration_intercept",
        "calibration intercept",
        0,
        _if_defined(lambda target, score: calibration_intercept(target, score, pos_label=True)),
        needs_probabilities=True,
        needs_two_classes=True,
        pooled=True,
    ),
    _decided("balanced_accuracy", "balanced accuracy", _counted(_balanced_accuracy)),
    _decided("geometric_mean", "G-mean", _counted(_geometric_mean)),
    _decided("f1", "F1", _f1_of),
    _decided("matthews", "Matthews correlation", _counted(_matthews)),
    Metric(
        "recall_at_precision",
        f"recall at {PRECISION:.0%} precision",
        1,
        _if_defined(_recall_at_precision),
        needs_two_classes=True,
        pooled=True,
    ),
    Metric(
        "expected_cost",
        "expected cost",
        -1,
        *_mean_of(_costs),
        margin=0.02,
        relative=True,
        needs_two_classes=True,
        reads_scores=False,
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}


def metric_named(name: str) -> Metric:
    """Return a metric by name.

    Raises
    ------
    InputError
        If there is none of this name, with the nearest.
    """
    if name not in METRICS:
        raise InputError(f"There is no metric {name!r}.{nearest(name, METRICS)}")
    return METRICS[name]


def mean_of(values: Float64Array) -> float:
    """Return the mean of what is there; NaN where nothing is."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else float("nan")
