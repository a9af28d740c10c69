"""Metrics for imbalanced regression: errors weighted by the relevance of the true values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise._table import continuous_values
from counterpoise.exceptions import InputError
from counterpoise.metrics._validation import check_same_length, check_weights
from counterpoise.regression import RelevanceFunction

__all__ = [
    "BinError",
    "check_relevance",
    "error_per_bin",
    "relevance_weighted_mean_absolute_error",
    "relevance_weighted_mean_squared_error",
    "sera",
]


def sera(
    y_true: Any, y_pred: Any, *, relevance: RelevanceFunction, sample_weight: Any = None
) -> float:
    """Compute the squared error relevance area (SERA).

    It is the area under the curve of the sum of squared errors over all samples whose relevance is
    at least t, for t from 0 to 1. This equals the sum of the squared errors, each multiplied by the
    relevance of its true value.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True values.
    y_pred : array-like of shape (n_samples,)
        Predicted values.
    relevance : RelevanceFunction
        A relevance function that was fitted to the target of the training data.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        0 is the best. It grows with the number of samples; compare it on the same samples only.

    Raises
    ------
    InputError
        If the relevance function is not fitted, lengths differ, or weights are negative.
    TargetError
        If a value is missing or not a number.

    References
    ----------
    R. P. Ribeiro, N. Moniz, "Imbalanced regression and extreme value prediction", Machine Learning
    109, 1803-1835 (2020), doi:10.1007/s10994-020-05900-9.

    Examples
    --------
    >>> from counterpoise.metrics import sera
    >>> from counterpoise.regression import RelevanceFunction
    >>> relevance = RelevanceFunction().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40])
    >>> sera([3, 7.5, 30], [5, 6.5, 28], relevance=relevance)
    4.5
    """
    data = _check(y_true, y_pred, relevance, sample_weight)
    return float((data.weight * data.relevance * data.error**2).sum())


def relevance_weighted_mean_squared_error(
    y_true: Any, y_pred: Any, *, relevance: RelevanceFunction, sample_weight: Any = None
) -> float:
    """Compute the mean squared error, weighted by the relevance of the true values.

    It is the squared error relevance area, divided by the sum of the relevance of all samples.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True values.
    y_pred : array-like of shape (n_samples,)
        Predicted values.
    relevance : RelevanceFunction
        A relevance function that was fitted to the target of the training data.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        0 is the best.

    Raises
    ------
    InputError
        If the relevance function is not fitted, no sample is relevant, lengths differ, or weights
        are negative.
    TargetError
        If a value is missing or not a number.

    Examples
    --------
    >>> from counterpoise.metrics import relevance_weighted_mean_squared_error
    >>> from counterpoise.regression import RelevanceFunction
    >>> relevance = RelevanceFunction().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40])
    >>> relevance_weighted_mean_squared_error([3, 7.5, 30], [5, 6.5, 28], relevance=relevance)
    3.0
    """
    data = _check(y_true, y_pred, relevance, sample_weight)
    return data.weighted_mean(data.error**2)


def relevance_weighted_mean_absolute_error(
    y_true: Any, y_pred: Any, *, relevance: RelevanceFunction, sample_weight: Any = None
) -> float:
    """Compute the mean absolute error, weighted by the relevance of the true values.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True values.
    y_pred : array-like of shape (n_samples,)
        Predicted values.
    relevance : RelevanceFunction
        A relevance function that was fitted to the target of the training data.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        0 is the best.

    Raises
    ------
    InputError
        If the relevance function is not fitted, no sample is relevant, lengths differ, or weights
        are negative.
    TargetError
        If a value is missing or not a number.

    Examples
    --------
    >>> from counterpoise.metrics import relevance_weighted_mean_absolute_error
    >>> from counterpoise.regression import RelevanceFunction
    >>> relevance = RelevanceFunction().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40])
    >>> error = relevance_weighted_mean_absolute_error(
    ...     [3, 7.5, 30], [5, 6.5, 28], relevance=relevance
    ... )
    >>> round(error, 3)
    1.667
    """
    data = _check(y_true, y_pred, relevance, sample_weight)
    return data.weighted_mean(np.abs(data.error))


@dataclass(frozen=True)
class BinError:
    """Errors of the samples whose true value lies in one range of the target.

    Attributes
    ----------
    low, high : float
        The range: from `low` to below `high`; `high` is included in the last bin.
    count : int
        Number of samples.
    mean_error : float
        Mean of predicted minus true values; NaN without samples.
    mean_absolute_error, root_mean_squared_error : float
        NaN without samples.
    """

    low: float
    high: float
    count: int
    mean_error: float
    mean_absolute_error: float
    root_mean_squared_error: float


def error_per_bin(y_true: Any, y_pred: Any, *, bins: Any = 10) -> tuple[BinError, ...]:
    """Compute the errors of a regression model for each range of true values.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True values.
    y_pred : array-like of shape (n_samples,)
        Predicted values.
    bins : int or array-like of shape (n_bins + 1,), default=10
        The number of bins of equal width over the range of `y_true`, or the edges of the bins in
        ascending order. Samples outside the edges are not counted.

    Returns
    -------
    tuple of BinError
        In ascending order of true values.

    Raises
    ------
    InputError
        If lengths differ, or the edges are not in ascending order.
    TargetError
        If a value is missing or not a number.

    Examples
    --------
    >>> from counterpoise.metrics import error_per_bin
    >>> for part in error_per_bin([1, 2, 3, 10], [1, 3, 3, 4], bins=[0, 5, 10]):
    ...     print(part.low, part.high, part.count, round(part.root_mean_squared_error, 3))
    0.0 5.0 3 0.577
    5.0 10.0 1 6.0
    """
    true, predicted = continuous_values(y_true, "y_true"), continuous_values(y_pred, "y_pred")
    check_same_length(len(true), len(predicted), "y_pred")
    edges = _bin_edges(true, bins)
    place = np.searchsorted(edges, true, side="right") - 1
    place[true == edges[-1]] = len(edges) - 2
    errors = predicted - true
    return tuple(
        _summarize(errors[place == i], float(low), float(high))
        for i, (low, high) in enumerate(pairwise(edges))
    )


def _bin_edges(true: Float64Array, bins: Any) -> Float64Array:
    try:
        return np.histogram_bin_edges(true, bins).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"bins must be a number of bins, or two or more edges in ascending order; got {bins!r} "
            f"({error}). For example, pass bins=10 or bins=[0, 10, 100]."
        ) from error


def _summarize(errors: Float64Array, low: float, high: float) -> BinError:
    if not len(errors):
        return BinError(low, high, 0, np.nan, np.nan, np.nan)
    return BinError(
        low,
        high,
        len(errors),
        float(errors.mean()),
        float(np.abs(errors).mean()),
        float(np.sqrt((errors**2).mean())),
    )


@dataclass(frozen=True)
class _WeightedErrors:
    """Errors, with the relevance of the true values and sample weights."""

    error: Float64Array
    relevance: Float64Array
    weight: Float64Array

    def weighted_mean(self, values: Float64Array) -> float:
        """Return a mean, weighted by relevance and sample weight."""
        weight = self.weight * self.relevance
        total = weight.sum()
        if not total:
            raise InputError(
                f"The relevance of all {len(values)} true values is 0, so that the weighted mean "
                "is undefined. Pass samples with rare values, or another relevance function."
            )
        return float((weight * values).sum() / total)


def _check(
    y_true: Any, y_pred: Any, relevance: RelevanceFunction, sample_weight: Any
) -> _WeightedErrors:
    check_relevance(relevance)
    true, predicted = continuous_values(y_true, "y_true"), continuous_values(y_pred, "y_pred")
    check_same_length(len(true), len(predicted), "y_pred")
    weight = np.ones(len(true))
    if sample_weight is not None:
        weight = check_weights(sample_weight, len(true))
    return _WeightedErrors(predicted - true, relevance.relevance(true), weight)


def check_relevance(relevance: Any) -> None:
    """Check that a relevance function is fitted.

    Raises
    ------
    InputError
        If it is not, or if it is something else.
    """
    if not isinstance(relevance, RelevanceFunction) or not hasattr(relevance, "points_"):
        raise InputError(
            "relevance must be a RelevanceFunction that is fitted to the target of the training "
            f"data; got {relevance!r}. Pass relevance=RelevanceFunction().fit(y_train)."
        )
