"""An interval for any metric: by the bootstrap, or exactly where the metric is a proportion.

References: Efron (1979), doi:10.1214/aos/1176344552; Clopper and Pearson (1934),
doi:10.1093/biomet/26.4.404.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from inspect import signature
from typing import Any

import numpy as np
from scipy.special import betaincinv
from sklearn.metrics import accuracy_score, precision_score, recall_score
from sklearn.utils import check_random_state

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray, Seed
from counterpoise.exceptions import InputError
from counterpoise.metrics._estimates import Interval, require_level
from counterpoise.metrics._opening import (
    name_classes,
    open_labels_of,
    open_pair,
    open_scores,
    open_weights,
    require_same_length,
    unknown_label,
)
from counterpoise.metrics._sensitivity_specificity import sensitivity_score, specificity_score

__all__ = ["interval"]

_NAMED: dict[str, Callable[..., Any]] = {
    "accuracy": accuracy_score,
    "precision": precision_score,
    "recall": sensitivity_score,
    "sensitivity": sensitivity_score,
    "specificity": specificity_score,
}
# Each proportion's rows, and which of them count, by (true, predicted) being positive.
_PROPORTIONS: dict[Callable[..., Any], Callable[[BoolArray, BoolArray], tuple[Array, Array]]] = {
    precision_score: lambda true, predicted: (predicted, true),
    recall_score: lambda true, predicted: (true, predicted),
    sensitivity_score: lambda true, predicted: (true, predicted),
    specificity_score: lambda true, predicted: (~true, ~predicted),
}


def interval(
    metric: str | Callable[..., Any],
    y_true: Any,
    y_score: Any,
    *,
    level: float = 0.95,
    method: str = "bootstrap",
    n_resamples: int = 1000,
    random_state: Seed = None,
    pos_label: Any = None,
    sample_weight: Any = None,
) -> Interval:
    """Return a metric's value with an interval.

    Parameters
    ----------
    metric : str or callable
        "sensitivity", "recall", "specificity", "precision" or "accuracy"; or a function of
        ``(y_true, y_score)`` that returns a number. Fix its parameters with `functools.partial`.
    y_true : array-like of shape (n_rows,)
        The class of each row.
    y_score : array-like of shape (n_rows,) or (n_rows, n_columns)
        What the metric takes beside it: predicted classes or scores.
    level : float, default=0.95
        With which probability the interval shall hold the truth.
    method : {"bootstrap", "exact"}, default="bootstrap"
        "bootstrap" draws rows of each class again, with replacement, as many as the class has, and
        takes percentiles of the metric; for any metric. "exact" is the Clopper-Pearson interval,
        for sensitivity, specificity, precision and accuracy, which are proportions.
    n_resamples : int, default=1000
        How many times the bootstrap draws.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    pos_label : object, default=None
        The positive class, passed to the metric; None leaves the metric's own.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for. The bootstrap passes each drawn row's weight to the
        metric; the exact interval needs whole numbers.

    Returns
    -------
    Interval
        `value`, `low` and `high`. Percentiles that leave out the value are widened to hold it.

    Raises
    ------
    InputError
        If "exact" is asked for a metric that is no proportion, or one with no rows to count; or a
        parameter, the metric's value, weights or lengths are not what they must be.

    Notes
    -----
    The bootstrap takes the sizes of the classes for given. Of a metric that depends on them, such
    as precision, the interval is for data with the same prevalence.

    References
    ----------
    B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7 (1), 1-26
    (1979), doi:10.1214/aos/1176344552.

    C. J. Clopper, E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case
    of the Binomial", Biometrika 26 (4), 404-413 (1934), doi:10.1093/biomet/26.4.404.

    Examples
    --------
    >>> from functools import partial
    >>> from counterpoise.metrics import interval, lift_at
    >>> y_true, y_pred = [0] * 20 + [1] * 10, [0] * 18 + [1] * 9 + [0] * 3
    >>> value, low, high = interval("sensitivity", y_true, y_pred, method="exact")
    >>> value, round(low, 3), round(high, 3)
    (0.7, 0.348, 0.933)
    >>> found = interval(partial(lift_at, share=0.3), y_true, y_pred, random_state=0)
    >>> found.low <= found.value <= found.high
    True
    """
    level = require_level(level)
    function = _metric_of(metric)
    for name, given in (("pos_label", pos_label), ("sample_weight", sample_weight)):
        if given is not None:
            _require_parameter(function, name)
    if method == "exact":
        return _exact(
            function,
            y_true,
            y_score,
            level=level,
            pos_label=pos_label,
            sample_weight=sample_weight,
        )
    if method != "bootstrap":
        raise InputError(
            f"method must be 'bootstrap' or 'exact'; got {method!r}. Use 'bootstrap' if in doubt."
        )
    if not isinstance(n_resamples, int | np.integer) or n_resamples < 1:
        raise InputError(
            f"n_resamples must be a whole number above 0; got {n_resamples!r}. Set 1000, say."
        )
    if pos_label is not None:
        function = partial(function, pos_label=pos_label)
    sample = _Sample(function, y_true, y_score, sample_weight)
    value = sample.measure(np.arange(len(sample.true)))
    random = check_random_state(random_state)
    measured = [sample.measure(rows) for rows in sample.draws(random, int(n_resamples))]
    low, high = np.quantile(measured, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, min(float(low), value), max(float(high), value))


def _metric_of(metric: str | Callable[..., Any]) -> Callable[..., Any]:
    if isinstance(metric, str):
        function = _NAMED.get(metric)
    else:
        function = metric if callable(metric) else None
    if function is None:
        raise InputError(
            f"metric must be a function of y_true and y_score, or one of {', '.join(_NAMED)}; got "
            f"{metric!r}. Pass the metric's function."
        )
    return function


def _require_parameter(metric: Callable[..., Any], name: str) -> None:
    parameters = signature(metric).parameters
    if name not in parameters and not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        raise InputError(
            f"{name} was given, and must be a parameter of the metric; it takes "
            f"{', '.join(parameters)}. Leave {name} out, or use a metric that takes it."
        )


# ---- The bootstrap ----


class _Sample:
    """The rows, measured as they are or drawn again."""

    def __init__(
        self, metric: Callable[..., Any], y_true: Any, y_score: Any, sample_weight: Any
    ) -> None:
        self.metric = metric
        self.true = open_labels_of(y_true, "y_true")
        self.score = _open_any(y_score)
        require_same_length(len(self.true), len(self.score), "y_score")
        self.weight: Float64Array | None = None
        if sample_weight is not None:
            self.weight = open_weights(sample_weight, len(self.true))

    def measure(self, rows: IntArray) -> float:
        """Return the metric of some rows."""
        weighted = {} if self.weight is None else {"sample_weight": self.weight[rows]}
        value = self.metric(self.true[rows], self.score[rows], **weighted)
        if np.ndim(value) or not np.isfinite(value):
            raise InputError(
                f"The metric must return one finite number; it returned {value!r}. Fix its "
                "parameters, such as the average, with functools.partial."
            )
        return float(value)

    def draws(self, random: np.random.RandomState, count: int) -> Iterator[IntArray]:
        """Draw rows of each class with replacement, class by class in sorted order."""
        labels = self.true.tolist()
        position = {label: code for code, label in enumerate(sorted(set(labels)))}
        codes = np.fromiter((position[label] for label in labels), np.intp, len(labels))
        classes = [np.flatnonzero(codes == code) for code in range(len(position))]
        for _ in range(count):
            yield np.concatenate(
                [rows[random.randint(len(rows), size=len(rows))] for rows in classes]
            )


def _open_any(y_score: Any) -> Array:
    """Return predicted classes, scores, or a column of scores for each class."""
    values = np.asarray(y_score)
    if values.dtype.kind not in "biuf":
        return open_labels_of(y_score, "y_score")
    if values.ndim == 2:
        open_scores(values.ravel())
        return values
    return open_scores(values).astype(values.dtype)


# ---- The exact interval ----


def _exact(
    metric: Callable[..., Any],
    y_true: Any,
    y_pred: Any,
    *,
    level: float,
    pos_label: Any,
    sample_weight: Any,
) -> Interval:
    function, fixed = _unwrap(metric)
    pair = open_pair(y_true, y_pred, sample_weight)
    if function is accuracy_score:
        among, counting = np.ones(len(pair.true), np.bool_), pair.true == pair.predicted
    else:
        label = pos_label if pos_label is not None else fixed.get("pos_label", 1)
        positive = np.array([known == label for known in pair.classes])
        if len(positive) > 2:
            raise InputError(
                f"A proportion of the positive class needs two classes; there are {len(positive)}: "
                f"{name_classes(pair.classes)}. Compare one class with the rest: y == label."
            )
        if not positive.any():
            raise unknown_label(label, pair.classes)
        among, counting = _PROPORTIONS[function](positive[pair.true], positive[pair.predicted])
    weight = _whole(pair.weight, len(pair.true))
    return _clopper_pearson(
        float(weight[among & counting].sum()), float(weight[among].sum()), level
    )


def _unwrap(metric: Callable[..., Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the function of a proportion, and the parameters that were fixed."""
    function, fixed = metric, dict[str, Any]()
    if isinstance(metric, partial) and not metric.args:
        function, fixed = metric.func, dict(metric.keywords)
    harmless = set(fixed) <= {"pos_label", "zero_division"} | (
        {"average"} if fixed.get("average") == "binary" else set()
    )
    if (function not in _PROPORTIONS and function is not accuracy_score) or not harmless:
        raise InputError(
            "method='exact' needs a proportion of rows: sensitivity, specificity, precision or "
            f"accuracy, without an average; got {metric!r}. Use method='bootstrap'."
        )
    return function, fixed


def _whole(weight: Float64Array | None, n_rows: int) -> Float64Array:
    if weight is None:
        return np.ones(n_rows)
    fractions = weight[weight != np.rint(weight)]
    if len(fractions):
        raise InputError(
            "method='exact' counts rows, and needs whole numbers for weights; sample_weight holds "
            f"{fractions[0]:g}. Use method='bootstrap'."
        )
    return weight


def _clopper_pearson(hits: float, rows: float, level: float) -> Interval:
    if not rows:
        raise InputError(
            "The proportion is undefined: there are no rows that it counts among. Check pos_label, "
            "or whether the class occurs, or is ever predicted."
        )
    tail = (1 - level) / 2
    low = betaincinv(hits, rows - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, rows - hits, 1 - tail) if hits < rows else 1.0
    return Interval(hits / rows, float(low), float(high))
