"""Brier scores for rare classes: each class counting half, and relative to the prevalence.

References: Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; Wallace and Dahabreh
(2012), doi:10.1109/ICDM.2012.115.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.metrics._opening import open_probabilities, require_both_classes

__all__ = ["balanced_brier_score", "brier_skill_score"]


def balanced_brier_score(
    y_true: Any, y_proba: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> float:
    """Return the mean of the Brier scores of the positive and of the negative rows.

    The Brier score of a rare class's rows can be as bad as may be, and hardly move the Brier score
    of all. Here each class counts half.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_proba : array-like of shape (n_rows,)
        The probability of the positive class.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        0 is best, 1 worst; 0.25 is what the forecast 0.5 has.

    Raises
    ------
    InputError
        If y_true holds one class, probabilities are not in [0, 1], `pos_label` is no class, or
        weights are negative.

    Notes
    -----
    The least of it is reached by probabilities that are calibrated to equally frequent classes,
    not to the prevalence of y_true.

    References
    ----------
    B. C. Wallace, I. J. Dahabreh, "Class Probability Estimates are Unreliable for Imbalanced Data
    (and How to Fix Them)", IEEE 12th International Conference on Data Mining, 695-704 (2012),
    doi:10.1109/ICDM.2012.115.

    Examples
    --------
    >>> from counterpoise.metrics import balanced_brier_score
    >>> balanced_brier_score([0, 0, 0, 1], [0.0, 0.0, 0.0, 0.0])
    0.5
    """
    scored = open_probabilities(y_true, y_proba, pos_label, sample_weight)
    require_both_classes(scored.positive, "The balanced Brier score")
    errors = (scored.score - scored.positive) ** 2
    halves = [
        np.average(errors[rows], weights=scored.weight[rows])
        for rows in (scored.positive, ~scored.positive)
    ]
    return float(np.mean(halves))


def brier_skill_score(
    y_true: Any, y_proba: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> float:
    """Return how much better than the prevalence the probabilities forecast.

    It is ``1 - brier / (p * (1 - p))``, where p is the positives' share of y_true, and ``p * (1 -
    p)`` the Brier score of forecasting p for every row.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_proba : array-like of shape (n_rows,)
        The probability of the positive class.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        1 is best; 0 is no better than the prevalence; below 0 is worse.

    Raises
    ------
    InputError
        If y_true holds one class, probabilities are not in [0, 1], `pos_label` is no class, or
        weights are negative.

    References
    ----------
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
    Review 78 (1), 1-3 (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.

    Examples
    --------
    >>> from counterpoise.metrics import brier_skill_score
    >>> brier_skill_score([0, 0, 0, 1], [0.25, 0.25, 0.25, 0.25])
    0.0
    >>> round(brier_skill_score([0, 0, 0, 1], [0.1, 0.0, 0.2, 0.8]), 2)
    0.88
    """
    scored = open_probabilities(y_true, y_proba, pos_label, sample_weight)
    require_both_classes(scored.positive, "The Brier skill score")
    brier = np.average((scored.score - scored.positive) ** 2, weights=scored.weight)
    return float(1 - brier / (scored.prevalence * (1 - scored.prevalence)))
