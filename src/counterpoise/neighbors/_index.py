"""The exact nearest neighbor index: built once, queried many times."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, FloatArray, IntArray, RowArray
from counterpoise.exceptions import InputError

__all__ = ["Index"]


class Index:
    """Exact nearest neighbor index with Euclidean distances; ties are broken by position.

    Points are ranked by their float64 distance, summed in column order, so that results depend
    neither on the processor nor on the number of threads. A missing value (NaN), in a point or in a
    query, adds the penalty of its column to the squared distance.

    Parameters
    ----------
    points : ndarray of float32 or float64 of shape (n_rows, n_features)
        Of any memory layout. The array is not copied: do not change it while the index is in use.
    rows : ndarray of int of shape (n_points,), optional
        The rows of `points` to index, in ascending order; by default all. Results are positions in
        `rows`.
    penalties : ndarray of float64 of shape (n_numeric,), optional
        What a missing value adds to a squared distance, 0 or more; required if values are missing.
    mismatch : ndarray of float64 of shape (n_categorical,), optional
        The penalty for different categories: what two different codes add to a squared distance, 0
        or more, for each categorical column. These are the last columns of `points`; they must hold
        integer codes from 0 to 2**24.
    shared_units : bool, default=False
        Whether indexes over different rows of the same `points` have the same units, so that their
        squared distances can be compared with each other. See Notes.
    n_jobs : int, optional
        Number of threads; by default all that the process may use.

    Attributes
    ----------
    n_points : int
        Number of points in the index.
    n_features : int
        Number of columns.

    Raises
    ------
    InputError
        If there is no point or no column, a value is infinite, values are missing without
        `penalties`, a categorical column holds anything but codes, or a penalty is negative.

    Notes
    -----
    If the largest absolute value is 2**399 or more, or below 2**-400, the index multiplies all
    values by a power of two, so that their squares neither overflow nor lose digits. Squared
    distances *in the units of the index* are those of the multiplied values. The factor depends on
    the indexed rows, or with `shared_units` on all rows of `points`; it is 1 for all other data.
    Distances that are not squared have the original units.

    Examples
    --------
    >>> import numpy as np
    >>> index = Index(np.array([[0.0], [1.0], [3.0], [3.5]]))
    >>> index.nearest_others(2)
    array([[1, 2],
           [0, 2],
           [3, 1],
           [2, 1]])
    >>> index.nearest(np.array([[2.9]]), 1, return_distance=True)
    (array([[2]]), array([[0.1]]))
    """

    def __init__(
        self,
        points: FloatArray,
        *,
        rows: IntArray | None = None,
        penalties: Float64Array | None = None,
        mismatch: Float64Array | None = None,
        shared_units: bool = False,
        n_jobs: int | None = None,
    ) -> None:
        self._threads = thread_count(n_jobs)
        _check_points(points, "points")
        if rows is not None:
            rows = _check_row_numbers(rows, "rows")
            if (np.diff(rows) <= 0).any():
                raise InputError("rows must be in ascending order, without duplicates.")
        self.n_points = len(points) if rows is None else len(rows)
        self.n_features = int(points.shape[1])
        if not self.n_points or not self.n_features:
            raise InputError(
                f"An index needs at least one point and one column; got shape {points.shape}."
            )
        penalties = _check_penalties(penalties, "penalties")
        mismatch = _check_penalties(mismatch, "mismatch")
        try:
            self._tree = _native.Index(
                points, rows, penalties, mismatch, shared_units, self._threads
            )
        except ValueError as error:
            raise InputError(str(error)) from None

    @overload
    def nearest_others(
        self,
        k: int,
        *,
        query_positions: IntArray | None = ...,
        return_distance: Literal[False] = ...,
        squared: bool = ...,
        max_leaves: int | None = ...,
    ) -> RowArray: ...
    @overload
    def nearest_others(
        self,
        k: int,
        *,
        query_positions: IntArray | None = ...,
        return_distance: Literal[True],
        squared: bool = ...,
        max_leaves: int | None = ...,
    ) -> tuple[RowArray, Float64Array]: ...
    def nearest_others(
        self,
        k: int,
        *,
        query_positions: IntArray | None = None,
        return_distance: bool = False,
        squared: bool = False,
        max_leaves: int | None = None,
    ) -> RowArray | tuple[RowArray, Float64Array]:
        """Find the nearest other points of points of the index.

        A point is not its own neighbor, but its duplicates are its neighbors.

        Parameters
        ----------
        k : int
            Number of neighbors, from 1 to ``n_points - 1``.
        query_positions : ndarray of int of shape (n_queries,), optional
            Positions of the points to find neighbors for, in any order, duplicates allowed; by
            default all.
        return_distance : bool, default=False
            Whether to return the distances too.
        squared : bool, default=False
            Whether to return squared distances, by which points are ranked, in the units of the
            index.
        max_leaves : int, optional
            Search at most this number of leaves of the k-d tree, of up to 128 points each: the leaf
            of the point and those nearest to it. This is fast but approximate: nearer points may be
            missed. If there are fewer than `k` points, positions are −1 and distances infinite.

        Returns
        -------
        positions : ndarray of int64 of shape (n_queries, k)
            Nearest first.
        distances : ndarray of float64 of shape (n_queries, k)
            Only if `return_distance` is true.

        Raises
        ------
        InputError
            If `k` is out of range.
        IndexError
            If a position in `query_positions` is out of range.
        """
        if query_positions is not None:
            query_positions = _check_row_numbers(query_positions, "query_positions")
        self._check_k(k, self.n_points - 1, "other points")
        shape = (self.n_points if query_positions is None else len(query_positions), k)
        positions, distances = _allocate_results(shape, return_distance)
        self._tree.nearest_others(
            query_positions, positions, distances, squared, max_leaves or 0, self._threads
        )
        return positions if distances is None else (positions, distances)

    @overload
    def nearest(
        self,
        queries: FloatArray,
        k: int,
        *,
        rows: IntArray | None = ...,
        return_distance: Literal[False] = ...,
        squared: bool = ...,
        limits: Float64Array | None = ...,
    ) -> RowArray: ...
    @overload
    def nearest(
        self,
        queries: FloatArray,
        k: int,
        *,
        rows: IntArray | None = ...,
        return_distance: Literal[True],
        squared: bool = ...,
        limits: Float64Array | None = ...,
    ) -> tuple[RowArray, Float64Array]: ...
    def nearest(
        self,
        queries: FloatArray,
        k: int,
        *,
        rows: IntArray | None = None,
        return_distance: bool = False,
        squared: bool = False,
        limits: Float64Array | None = None,
    ) -> RowArray | tuple[RowArray, Float64Array]:
        """Find the nearest points of the index to other points.

        Parameters
        ----------
        queries : ndarray of float32 or float64 of shape (n_queries, n_features)
        k : int
            Number of neighbors, from 1 to ``n_points``.
        rows : ndarray of int of shape (n_queries,), optional
            The rows of `queries` to find neighbors for, in any order; by default all.
        return_distance : bool, default=False
            Whether to return the distances too.
        squared : bool, default=False
            Whether to return squared distances, by which points are ranked, in the units of the
            index.
        limits : ndarray of float64 of shape (n_queries,), optional
            For each query, the squared distance beyond which points need not be found, in the units
            of the index. If there are fewer than `k` points, positions are −1 and distances
            infinite.

        Returns
        -------
        positions : ndarray of int64 of shape (n_queries, k)
            Nearest first.
        distances : ndarray of float64 of shape (n_queries, k)
            Only if `return_distance` is true.

        Raises
        ------
        InputError
            If `k` is out of range, the number of columns differs, a value is infinite, or values
            are missing and the index has no penalties.
        """
        _check_points(queries, "queries")
        if queries.shape[1] != self.n_features:
            raise InputError(
                f"queries must have {self.n_features} columns, as the index has; got "
                f"{queries.shape[1]}."
            )
        self._check_k(k, self.n_points, "points")
        if rows is not None:
            rows = _check_row_numbers(rows, "rows")
        n_queries = len(queries) if rows is None else len(rows)
        positions, distances = _allocate_results((n_queries, k), return_distance)
        try:
            self._tree.nearest(queries, rows, positions, distances, squared, limits, self._threads)
        except ValueError as error:
            raise InputError(str(error)) from None
        return positions if distances is None else (positions, distances)

    def find_closer(
        self,
        k: int,
        squared: Float64Array,
        position: IntArray,
        *,
        query_positions: IntArray | None = None,
    ) -> RowArray:
        """Find up to `k` points that are closer than a threshold, in any order.

        The points of the index are ordered by their distance from a query, then by position. A
        threshold is a pair of squared distance and position in this order. With the nearest sample
        of another class as the threshold, for example, the result shows whether `k` samples are
        nearer, and is found faster than the `k` nearest samples.

        Parameters
        ----------
        k : int
            Number of points that is sufficient, from 1 to ``n_points - 1``.
        squared : ndarray of float64 of shape (n_queries,)
            Squared distances of the thresholds, in the units of this index.
        position : ndarray of int of shape (n_queries,)
            Positions of the thresholds.
        query_positions : ndarray of int of shape (n_queries,), optional
            Positions of the query points; by default all.

        Returns
        -------
        ndarray of int64 of shape (n_queries, k)
            Positions of points before the threshold: any `k` of them in any order; filled with −1
            if there are fewer.
        """
        if query_positions is not None:
            query_positions = _check_row_numbers(query_positions, "query_positions")
        self._check_k(k, self.n_points - 1, "other points")
        positions, _ = _allocate_results(
            (self.n_points if query_positions is None else len(query_positions), k), False
        )
        squared = np.ascontiguousarray(squared, dtype=np.float64)
        position = _check_row_numbers(position, "position")
        self._tree.find_closer(query_positions, squared, position, positions, self._threads)
        return positions

    def _check_k(self, k: int, largest: int, of_what: str) -> None:
        if not isinstance(k, int | np.integer) or not 1 <= k <= largest:
            raise InputError(f"k must be from 1 to {largest}, the number of {of_what}; got {k}.")


def _check_points(points: FloatArray, name: str) -> None:
    is_float = isinstance(points, np.ndarray) and points.dtype in (np.float32, np.float64)
    if not is_float or points.ndim != 2 or not points.dtype.isnative:
        raise InputError(
            f"{name} must be a two-dimensional numpy array of float32 or float64; got "
            f"{getattr(points, 'dtype', type(points).__name__)} of shape {np.shape(points)}."
        )


def _check_penalties(penalties: Float64Array | None, name: str) -> Float64Array | None:
    if penalties is None:
        return None
    array = np.ascontiguousarray(penalties, dtype=np.float64)
    if not (array >= 0).all() or not np.isfinite(array).all():
        raise InputError(f"{name} must be finite and 0 or more.")
    return array


def _check_row_numbers(numbers: IntArray, name: str) -> IntArray:
    array = np.asarray(numbers)
    if array.ndim != 1 or (array.dtype.kind not in "iu" and len(array)):
        raise InputError(
            f"{name} must be a one-dimensional array of integers; got {array.ndim} dimensions of "
            f"{array.dtype}."
        )
    return np.ascontiguousarray(array, dtype=np.int64)


def _allocate_results(
    shape: tuple[int, int], with_distance: bool
) -> tuple[RowArray, Float64Array | None]:
    return np.empty(shape, np.intp), np.empty(shape) if with_distance else None
