"""Precision, recall and F1 for regression, from the utility of predictions of relevant values.

Reference: Ribeiro (2011), "Utility-based Regression", and Torgo, Branco, Ribeiro and Pfahringer
(2015), doi:10.1111/exsy.12081.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise._table import continuous_values
from counterpoise.exceptions import InputError
from counterpoise.metrics._regression import check_relevance
from counterpoise.metrics._validation import check_fraction, check_same_length
from counterpoise.regression import RelevanceFunction

__all__ = ["utility_f1_score", "utility_precision_score", "utility_recall_score"]


def utility_precision_score(
    y_true: Any, y_pred: Any, *, relevance: RelevanceFunction, threshold: float = 0.8
) -> float:
    """Compute the precision of predictions of relevant values, based on their utility.

    It is the sum of ``1 + utility`` over all samples whose predicted value is relevant, divided by
    the sum of ``1 + relevance`` of these predicted values. See `utility_f1_score` for the utility.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True values.
    y_pred : array-like of shape (n_samples,)
        Predicted values.
    relevance : RelevanceFunction
        A relevance function of method "boxplot" or "points" that was fitted to the target of the
        training data.
    threshold : float, default=0.8
        The relevance in (0, 1] from which values are relevant.

    Returns
    -------
    float
        Between 0 and 1; 1 is the best. It is 0 if no predicted value is relevant.

    Raises
    ------
    InputError
        If the relevance function is not fitted or has no points, or if lengths differ.
    TargetError
        If a value is missing or not a number.

    References
    ----------
    L. Torgo, P. Branco, R. P. Ribeiro, B. Pfahringer, "Resampling strategies for regression",
    Expert Systems 32(3), 465-476 (2015), doi:10.1111/exsy.12081.

    Examples
    --------
    >>> from counterpoise.metrics import utility_precision_score
    >>> from counterpoise.regression import RelevanceFunction
    >>> relevance = RelevanceFunction().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40])
    >>> utility_precision_score([9, 9, 3], [9, 6, 10], relevance=relevance)
    0.625
    """
    return _evaluate(y_true, y_pred, relevance, threshold).precision


def utility_recall_score(
    y_true: Any, y_pred: Any, *, relevance: RelevanceFunction, threshold: float = 0.8
) -> float:
    """Compute the recall of relevant values, based on the utility of their predictions.

    It is the sum of ``1 + utility`` over all samples whose true value is relevant, divided by the
    sum of ``1 + relevance`` of these true values. See `utility_f1_score` for the utility.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True values.
    y_pred : array-like of shape (n_samples,)
        Predicted values.
    relevance : RelevanceFunction
        A relevance function of method "boxplot" or "points" that was fitted to the target of the
        training data.
    threshold : float, default=0.8
        The relevance in (0, 1] from which values are relevant.

    Returns
    -------
    float
        Between 0 and 1; 1 is the best.

    Raises
    ------
    InputError
        If the relevance function is not fitted or has no points, no true value is relevant, or
        lengths differ.
    TargetError
        If a value is missing or not a number.

    References
    ----------
    L. Torgo, P. Branco, R. P. Ribeiro, B. Pfahringer, "Resampling strategies for regression",
    Expert Systems 32(3), 465-476 (2015), doi:10.1111/exsy.12081.

    Examples
    --------
    >>> from counterpoise.metrics import utility_recall_score
    >>> from counterpoise.regression import RelevanceFunction
    >>> relevance = RelevanceFunction().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40])
    >>> round(utility_recall_score([9, 9, 3], [9, 6, 10], relevance=relevance), 3)
    0.83
    """
    return _evaluate(y_true, y_pred, relevance, threshold).recall


def utility_f1_score(
    y_true: Any, y_pred: Any, *, relevance: RelevanceFunction, threshold: float = 0.8
) -> float:
    """Compute the harmonic mean of utility-based precision and recall for regression.

    The utility of a prediction is its benefit minus its cost. The benefit is the relevance of the
    true value, reduced in proportion to the error; it is 0 if the error reaches the next value at
    which the relevance is lowest. The cost is the mean relevance of the true and the predicted
    value, in proportion to the error; it is complete if the error reaches the next other value at
    which the relevance is highest. Both errors are limited to twice the distance from the highest
    to the nearest lowest relevance. [1]_ [2]_

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True values.
    y_pred : array-like of shape (n_samples,)
        Predicted values.
    relevance : RelevanceFunction
        A relevance function of method "boxplot" or "points" that was fitted to the target of the
        training data.
    threshold : float, default=0.8
        The relevance in (0, 1] from which values are relevant.

    Returns
    -------
    float
        Between 0 and 1; 1 is the best. It is 0 if no predicted value is relevant.

    Raises
    ------
    InputError
        If the relevance function is not fitted or has no points, no true value is relevant, or
        lengths differ.
    TargetError
        If a value is missing or not a number.

    References
    ----------
    .. [1] R. P. Ribeiro, "Utility-based Regression", PhD thesis, University of Porto (2011).
    .. [2] L. Torgo, P. Branco, R. P. Ribeiro, B. Pfahringer, "Resampling strategies for
       regression", Expert Systems 32(3), 465-476 (2015), doi:10.1111/exsy.12081.

    Examples
    --------
    >>> from counterpoise.metrics import utility_f1_score
    >>> from counterpoise.regression import RelevanceFunction
    >>> relevance = RelevanceFunction().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40])
    >>> round(utility_f1_score([9, 9, 3], [9, 6, 10], relevance=relevance), 3)
    0.713
    """
    scores = _evaluate(y_true, y_pred, relevance, threshold)
    total = scores.precision + scores.recall
    return 2 * scores.precision * scores.recall / total if total else 0.0


@dataclass(frozen=True)
class _UtilityScores:
    """Precision and recall."""

    precision: float
    recall: float


def _evaluate(
    y_true: Any, y_pred: Any, relevance: RelevanceFunction, threshold: float
) -> _UtilityScores:
    check_relevance(relevance)
    check_fraction(threshold, "threshold")
    true, predicted = continuous_values(y_true, "y_true"), continuous_values(y_pred, "y_pred")
    check_same_length(len(true), len(predicted), "y_pred")
    phi_true, phi_predicted = relevance.relevance(true), relevance.relevance(predicted)
    if not (phi_true >= threshold).any():
        raise InputError(
            f"No value of y_true has a relevance of at least threshold={threshold:g}, so that the "
            "recall is undefined. Pass samples with rare values, or a smaller threshold."
        )
    bumps = _Bumps.of(relevance)
    benefit = phi_true * (1 - bumps.bounded_loss(true, predicted, bumps.reach_of_benefit))
    joint = (phi_true + phi_predicted) / 2
    utility = benefit - joint * bumps.bounded_loss(true, predicted, bumps.reach_of_cost)
    return _UtilityScores(
        _mean_utility(utility, phi_predicted, phi_predicted >= threshold),
        _mean_utility(utility, phi_true, phi_true >= threshold),
    )


def _mean_utility(utility: Float64Array, phi: Float64Array, is_counted: BoolArray) -> float:
    if not is_counted.any():
        return 0.0
    return float((1 + utility[is_counted]).sum() / (1 + phi[is_counted]).sum())


@dataclass(frozen=True)
class _Bumps:
    """The ranges of the target between two values at which the relevance is lowest.

    Attributes
    ----------
    border : ndarray of float64 of shape (n_bumps + 1,)
        The local minima of the relevance, between -inf and inf.
    peak : ndarray of float64 of shape (n_bumps + 2,)
        The local maximum of each bump, between -inf and inf; infinite if a bump has none.
    limit : ndarray of float64 of shape (n_bumps,)
        The largest loss that is admissible in each bump.
    """

    border: Float64Array
    peak: Float64Array
    limit: Float64Array

    @classmethod
    def of(cls, relevance: RelevanceFunction) -> _Bumps:
        """Find the bumps of a relevance function, which is monotone between its points."""
        if relevance.points_ is None:
            raise InputError(
                'Utility-based metrics need a relevance function of method "boxplot" or "points"; '
                f"got {relevance!r}. Pass relevance=RelevanceFunction().fit(y_train)."
            )
        x, value = _merge_plateaus(relevance.points_[:, 0], relevance.points_[:, 1])
        if len(x) == 1:
            raise InputError(
                "Utility-based metrics need a relevance function that is not constant; all points "
                f"have a relevance of {value[0]:g}. Pass points of different relevance."
            )
        rises = np.diff(value) > 0
        is_peak = np.append(True, rises) & np.append(~rises, True)
        is_border = np.append(True, ~rises) & np.append(rises, True)
        border = np.concatenate([[-np.inf], x[is_border], [np.inf]])
        before = [-np.inf] if is_border[0] else []
        after = [np.inf] if is_border[-1] else []
        peak = np.concatenate([before, x[is_peak], after])
        with np.errstate(invalid="ignore"):  # where there is no peak
            height = np.minimum(peak - border[:-1], border[1:] - peak)
        limit = _fill_from_neighbors(2 * height)
        return cls(border, np.concatenate([[-np.inf], peak, [np.inf]]), limit)

    def bounded_loss(self, true: Float64Array, predicted: Float64Array, reach: Any) -> Float64Array:
        """Return the absolute error as a share of what it may reach, at most 1."""
        bump = np.searchsorted(self.border[1:-1], true, side="right")
        limit = np.minimum(self.limit[bump], reach(true, predicted > true, bump))
        loss = np.abs(predicted - true)
        return np.where(loss < limit, loss / np.where(limit > 0, limit, 1), loss > 0)

    def reach_of_benefit(
        self, true: Float64Array, is_above: BoolArray, bump: IntArray
    ) -> Float64Array:
        """Return the distance to the border of the bump, on the side of the prediction."""
        return np.abs(self.border[bump + is_above] - true)

    def reach_of_cost(
        self, true: Float64Array, is_above: BoolArray, bump: IntArray
    ) -> Float64Array:
        """Return the distance to the peak of the next bump, on the side of the prediction."""
        return np.abs(self.peak[np.where(is_above, bump + 2, bump)] - true)


def _merge_plateaus(x: Float64Array, value: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Replace adjacent points of the same relevance by one in their middle."""
    starts = np.flatnonzero(np.append(True, np.diff(value) != 0))
    ends = np.append(starts[1:], len(x)) - 1
    return (x[starts] + x[ends]) / 2, value[starts]


def _fill_from_neighbors(limit: Float64Array) -> Float64Array:
    """Return the limits, with those of bumps without a peak taken from the bump next to them."""
    filled = limit.copy()
    for outer, inner in ((0, 1), (-1, -2)):
        if not np.isfinite(filled[outer]) and len(filled) > 1:
            filled[outer] = filled[inner]
    return filled
