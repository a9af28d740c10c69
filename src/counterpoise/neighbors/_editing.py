"""Edited nearest neighbors: whether the nearest neighbors of a row are of its class.

The answer does not need the neighbors in order. It is found class by class. If enough rows of a
row's class are nearer than the nearest row of any other class, its neighbors agree with it. First,
some near rows of its class are found, approximately and fast; their distances limit the search for
the nearest row of another class. Only if these rows are not sufficient, further rows of its class
that are nearer than the other one are searched, and the search stops as soon as there are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from counterpoise._array_ops import most_frequent
from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._search import AnyIndex, build_index, build_native_index, find_others
from counterpoise.neighbors._space import SearchSpace

__all__ = ["Agreement", "Editor"]

Agreement = Literal["all", "mode"]

_MAX_LEAVES = 16  # leaves of the first, approximate search for rows of the same class


@dataclass(frozen=True)
class _RemainingRows:
    """The remaining rows, and an index over them."""

    rows: RowArray
    place: RowArray  # position of each row of the space among the remaining rows
    index: AnyIndex


@dataclass(frozen=True)
class _RemainingRowsOfClass:
    """The remaining rows of a class, and an index over them."""

    rows: RowArray
    index: Index


class Editor:
    """Compare rows with the classes of their nearest neighbors while rows are being removed.

    Results are kept: they remain valid as long as enough of a row's known neighbors remain, so that
    later calls search for few rows.

    Parameters
    ----------
    space : SearchSpace
        All rows.
    codes : ndarray of int of shape (n_rows,)
        Encoded target.
    neighbors : int or object with `fit` and `kneighbors`
        The largest number of neighbors that will be used, or a nearest neighbors estimator.
    k : int
        The same as a number.
    kind : {"all", "mode"}
        Whether all neighbors must be of the row's class, or the most frequent class among them must
        be the row's class.
    n_jobs : int, optional
        Number of threads; by default all that the process may use.

    Attributes
    ----------
    is_kept : ndarray of bool of shape (n_rows,)
        Whether each row remains.
    """

    def __init__(
        self,
        space: SearchSpace,
        codes: IntArray,
        neighbors: Any,
        k: int,
        *,
        kind: Agreement,
        n_jobs: int | None = None,
    ) -> None:
        self._space, self._codes, self._kind, self._n_jobs = space, codes, kind, n_jobs
        self._neighbors = neighbors
        self.is_kept = np.ones(len(codes), bool)
        # For each row: its nearest neighbors in order if ranked; else rows of its class that are
        # nearer than any row of another class. Filled with -1.
        self._known = np.full((len(codes), min(k, len(codes) - 1)), -1, np.int32)
        self._is_ranked = np.zeros(len(codes), bool)
        self._remaining: _RemainingRows | None = None
        self._classes: dict[int, _RemainingRowsOfClass] = {}

    def remove(self, rows: RowArray) -> None:
        """Remove rows."""
        if len(rows):
            self.is_kept[rows] = False
            self._remaining = None
            for code in np.unique(self._codes[rows]):
                self._classes.pop(int(code), None)

    def neighbors_agree(self, rows: RowArray, k: int) -> BoolArray:
        """Return whether the `k` nearest neighbors of remaining rows agree with their class.

        Parameters
        ----------
        rows : ndarray of int of shape (n_queries,)
            Rows to compare; they must remain.
        k : int
            Number of neighbors, at most the number given to the constructor; reduced if fewer rows
            remain.

        Returns
        -------
        ndarray of bool of shape (n_queries,)
        """
        k = min(k, int(self.is_kept.sum()) - 1)
        agrees, is_known = self._recall(rows, k)
        unknown = rows[~is_known]
        if len(unknown):
            self._search(unknown, k)
            agrees[~is_known] = self._recall(unknown, k)[0]
        return agrees

    def nearest_others(self, rows: RowArray, k: int) -> RowArray:
        """Find the `k` nearest other rows among the remaining ones."""
        remaining = self._get_remaining()
        place = remaining.place[rows]
        found: RowArray = remaining.rows[find_others(remaining.index, k, place)]
        return found

    def _count_required(self, k: int) -> int:
        """Return how many of a row's class must precede all others for its neighbors to agree."""
        return k if self._kind == "all" else k // 2 + 1

    def _recall(self, rows: RowArray, k: int) -> tuple[BoolArray, BoolArray]:
        """Return from earlier results whether neighbors agree, and whether that is known."""
        known, is_ranked = self._known[rows], self._is_ranked[rows]
        remains = (known >= 0) & self.is_kept[known]
        n_known = remains.sum(axis=1)
        agrees = ~is_ranked & (n_known >= self._count_required(k))
        is_known = agrees | (is_ranked & (n_known >= k))
        ranked = is_known & is_ranked
        if ranked.any():
            first = np.argsort(~remains[ranked], axis=1, kind="stable")[:, :k]
            nearest = np.take_along_axis(known[ranked], first, axis=1)
            agrees[ranked] = self._compare_classes(self._codes[nearest], self._codes[rows[ranked]])
        return agrees, is_known

    def _compare_classes(self, neighbors: IntArray, own: IntArray) -> BoolArray:
        agrees: BoolArray = (
            (neighbors == own[:, None]).all(axis=1)
            if self._kind == "all"
            else most_frequent(neighbors) == own
        )
        return agrees

    def _search(self, rows: RowArray, k: int) -> None:
        """Search until it is known whether the neighbors of rows agree."""
        is_estimator = hasattr(self._neighbors, "kneighbors")
        if is_estimator or not isinstance(self._space.points, np.ndarray):
            self._rank(rows)
            return
        for code in np.unique(self._codes[rows]):
            self._search_class(rows[self._codes[rows] == code], int(code), k)

    def _get_remaining(self) -> _RemainingRows:
        """Return an index over the remaining rows; build it if rows were removed."""
        if self._remaining is None:
            rows = np.flatnonzero(self.is_kept)
            index = build_index(self._space.subset(rows), self._neighbors, self._n_jobs)
            self._remaining = _RemainingRows(rows, np.cumsum(self.is_kept) - 1, index)
        return self._remaining

    def _get_class(self, code: int) -> _RemainingRowsOfClass:
        """Return an index over the remaining rows of a class; build it if rows were removed."""
        if code not in self._classes:
            rows = np.flatnonzero((self._codes == code) & self.is_kept)
            part = self._space.subset(rows)
            index = build_native_index(part, shared_units=True, n_jobs=self._n_jobs)
            self._classes[code] = _RemainingRowsOfClass(rows, index)
        return self._classes[code]

    def _search_class(self, rows: RowArray, code: int, k: int) -> None:
        """Search for rows of one class as described at the top of the module."""
        own = self._get_class(code)
        width = min(self._known.shape[1], len(own.rows) - 1)
        required = self._count_required(k)
        if width < required:
            self._rank(rows)
            return
        places = np.searchsorted(own.rows, rows)
        near, squared = own.index.nearest_others(
            width,
            query_positions=places,
            return_distance=True,
            squared=True,
            max_leaves=_MAX_LEAVES,
        )
        limit = squared[:, required - 1]
        other, other_squared = self._find_nearest_of_others(rows, code, limit)
        # Ties are broken by row number: where the other row would stand among those of the class.
        place = np.searchsorted(own.rows, other)
        is_closer = (squared < other_squared[:, None]) & (squared <= limit[:, None])
        is_closer |= (squared == other_squared[:, None]) & (near < place[:, None])
        near[~is_closer] = -1
        unsettled = np.flatnonzero((near >= 0).sum(axis=1) < required)
        if len(unsettled):
            near[unsettled] = own.index.find_closer(
                width, other_squared[unsettled], place[unsettled], query_positions=places[unsettled]
            )
        self._store_class_search(rows, np.where(near >= 0, own.rows[near], -1), other, required)

    def _find_nearest_of_others(
        self, rows: RowArray, code: int, limit: Float64Array
    ) -> tuple[RowArray, Float64Array]:
        """Find the nearest row of another class, and its squared distance.

        A row beyond the limit need not be found; its distance is then infinite.
        """
        nearest = np.full(len(rows), len(self._codes))
        nearest_squared = np.full(len(rows), np.inf)
        queries = self._space.subset(rows).rows
        for other_code in np.unique(self._codes[self.is_kept]):
            if other_code == code:
                continue
            other = self._get_class(int(other_code))
            found, squared = other.index.nearest(
                self._space.points,
                1,
                rows=queries,
                return_distance=True,
                squared=True,
                limits=np.minimum(limit, nearest_squared),
            )
            position, distance = other.rows[found[:, 0]], squared[:, 0]
            is_tied = (distance == nearest_squared) & (position < nearest)
            is_nearer = (distance < nearest_squared) | is_tied
            is_nearer &= found[:, 0] >= 0
            nearest[is_nearer], nearest_squared[is_nearer] = (
                position[is_nearer],
                distance[is_nearer],
            )
        return nearest, nearest_squared

    def _store_class_search(
        self, rows: RowArray, closer: RowArray, other: RowArray, required: int
    ) -> None:
        """Store the rows of the same class that are closer than the nearest one of another."""
        settled = (closer >= 0).sum(axis=1) >= required
        if self._kind == "mode":
            # Too few rows precede the first of another class, but they may still be the majority.
            self._rank(rows[~settled])
            rows, closer = rows[settled], closer[settled]
            self._is_ranked[rows] = False
        else:
            # If fewer than k rows precede the one of another class, it is among the first k
            # neighbors. The order of the rows before it does not matter.
            self._is_ranked[rows] = ~settled
            closer = np.sort(closer, axis=1)[:, ::-1]
            closer = np.where((closer < 0) & ~settled[:, None], other[:, None], closer)
        self._store(rows, closer)

    def _rank(self, rows: RowArray) -> None:
        """Find the nearest neighbors of rows in order."""
        if len(rows):
            width = min(self._known.shape[1], int(self.is_kept.sum()) - 1)
            self._store(rows, self.nearest_others(rows, width))
            self._is_ranked[rows] = True

    def _store(self, rows: RowArray, others: RowArray) -> None:
        width = others.shape[1]
        self._known[rows, :width] = others
        self._known[rows, width:] = -1
