"""Indexes with the interface of the native one: for sparse rows, and for a user's estimator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._table import csr_arrays
from counterpoise.exceptions import InputError

__all__ = [
    "EstimatorIndex",
    "RoundingErrorBound",
    "SparseIndex",
    "paired_squared_distances",
    "split_queries",
    "squared_norms",
]

_MAX_VALUES = 2**20  # values of sparse rows that are subtracted at once: about 16 MB
_MAX_PAIRS = 2**21  # distances in memory at once: 16 MB


class SparseIndex:
    """Exact nearest neighbor index of sparse rows, with Euclidean distances.

    Points are ranked by their float64 distance, summed in column order, and ties are broken by
    position, as in `Index`.

    Parameters
    ----------
    points : CSR matrix of shape (n_points, n_features)
        With sorted indices and without duplicates.
    n_jobs : int, optional
        Number of threads; by default all that the process may use.

    Attributes
    ----------
    n_points : int
        Number of points in the index.
    """

    def __init__(self, points: Any, n_jobs: int | None = None) -> None:
        self._threads = thread_count(n_jobs)
        self.n_points = int(points.shape[0])
        self._index = _native.SparseIndex(*_as_float64(points), int(points.shape[1]))

    def nearest_others(
        self, k: int, query_positions: IntArray | None = None
    ) -> tuple[RowArray, Float64Array]:
        """Find the `k` nearest other points, and their squared distances."""
        if query_positions is not None:
            query_positions = np.ascontiguousarray(query_positions, np.int64)
        n = self.n_points if query_positions is None else len(query_positions)
        positions, squared = np.empty((n, k), np.intp), np.empty((n, k))
        self._index.nearest_others(query_positions, positions, squared, self._threads)
        return positions, squared

    def nearest(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        """Find the `k` nearest points to each query, and their squared distances."""
        shape = queries.shape[0], k
        positions, squared = np.empty(shape, np.intp), np.empty(shape)
        self._index.nearest(*_as_float64(queries), positions, squared, self._threads)
        return positions, squared


def _as_float64(rows: Any) -> tuple[IntArray, IntArray, Float64Array]:
    """Return the arrays of a CSR matrix for the native index, with values of float64."""
    starts, columns, values = csr_arrays(rows)
    return starts, columns, values.astype(np.float64, copy=False)


class EstimatorIndex:
    """Index on top of a user's nearest neighbors estimator.

    Parameters
    ----------
    estimator : object with `kneighbors`
        A fitted estimator, which counts a point among its own neighbors.
    points : ndarray or CSR matrix of shape (n_points, n_features)
        The data on which it was fitted.

    Attributes
    ----------
    n_points : int
        Number of points in the index.
    """

    def __init__(self, estimator: Any, points: Any) -> None:
        self._estimator = estimator
        self._points = points
        self.n_points = points.shape[0]

    def nearest_others(self, k: int, query_positions: IntArray | None = None) -> RowArray:
        """Find the `k` nearest other points with the estimator."""
        queries = (
            np.arange(self.n_points) if query_positions is None else np.asarray(query_positions)
        )
        if not len(queries):
            return np.empty((0, k), np.intp)
        found = self._estimator.kneighbors(self._points[queries], return_distance=False)
        found = self._check_shape(found, len(queries), k + 1)
        nearest: RowArray = exclude_self(found, queries, k)
        return nearest

    def nearest(self, queries: Any, k: int) -> tuple[RowArray, Float64Array]:
        """Find the `k` nearest points to each query with the estimator, and their distances."""
        n = queries.shape[0]
        if not n:
            return np.empty((0, k), np.intp), np.empty((0, k))
        distances, positions = self._estimator.kneighbors(queries, n_neighbors=k)
        return self._check_shape(positions, n, k), self._check_shape(distances, n, k)

    def _check_shape(self, found: Any, n_queries: int, k: int) -> Any:
        array = np.asarray(found)
        if array.shape != (n_queries, k):
            raise InputError(
                f"{type(self._estimator).__name__}.kneighbors must return {k} neighbors for each "
                f"of {n_queries} rows; it returned an array of shape {array.shape}."
            )
        return array


def exclude_self(found: RowArray, query_positions: IntArray, k: int, values: Any = None) -> Any:
    """Remove each point from its own list of neighbors, and keep `k` others.

    Parameters
    ----------
    found : ndarray of int of shape (n_queries, more than k)
        Positions, nearest first.
    query_positions : ndarray of int of shape (n_queries,)
        Positions of the queries.
    k : int
        Number of neighbors to keep.
    values : ndarray of shape (n_queries, more than k), optional
        The values to return, such as distances; by default the positions.

    Returns
    -------
    ndarray of shape (n_queries, k)
    """
    others = found != query_positions[:, None]
    # With many duplicates, a row may be missing from its own list: drop the last neighbor then.
    kept = others & (np.cumsum(others, axis=1) <= k)
    return (found if values is None else values)[kept].reshape(len(query_positions), k)


def split_queries(rows: RowArray, n_points: int) -> Iterator[RowArray]:
    """Split rows into parts whose distances from all points fit in limited memory."""
    step = max(1, _MAX_PAIRS // n_points)
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


class RoundingErrorBound:
    """Bound of the rounding error of squared distances that are computed with a matrix product.

    Parameters
    ----------
    points : CSR matrix of float64 of shape (n_points, n_features)
        The points to which distances are computed.
    """

    def __init__(self, points: Any) -> None:
        self._largest_norm = squared_norms(points).max(initial=0.0)
        self._is_integer = _holds_integers(points)
        self._n_features = points.shape[1]
        self._n_values = _count_most_values(points)

    def compute(self, queries: Any) -> Float64Array:
        """Compute the bound for each query.

        Parameters
        ----------
        queries : CSR matrix of float64 of shape (n_queries, n_features)

        Returns
        -------
        ndarray of float64 of shape (n_queries,)
            0 if all values are integers and their products are exact in float64.
        """
        largest = squared_norms(queries) + self._largest_norm
        is_exact = self._is_integer and largest.max(initial=0.0) < 2**51
        if is_exact and _holds_integers(queries):
            return np.zeros_like(largest)
        # Products, squares and sums are rounded once for each column, and a few more times; sparse
        # rows once for each value of either row, and of both in the exact distance.
        n_values = max(self._n_values, _count_most_values(queries))
        n_roundings = min(2 * self._n_features, 3 * n_values) + 8
        error: Float64Array = n_roundings * np.finfo(float).eps * largest
        return error


def squared_norms(rows: Any) -> Float64Array:
    """Compute the sum of the squared values of each sparse row, in column order."""
    # A product adds the values one by one in column order; `sum` may use another order.
    norms: Float64Array = rows.multiply(rows) @ np.ones(rows.shape[1])
    return norms


def _count_most_values(rows: Any) -> int:
    """Return the largest number of stored values of a row."""
    return int(np.diff(rows.indptr).max(initial=0))


def _holds_integers(rows: Any) -> bool:
    return np.array_equal(rows.data, np.rint(rows.data))


def paired_squared_distances(
    points: Any, queries: Any, point: RowArray, query: RowArray
) -> Float64Array:
    """Compute the squared distances of pairs of sparse rows, summed in column order.

    Parameters
    ----------
    points : CSR matrix of float64 of shape (n_points, n_features)
    queries : CSR matrix of float64 of shape (n_queries, n_features)
    point : ndarray of int of shape (n_pairs,)
        The row of `points` in each pair.
    query : ndarray of int of shape (n_pairs,)
        The row of `queries` in each pair.

    Returns
    -------
    ndarray of float64 of shape (n_pairs,)
        Squared distances, with the same bits as those of dense rows.
    """
    widest = sum(map(_count_most_values, (points, queries)))
    n_pairs = max(1, _MAX_VALUES // max(1, widest))
    squared = np.empty(len(point))
    for start in range(0, len(point), n_pairs):
        some = slice(start, start + n_pairs)
        squared[some] = squared_norms(points[point[some]] - queries[query[some]])
    return squared
