"""The metrics of a study by name, with the influence of each sample on them.

Metrics are computed per fold from out-of-fold scores and predictions. Metrics that can be tested
also have influences: the derivative with respect to the weight of each sample, from which the
variance of an improvement follows (infinitesimal jackknife; for ROC-AUC, DeLong's variance).

References: Efron (1982), doi:10.1137/1.9781611970319; DeLong et al. (1988), doi:10.2307/2531595.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import rankdata

from counterpoise._lib.suggest import suggest_names
from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.exceptions import InputError
from counterpoise.metrics import brier_skill_score, recall_at_precision
from counterpoise.metrics._ranking import PRECISION
from counterpoise.probability import calibration_intercept, calibration_slope
from counterpoise.study._records import Costs
from counterpoise.study._scorers import Scorer, scorer_named, scorer_names

__all__ = ["METRICS", "SYNONYMS", "Metric", "ScoredSamples", "mean_of", "metric_named"]

_SMALLEST = 1e-15  # probabilities are clipped, so that the log loss is finite


@dataclass(frozen=True)
class ScoredSamples:
    """Test samples with the scores and predictions of one candidate.

    Attributes
    ----------
    codes : ndarray of int of shape (n_samples,)
        The true classes.
    scores : ndarray of float64 of shape (n_samples, n_columns)
        Scores of the positive class, or of every class.
    predictions : ndarray of int of shape (n_samples,)
    positive : int or None
        The code of the positive class; None if there are more than two classes.
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
        """Whether a sample belongs to the class of each column of scores."""
        classes = np.arange(self.n_classes) if self.positive is None else [self.positive]
        targets: BoolArray = self.codes[:, None] == np.asarray(classes)[None, :]
        return targets

    @property
    def confusion(self) -> Float64Array:
        """The confusion matrix: true classes in rows, predicted classes in columns."""
        cells = self.codes.astype(np.intp) * self.n_classes + self.predictions
        counts = np.bincount(cells, minlength=self.n_classes**2).astype(np.float64)
        return counts.reshape(self.n_classes, self.n_classes)


@dataclass(frozen=True)
class Metric:
    """A metric of a study.

    Attributes
    ----------
    name, label : str
        The name in code, and the name in text.
    sign : int
        1 if greater is better, −1 if lower is better, 0 for neither.
    value : callable
        Maps `ScoredSamples`, or `PredictedSamples` of a continuous target, to a number.
    influence : callable or None
        Maps them to the derivative by the weight of each sample; None if the metric cannot be
        tested.
    margin : float
        The default equivalence margin.
    relative : bool
        Whether the margin is relative to the baseline's score.
    needs_probabilities, needs_two_classes : bool
        What the metric is defined for.
    pooled : bool
        Whether it is computed on all folds of a repeat at once.
    uses_scores : bool
        Whether it depends on scores; otherwise on predictions.
    ranks : bool
        Whether it depends on the ranking of the scores only.
    uses_costs : bool
        Whether the best predictions follow from probabilities and costs.
    of_positive : bool
        Whether it describes the positive class, if there are two classes.
    """

    name: str
    label: str
    sign: int
    value: Callable[[Any], float]
    influence: Callable[[Any], Float64Array] | None = None
    margin: float = 0.01
    relative: bool = False
    needs_probabilities: bool = False
    needs_two_classes: bool = False
    pooled: bool = False
    uses_scores: bool = True
    ranks: bool = False
    uses_costs: bool = False
    of_positive: bool = False

    @property
    def uses_probabilities(self) -> bool:
        """Whether corrected or calibrated probabilities change it."""
        return self.needs_probabilities or self.uses_costs


# ---- Rankings ----


def _over_columns(
    one: Callable[[BoolArray, Float64Array], Any],
) -> Callable[[ScoredSamples], Any]:
    """Average a metric of one class over the columns of scores (macro average)."""

    def mean(tested: ScoredSamples) -> Any:
        columns = zip(tested.targets.T, tested.scores.T, strict=True)
        return sum(one(target, score) for target, score in columns) / tested.scores.shape[1]

    return mean


