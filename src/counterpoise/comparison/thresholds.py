"""Where to divide two classes."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.comparison.records import Costs

__all__ = ["best_threshold"]


def best_threshold(is_rare: BoolArray, scores: Float64Array, costs: Costs | None) -> float:
    """Return the threshold that is best for rows whose classes are known.

    Parameters
    ----------
    is_rare : ndarray of bool of shape (n_rows,)
    scores : ndarray of float64 of shape (n_rows,)
        Rows that score as much or more are called rare.
    costs : Costs or None
        What wrong decisions cost; None weighs both classes alike (balanced accuracy).

    Returns
    -------
    float
        Half-way between the two scores that it divides. Of several that are equally good, the
        highest.

    Examples
    --------
    >>> best_threshold(np.array([False, False, True]), np.array([0.1, 0.2, 0.4]), None)
    0.30000000000000004
    """
    order = np.argsort(-scores, kind="stable")
    ranked, rare = scores[order], is_rare[order]
    last = np.flatnonzero(np.append(np.diff(ranked) != 0, True))
    hits, taken = np.cumsum(rare)[last], last + 1
    n_rare = rare.sum()
    weight_false, weight_missed = (
        (1 / (len(rare) - n_rare), 1 / n_rare)
        if costs is None
        else (costs.false_positive, costs.false_negative)
    )
    loss = weight_false * (taken - hits) + weight_missed * (n_rare - hits)
    nobody = weight_missed * n_rare
    best = int(np.argmin(loss))
    if nobody < loss[best]:
        return float(np.nextafter(ranked[0], np.inf))
    at = last[best]
    return float((ranked[at] + ranked[at + 1]) / 2) if at + 1 < len(ranked) else float(ranked[at])
