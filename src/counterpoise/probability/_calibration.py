"""Calibration measures: calibration curve, intercept, slope and expected calibration error.

Reference: Van Calster et al. (2019), doi:10.1186/s12916-019-1466-7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtri
from sklearn.linear_model import LogisticRegression

from counterpoise._lib.format_text import format_number
from counterpoise._lib.html_fragment import fragment, html_table
from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.probability._validation import check_binary_target

__all__ = [
    "CalibrationBins",
    "calibration_bins",
    "calibration_intercept",
    "calibration_slope",
    "expected_calibration_error",
    "wilson_interval",
]

# The log-odds of 0 and 1 are infinite: probabilities are clipped to [_EPSILON, 1 - _EPSILON].
_EPSILON = 1e-15
_QUANTILE_95 = float(ndtri(0.975))


# ---- Calibration curve ----


@dataclass(frozen=True)
class CalibrationBins:
    """Calibration curve with confidence intervals.

    Attributes
    ----------
    predicted : ndarray of float64 of shape (n_bins,)
        Mean predicted probability in each bin.
    observed : ndarray of float64 of shape (n_bins,)
        Fraction of positive samples in each bin.
    low, high : ndarray of float64 of shape (n_bins,)
        Limits of the 95% confidence interval (Wilson) of the fraction of positives.
    rows : ndarray of float64 of shape (n_bins,)
        Number of samples in each bin.
    """

    predicted: Float64Array
    observed: Float64Array
    low: Float64Array
    high: Float64Array
    rows: Float64Array

    def _repr_html_(self) -> str:
        columns = self.predicted, self.observed, self.low, self.high, self.rows
        rows = []
        for predicted, observed, low, high, count in zip(*columns, strict=True):
            limits = f"{format_number(low)} to {format_number(high)}"
            cells = ((format_number(observed), limits), f"{count:,.0f}")
            rows.append((format_number(predicted), cells))
        head = ("mean predicted probability", "fraction of positives", "samples")
        return fragment(html_table(head, rows, "Calibration by bins of the predicted probability"))


def calibration_bins(
    y_true: Any, probability: Any, *, n_bins: int = 10, n_repeats: int = 1, pos_label: Any = None
) -> CalibrationBins:
    """Compute a calibration curve with confidence intervals.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of at most two classes.
    probability : array-like of shape (n_samples,) or (n_samples, 2)
        Predicted probabilities of the positive class. Of two columns, the second is used.
    n_bins : int, default=10
        Number of bins with equally many samples. There are fewer bins if many probabilities are
        equal.
    n_repeats : int, default=1
        Number of times that each sample occurs, for example in repeated cross-validation. The
        confidence intervals count each sample once.
    pos_label : int, float, bool or str, default=None
        Label of the positive class. None means the last class in sorted order.

    Returns
    -------
    CalibrationBins
        Mean prediction, fraction of positives, confidence interval and size of each bin.

    Raises
    ------
    InputError
        If `n_bins` is below 1, lengths differ, probabilities are not in [0, 1], there are more than
        two classes, or `pos_label` is not a class.

    See Also
    --------
    sklearn.calibration.calibration_curve : Calibration curve without confidence intervals.

    References
    ----------
    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
    the American Statistical Association 22, 209-212 (1927), doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> from counterpoise.probability import calibration_bins
    >>> bins = calibration_bins([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8], n_bins=2)
    >>> bins.predicted.round(2).tolist(), bins.observed.tolist()
    ([0.15, 0.75], [0.0, 1.0])
    """
    _check_n_bins(n_bins)
    is_positive, predicted, _ = check_binary_target(y_true, probability, None, pos_label)
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, n_bins + 1)[1:-1]))
    bins = np.searchsorted(edges, predicted)
    counts = np.bincount(bins, minlength=len(edges) + 1).astype(np.float64)
    filled = counts > 0
    counts = counts[filled]
    mean = np.bincount(bins, predicted, minlength=len(filled))[filled] / counts
    observed = np.bincount(bins, is_positive, minlength=len(filled))[filled] / counts
    low, high = wilson_interval(observed, counts / n_repeats)
    return CalibrationBins(mean, observed, low, high, counts)


def wilson_interval(
    proportion: Any, n: Any, quantile: float = _QUANTILE_95
) -> tuple[Float64Array, Float64Array]:
    """Return Wilson's interval, at 95% by default; it has a length at proportions of 0 and 1 too.

    Parameters
    ----------
    proportion, n : float or ndarray of float64 of shape (n_proportions,)
        Proportions, and the number of samples of each.
    quantile : float
        Half-width of the interval in standard errors.
    """
    z = quantile
    center = (proportion + z**2 / (2 * n)) / (1 + z**2 / n)
    half_width = z * np.sqrt(proportion * (1 - proportion) / n + z**2 / (4 * n**2))
    half_width = half_width / (1 + z**2 / n)
    return np.maximum(center - half_width, 0), np.minimum(center + half_width, 1)


# ---- Calibration measures ----


def calibration_intercept(
    y_true: Any, probability: Any, *, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Compute the calibration intercept, also called calibration in the large.

    It is the number that must be added to all predicted log-odds so that the predicted
    probabilities sum to the number of positive samples.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of two classes.
    probability : array-like of shape (n_samples,) or (n_samples, 2)
        Predicted probabilities of the positive class. Of two columns, the second is used.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.
    pos_label : int, float, bool or str, default=None
        Label of the positive class. None means the last class in sorted order.

    Returns
    -------
    float
        0 for calibrated probabilities; negative if the probabilities are too high. For a model
        trained on balanced classes it is about ``logit(prevalence)``.

    Raises
    ------
    InputError
        If y_true has only one class, or an argument is not valid.

    See Also
    --------
    calibration_slope : Slope of the observed over the predicted log-odds.

    References
    ----------
    B. Van Calster et al., "Calibration: the Achilles heel of predictive analytics", BMC Medicine
    17, 230 (2019), doi:10.1186/s12916-019-1466-7.

    Examples
    --------
    >>> from counterpoise.probability import calibration_intercept
    >>> round(calibration_intercept([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]), 3)
    -1.099
    """
    is_positive, probability, weight = check_binary_target(
        y_true, probability, sample_weight, pos_label
    )
    _check_both_classes(is_positive, weight)
    log_odds, n_positive = _compute_log_odds(probability), weight @ is_positive

    def compute_excess(intercept: float) -> float:
        """Return by how much the shifted probabilities exceed the number of positives."""
        return float(weight @ expit(log_odds + intercept) - n_positive)

    # The excess increases with the intercept, so it has a single root.
    return float(brentq(compute_excess, -100, 100, xtol=1e-12))


