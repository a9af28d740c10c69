"""Distances to the farthest rows: exact, and never all of them in memory at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import euclidean_distances

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, FloatArray, RowArray
from counterpoise.neighbors.adapters import ProductRounding, blocks, squared_differences
from counterpoise.neighbors.search import Search, neighbor_count
from counterpoise.neighbors.space import SearchSpace

__all__ = ["farthest_distances"]


def farthest_distances(
    space: SearchSpace,
    points: RowArray,
    queries: RowArray,
    neighbors: Any,
    *,
    n_jobs: int | None = None,
) -> Float64Array:
    """Measure how far the farthest of some rows are from other rows of a table.

    Parameters
    ----------
    space : SearchSpace
        All rows of a table.
    points : ndarray of int of shape (n_points,)
        The rows to measure to, ascending.
    queries : ndarray of int of shape (n_queries,)
        The rows to measure from, ascending.
    neighbors : int or object with `fit` and `kneighbors`
        How many farthest rows, all where there are fewer; or a neighbour search of the user's,
        which says how many and measures.
    n_jobs : int, optional
        Threads; by default all that the process may use.

    Returns
    -------
    ndarray of float64 of shape (n_queries, k)
        The distances to the `k` farthest rows, ascending.
    """
    k = min(neighbor_count(neighbors, counts_itself=False), len(points))
    if hasattr(neighbors, "kneighbors"):
        # It ranks the nearest only: it is asked for all rows, and the last of them are taken.
        search = Search(space.part(points), neighbors, n_jobs=n_jobs, counts_itself=False)
        ranked = (
            search.nearest(space.part(some), len(points))[1]
            for some in blocks(queries, len(points))
        )
        return np.concatenate([distances[:, -k:] for distances in ranked])
    if isinstance(space.points, np.ndarray):
        return _compare(space, points, queries, k, thread_count(n_jobs))
    return _compare_sparse(space.points, points, queries, k)


def _compare(
    space: SearchSpace, points: RowArray, queries: RowArray, k: int, threads: int
) -> Float64Array:
    table, penalties, mismatch = space.points, space.penalties, space.mismatch
    scale = _power_of_two(table)
    if scale != 1:
        table = table * scale
        penalties = None if penalties is None else penalties * scale * scale
        mismatch = None if mismatch is None else mismatch * scale * scale
    distances = np.empty((len(queries), k))
    _native.farthest(table, points, queries, penalties, mismatch, distances, threads)
    return distances / scale


def _compare_sparse(table: Any, points: RowArray, queries: RowArray, k: int) -> Float64Array:
    table = table.astype(np.float64)  # in which no difference of integers wraps around
    scale = _power_of_two(table.data)
    table = table * scale
    ends = table[points]
    rounding = ProductRounding(ends)
    squared = [
        _farthest_of(table[some], ends, k, rounding) for some in blocks(queries, len(points))
    ]
    distances: Float64Array = np.sqrt(np.concatenate(squared)) / scale
    return distances


def _farthest_of(starts: Any, ends: Any, k: int, rounding: ProductRounding) -> Float64Array:
    """Return the `k` largest squared distances of each sparse row.

    A product of sparse tables measures all pairs roughly; those that its rounding may have placed
    wrongly are measured again.
    """
    rough = euclidean_distances(starts, ends, squared=True)
    least = np.partition(rough, -k)[:, -k] - 2 * rounding.of(starts)
    of, to = np.nonzero(rough >= least[:, None])
    exact = np.full(rough.shape, -1.0)
    exact[of, to] = squared_differences(ends, starts, to, of)
    return np.sort(np.partition(exact, -k)[:, -k:])


def _power_of_two(cells: FloatArray) -> float:
    """Return what brings extreme numbers into a range in which their squares have a meaning."""
    highest, lowest = (f.reduce(cells, axis=None, initial=0.0) for f in (np.fmax, np.fmin))
    most = max(highest, -lowest)
    exponent = int(np.frexp(most)[1]) if most > 0 else 0
    return 1.0 if abs(exponent) < 400 else 2.0 ** -max(exponent, -1000)
