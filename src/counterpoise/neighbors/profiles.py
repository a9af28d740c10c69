"""Nearest rows by the value difference metric: nominal values differ as their classes do.

Two values of a column are as far apart as the shares of the classes among the rows that have them
differ, ``sum(|p(class | a) - p(class | b)|)``; the squares are summed over the columns.

Reference: Stanfill and Waltz (1986), doi:10.1145/7902.7906.
"""

from __future__ import annotations

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.neighbors.index import Index

__all__ = ["class_shares", "nearest_by_profile"]


def class_shares(codes: IntArray, classes: IntArray, n_classes: int) -> Float64Array:
    """Return for each code the share of each class among the rows that have it.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        One column; each code below the largest occurs.
    classes : ndarray of int of shape (n_rows,)
    n_classes : int

    Returns
    -------
    ndarray of float64 of shape (n_codes, n_classes)

    Examples
    --------
    >>> class_shares(np.array([0, 0, 1, 0]), np.array([0, 1, 1, 1]), 2)
    array([[0.33333333, 0.66666667],
           [0.        , 1.        ]])
    """
    n_codes = int(codes.max()) + 1
    pairs = codes.astype(np.intp) * n_classes + classes
    counts = np.bincount(pairs, minlength=n_codes * n_classes).reshape(n_codes, n_classes)
    shares: Float64Array = counts / counts.sum(axis=1, keepdims=True)
    return shares


def nearest_by_profile(
    columns: list[IntArray], shares: list[Float64Array], k: int, of: RowArray
) -> RowArray:
    """Find the nearest others of some rows by the value difference metric.

    Of two classes the one's share says it all, and the metric is an ordinary distance: the index
    answers. Of more, all rows are compared; no table of all pairs is held.

    Parameters
    ----------
    columns : list of ndarray of int of shape (n_rows,)
        The codes of each column, of the rows to search among.
    shares : list of ndarray of float64 of shape (n_codes, n_classes)
        What `class_shares` found for each column, in the whole table.
    k : int
    of : ndarray of int of shape (n_asked,)

    Returns
    -------
    ndarray of int of shape (n_asked, k)
        Nearest first, ties by position; never the row itself.
    """
    if shares[0].shape[1] == 2:
        pairs = zip(columns, shares, strict=True)
        points = np.column_stack([2 * share[codes, 1] for codes, share in pairs])
        return Index(points).nearest_others(k, of=of)
    positions = np.empty((len(of), k), np.int64)
    _native.nearest_profiles(
        np.ascontiguousarray(columns, dtype=np.int32),
        np.concatenate(shares),
        np.array([len(share) for share in shares], np.int64),
        np.ascontiguousarray(of, dtype=np.int64),
        positions,
        thread_count(),
    )
    return positions
