"""Distances to the farthest rows: exact, and never all of them in memory at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.metrics import euclidean_distances

from counterpoise._types import Float64Array, FloatArray
from counterpoise.neighbors.search import Search, neighbor_count
from counterpoise.neighbors.space import SearchSpace

__all__ = ["farthest_distances"]

_BLOCK = 2**21  # distances held at once: 16 MB


def farthest_distances(
    space: SearchSpace, queries: SearchSpace, neighbors: Any, *, n_jobs: int | None = None
) -> Float64Array:
    """Measure how far the farthest rows of a space are from rows from elsewhere.

    Parameters
    ----------
    space : SearchSpace
        The rows to measure to.
    queries : SearchSpace
        The rows to measure from, laid out in the same units.
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
    k = min(neighbor_count(neighbors, counts_itself=False), space.n_rows)
    if hasattr(neighbors, "kneighbors"):
        # It ranks the nearest only: it is asked for all rows, and the last of them are taken.
        search = Search(space, neighbors, n_jobs=n_jobs, counts_itself=False)
        ranked = (search.nearest(some, space.n_rows)[1] for some in _blocks(queries, space.n_rows))
        return np.concatenate([distances[:, -k:] for distances in ranked])
    measure = _compare if isinstance(space.points, np.ndarray) else _compare_sparse
    return measure(space, queries, k)


def _blocks(queries: SearchSpace, n_points: int) -> Iterator[SearchSpace]:
    """Yield some of the queries at a time, so that blocks of pairs stay small."""
    step = max(1, _BLOCK // n_points)
    for start in range(0, queries.n_rows, step):
        yield queries.part(np.arange(start, min(start + step, queries.n_rows)))


def _compare_sparse(space: SearchSpace, queries: SearchSpace, k: int) -> Float64Array:
    points = space.selected
    return np.concatenate(
        [
            _largest(euclidean_distances(some.selected, points), k)
            for some in _blocks(queries, space.n_rows)
        ]
    )


def _compare(space: SearchSpace, queries: SearchSpace, k: int) -> Float64Array:
    scale = _power_of_two(space.points, queries.points)
    points = space.selected * scale
    prices = [
        None if price is None else price * scale * scale
        for price in (space.penalties, space.mismatch)
    ]
    squared = [
        _largest(_squared(points, some.selected * scale, *prices), k)
        for some in _blocks(queries, space.n_rows)
    ]
    distances: Float64Array = np.sqrt(np.concatenate(squared)) / scale
    return distances


def _squared(
    points: FloatArray,
    queries: FloatArray,
    penalties: Float64Array | None,
    mismatch: Float64Array | None,
) -> Float64Array:
    """Return all squared distances, summed column by column in float64."""
    squared = np.zeros((len(queries), len(points)))
    n_numeric = points.shape[1] - (0 if mismatch is None else len(mismatch))
    for column in range(points.shape[1]):
        step = np.subtract.outer(queries[:, column], points[:, column], dtype=np.float64)
        if mismatch is not None and column >= n_numeric:
            squared += (step != 0) * mismatch[column - n_numeric]
        elif penalties is None:
            squared += np.square(step, out=step)
        else:
            squared += np.where(np.isnan(step), penalties[column], np.square(step))
    return squared


def _largest(values: FloatArray, k: int) -> FloatArray:
    """Return the `k` largest values of each row, ascending."""
    return np.sort(np.partition(values, -k, axis=1)[:, -k:], axis=1)


def _power_of_two(*tables: FloatArray) -> float:
    """Return what brings extreme numbers into a range in which their squares have a meaning."""
    most = max(float(np.fmax.reduce(np.abs(table), axis=None, initial=0.0)) for table in tables)
    exponent = int(np.frexp(most)[1])
    return 1.0 if abs(exponent) < 400 else 2.0 ** -max(exponent, -1000)
