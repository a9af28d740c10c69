"""Probabilities beside frequencies, in bins of equally many rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.probability._checks import check_outcomes

__all__ = ["CalibrationBins", "calibration_bins"]


@dataclass(frozen=True)
class CalibrationBins:
    """A calibration curve.

    Attributes
    ----------
    said, happened : ndarray of float64 of shape (n_bins,)
        Mean probability, and share of positive rows.
    low, high : ndarray of float64 of shape (n_bins,)
        Wilson's 95 % interval of the share.
    rows : ndarray of float64 of shape (n_bins,)
        Rows in the bin.
    """

    said: Float64Array
    happened: Float64Array
    low: Float64Array
    high: Float64Array
    rows: Float64Array


def calibration_bins(
    y_true: Any, probability: Any, *, n_bins: int = 10, n_repeats: int = 1, pos_label: Any = None
) -> CalibrationBins:
    """Put probabilities beside frequencies.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        Labels of two classes.
    probability : array-like of shape (n_rows,) or (n_rows, 2)
        Of the positive class.
    n_bins : int, default=10
        Bins of equally many rows; fewer where probabilities are equal.
    n_repeats : int, default=1
        How often each row is there, as in repeated cross-validation; intervals count it once.
    pos_label : label, optional
        The positive class; by default the last of the two in sorted order.

    Returns
    -------
    CalibrationBins

    References
    ----------
    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
    the American Statistical Association 22, 209-212 (1927), doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> bins = calibration_bins([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8], n_bins=2)
    >>> bins.said.round(2).tolist(), bins.happened.tolist()
    ([0.15, 0.75], [0.0, 1.0])
    """
    if not isinstance(n_bins, int | np.integer) or n_bins < 1:
        raise InputError(f"n_bins must be a whole number, 1 or more; got {n_bins!r}.")
    truth, said, _ = check_outcomes(y_true, probability, None, pos_label)
    edges = np.unique(np.quantile(said, np.linspace(0, 1, n_bins + 1)[1:-1]))
    bins = np.searchsorted(edges, said)
    rows = np.bincount(bins, minlength=len(edges) + 1).astype(np.float64)
    full = rows > 0
    mean = np.bincount(bins, said, minlength=len(rows))[full] / rows[full]
    share = np.bincount(bins, truth, minlength=len(rows))[full] / rows[full]
    low, high = _wilson(share, rows[full] / n_repeats)
    return CalibrationBins(mean, share, low, high, rows[full])


def _wilson(share: Float64Array, n: Float64Array) -> tuple[Float64Array, Float64Array]:
    z = float(ndtri(0.975))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)
