"""Editing: asking a row's nearest neighbours whether they agree with it.

Whether they do is settled without ranking them, class by class. Some rows of its own class stand
near a row; if no row of another class is nearer, it agrees. Else the nearest such row is found, and
the question is whether enough of its own class come before that one: the search for them stops as
soon as they have been met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from counterpoise._array_ops import commonest
from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.search import Engine, open_engine, open_index, others_of
from counterpoise.neighbors.space import SearchSpace

__all__ = ["Agreement", "Editor"]

Agreement = Literal["all", "mode"]

_FEW_CELLS = 16  # where rows of its own class are looked for at first


@dataclass(frozen=True)
class _Left:
    """The rows that are left, and a search among them."""

    rows: RowArray
    place: RowArray  # of each row of the whole among them
    engine: Engine


@dataclass(frozen=True)
class _Class:
    """The rows of a class that are left, and an index over them."""

    rows: RowArray
    index: Index


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
        n_jobs: int | None = None,
    ) -> None:
        self._whole, self._codes, self._kind, self._n_jobs = space, codes, kind, n_jobs
        self._neighbors = neighbors
        self.is_left = np.ones(len(codes), bool)
        # Of each row: neighbours in order, or some rows nearer than any of another class.
        self._known = np.full((len(codes), min(k, len(codes) - 1)), -1, np.int32)
        self._is_ranked = np.zeros(len(codes), bool)
        self._left: _Left | None = None
        self._classes: dict[int, _Class] = {}

    def drop(self, rows: RowArray) -> None:
        """Take rows out."""
        if len(rows):
            self.is_left[rows] = False
            self._left = None
            for code in np.unique(self._codes[rows]):
                self._classes.pop(int(code), None)

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
        if hasattr(self._neighbors, "kneighbors") or not isinstance(self._whole.points, np.ndarray):
            self._rank(rows)
            return
        for code in np.unique(self._codes[rows]):
            self._look_for_enemies(rows[self._codes[rows] == code], int(code), k)

    def _open(self) -> _Left:
        """Open a search among the rows that are left, if none is open."""
        if self._left is None:
            rows = np.flatnonzero(self.is_left)
            engine = open_engine(self._whole.part(rows), self._neighbors, self._n_jobs)
            self._left = _Left(rows, np.cumsum(self.is_left) - 1, engine)
        return self._left

    def _class(self, code: int) -> _Class:
        """Open an index over the rows of a class that are left, if none is open."""
        if code not in self._classes:
            rows = np.flatnonzero((self._codes == code) & self.is_left)
            index = open_index(self._whole.part(rows), shared=True, n_jobs=self._n_jobs)
            self._classes[code] = _Class(rows, index)
        return self._classes[code]

    def _look_for_enemies(self, rows: RowArray, code: int, k: int) -> None:
        own = self._class(code)
        width = min(self._known.shape[1], len(own.rows) - 1)
        need = self._need(k)
        if width < need:
            self._rank(rows)
            return
        places = np.searchsorted(own.rows, rows)
        near, squared = own.index.nearest_others(
            width, of=places, return_distance=True, squared=True, most_cells=_FEW_CELLS
        )
        limit = squared[:, need - 1]
        enemy, nearness = self._nearest_enemy(rows, code, limit)
        place = np.searchsorted(own.rows, enemy)  # where it would stand among its own
        is_ahead = (squared < nearness[:, None]) & (squared <= limit[:, None])
        is_ahead |= (squared == nearness[:, None]) & (near < place[:, None])
        near[~is_ahead] = -1
        is_ahead = near >= 0
        unsettled = np.flatnonzero(is_ahead.sum(axis=1) < need)
        if len(unsettled):
            near[unsettled] = own.index.ahead(
                width, nearness[unsettled], place[unsettled], of=places[unsettled]
            )
        self._settle(rows, np.where(near >= 0, own.rows[near], -1), enemy, need)

    def _nearest_enemy(
        self, rows: RowArray, code: int, limit: Float64Array
    ) -> tuple[RowArray, Float64Array]:
        """Return the nearest row of another class, and how far it is, squared.

        What is farther than the limit need not be found: then it is infinitely far.
        """
        enemy = np.full(len(rows), len(self._codes))
        nearness = np.full(len(rows), np.inf)
        asked = self._whole.part(rows).rows
        for other in np.unique(self._codes[self.is_left]):
            if other == code:
                continue
            foes = self._class(int(other))
            found, squared = foes.index.nearest(
                self._whole.points,
                1,
                rows=asked,
                return_distance=True,
                squared=True,
                limits=np.minimum(limit, nearness),
            )
            position, distance = foes.rows[found[:, 0]], squared[:, 0]
            nearer = (distance < nearness) | ((distance == nearness) & (position < enemy))
            nearer &= found[:, 0] >= 0
            enemy[nearer], nearness[nearer] = position[nearer], distance[nearer]
        return enemy, nearness

    def _settle(self, rows: RowArray, ahead: RowArray, enemy: RowArray, need: int) -> None:
        """Take note of rows of its own class that come before the nearest of any other."""
        settled = (ahead >= 0).sum(axis=1) >= need
        if self._kind == "mode":
            self._rank(rows[~settled])
            rows, ahead = rows[settled], ahead[settled]
            self._is_ranked[rows] = False
        else:  # the enemy is among the first k of those that are not settled
            self._is_ranked[rows] = ~settled
            ahead = np.sort(ahead, axis=1)[:, ::-1]
            ahead = np.where((ahead < 0) & ~settled[:, None], enemy[:, None], ahead)
        self._remember(rows, ahead)

    def _rank(self, rows: RowArray) -> None:
        if len(rows):
            width = min(self._known.shape[1], int(self.is_left.sum()) - 1)
            self._remember(rows, self.nearest_others(rows, width))
            self._is_ranked[rows] = True

    def _remember(self, rows: RowArray, others: RowArray) -> None:
        width = others.shape[1]
        self._known[rows, :width] = others
        self._known[rows, width:] = -1
