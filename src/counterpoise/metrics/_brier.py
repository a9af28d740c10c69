"""Brier scores for imbalanced classes: averaged over classes, and relative to the prevalence.

References: Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; Wallace and Dahabreh
(2012), doi:10.1109/ICDM.2012.115.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.metrics._validation import check_binary_probabilities, check_both_classes

__all__ = ["balanced_brier_score", "brier_skill_score"]


def balanced_brier_score(
    y_true: Any, y_proba: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> float:
    """Compute the mean of the Brier scores of the positive and of the negative class.

    In the ordinary Brier score, a small minority class has almost no influence. Here, each class
    has half of the weight.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of two classes.
    y_proba : array-like of shape (n_samples,)
        Predicted probabilities of the positive class.
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        From 0, the best, to 1, the worst. Predicting 0.5 for all samples gives 0.25.

    Raises
    ------
    InputError
        If y_true has only one class, probabilities are not in [0, 1], `pos_label` is not a class,
        or weights are negative.

    See Also
    --------
    brier_skill_score : Brier score relative to the prevalence.

    Notes
    -----
    The score is lowest for probabilities that are calibrated to equally frequent classes, not to
    the prevalence in y_true.

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
    binary = check_binary_probabilities(y_true, y_proba, pos_label, sample_weight)
    check_both_classes(binary.positive, "The balanced Brier score")
    errors = (binary.score - binary.positive) ** 2
    class_scores = [
        np.average(errors[members], weights=binary.weight[members])
        for members in (binary.positive, ~binary.positive)
    ]
    return float(np.mean(class_scores))


def brier_skill_score(
    y_true: Any, y_proba: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> float:
    """Compute the Brier skill score: the Brier score relative to predicting the prevalence.

    It is ``1 - brier / (p * (1 - p))``, where p is the prevalence of the positive class in y_true,
    and ``p * (1 - p)`` is the Brier score of predicting p for all samples.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of two classes.
    y_proba : array-like of shape (n_samples,)
        Predicted probabilities of the positive class.
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        1 is the best; 0 is as good as predicting the prevalence; negative values are worse.

    Raises
    ------
    InputError
        If y_true has only one class, probabilities are not in [0, 1], `pos_label` is not a class,
        or weights are negative.

    See Also
    --------
    balanced_brier_score : Brier score in which each class has half of the weight.

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
    binary = check_binary_probabilities(y_true, y_proba, pos_label, sample_weight)
    check_both_classes(binary.positive, "The Brier skill score")
    brier = np.average((binary.score - binary.positive) ** 2, weights=binary.weight)
    return float(1 - brier / (binary.prevalence * (1 - binary.prevalence)))
