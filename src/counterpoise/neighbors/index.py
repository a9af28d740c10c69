"""The exact nearest-neighbour index: built once, asked many times."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Float64Array, FloatArray, IntArray, RowArray
from counterpoise.exceptions import InputError

__all__ = ["Index"]


class Index:
    """Exact nearest points, by Euclidean distance, ties by position.

    Points are ranked by their float64 distance, summed in column order, so that answers depend
    neither on the machine nor on the number of threads. A cell that is missing (NaN) on either side
    of a comparison adds its column's penalty to the squared distance.

    Parameters
    ----------
    points : ndarray of float32 or float64 of shape (n_rows, n_features)
        Strided as it may be; read in place and not copied, so that it must not be changed while the
        index is in use.
    rows : ndarray of int of shape (n_points,), optional
        The rows of `points` that the index holds, ascending; by default all. Answers speak of
        positions in `rows`.
    penalties : ndarray of float64 of shape (n_numeric,), optional
        What a missing cell adds to a squared distance, 0 or more; needed where cells are missing.
    mismatch : ndarray of float64 of shape (n_nominal,), optional
        Says that the last columns of `points` are nominal, and hold codes: whole numbers from 0 to
        2**24. Two different codes add this much to a squared distance, 0 or more.
    shared : bool, default=False
        Whether squared distances are to be compared with those of indices over other rows of
        `points`.
    n_jobs : int, optional
        Threads; by default all that the process may use.

    Raises
    ------
    InputError
        If there is no point or no column, a cell is infinite, cells are missing without
        penalties, a nominal cell holds no code, or a penalty is negative.

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
        shared: bool = False,
        n_jobs: int | None = None,
    ) -> None:
        self._threads = thread_count(n_jobs)
        _check_points(points, "points")
        if rows is not None:
            rows = _row_numbers(rows, "rows")
            if (np.diff(rows) <= 0).any():
                raise InputError("rows must be in ascending order, each once.")
        self.n_points = len(points) if rows is None else len(rows)
        self.n_features = int(points.shape[1])
        if not self.n_points or not self.n_features:
            raise InputError(f"An index needs a point and a column; got {points.shape}.")
        penalties = _prices(penalties, "penalties")
        mismatch = _prices(mismatch, "mismatch")
        try:
            self._cells = _native.Index(points, rows, penalties, mismatch, shared, self._threads)
        except ValueError as error:
            raise InputError(str(error)) from None

    @overload
    def nearest_others(
        self,
        k: int,
        *,
        of: IntArray | None = ...,
        return_distance: Literal[False] = ...,
        squared: bool = ...,
        most_cells: int | None = ...,
    ) -> RowArray: ...
    @overload
    def nearest_others(
        self,
        k: int,
        *,
        of: IntArray | None = ...,
        return_distance: Literal[True],
        squared: bool = ...,
        most_cells: int | None = ...,
    ) -> tuple[RowArray, Float64Array]: ...
    def nearest_others(
        self,
        k: int,
        *,
        of: IntArray | None = None,
        return_distance: bool = False,
        squared: bool = False,
        most_cells: int | None = None,
    ) -> RowArray | tuple[RowArray, Float64Array]:
        """Find the nearest other points of points of the index.

        A point is left out of its own list by its number; its duplicates are not.

        Parameters
        ----------
        k : int
            How many, from 1 to ``n_points - 1``.
        of : ndarray of int of shape (n_asked,), optional
            Positions of the points to ask for, in any order, repeats allowed; by default all.
        return_distance : bool, default=False
            Also return the distances.
        squared : bool, default=False
            Return them squared, as they are ranked, in the units of the index.

        most_cells : int, optional
            Look only into so many cells, of up to 128 points each, the one where a point lies and
            those nearest to it. That is quick, and the answer no nearer than the true one; where
            there are too few points, positions are −1 and infinitely far.

        Returns
        -------
        positions : ndarray of int64 of shape (n_asked, k)
            Nearest first.
        distances : ndarray of float64 of shape (n_asked, k)
            Only if asked for.

        Raises
        ------
        InputError
            If `k` is out of its range.
        IndexError
            If `of` holds a position that the index does not have.
        """
        if of is not None:
            of = _row_numbers(of, "of")
        self._check_k(k, self.n_points - 1, "others of each")
        shape = (self.n_points if of is None else len(of), k)
        positions, distances = _answers(shape, return_distance)
        self._cells.nearest_others(
            of, positions, distances, squared, most_cells or 0, self._threads
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
        """Find the nearest points of the index to points from elsewhere.

        Parameters
        ----------
        queries : ndarray of float32 or float64 of shape (n_queries, n_features)
        k : int
            How many, from 1 to ``n_points``.
        rows : ndarray of int of shape (n_asked,), optional
            The rows of `queries` to ask for, in any order; by default all.
        return_distance : bool, default=False
            Also return the distances.
        squared : bool, default=False
            Return them squared, as they are ranked, in the units of the index.

        limits : ndarray of float64 of shape (n_asked,), optional
            Squared distances, in the units of the index: what is surely farther may be left out,
            and positions are −1 and infinitely far where too few are left.

        Returns
        -------
        positions : ndarray of int64 of shape (n_queries, k)
            Nearest first.
        distances : ndarray of float64 of shape (n_queries, k)
            Only if asked for.

        Raises
        ------
        InputError
            If `k` is out of its range, the widths differ, a cell is infinite, or cells are missing
            and the index has no penalties.
        """
        _check_points(queries, "queries")
        if queries.shape[1] != self.n_features:
            raise InputError(
                f"queries must have {self.n_features} columns, as the index has; got "
                f"{queries.shape[1]}."
            )
        self._check_k(k, self.n_points, "points")
        if rows is not None:
            rows = _row_numbers(rows, "rows")
        n_asked = len(queries) if rows is None else len(rows)
        positions, distances = _answers((n_asked, k), return_distance)
        try:
            self._cells.nearest(queries, rows, positions, distances, squared, limits, self._threads)
        except ValueError as error:
            raise InputError(str(error)) from None
        return positions if distances is None else (positions, distances)

    def ahead(
        self,
        k: int,
        squared: Float64Array,
        position: IntArray,
        *,
        of: IntArray | None = None,
    ) -> RowArray:
        """Find points that come before a given place in the order of nearness.

        Each point of the index has all others in an order: by distance, then by position. A place
        in it is a squared distance and a position. Whoever knows that a point of another class
        stands at a place learns here whether `k` points stand before it, which is quicker than
        to rank them all.

        Parameters
        ----------
        k : int
            How many are enough, from 1 to ``n_points - 1``.
        squared : ndarray of float64 of shape (n_asked,)
            Squared distances, in the units of this index.
        position : ndarray of int of shape (n_asked,)
        of : ndarray of int of shape (n_asked,), optional
            Positions of the points to ask for; by default all.

        Returns
        -------
        ndarray of int64 of shape (n_asked, k)
            Positions of points that come before, in no promised order and no promised choice;
            filled up with −1 where there are fewer than `k`.
        """
        if of is not None:
            of = _row_numbers(of, "of")
        self._check_k(k, self.n_points - 1, "others of each")
        positions, _ = _answers((self.n_points if of is None else len(of), k), False)
        squared = np.ascontiguousarray(squared, dtype=np.float64)
        position = _row_numbers(position, "position")
        self._cells.ahead(of, squared, position, positions, self._threads)
        return positions

    def _check_k(self, k: int, most: int, of_what: str) -> None:
        if not isinstance(k, int | np.integer) or not 1 <= k <= most:
            raise InputError(f"k must be from 1 to {most}, the {of_what} there are; got {k}.")


def _check_points(points: FloatArray, name: str) -> None:
    is_float = isinstance(points, np.ndarray) and points.dtype in (np.float32, np.float64)
    if not is_float or points.ndim != 2 or not points.dtype.isnative:
        raise InputError(
            f"{name} must be a numpy array of float32 or float64 of two dimensions; got "
            f"{getattr(points, 'dtype', type(points).__name__)} of shape {np.shape(points)}."
        )


def _prices(prices: Float64Array | None, name: str) -> Float64Array | None:
    if prices is None:
        return None
    array = np.ascontiguousarray(prices, dtype=np.float64)
    if not (array >= 0).all() or not np.isfinite(array).all():
        raise InputError(f"{name} must be finite and 0 or more.")
    return array


def _row_numbers(numbers: IntArray, name: str) -> IntArray:
    array = np.asarray(numbers)
    if array.ndim != 1 or (array.dtype.kind not in "iu" and len(array)):
        raise InputError(f"{name} must hold whole numbers in one dimension; got {array.dtype}.")
    return np.ascontiguousarray(array, dtype=np.int64)


def _answers(shape: tuple[int, int], with_distance: bool) -> tuple[RowArray, Float64Array | None]:
    return np.empty(shape, np.intp), np.empty(shape) if with_distance else None
