"""Confidence intervals of metrics from the influence of each sample or group on them.

The standard error is that of the infinitesimal jackknife, with the influences of a group summed
before squaring. Intervals of bounded metrics are computed on the scale of log-odds, and those of
metrics that are bounded below on a logarithmic scale, with a quantile of Student's t.

References: Efron (1982), doi:10.1137/1.9781611970319; DeLong et al. (1988), doi:10.2307/2531595;
for groups (clusters), Obuchowski (1997), doi:10.2307/2533958.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.probability import calibration_intercept, calibration_slope
from counterpoise.probability._calibration import wilson_interval
from counterpoise.study._metrics import Metric, ScoredSamples

__all__ = ["count_units", "error_components", "influence_of", "metric_interval"]

_SMALLEST = 1e-15  # as in the metrics of probabilities


# ---- Influences ----


def influence_of(metric: Metric, tested: ScoredSamples) -> Float64Array | None:
    """Return the influence of each sample on a metric; None if it is not known."""
    if metric.influence is not None:
        return metric.influence(tested)
    own = _INFLUENCES.get(metric.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as for the metric itself
        return None if own is None else own(tested)


def _brier_skill(tested: ScoredSamples) -> Float64Array:
    positive, p = tested.targets[:, 0], tested.scores[:, 0]
    share, errors = positive.mean(), (p - positive) ** 2
    reference = share * (1 - share)
    by_share = errors.mean() * (1 - 2 * share) / reference**2
    influence: Float64Array = by_share * (positive - share) - (errors - errors.mean()) / reference
    return influence / len(p)


def _calibration_intercept(tested: ScoredSamples) -> Float64Array:
    positive, odds = tested.targets[:, 0], _log_odds(tested)
    p = expit(odds + calibration_intercept(positive, tested.scores[:, 0], pos_label=True))
    influence: Float64Array = (positive - p) / (p * (1 - p)).sum()
    return influence


def _calibration_slope(tested: ScoredSamples) -> Float64Array:
    """Return the influence on the slope of a logistic regression on the log-odds."""
    positive, odds = tested.targets[:, 0], _log_odds(tested)
    slope = calibration_slope(positive, tested.scores[:, 0], pos_label=True)
    sloped = slope * odds
    p = expit(sloped + calibration_intercept(positive, expit(sloped), pos_label=True))
    design = np.column_stack([np.ones(len(odds)), odds])
    information = (design * (p * (1 - p))[:, None]).T @ design
    # The pseudoinverse, because the information is singular if probabilities separate the classes.
    influence: Float64Array = (np.linalg.pinv(information) @ (design.T * (positive - p)))[1]
    return influence


def _log_odds(tested: ScoredSamples) -> Float64Array:
    odds: Float64Array = logit(np.clip(tested.scores[:, 0], _SMALLEST, 1 - _SMALLEST))
    return odds


_INFLUENCES: dict[str, Callable[[ScoredSamples], Float64Array]] = {
    "brier_skill": _brier_skill,
    "calibration_intercept": _calibration_intercept,
    "calibration_slope": _calibration_slope,
}


# ---- Intervals ----


def error_components(
    influence: Float64Array, groups: IntArray | None, n_units: int
) -> Float64Array:
    """Return the independent components of an error that follows from influences.

    Their sum of squares is the variance of the error.

    Parameters
    ----------
    influence : ndarray of float64 of shape (n_samples,)
    groups : ndarray of int of shape (n_samples,) or None
        Samples of one group are not independent: their influences are summed.
    n_units : int
        From `count_units`. Few samples of the minority class determine most of the variance, so
        that the correction for a small sample is based on their number.
    """
    by_unit = influence if groups is None else np.bincount(groups, influence)
    components: Float64Array = by_unit * np.sqrt(n_units / max(n_units - 1, 1))
    return components


def count_units(codes: IntArray, groups: IntArray | None) -> int:
    """Return the number of samples, or of groups with samples, of the class that has the fewest."""
    units = np.arange(len(codes)) if groups is None else groups
    return min(len(np.unique(units[codes == code])) for code in np.unique(codes))


def metric_interval(
    metric: Metric,
    tested: ScoredSamples,
    value: float,
    groups: IntArray | None,
    confidence_level: float,
) -> tuple[float, float]:
    """Return the limits of the confidence interval of a metric.

    Parameters
    ----------
    metric : Metric
    tested : ScoredSamples
    value : float
        The metric.
    groups : ndarray of int of shape (n_samples,) or None
    confidence_level : float

    Returns
    -------
    (float, float)
        NaN if the influences of the metric are not known.
    """
    influence = None if np.isnan(value) else influence_of(metric, tested)
    if influence is None:
        return float("nan"), float("nan")
    n_units = count_units(tested.codes, groups)
    error = float(np.linalg.norm(error_components(influence, groups, n_units)))
    low, high = _limits(metric, tested)
    quantile = float(t.ppf((1 + confidence_level) / 2, max(n_units - 1, 1)))
    if np.isfinite(low) and np.isfinite(high) and (value in (low, high) or error == 0):
        limits = wilson_interval((value - low) / (high - low), n_units, quantile)
        first, last = (low + (high - low) * float(limit) for limit in limits)
        return first, last
    return _on_scale(value, quantile * error, low, high)


def _on_scale(value: float, half: float, low: float, high: float) -> tuple[float, float]:
    """Return an interval that lies within the limits of a metric.

    The scale is logit((value − low) / (high − low)), log(value − low), log(high − value) or the
    value itself, as the limits are finite; `half` is divided by the scale's derivative.
    """
    if np.isfinite(low) and np.isfinite(high):
        share, width = (value - low) / (high - low), high - low
        moved = half / (width * share * (1 - share))
        odds = logit(share)
        return low + width * float(expit(odds - moved)), low + width * float(expit(odds + moved))
    if np.isfinite(low) and value > low:
        factor = float(np.exp(half / (value - low)))
        return low + (value - low) / factor, low + (value - low) * factor
    if np.isfinite(high) and value < high:
        factor = float(np.exp(half / (high - value)))
        return high - (high - value) * factor, high - (high - value) / factor
    return value - half, value + half


def _limits(metric: Metric, tested: ScoredSamples) -> tuple[float, float]:
    """Return the smallest and the greatest value that a metric can have."""
    if metric.name == "expected_cost":
        return 0.0, max(tested.costs.false_positive, tested.costs.false_negative)
    if metric.name == "brier":
        return 0.0, 1.0 if tested.positive is not None else 2.0
    if metric.of_positive and not metric.uses_scores:
        return 0.0, 1.0  # precision, recall and F-scores
    return _LIMITS.get(metric.name, (-np.inf, np.inf))


_LIMITS = {
    **dict.fromkeys(
        (
            "average_precision",
            "roc_auc",
            "balanced_accuracy",
            "geometric_mean",
            "recall_at_precision",
        ),
        (0.0, 1.0),
    ),
    "log_loss": (0.0, np.inf),
    "brier_skill": (-np.inf, 1.0),
    "matthews": (-1.0, 1.0),
    "cohen_kappa": (-1.0, 1.0),
}
