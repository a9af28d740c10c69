"""Searches that are not the native index, given its face: sparse rows, and a user's own object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.metrics import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.exceptions import InputError

__all__ = ["ProductRounding", "SparseIndex", "UserIndex", "blocks", "squared_differences"]

_SPARE = 4  # neighbours asked for beyond those wanted, to be ranked again exactly
_CELLS = 2**20  # cells of sparse rows subtracted at once: some 16 MB
_PAIRS = 2**21  # distances held at once: 16 MB


class SparseIndex:
    """scikit-learn's brute force over sparse rows, its nearest ranked again by differences.

    Products of tables measure roughly. A row whose neighbours they may have missed, because of
    rounding or because many are equally far, is compared with all points once more.

    Parameters
    ----------
    points : CSR matrix of shape (n_points, n_features)
    n_jobs : int, optional
    """

    def __init__(self, points: Any, n_jobs: int | None = None) -> None:
        self._points = points.astype(np.float64)  # in which no difference of integers wraps around
        self.n_points = points.shape[0]
        self._engine = NearestNeighbors(algorithm="brute", n_jobs=n_jobs).fit(self._points)
        self._rounding = ProductRounding(self._points)

    def nearest_others(self, k: int, of: IntArray | None = None) -> tuple[RowArray, Float64Array]:
        """Return the `k` nearest others of each point asked for, and their squared distances."""
        of = np.arange(self.n_points) if of is None else np.asarray(of)
        found, squared = self._ranked(self._points[of], k + 1)
        return without_itself(found, of, k), without_itself(found, of, k, squared)

    def nearest(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        """Return the `k` nearest points to each query, and their squared distances."""
        return self._ranked(queries.astype(np.float64), k)

    def _ranked(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        """Return the nearest points, in order; the first `k` of them are surely the nearest."""
        width = min(k + _SPARE, self.n_points)
        k = min(k, width)
        rough, found = self._engine.kneighbors(queries, n_neighbors=width)
        asked = np.repeat(np.arange(queries.shape[0]), width)
        squared = squared_differences(self._points, queries, found.ravel(), asked)
        squared = squared.reshape(found.shape)
        order = np.lexsort((found, squared), axis=1)
        found = np.take_along_axis(found, order, 1)[:, :k]
        squared = np.take_along_axis(squared, order, 1)[:, :k]
        if width < self.n_points:
            # The others are no nearer than the last of the list, as far as their roots tell.
            last = rough.max(axis=1) ** 2 * (1 - 1e-15) - self._rounding.of(queries)
            for unsure in blocks(np.flatnonzero(squared[:, -1] >= last), self.n_points):
                found[unsure], squared[unsure] = self._compared(queries[unsure], k)
        return found, squared

    def _compared(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        rough = euclidean_distances(queries, self._points, squared=True)
        rounding = self._rounding.of(queries)
        limit = np.partition(rough, k - 1)[:, k - 1] + 2 * rounding
        of, to = np.nonzero(rough <= limit[:, None])
        if rounding.any():
            squared = squared_differences(self._points, queries, to, of)
        else:
            squared = rough[of, to]
        order = np.lexsort((to, squared, of))
        # The pairs of a query follow each other, and it has k or more.
        first = np.searchsorted(of, np.arange(queries.shape[0]))
        nearest = order[first[:, None] + np.arange(k)]
        return to[nearest], squared[nearest]


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


def blocks(rows: RowArray, n_points: int) -> Iterator[RowArray]:
    """Yield some rows at a time, so that their distances from all points fit in a block."""
    step = max(1, _PAIRS // n_points)
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


class ProductRounding:
    """How far squared distances by a product of sparse tables may be from the true ones.

    Parameters
    ----------
    points : CSR matrix of float64 of shape (n_points, n_features)
        What distances are measured to.
    """

    def __init__(self, points: Any) -> None:
        self._longest = squared_lengths(points).max(initial=0.0)
        self._is_whole = _holds_whole_numbers(points)
        self._width = points.shape[1]

    def of(self, queries: Any) -> Float64Array:
        """Return a bound for each row that distances are measured from.

        Parameters
        ----------
        queries : CSR matrix of float64 of shape (n_queries, n_features)

        Returns
        -------
        ndarray of float64 of shape (n_queries,)
            0 where all cells are whole numbers whose products float64 holds.
        """
        most = squared_lengths(queries) + self._longest
        if self._is_whole and most.max(initial=0.0) < 2**51 and _holds_whole_numbers(queries):
            return np.zeros_like(most)
        # Products, squares and sums round once for each column, and a few times more.
        rounding: Float64Array = (2 * self._width + 8) * np.finfo(float).eps * most
        return rounding


def squared_lengths(rows: Any) -> Float64Array:
    """Return the sum of the squared cells of each sparse row, in column order."""
    # A product sums in order, as `sum` does not.
    lengths: Float64Array = rows.multiply(rows) @ np.ones(rows.shape[1])
    return lengths


def _holds_whole_numbers(rows: Any) -> bool:
    return np.array_equal(rows.data, np.rint(rows.data))


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
    widest = sum(int(np.diff(rows.indptr).max(initial=0)) for rows in (points, queries))
    pairs = max(1, _CELLS // max(1, widest))
    squared = np.empty(len(of))
    for start in range(0, len(of), pairs):
        some = slice(start, start + pairs)
        step = points[of[some]] - queries[to[some]]
        squared[some] = squared_lengths(step)
    return squared
