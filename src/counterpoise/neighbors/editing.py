"""Searches that know the classes, and need to rank few rows where one class is rare.

A row agrees with its neighbours if enough rows of its own class stand nearer than the nearest of
another. Where the others are few, that nearest one is found among them alone, and the search among
all rows stops as soon as enough have been met; nobody is ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from counterpoise._types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise.draw import commonest
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.search import Engine, open_engine, open_index, others_of
from counterpoise.neighbors.space import SearchSpace

__all__ = ["Agreement", "Editor", "nearest_enemies"]

Agreement = Literal["all", "mode"]

_RARE = 8  # a class is searched apart where all rows are this many times as many


def nearest_enemies(
    space: SearchSpace, codes: IntArray, rows: RowArray, index: Index, n_jobs: int | None = None
) -> tuple[Float64Array, RowArray]:
    """Find the nearest row of another class to rows that share theirs.

    Parameters
    ----------
    space : SearchSpace
        Dense.
    codes : ndarray of int of shape (n_rows,)
        The class of each row of the space.
    rows : ndarray of int of shape (n_asked,)
        Positions of rows of one class.
    index : Index
        Over the whole space; squared distances are in its units.
    n_jobs : int, optional

    Returns
    -------
    squared : ndarray of float64 of shape (n_asked,)
    enemy : ndarray of int of shape (n_asked,)
        Positions in the space, ties to the smallest.
    """
    enemies = np.flatnonzero(codes != codes[rows[0]])
    among = open_index(space.part(enemies), like=index, n_jobs=n_jobs)
    asked = space.part(rows).rows
    found, squared = among.nearest(space.points, 1, rows=asked, return_distance=True, squared=True)
    return squared[:, 0], enemies[found[:, 0]]


@dataclass(frozen=True)
class _Left:
    """The rows that are left, and a search among them."""

    rows: RowArray
    place: RowArray  # of each row of the whole among them
    space: SearchSpace
    codes: IntArray
    engine: Engine


class Editor:
    """Asks rows whether their neighbours are of their class, while rows are being dropped.

    What is learnt of a row's neighbours stays true as long as enough of them are left, so that
    later questions concern few rows.

    Parameters
    ----------
    space : SearchSpace
        All the rows.
    codes : ndarray of int of shape (n_rows,)
        The class of each.
    neighbors : int or object with `fit` and `kneighbors`
        The most neighbours that will be asked for, or a neighbour search of the user's.
    k : int
        The same as a number.
    kind : {"all", "mode"}
        Whether all neighbours must be of the row's class, or the commonest of their classes must.
    spare : int, default=0
        Rows remembered beyond those needed, for when some are dropped.
    n_jobs : int, optional
    """

    def __init__(
        self,
        space: SearchSpace,
        codes: IntArray,
        neighbors: Any,
        k: int,
        *,
        kind: Agreement,
        spare: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self._whole, self._codes, self._kind, self._n_jobs = space, codes, kind, n_jobs
        self._neighbors = neighbors
        self.is_left = np.ones(len(codes), bool)
        # Of each row: neighbours in order, or some rows nearer than any of another class.
        spare = 0 if hasattr(neighbors, "kneighbors") else spare
        self._known = np.full((len(codes), min(k + spare, len(codes) - 1)), -1, np.int32)
        self._is_ranked = np.zeros(len(codes), bool)
        self._left: _Left | None = None

    def drop(self, rows: RowArray) -> None:
        """Take rows out."""
        if len(rows):
            self.is_left[rows] = False
            self._left = None

    def agree(self, rows: RowArray, k: int) -> BoolArray:
        """Say of some of the rows that are left whether their `k` neighbours agree with them.

        Parameters
        ----------
        rows : ndarray of int of shape (n_asked,)
        k : int
            At most the number given at the beginning; fewer are asked where fewer are left.

        Returns
        -------
        ndarray of bool of shape (n_asked,)
        """
        k = min(k, int(self.is_left.sum()) - 1)
        agrees, is_known = self._recall(rows, k)
        unknown = rows[~is_known]
        if len(unknown):
            self._look(unknown, k)
            agrees[~is_known] = self._recall(unknown, k)[0]
        return agrees

    def nearest_others(self, rows: RowArray, k: int) -> RowArray:
        """Return the `k` nearest others of some rows, among those that are left."""
        left = self._open()
        found: RowArray = left.rows[others_of(left.engine, k, left.place[rows])]
        return found

    def _need(self, k: int) -> int:
        """Return how many rows of its class, nearer than any other, settle that a row agrees."""
        return k if self._kind == "all" else k // 2 + 1

    def _recall(self, rows: RowArray, k: int) -> tuple[BoolArray, BoolArray]:
        """Return what is known of each row: whether it agrees, and whether that is known."""
        known, is_ranked = self._known[rows], self._is_ranked[rows]
        is_there = (known >= 0) & self.is_left[known]
        n_there = is_there.sum(axis=1)
        agrees = ~is_ranked & (n_there >= self._need(k))
        is_known = agrees | (is_ranked & (n_there >= k))
        ranked = is_known & is_ranked
        if ranked.any():
            first = np.argsort(~is_there[ranked], axis=1, kind="stable")[:, :k]
            nearest = np.take_along_axis(known[ranked], first, axis=1)
            agrees[ranked] = self._judge(self._codes[nearest], self._codes[rows[ranked]])
        return agrees, is_known

    def _judge(self, neighbors: IntArray, own: IntArray) -> BoolArray:
        agrees: BoolArray = (
            (neighbors == own[:, None]).all(axis=1)
            if self._kind == "all"
            else commonest(neighbors) == own
        )
        return agrees

    def _look(self, rows: RowArray, k: int) -> None:
        """Learn enough of some rows to tell whether they agree."""
        left = self._open()
        counts = np.bincount(left.codes)
        for code in np.unique(self._codes[rows]):
            some = rows[self._codes[rows] == code]
            n_others = len(left.rows) - counts[code]
            is_common = 0 < n_others * _RARE <= len(left.rows)
            if isinstance(left.engine, Index) and is_common:
                self._look_for_enemies(some, left, left.engine, k)
            else:
                self._rank(some, left)

    def _open(self) -> _Left:
        """Open a search among the rows that are left, if none is open."""
        if self._left is None:
            rows = np.flatnonzero(self.is_left)
            space = self._whole.part(rows)
            engine = open_engine(space, self._neighbors, self._n_jobs)
            place = np.cumsum(self.is_left) - 1
            self._left = _Left(rows, place, space, self._codes[rows], engine)
        return self._left

    def _look_for_enemies(self, rows: RowArray, left: _Left, index: Index, k: int) -> None:
        places = left.place[rows]
        squared, enemy = nearest_enemies(left.space, left.codes, places, index, self._n_jobs)
        width = min(self._known.shape[1], len(left.rows) - 1)
        ahead = index.ahead(width, squared, enemy, of=places)
        settled = (ahead >= 0).sum(axis=1) >= self._need(k)
        if self._kind == "all":  # the enemy is among the first k of those that are not settled
            ahead = np.where((ahead < 0) & ~settled[:, None], enemy[:, None], ahead)
            self._is_ranked[rows] = ~settled
        else:
            self._rank(rows[~settled], left)
            rows, ahead = rows[settled], ahead[settled]
            self._is_ranked[rows] = False
        self._remember(rows, np.where(ahead >= 0, left.rows[ahead], -1))

    def _rank(self, rows: RowArray, left: _Left) -> None:
        if len(rows):
            width = min(self._known.shape[1], len(left.rows) - 1)
            self._remember(rows, self.nearest_others(rows, width))
            self._is_ranked[rows] = True

    def _remember(self, rows: RowArray, others: RowArray) -> None:
        width = others.shape[1]
        self._known[rows, :width] = others
        self._known[rows, width:] = -1