@dataclass(frozen=True)
class _Ranked:
    """Samples by decreasing score, with cumulative counts at each distinct score."""

    order: IntArray
    group: IntArray  # index of the distinct score, for each sample in that order
    true_positives: Float64Array
    n_predicted: Float64Array

    @classmethod
    def of(cls, target: BoolArray, score: Float64Array) -> _Ranked:
        order = np.argsort(-score, kind="stable")
        ends = np.diff(score[order]) != 0
        group = np.concatenate([[0], np.cumsum(ends)])
        last = np.append(np.flatnonzero(ends), len(order) - 1)
        return cls(order, group, np.cumsum(target[order], dtype=np.float64)[last], last + 1.0)

    @property
    def recall_steps(self) -> Float64Array:
        """The increase of recall at each distinct score."""
        counts = self.true_positives
        steps: Float64Array = np.diff(counts, prepend=0) / counts[-1]
        return steps


def _average_precision(target: BoolArray, score: Float64Array) -> float:
    ranked = _Ranked.of(target, score)
    return float(ranked.recall_steps @ (ranked.true_positives / ranked.n_predicted))


def _average_precision_influence(target: BoolArray, score: Float64Array) -> Float64Array:
    ranked = _Ranked.of(target, score)
    tp, n, steps, group = (
        ranked.true_positives,
        ranked.n_predicted,
        ranked.recall_steps,
        ranked.group,
    )
    precision = tp / n
    # A sample changes the precision at its own score and at all lower ones: a positive sample
    # raises it, a negative one lowers it.
    raises = np.cumsum((steps * (n - tp) / n**2)[::-1])[::-1][group]
    lowers = -np.cumsum((steps * tp / n**2)[::-1])[::-1][group]
    own = (precision[group] - steps @ precision) / tp[-1]
    influence = np.empty(len(group))
    influence[ranked.order] = np.where(target[ranked.order], own + raises, lowers)
    return influence


def _roc_auc(target: BoolArray, score: Float64Array) -> float:
    """Return the share of pairs of a positive and a negative that are ranked correctly."""
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


# ---- Means over samples ----


def _log_losses(tested: ScoredSamples) -> Float64Array:
    p = np.clip(tested.scores, _SMALLEST, 1 - _SMALLEST)
    if tested.positive is not None:
        losses: Float64Array = -np.log(np.where(tested.targets, p, 1 - p))[:, 0]
        return losses
    rows = np.arange(len(p))
    multiclass: Float64Array = -np.log(p[rows, tested.codes])
    return multiclass


def _squares(tested: ScoredSamples) -> Float64Array:
    squares: Float64Array = ((tested.scores - tested.targets) ** 2).sum(axis=1)
    return squares


def _costs(tested: ScoredSamples) -> Float64Array:
    positive = tested.codes == tested.positive
    predicted = tested.predictions == tested.positive
    costs: Float64Array = (predicted & ~positive) * tested.costs.false_positive + (
        positive & ~predicted
    ) * tested.costs.false_negative
    return costs


def _mean_of(
    losses: Callable[[ScoredSamples], Float64Array],
) -> tuple[Callable[[ScoredSamples], float], Callable[[ScoredSamples], Float64Array]]:
    def influence(tested: ScoredSamples) -> Float64Array:
        values = losses(tested)
        centered: Float64Array = (values - values.mean()) / len(values)
        return centered

    return lambda tested: float(losses(tested).mean()), influence


# ---- Functions of the confusion matrix ----

_CountMetric = Callable[[Float64Array, int | None], float]


def _balanced_accuracy(counts: Float64Array) -> float:
    return float(np.mean(_recalls(counts)))


def _geometric_mean(counts: Float64Array) -> float:
    recalls = _recalls(counts)
    return float(np.prod(np.maximum(recalls, 0)) ** (1 / len(recalls)))


def _recalls(counts: Float64Array) -> Float64Array:
    recalls: Float64Array = np.diag(counts) / counts.sum(axis=1)
    return recalls