def calibration_slope(
    y_true: Any, probability: Any, *, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Compute the calibration slope: the slope of the observed over the predicted log-odds.

    Parameters
    ----------
    y_true, probability, sample_weight, pos_label
        As in `calibration_intercept`.

    Returns
    -------
    float
        1 for calibrated probabilities; below 1 if they are too extreme, above 1 if they are not
        extreme enough.

    Raises
    ------
    InputError
        If y_true has only one class, all probabilities are equal, or an argument is not valid.

    See Also
    --------
    calibration_intercept : Measure of probabilities that are too high or too low on average.

    References
    ----------
    B. Van Calster et al., "Calibration: the Achilles heel of predictive analytics", BMC Medicine
    17, 230 (2019), doi:10.1186/s12916-019-1466-7.

    Examples
    --------
    >>> from counterpoise.probability import calibration_slope
    >>> y, p = [0] * 3 + [1] + [0] + [1] * 3, [0.1] * 4 + [0.9] * 4
    >>> round(calibration_slope(y, p), 2)
    0.5
    """
    is_positive, probability, weight = check_binary_target(
        y_true, probability, sample_weight, pos_label
    )
    _check_both_classes(is_positive, weight)
    log_odds = _compute_log_odds(probability)
    if np.ptp(log_odds[weight > 0]) == 0:
        raise InputError(
            "calibration_slope needs probabilities that differ; all of these are equal. Use "
            "calibration_intercept instead."
        )
    # Without a penalty (C is infinite), which would bias the slope towards 0.
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=1000)
    model.fit(log_odds[:, None], is_positive, sample_weight=weight)
    return float(model.coef_[0, 0])


def expected_calibration_error(
    y_true: Any,
    probability: Any,
    *,
    n_bins: int = 10,
    strategy: str = "uniform",
    sample_weight: Any = None,
    pos_label: Any = None,
) -> float:
    """Compute the expected calibration error (ECE).

    It is the mean over bins, weighted by their size, of the absolute difference between the mean
    predicted probability and the fraction of positive samples.

    Parameters
    ----------
    y_true, probability, sample_weight, pos_label
        As in `calibration_intercept`.
    n_bins : int, default=10
        Number of bins.
    strategy : {"uniform", "quantile"}, default="uniform"
        "uniform" uses bins of equal width, "quantile" bins with equally many samples.

    Returns
    -------
    float
        From 0, the best, to 1, the worst.

    Raises
    ------
    InputError
        If an argument is not valid.

    References
    ----------
    M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI (2015), 2901-2907.

    Examples
    --------
    >>> from counterpoise.probability import expected_calibration_error
    >>> round(expected_calibration_error([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]), 2)
    0.25
    """
    if strategy not in ("uniform", "quantile"):
        raise InputError(
            f"strategy must be 'uniform' or 'quantile'; got {strategy!r}. For example, set "
            "strategy='uniform'."
        )
    _check_n_bins(n_bins)
    is_positive, probability, weight = check_binary_target(
        y_true, probability, sample_weight, pos_label
    )
    fractions = np.linspace(0, 1, n_bins + 1)[1:-1]
    edges = fractions if strategy == "uniform" else np.quantile(probability, fractions)
    bins = np.searchsorted(edges, probability, side="right")
    differences = np.bincount(bins, weight * (is_positive - probability), minlength=n_bins)
    return float(np.abs(differences).sum() / weight.sum())


def _check_n_bins(n_bins: Any) -> None:
    if not isinstance(n_bins, int | np.integer) or n_bins < 1:
        raise InputError(
            f"n_bins must be an integer of at least 1; got {n_bins!r}. For example, set n_bins=10."
        )


def _compute_log_odds(probability: Float64Array) -> Float64Array:
    log_odds: Float64Array = logit(np.clip(probability, _EPSILON, 1 - _EPSILON))
    return log_odds


def _check_both_classes(is_positive: Any, weight: Float64Array) -> None:
    if not 0 < weight @ is_positive < weight.sum():
        raise InputError(
            "Calibration needs samples of both classes; y_true has only one class. Check pos_label "
            "and sample_weight."
        )
