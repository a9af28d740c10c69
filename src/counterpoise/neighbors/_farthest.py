"""Distances to the farthest rows: exact, and in limited memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, FloatArray, RowArray
from counterpoise.neighbors._adapters import (
    RoundingErrorBound,
    paired_squared_distances,
    split_queries,
)
from counterpoise.neighbors._search import NeighborSearch, get_n_neighbors
from counterpoise.neighbors._space import SearchSpace

__all__ = ["farthest_distances"]

_MANY_TIES = 64  # candidates for each of the farthest rows
_ROUNDING = 1e-12  # of a squared distance


def farthest_distances(
    space: SearchSpace,
    points: RowArray,
    queries: RowArray,
    neighbors: Any,
    *,
    n_jobs: int | None = None,
) -> Float64Array:
    """Compute the distances from rows of a table to the farthest of other rows.

    Parameters
    ----------
    space : SearchSpace
        All rows of a table.
    points : ndarray of int of shape (n_points,)
        The rows to which distances are computed, in ascending order.
    queries : ndarray of int of shape (n_queries,)
        The rows from which distances are computed, in ascending order.
    neighbors : int or object with `fit` and `kneighbors`
        Number of farthest rows, or all rows if there are fewer; or a nearest neighbors estimator,
        whose `n_neighbors` is the number and which computes the distances.
    n_jobs : int, optional
        Number of threads; by default all that the process may use.

    Returns
    -------
    ndarray of float64 of shape (n_queries, k)
        The distances to the `k` farthest rows, ascending.
    """
    k = min(get_n_neighbors(neighbors, includes_self=False), len(points))
    if not len(queries):
        return np.empty((0, k))
    if hasattr(neighbors, "kneighbors"):
        # An estimator finds nearest rows only: it returns all rows, and the last ones are taken.
        search = NeighborSearch(space.subset(points), neighbors, n_jobs=n_jobs, includes_self=False)
        ranked = (
            search.nearest(space.subset(some), len(points))[1]
            for some in split_queries(queries, len(points))
        )
        return np.concatenate([distances[:, -k:] for distances in ranked])
    if isinstance(space.points, np.ndarray):
        return _compute_dense(space, points, queries, k, thread_count(n_jobs))
    return _compute_sparse(space.points, points, queries, k)


def _compute_dense(
    space: SearchSpace, points: RowArray, queries: RowArray, k: int, threads: int
) -> Float64Array:
    table, penalties, mismatch = space.points, space.penalties, space.mismatch
    scale = _power_of_two(table)
    if scale != 1:
        table = table * scale
        penalties = None if penalties is None else penalties * scale * scale
        mismatch = None if mismatch is None else mismatch * scale * scale
    distances = np.empty((len(queries), k))
    _native.farthest_distances(table, points, queries, penalties, mismatch, distances, threads)
    return distances / scale


def _compute_sparse(table: Any, points: RowArray, queries: RowArray, k: int) -> Float64Array:
    table = table.astype(np.float64)  # differences of integers would overflow
    scale = _power_of_two(table.data)
    table = table * scale
    targets = table[points]
    error_bound = RoundingErrorBound(targets)
    squared = [
        _find_largest(table[some], targets, k, error_bound)
        for some in split_queries(queries, len(points))
    ]
    distances: Float64Array = np.sqrt(np.concatenate(squared)) / scale
    return distances


def _find_largest(
    queries: Any, targets: Any, k: int, error_bound: RoundingErrorBound
) -> Float64Array:
    """Return the `k` largest squared distances of each sparse row, ascending.

    A product of sparse matrices gives rounded distances of all pairs. Pairs that may be among the
    largest, given the bound of the rounding error, are computed again exactly. If there are too
    many, and the bound is no more than what distances are rounded by anyway, they count as equal:
    rows without a common word, for example, are all at the same distance.
    """
    rough = sklearn.metrics.euclidean_distances(queries, targets, squared=True)
    largest = np.sort(np.partition(rough, -k)[:, -k:])
    error = error_bound.compute(queries)
    is_candidate = rough >= (largest[:, 0] - 2 * error)[:, None]
    are_equal = (is_candidate.sum(axis=1) > _MANY_TIES * k) & (error <= _ROUNDING * largest[:, 0])
    query, point = np.nonzero(is_candidate & ((error > 0) & ~are_equal)[:, None])
    if len(query):
        exact = paired_squared_distances(targets, queries, point, query)
        order = np.lexsort([exact, query])  # ascending distances of each query
        last = np.flatnonzero(np.diff(query, append=-1))
        largest[query[last]] = exact[order][last[:, None] + np.arange(1 - k, 1)]
    return largest


def _power_of_two(values: FloatArray) -> float:
    """Return a factor that keeps the squares of extreme values in the range of float64."""
    highest, lowest = (f.reduce(values, axis=None, initial=0.0) for f in (np.fmax, np.fmin))
    largest = max(highest, -lowest)
    exponent = int(np.frexp(largest)[1]) if largest > 0 else 0
    return 1.0 if abs(exponent) < 400 else 2.0 ** -max(exponent, -1000)
