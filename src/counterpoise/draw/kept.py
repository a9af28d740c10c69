"""Which rows stay, in the order in which they leave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from counterpoise._lib.types import BoolArray, IntArray, RowArray

__all__ = ["chosen_by_class", "grouped_by_class"]


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


def chosen_by_class(codes: IntArray, chosen: Mapping[int, RowArray]) -> RowArray:
    """Return the rows chosen of some classes, and all rows of the others, class by class.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row.
    chosen : mapping of int to ndarray of int
        For some classes, their rows that stay, in the order in which they leave.

    Returns
    -------
    ndarray of int of shape (n_kept,)

    Examples
    --------
    >>> chosen_by_class(np.array([1, 0, 1, 0, 1]), {1: np.array([4, 0])})
    array([1, 3, 4, 0])
    """
    classes = range(int(codes.max()) + 1)
    rows = [chosen[code] if code in chosen else np.flatnonzero(codes == code) for code in classes]
    return np.concatenate(rows)
