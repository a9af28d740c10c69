"""Searches that are not the native index, given its face: sparse rows, and a user's own object."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

from counterpoise._types import Float64Array, IntArray, RowArray
from counterpoise.exceptions import InputError

__all__ = ["SparseIndex", "UserIndex", "squared_differences"]

_SPARE = 4  # neighbours asked for beyond those wanted, to be ranked again exactly
_CELLS = 2**20  # cells of sparse rows subtracted at once: some 16 MB


class SparseIndex:
    """scikit-learn's brute force over sparse rows, its nearest ranked again by differences.

    Parameters
    ----------
    points : CSR matrix of shape (n_points, n_features)
    n_jobs : int, optional
    """

    def __init__(self, points: Any, n_jobs: int | None = None) -> None:
        self._points = points.astype(np.float64)  # in which no difference of integers wraps around
        self.n_points = points.shape[0]
        self._engine = NearestNeighbors(algorithm="brute", n_jobs=n_jobs).fit(self._points)

    def nearest_others(self, k: int, of: IntArray | None = None) -> tuple[RowArray, Float64Array]:
        """Return the `k` nearest others of each point asked for, and their squared distances."""
        of = np.arange(self.n_points) if of is None else np.asarray(of)
        found, squared = self._ranked(self._points[of], k + 1)
        return without_itself(found, of, k), without_itself(found, of, k, squared)

    def nearest(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        """Return the `k` nearest points to each query, and their squared distances."""
        found, squared = self._ranked(queries.astype(np.float64), k)
        return found[:, :k], squared[:, :k]

    def _ranked(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        k = min(k + _SPARE, self.n_points)
        found = self._engine.kneighbors(queries, n_neighbors=k, return_distance=False)
        asked = np.repeat(np.arange(queries.shape[0]), k)
        squared = squared_differences(self._points, queries, found.ravel(), asked)
        squared = squared.reshape(found.shape)
        order = np.lexsort((found, squared), axis=1)
        return np.take_along_axis(found, order, 1), np.take_along_axis(squared, order, 1)


class UserIndex:
    """A neighbour search of the user's: anything with `fit` and `kneighbors`.

    Parameters
    ----------
    engine : object
        Fitted already; it counts a point among its own neighbours.
    points : ndarray or CSR matrix of shape (n_points, n_features)
        What it was fitted on.
    """

    def __init__(self, engine: Any, points: Any) -> None:
        self._engine = engine
        self._points = points
        self.n_points = points.shape[0]

    def nearest_others(self, k: int, of: IntArray | None = None) -> RowArray:
        """Return what the object calls the `k` nearest others of each point asked for."""
        of = np.arange(self.n_points) if of is None else np.asarray(of)
        found = self._engine.kneighbors(self._points[of], return_distance=False)
        nearest: RowArray = without_itself(self._shaped(found, len(of), k + 1), of, k)
        return nearest

    def nearest(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        """Return what the object calls the `k` nearest points to each query, and how far."""
        distances, positions = self._engine.kneighbors(queries, n_neighbors=k)
        n = queries.shape[0]
        return self._shaped(positions, n, k), self._shaped(distances, n, k)

    def _shaped(self, found: Any, n_asked: int, k: int) -> Any:
        array = np.asarray(found)
        if array.shape != (n_asked, k):
            raise InputError(
                f"{type(self._engine).__name__}.kneighbors must return {k} neighbours for each of "
                f"{n_asked} rows, and returned an array of shape {array.shape}."
            )
        return array


def without_itself(found: RowArray, of: IntArray, k: int, values: Any = None) -> Any:
    """Leave each point out of its own list, by its number, and keep `k` others.

    Parameters
    ----------
    found : ndarray of int of shape (n_asked, more than k)
        Positions, nearest first.
    of : ndarray of int of shape (n_asked,)
        The points that were asked for.
    k : int
    values : ndarray of shape (n_asked, more than k), optional
        What to keep; by default the positions.

    Returns
    -------
    ndarray of shape (n_asked, k)
    """
    others = found != of[:, None]
    # A row hidden by its duplicates is not in its own list: then the last neighbours go.
    kept = others & (np.cumsum(others, axis=1) <= k)
    return (found if values is None else values)[kept].reshape(len(of), k)


def squared_differences(points: Any, queries: Any, of: RowArray, to: RowArray) -> Float64Array:
    """Measure pairs of sparse rows by the differences of their cells, summed in column order.

    Parameters
    ----------
    points : CSR matrix of float64 of shape (n_points, n_features)
    queries : CSR matrix of float64 of shape (n_queries, n_features)
    of : ndarray of int of shape (n_pairs,)
        Rows of `points`.
    to : ndarray of int of shape (n_pairs,)
        The row of `queries` that each is paired with.

    Returns
    -------
    ndarray of float64 of shape (n_pairs,)
        Squared distances; those of dense rows, to the last bit.
    """
    ones = np.ones(points.shape[1])  # a product sums in order, as `sum` does not
    widest = sum(int(np.diff(rows.indptr).max(initial=0)) for rows in (points, queries))
    pairs = max(1, _CELLS // max(1, widest))
    squared = np.empty(len(of))
    for start in range(0, len(of), pairs):
        some = slice(start, start + pairs)
        step = points[of[some]] - queries[to[some]]
        squared[some] = step.multiply(step) @ ones
    return squared