def _precisions(counts: Float64Array) -> Float64Array:
    """Return the precision of each class; 0 for a class that is never predicted."""
    predicted = counts.sum(axis=0)
    precisions: Float64Array = np.diag(counts) / np.where(predicted > 0, predicted, 1)
    return precisions


def _f_scores(counts: Float64Array, beta: float) -> Float64Array:
    """Return the F-score of each class; 0 for a class that neither occurs nor is predicted."""
    sizes = counts.sum(axis=0) + beta**2 * counts.sum(axis=1)
    scores: Float64Array = (1 + beta**2) * np.diag(counts) / np.where(sizes > 0, sizes, 1)
    return scores


def _cohen_kappa(counts: Float64Array) -> float:
    n = counts.sum()
    by_chance = counts.sum(axis=1) @ counts.sum(axis=0) / n**2
    return float((np.trace(counts) / n - by_chance) / (1 - by_chance))


def _matthews(counts: Float64Array) -> float:
    n, true, predicted = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    product = (n**2 - true @ true) * (n**2 - predicted @ predicted)
    covariance = np.trace(counts) * n - true @ predicted
    return float(covariance / np.sqrt(product)) if product > 0 else 0.0


def _influence_by_counts(from_counts: _CountMetric) -> Callable[[ScoredSamples], Float64Array]:
    """Return the influence function of a metric of the confusion matrix, by central differences."""

    def influence(tested: ScoredSamples) -> Float64Array:
        counts, step = tested.confusion, 0.5
        slopes = np.zeros_like(counts)
        for cell in zip(*np.nonzero(counts), strict=True):
            above, below = counts.copy(), counts.copy()
            above[cell] += step
            below[cell] -= step
            difference = from_counts(above, tested.positive) - from_counts(below, tested.positive)
            slopes[cell] = difference / (2 * step)
        rows: Float64Array = slopes[tested.codes, tested.predictions]
        return rows

    return influence


def _of_positive(by_class: Callable[[Float64Array], Float64Array]) -> _CountMetric:
    """Return the metric of the positive class, or its mean over several classes (macro average)."""

    def metric(counts: Float64Array, positive: int | None) -> float:
        values = by_class(counts)
        return float(values.mean() if positive is None else values[positive])

    return metric


def _ignore_positive(from_counts: Callable[[Float64Array], float]) -> _CountMetric:
    return lambda counts, _: from_counts(counts)


def _count_metric(
    name: str, label: str, from_counts: _CountMetric, *, of_positive: bool = False
) -> Metric:
    return Metric(
        name,
        label,
        1,
        lambda tested: from_counts(tested.confusion, tested.positive),
        _influence_by_counts(from_counts),
        uses_scores=False,
        of_positive=of_positive,
    )


def _class_metric(
    name: str, label: str, by_class: Callable[[Float64Array], Float64Array]
) -> Metric:
    return _count_metric(name, label, _of_positive(by_class), of_positive=True)


def _f_metric(beta: float) -> Metric:
    return _class_metric(f"f{beta:g}", f"F{beta:g}", lambda counts: _f_scores(counts, beta))


# ---- Calibration and operating points ----


def _if_defined(
    metric: Callable[[BoolArray, Float64Array], float],
) -> Callable[[ScoredSamples], float]:
    """Return a metric that is NaN where the scores do not allow it, as constant ones."""

    def value(tested: ScoredSamples) -> float:
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
        ranks=True,
        of_positive=True,
    ),
    Metric(
        "roc_auc",
        "ROC-AUC",
        1,
        _over_columns(_roc_auc),
        _over_columns(_roc_auc_influence),
        ranks=True,
    ),
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
        of_positive=True,
    ),
    _count_metric("balanced_accuracy", "balanced accuracy", _ignore_positive(_balanced_accuracy)),
    _count_metric("geometric_mean", "G-mean", _ignore_positive(_geometric_mean)),
    _f_metric(1),
    _class_metric("precision", "precision", _precisions),
    _class_metric("recall", "recall", _recalls),
    _count_metric("matthews", "Matthews correlation", _ignore_positive(_matthews)),
    _count_metric("cohen_kappa", "Cohen's kappa", _ignore_positive(_cohen_kappa)),
    Metric(
        "recall_at_precision",
        f"recall at {PRECISION:.0%} precision",
        1,
        _if_defined(_recall_at_precision),
        needs_two_classes=True,
        pooled=True,
        of_positive=True,
    ),
    Metric(
        "expected_cost",
        "expected cost",
        -1,
        *_mean_of(_costs),
        margin=0.02,
        relative=True,
        needs_two_classes=True,
        uses_scores=False,
        uses_costs=True,
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}


