"""How true probabilities are: intercept, slope and error of calibration.

Reference: Van Calster et al. (2019), doi:10.1186/s12916-019-1466-7.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.probability._checks import check_outcomes

__all__ = ["calibration_intercept", "calibration_slope", "expected_calibration_error"]

_LEAST = 1e-15  # the log-odds of 0 and 1 are infinite


def calibration_intercept(
    y_true: Any, probability: Any, *, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Measure calibration in the large: what must be added to all log-odds.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Labels of two classes.
    probability : array-like of shape (n_rows,) or (n_rows, 2)
        Of the positive class.
    sample_weight : array-like of shape (n_rows,), optional
    pos_label : label, optional
        The positive class; by default the last of the two in sorted order.

    Returns
    -------
    float
        0 where as many rows are positive as the probabilities sum to; below 0 where they promise
        too many. A model trained on balanced rows has about logit(prevalence).

    Raises
    ------
    InputError
        If all rows are of one class, or an argument is out of its range.

    References
    ----------
    B. Van Calster et al., "Calibration: the Achilles heel of predictive analytics", BMC Medicine
    17, 230 (2019), doi:10.1186/s12916-019-1466-7.

    Examples
    --------
    >>> round(calibration_intercept([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]), 3)
    -1.099
    """
    is_positive, probability, weight = check_outcomes(y_true, probability, sample_weight, pos_label)
    _require_both(is_positive, weight)
    log_odds, total = _log_odds(probability), weight @ is_positive

    def excess(shift: float) -> float:
        return float(weight @ expit(log_odds + shift) - total)

    return float(brentq(excess, -100, 100, xtol=1e-12))


def calibration_slope(
    y_true: Any, probability: Any, *, sample_weight: Any = None, pos_label: Any = None
) -> float:
    """Measure the slope of the outcome's log-odds over those that a model says.

    Parameters
    ----------
    y_true, probability, sample_weight, pos_label
        As in `calibration_intercept`.

    Returns
    -------
    float
        1 where the spread of probabilities is right; below 1 where they are too extreme.

    Raises
    ------
    InputError
        If all rows are of one class, all probabilities equal, or an argument out of its range.

    References
    ----------
    B. Van Calster et al., "Calibration: the Achilles heel of predictive analytics", BMC Medicine
    17, 230 (2019), doi:10.1186/s12916-019-1466-7.

    Examples
    --------
    >>> y, p = [0] * 3 + [1] + [0] + [1] * 3, [0.1] * 4 + [0.9] * 4
    >>> round(calibration_slope(y, p), 2)
    0.5
    """
    is_positive, probability, weight = check_outcomes(y_true, probability, sample_weight, pos_label)
    _require_both(is_positive, weight)
    log_odds = _log_odds(probability)
    if np.ptp(log_odds[weight > 0]) == 0:
        raise InputError("A slope needs probabilities that differ; all of these are equal.")
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
    """Measure how far probabilities are from frequencies, on average over bins.

    Parameters
    ----------
    y_true, probability, sample_weight, pos_label
        As in `calibration_intercept`.
    n_bins : int, default=10
    strategy : {"uniform", "quantile"}, default="uniform"
        Bins of equal width, or with equally many rows.

    Returns
    -------
    float
        From 0, where they agree, to 1.

    Raises
    ------
    InputError
        If an argument is out of its range.

    References
    ----------
    M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI (2015), 2901-2907.

    Examples
    --------
    >>> round(expected_calibration_error([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]), 2)
    0.25
    """
    if strategy not in ("uniform", "quantile"):
        raise InputError(f"strategy must be 'uniform' or 'quantile'; got {strategy!r}.")
    if not isinstance(n_bins, int | np.integer) or n_bins < 1:
        raise InputError(f"n_bins must be a whole number, 1 or more; got {n_bins!r}.")
    is_positive, probability, weight = check_outcomes(y_true, probability, sample_weight, pos_label)
    inner = np.linspace(0, 1, n_bins + 1)[1:-1]
    edges = inner if strategy == "uniform" else np.quantile(probability, inner)
    bins = np.searchsorted(edges, probability, side="right")
    gap = np.bincount(bins, weight * (is_positive - probability), minlength=n_bins)
    return float(np.abs(gap).sum() / weight.sum())


def _log_odds(probability: Float64Array) -> Float64Array:
    odds: Float64Array = logit(np.clip(probability, _LEAST, 1 - _LEAST))
    return odds


def _require_both(is_positive: Any, weight: Float64Array) -> None:
    if not 0 < weight @ is_positive < weight.sum():
        raise InputError("Calibration needs rows of both classes; y_true has one alone.")
