"""Choose the decision threshold of a binary classifier."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.study._records import Costs

__all__ = ["best_threshold"]


def best_threshold(is_positive: BoolArray, scores: Float64Array, costs: Costs | None) -> float:
    """Return the threshold with the lowest cost or the highest balanced accuracy.

    Parameters
    ----------
    is_positive : ndarray of bool of shape (n_samples,)
        The true classes.
    scores : ndarray of float64 of shape (n_samples,)
        Samples with a score of at least the threshold are predicted positive.
    costs : Costs or None
        Costs of wrong decisions; None to maximize balanced accuracy.

    Returns
    -------
    float
        Halfway between two adjacent scores. Of equally good thresholds, the highest.

    Examples
    --------
    >>> best_threshold(np.array([False, False, True]), np.array([0.1, 0.2, 0.4]), None)
    0.30000000000000004
    """
    order = np.argsort(-scores, kind="stable")
    ranked, positive = scores[order], is_positive[order]
    last = np.flatnonzero(np.append(np.diff(ranked) != 0, True))
    true_positives, n_predicted = np.cumsum(positive)[last], last + 1
    n_positive = positive.sum()
    cost_fp, cost_fn = (
        (1 / (len(positive) - n_positive), 1 / n_positive)
        if costs is None
        else (costs.false_positive, costs.false_negative)
    )
    loss = cost_fp * (n_predicted - true_positives) + cost_fn * (n_positive - true_positives)
    loss_without_positives = cost_fn * n_positive
    best = int(np.argmin(loss))
    if loss_without_positives < loss[best]:
        return float(np.nextafter(ranked[0], np.inf))
    at = last[best]
    return float((ranked[at] + ranked[at + 1]) / 2) if at + 1 < len(ranked) else float(ranked[at])
