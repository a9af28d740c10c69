"""Whole numbers in given proportions that add up to what is asked for."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray

__all__ = ["share_out"]


def share_out(weights: Float64Array, total: int) -> IntArray:
    """Share a number out in proportion to weights, by largest remainders.

    Parameters
    ----------
    weights : ndarray of float64 of shape (n_shares,)
        0 or more, and finite; all equal where all are 0.
    total : int

    Returns
    -------
    ndarray of int of shape (n_shares,)
        They add up to `total`. What is left over by rounding down goes to the largest fractions,
        ties to the first.

    Examples
    --------
    >>> share_out(np.array([1.0, 1.0, 2.0]), 7)
    array([2, 2, 3])
    """
    whole = weights.sum()
    exact = total * (weights / whole if whole > 0 else np.full(len(weights), 1 / len(weights)))
    shares: IntArray = np.floor(exact).astype(np.intp)
    left = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:left]] += 1
    return shares
