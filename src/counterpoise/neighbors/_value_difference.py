"""Nearest rows by the value difference metric, for tables with categorical columns only.

The distance between two values a and b of a column is ``sum(|p(class | a) - p(class | b)|)``, where
``p(class | a)`` is the frequency of a class among the rows with the value a. Squared distances are
summed over the columns.

Reference: Stanfill and Waltz (1986), doi:10.1145/7902.7906.
"""

from __future__ import annotations

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.neighbors._index import Index

__all__ = ["compute_class_probabilities", "nearest_by_value_difference"]


def compute_class_probabilities(counts: IntArray) -> Float64Array:
    """Compute the probability of each class given each code of a column.

    Parameters
    ----------
    counts : ndarray of int of shape (n_codes, n_classes)
        How often each code occurs in each class. Every code must occur.

    Returns
    -------
    ndarray of float64 of shape (n_codes, n_classes)

    Examples
    --------
    >>> compute_class_probabilities(np.array([[1, 2], [0, 1]]))
    array([[0.33333333, 0.66666667],
           [0.        , 1.        ]])
    """
    probabilities: Float64Array = counts / counts.sum(axis=1, keepdims=True)
    return probabilities


def nearest_by_value_difference(
    columns: list[IntArray], probabilities: list[Float64Array], k: int, query_positions: RowArray
) -> RowArray:
    """Find the nearest other rows by the value difference metric.

    Parameters
    ----------
    columns : list of ndarray of int of shape (n_rows,)
        The encoded columns of the rows to search among.
    probabilities : list of ndarray of float64 of shape (n_codes, n_classes)
        The result of `compute_class_probabilities` for each column of the whole table.
    k : int
        Number of neighbors.
    query_positions : ndarray of int of shape (n_queries,)
        The rows to find neighbors for.

    Returns
    -------
    ndarray of int of shape (n_queries, k)
        Nearest first, ties by position, without the row itself.
    """
    if probabilities[0].shape[1] == 2:
        # With two classes, |p(0 | a) - p(0 | b)| = |p(1 | a) - p(1 | b)|: the metric is the
        # Euclidean distance between points with the coordinates 2 p(1 | value).
        pairs = zip(columns, probabilities, strict=True)
        points = np.column_stack([2 * given[codes, 1] for codes, given in pairs])
        return Index(points).nearest_others(k, query_positions=query_positions)
    # With more classes all rows are compared, one query at a time: no matrix of pairs in memory.
    positions = np.empty((len(query_positions), k), np.int64)
    _native.nearest_by_value_difference(
        np.ascontiguousarray(columns, dtype=np.int32),
        np.concatenate(probabilities),
        np.array([len(given) for given in probabilities], np.int64),
        np.ascontiguousarray(query_positions, dtype=np.int64),
        positions,
        thread_count(),
    )
    return positions
