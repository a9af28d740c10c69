"""Confidence intervals for metrics: bootstrap for any metric, exact for proportions.

References: Efron (1987), doi:10.1080/01621459.1987.10478410; Clopper and Pearson (1934),
doi:10.1093/biomet/26.4.404.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from inspect import signature
from typing import Any, NamedTuple

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri
from sklearn.metrics import accuracy_score, precision_score, recall_score
from sklearn.utils import check_random_state

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray, Seed
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.metrics._sensitivity_specificity import sensitivity_score, specificity_score
from counterpoise.metrics._validation import (
    check_number,
    check_same_length,
    check_scores,
    check_target,
    check_weights,
    encode_pair,
    format_classes,
    unknown_label_error,
)

__all__ = [
    "ConfidenceInterval",
    "check_confidence_level",
    "compute_normal_quantile",
    "confidence_interval",
]

_METRICS_BY_NAME: dict[str, Callable[..., Any]] = {
    "accuracy": accuracy_score,
    "precision": precision_score,
    "recall": sensitivity_score,
    "sensitivity": sensitivity_score,
    "specificity": specificity_score,
}
_N_PARTS = 200  # of the jackknife
_MAX_DRAWS = 100  # of a resample that lacks a class
# For each proportion: the samples in its denominator, and the condition that is counted among
# them, from whether samples are positive and whether they are predicted positive.
_PROPORTIONS: dict[Callable[..., Any], Callable[[BoolArray, BoolArray], tuple[Array, Array]]] = {
    precision_score: lambda true, predicted: (predicted, true),
    recall_score: lambda true, predicted: (true, predicted),
    sensitivity_score: lambda true, predicted: (true, predicted),
    specificity_score: lambda true, predicted: (~true, ~predicted),
}


class ConfidenceInterval(NamedTuple):
    """Estimate with the limits of its confidence interval.

    Attributes
    ----------
    value : float
        Estimate.
    low, high : float
        Limits of the interval, which includes the estimate.
    """

    value: float
    low: float
    high: float


def confidence_interval(
    metric: str | Callable[..., Any],
    y_true: Any,
    y_score: Any,
    *,
    confidence_level: float = 0.95,
    method: str = "bootstrap",
    n_resamples: int = 1000,
    stratify: bool = False,
    random_state: Seed = None,
    pos_label: Any = None,
    sample_weight: Any = None,
) -> ConfidenceInterval:
    """Compute a metric with a confidence interval.

    Parameters
    ----------
    metric : str or callable
        "sensitivity", "recall", "specificity", "precision" or "accuracy"; or a function that takes
        ``(y_true, y_score)`` and returns a number. Set its other parameters with
        `functools.partial`.
    y_true : array-like of shape (n_samples,)
        True class labels.
    y_score : array-like of shape (n_samples,) or (n_samples, n_classes)
        Predictions or scores: whatever the metric takes as its second argument.
    confidence_level : float, default=0.95
        Confidence level of the interval, between 0 and 1.
    method : {"bootstrap", "exact"}, default="bootstrap"
        "bootstrap" is the bias-corrected and accelerated bootstrap (BCa), for any metric: it draws
        samples with replacement and takes percentiles of the metric, corrected for the bias and
        the skewness of its distribution. "exact" is the Clopper-Pearson interval of a proportion,
        for sensitivity, recall, specificity, precision and accuracy.
    n_resamples : int, default=1000
        Number of bootstrap resamples.
    stratify : bool, default=False
        Whether resamples keep the number of samples of each class. Keep False if the data are a
        random sample, in which these numbers vary too. Set True if they were fixed in advance, as
        in a case-control study.
    random_state : int, RandomState instance or None, default=None
        Controls the random numbers of the bootstrap. Pass an int for the same result on every call.
    pos_label : int, float, bool or str, default=None
        Label of the positive class, which is passed to the metric. None means the metric's default.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. The bootstrap passes the
        weights of the drawn samples to the metric. The exact interval needs integer weights.

    Returns
    -------
    ConfidenceInterval
        Named tuple with the fields `value`, `low` and `high`. If the percentiles exclude the value,
        the interval is widened to include it.

    Raises
    ------
    InputError
        If `method` is "exact" and the metric is not a proportion or has no samples to count; if the
        metric does not return a finite number; if the classes are so small that resamples miss
        them; or if a parameter, weight or length is not valid.

    Warns
    -----
    CounterpoiseWarning
        If all resamples have the same value.

    See Also
    --------
    matthews_interval : Confidence interval for the Matthews correlation coefficient.

    Notes
    -----
    A resample that lacks a class is drawn again. The acceleration is computed from up to 200 more
    evaluations of the metric, each without a part of the samples (jackknife). If all resamples have
    the same value, as if all samples are predicted correctly, the bootstrap cannot measure the
    uncertainty; use "exact" for a proportion.

    References
    ----------
    B. Efron, "Better Bootstrap Confidence Intervals", Journal of the American Statistical
    Association 82 (397), 171-185 (1987), doi:10.1080/01621459.1987.10478410.

    C. J. Clopper, E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case
    of the Binomial", Biometrika 26 (4), 404-413 (1934), doi:10.1093/biomet/26.4.404.

    Examples
    --------
    >>> from functools import partial
    >>> from counterpoise.metrics import confidence_interval, lift_at
    >>> y_true, y_pred = [0] * 20 + [1] * 10, [0] * 18 + [1] * 9 + [0] * 3
    >>> value, low, high = confidence_interval("sensitivity", y_true, y_pred, method="exact")
    >>> value, round(low, 3), round(high, 3)
    (0.7, 0.348, 0.933)
    >>> lift = confidence_interval(partial(lift_at, share=0.3), y_true, y_pred, random_state=0)
    >>> lift.low <= lift.value <= lift.high
    True
    """
    confidence_level = check_confidence_level(confidence_level)
    function = _get_metric(metric)
    for name, argument in (("pos_label", pos_label), ("sample_weight", sample_weight)):
        if argument is not None:
            _check_has_parameter(function, name)
    if method == "exact":
        return _compute_exact_interval(
            function,
            y_true,
            y_score,
            confidence_level=confidence_level,
            pos_label=pos_label,
            sample_weight=sample_weight,
        )
    _check_bootstrap(method, n_resamples)
    if pos_label is not None:
        function = partial(function, pos_label=pos_label)
    bootstrap = _Bootstrap(function, y_true, y_score, sample_weight, stratify=stratify)
    value = bootstrap.compute_metric(np.arange(len(bootstrap.true)))
    rng = check_random_state(random_state)
    resamples = bootstrap.draw_resamples(rng, int(n_resamples))
    values = np.array([bootstrap.compute_metric(indices) for indices in resamples])
    _warn_if_constant(values)
    levels = _correct_levels(values, value, bootstrap.compute_acceleration(rng), confidence_level)
    low, high = np.quantile(values, levels)
    return ConfidenceInterval(value, min(float(low), value), max(float(high), value))


def check_confidence_level(confidence_level: object) -> float:
    """Return the confidence level as a float between 0 and 1."""
    number = check_number(confidence_level, "confidence_level")
    if not 0 < number < 1:
        raise InputError(
            f"confidence_level must be above 0 and below 1; got {number:g}. For 95%, set "
            "confidence_level=0.95."
        )
    return number


def compute_normal_quantile(confidence_level: float) -> float:
    """Return the half-width of a two-sided normal interval, in standard errors."""
    return float(ndtri((1 + confidence_level) / 2))


def _get_metric(metric: str | Callable[..., Any]) -> Callable[..., Any]:
    if isinstance(metric, str):
        function = _METRICS_BY_NAME.get(metric)
    else:
        function = metric if callable(metric) else None
    if function is None:
        raise InputError(
            "metric must be a function of y_true and y_pred (or y_score), or one of "
            f"{', '.join(_METRICS_BY_NAME)}; got {metric!r}. For other metrics, pass the function, "
            "for example sklearn.metrics.f1_score."
        )
    return function


def _check_has_parameter(metric: Callable[..., Any], name: str) -> None:
    parameters = signature(metric).parameters
    if name not in parameters and not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        raise InputError(
            f"The metric has no parameter {name}; its parameters are {', '.join(parameters)}. "
            f"Remove {name}, or pass a metric that takes it."
        )


# ---- Bootstrap ----


def _check_bootstrap(method: str, n_resamples: Any) -> None:
    if method != "bootstrap":
        raise InputError(
            f"method must be 'bootstrap' or 'exact'; got {method!r}. For example, set "
            "method='bootstrap'."
        )
    if not isinstance(n_resamples, int | np.integer) or n_resamples < 1:
        raise InputError(
            f"n_resamples must be an integer of at least 1; got {n_resamples!r}. For example, set "
            "n_resamples=1000."
        )


class _Bootstrap:
    """Computes a metric on the original samples, on resamples and without parts of the samples."""

    def __init__(
        self,
        metric: Callable[..., Any],
        y_true: Any,
        y_score: Any,
        sample_weight: Any,
        *,
        stratify: bool,
    ) -> None:
        self.metric = metric
        self.true = check_target(y_true, "y_true")
        self.score = _check_predictions(y_score)
        check_same_length(len(self.true), len(self.score), "y_score")
        self.weight: Float64Array | None = None
        if sample_weight is not None:
            self.weight = check_weights(sample_weight, len(self.true))
        labels = self.true.tolist()
        position = {label: code for code, label in enumerate(sorted(set(labels)))}
        self.codes = np.fromiter((position[label] for label in labels), np.intp, len(labels))
        classes = [np.flatnonzero(self.codes == code) for code in range(len(position))]
        self.strata = classes if stratify else [np.arange(len(labels))]

    def compute_metric(self, indices: IntArray) -> float:
        """Return the metric of the samples with the given indices."""
        weighted = {} if self.weight is None else {"sample_weight": self.weight[indices]}
        value = self.metric(self.true[indices], self.score[indices], **weighted)
        if np.ndim(value) or not np.isfinite(value):
            raise InputError(
                f"metric must return one finite number; it returned {value!r}. Set its parameters, "
                "such as average, with functools.partial."
            )
        return float(value)

    def draw_resamples(self, rng: np.random.RandomState, count: int) -> Iterator[IntArray]:
        """Yield sample indices drawn with replacement, in which each class occurs."""
        for _ in range(count):
            for _ in range(_MAX_DRAWS):
                indices = np.concatenate(
                    [
                        members[rng.randint(len(members), size=len(members))]
                        for members in self.strata
                    ]
                )
                if self._has_all_classes(indices):
                    break
            else:
                smallest = np.bincount(self.codes).min()
                raise InputError(
                    f"{_MAX_DRAWS} resamples in turn lack a class; the smallest class has "
                    f"{smallest} of {len(self.codes)} samples. Add samples of it, or keep the "
                    "class counts fixed with stratify=True."
                )
            yield indices

    def compute_acceleration(self, rng: np.random.RandomState) -> float:
        """Return the acceleration of BCa, from the metric without each of up to 200 parts.

        It is a sixth of the skewness of the metric's distribution. The third cumulant of a part is
        the sum of those of its samples, so that parts give the same result as single samples.
        """
        influences: list[Float64Array] = []
        for members in self.strata:
            n_parts = int(np.ceil(_N_PARTS * len(members) / len(self.codes)))
            parts = np.array_split(rng.permutation(members), min(n_parts, len(members)))
            rest = [np.delete(np.arange(len(self.codes)), part) for part in parts]
            values = np.array(
                [self.compute_metric(indices) for indices in rest if self._has_all_classes(indices)]
            )
            influences.append(values.mean() - values if len(values) else values)
        influence = np.concatenate(influences)
        scale = np.linalg.norm(influence)
        return float(((influence / scale) ** 3).sum() / 6) if scale else 0.0

    def _has_all_classes(self, indices: IntArray) -> bool:
        return bool(np.bincount(self.codes[indices], minlength=self.codes.max() + 1).all())


def _warn_if_constant(values: Float64Array) -> None:
    if len(values) > 1 and not np.ptp(values):
        warnings.warn(
            f"All {len(values)} resamples have the value {values[0]:g}, so that the interval has "
            "no width. For a proportion, set method='exact'; for other metrics, add samples.",
            CounterpoiseWarning,
            stacklevel=3,
        )


def _correct_levels(
    values: Float64Array, value: float, acceleration: float, confidence_level: float
) -> Float64Array:
    """Return the quantile levels of BCa, corrected for the bias and the acceleration."""
    below = ((values < value).mean() + (values <= value).mean()) / 2
    bias = ndtri(np.clip(below, 0.5 / len(values), 1 - 0.5 / len(values)))
    normal = bias + np.array([-1, 1]) * compute_normal_quantile(confidence_level)
    # With an extreme acceleration, the correction has no limit; the level is then 0 or 1.
    corrected = bias + normal / np.maximum(1 - acceleration * normal, 1e-3)
    levels: Float64Array = ndtr(corrected)
    return levels


def _check_predictions(y_score: Any) -> Array:
    """Return predicted classes, scores, or one column of scores per class."""
    values = np.asarray(y_score)
    if values.dtype.kind not in "biuf":
        return check_target(y_score, "y_score")
    if values.ndim == 2:
        check_scores(values.ravel())
        return values
    return check_scores(values).astype(values.dtype)


# ---- Exact interval ----


def _compute_exact_interval(
    metric: Callable[..., Any],
    y_true: Any,
    y_pred: Any,
    *,
    confidence_level: float,
    pos_label: Any,
    sample_weight: Any,
) -> ConfidenceInterval:
    function, fixed = _unwrap_proportion(metric)
    pair = encode_pair(y_true, y_pred, sample_weight)
    if function is accuracy_score:
        counted, successes = np.ones(len(pair.true), np.bool_), pair.true == pair.predicted
    else:
        label = pos_label if pos_label is not None else fixed.get("pos_label", 1)
        positive = np.array([known == label for known in pair.classes])
        if len(positive) > 2:
            raise InputError(
                f"The exact interval of this metric needs two classes; there are {len(positive)}: "
                f"{format_classes(pair.classes)}. Compare one class with the rest, for example "
                f"pass y_true == {pair.classes[-1]!r} and y_pred == {pair.classes[-1]!r}."
            )
        if not positive.any():
            raise unknown_label_error(label, pair.classes)
        counted, successes = _PROPORTIONS[function](positive[pair.true], positive[pair.predicted])
    weight = _check_integer_weights(pair.weight, len(pair.true))
    return _compute_clopper_pearson(
        float(weight[counted & successes].sum()), float(weight[counted].sum()), confidence_level
    )


def _unwrap_proportion(metric: Callable[..., Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the function that computes a proportion, and the parameters fixed by a partial."""
    function, fixed = metric, dict[str, Any]()
    if isinstance(metric, partial) and not metric.args:
        function, fixed = metric.func, dict(metric.keywords)
    # Other fixed parameters, such as an average, would make the metric more than one proportion.
    supported = set(fixed) <= {"pos_label", "zero_division"} | (
        {"average"} if fixed.get("average") == "binary" else set()
    )
    if (function not in _PROPORTIONS and function is not accuracy_score) or not supported:
        raise InputError(
            "method='exact' needs a metric that is a proportion: sensitivity, recall, specificity, "
            f"precision or accuracy, without an average over classes; got {metric!r}. Use "
            "method='bootstrap'."
        )
    return function, fixed


def _check_integer_weights(weight: Float64Array | None, n_samples: int) -> Float64Array:
    if weight is None:
        return np.ones(n_samples)
    fractional = weight[weight != np.rint(weight)]
    if len(fractional):
        raise InputError(
            "method='exact' counts samples and needs integer weights; sample_weight contains "
            f"{fractional[0]:g}. Use method='bootstrap'."
        )
    return weight


def _compute_clopper_pearson(
    n_successes: float, n_counted: float, confidence_level: float
) -> ConfidenceInterval:
    if not n_counted:
        raise InputError(
            "The metric is undefined, because no samples are in its denominator. Check that "
            "pos_label occurs in y_true and, for precision, in the predictions."
        )
    tail = (1 - confidence_level) / 2
    # Quantiles of beta distributions; without a success (or a failure) the limit is 0 (or 1).
    low = betaincinv(n_successes, n_counted - n_successes + 1, tail) if n_successes else 0.0
    high = (
        betaincinv(n_successes + 1, n_counted - n_successes, 1 - tail)
        if n_successes < n_counted
        else 1.0
    )
    return ConfidenceInterval(n_successes / n_counted, float(low), float(high))
