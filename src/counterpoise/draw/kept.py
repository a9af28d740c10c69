"""Which rows stay, in the order in which they leave."""

from __future__ import annotations

import numpy as np

from counterpoise._types import BoolArray, IntArray, RowArray

__all__ = ["grouped_by_class"]


def grouped_by_class(codes: IntArray, is_kept: BoolArray) -> RowArray:
    """Return the rows that stay, class by class, in each class in their order.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row.
    is_kept : ndarray of bool of shape (n_rows,)

    Returns
    -------
    ndarray of int of shape (n_kept,)

    Examples
    --------
    >>> grouped_by_class(np.array([1, 0, 1, 0]), np.array([True, True, False, True]))
    array([1, 3, 0])
    """
    kept = np.flatnonzero(is_kept)
    return kept[np.argsort(codes[kept], kind="stable")]
