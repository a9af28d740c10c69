"""Rows by score, the highest first; rows with equal scores stand together."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.metrics._opening import Scored

__all__ = ["rank"]


def rank(scored: Scored) -> tuple[Float64Array, Float64Array]:
    """Add up the rows of each distinct score.

    Parameters
    ----------
    scored : Scored

    Returns
    -------
    weight, positive : ndarray of float64 of shape (n_scores,)
        The weight of the rows with each score, and of the positive ones; highest score first.
    """
    scores, group = np.unique(-scored.score, return_inverse=True)
    weight = np.bincount(group, scored.weight, len(scores))
    positive = np.bincount(group, scored.weight * scored.positive, len(scores))
    return weight.astype(np.float64), positive.astype(np.float64)