# Names of scikit-learn's scorers, and of counterpoise's, for metrics that have another name here.
SYNONYMS = {
    "matthews_corrcoef": "matthews",
    "neg_brier_score": "brier",
    "neg_expected_cost": "expected_cost",
    "neg_log_loss": "log_loss",
    "sensitivity": "recall",
}
_F_SCORE = re.compile(r"(?:f|fbeta=)(\d+(?:\.\d+)?)")


@cache
def metric_named(name: str) -> Metric:
    """Return a metric by name.

    Parameters
    ----------
    name : str
        A name of `METRICS`, ``f2`` or ``fbeta=2`` for the F-score with this beta, or the name of a
        classification scorer of scikit-learn or counterpoise.

    Raises
    ------
    InputError
        If the name is unknown; the message suggests the most similar one.

    Examples
    --------
    >>> [metric_named(name).label for name in ("neg_log_loss", "fbeta=0.5", "jaccard_macro")]
    ['log loss', 'F0.5', 'jaccard (macro)']
    """
    name = SYNONYMS.get(name, name)
    if name in METRICS:
        return METRICS[name]
    f_score, scorer = _F_SCORE.fullmatch(name), scorer_named(name)
    if f_score and float(f_score[1]) > 0:
        beta = float(f_score[1])
        return METRICS["f1"] if beta == 1 else _f_metric(beta)
    if scorer is not None:
        return _scorer_metric(name, scorer)
    if name in ("f", "fbeta"):
        raise InputError(
            "fbeta needs its beta: fbeta=2 gives more weight to recall, fbeta=0.5 to precision."
        )
    known = (*METRICS, *SYNONYMS, *scorer_names())
    hint = suggest_names(name, known, "All names: counterpoise study --list.")
    raise InputError(f"Unknown metric {name!r}.{hint}")


def _scorer_label(name: str) -> str:
    """Return the name of a scorer in text, such as *F1 (macro)*."""
    if name in METRICS:
        return METRICS[name].label
    base, _, average = name.rpartition("_")
    if average in ("macro", "micro", "weighted", "ovo", "ovr"):
        return f"{_scorer_label(base)} ({average})"
    return name.removeprefix("neg_").replace("_", " ")


def _scorer_metric(name: str, scorer: Scorer) -> Metric:
    """Return the metric of a scorer; it can be tested if it is one of the confusion matrix."""
    is_of_counts = not scorer.uses_scores and scorer.takes_weights

    def value(tested: ScoredSamples) -> float:
        if is_of_counts:
            return scorer.of_counts(tested.confusion, tested.positive)
        if tested.positive is None:
            output = tested.scores if scorer.uses_scores else tested.predictions
            return scorer.of_samples(tested.codes, output)
        predicted = (tested.predictions == tested.positive).astype(np.intp)
        output = tested.scores[:, 0] if scorer.uses_scores else predicted
        return scorer.of_samples(tested.targets[:, 0].astype(np.intp), output)

    return Metric(
        name,
        _scorer_label(name),
        scorer.sign,
        value,
        _influence_by_counts(scorer.of_counts) if is_of_counts else None,
        needs_probabilities=scorer.needs_probabilities,
        needs_two_classes=scorer.of_positive,
        uses_scores=scorer.uses_scores,
        of_positive=scorer.of_positive,
    )


def mean_of(values: Float64Array) -> float:
    """Return the mean of the values that are not NaN; NaN if there are none."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")
