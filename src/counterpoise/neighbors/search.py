"""Nearest others of some rows, by our own engine or by a user's neighbour object."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from counterpoise._types import Float64Array, RowArray
from counterpoise.exceptions import InputError
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.space import SearchSpace

__all__ = ["Search", "nearest_others", "neighbor_count"]


def neighbor_count(neighbors: Any) -> int:
    """Return how many others are meant: the number itself, or an object's, less the row itself.

    Parameters
    ----------
    neighbors : int or object with `kneighbors`
        As imbalanced-learn has it, an object counts each row among its own neighbours:
        ``NearestNeighbors(n_neighbors=6)`` means five others.

    Raises
    ------
    InputError
        If it is neither, or leaves no other row to find.
    """
    if not hasattr(neighbors, "kneighbors"):
        if isinstance(neighbors, bool):
            raise InputError(f"A number of neighbours must be 1 or more; got {neighbors}.")
        return int(neighbors)
    count = getattr(neighbors, "n_neighbors", None)
    if isinstance(neighbors, type) or not isinstance(count, int | np.integer) or count < 2:
        raise InputError(
            "A neighbour object must be an instance with n_neighbors of 2 or more, as it counts "
            f"each row itself; got {neighbors!r}."
        )
    return int(count) - 1


class Search:
    """The nearest rows within one space, asked for as often as wanted.

    Parameters
    ----------
    space : SearchSpace
        The rows to search among.
    neighbors : int or object with `fit` and `kneighbors`
        How many others of each row, or a neighbour search of the user's, which is cloned and
        fitted.
    n_jobs : int, optional
        Threads; by default all that the process may use.

    Attributes
    ----------
    k : int
        How many others of each row.

    Raises
    ------
    InputError
        If a neighbour object is given where cells are missing or columns are nominal.
    """

    def __init__(self, space: SearchSpace, neighbors: Any, *, n_jobs: int | None = None) -> None:
        self.k = neighbor_count(neighbors)
        self._engine: Any
        if hasattr(neighbors, "kneighbors"):
            _refuse_mixed(space)
            self._engine = clone(neighbors).fit(space.selected)
        elif isinstance(space.points, np.ndarray):
            self._engine = Index(
                space.points,
                rows=space.rows,
                penalties=space.penalties,
                mismatch=space.mismatch,
                n_jobs=n_jobs,
            )
        else:
            brute = NearestNeighbors(n_neighbors=self.k + 1, algorithm="brute", n_jobs=n_jobs)
            self._engine = brute.fit(space.selected)
        self._space = space

    def nearest_others(self, of: RowArray | None = None) -> RowArray:
        """Find the nearest other rows of some rows.

        Parameters
        ----------
        of : ndarray of int of shape (n_asked,), optional
            The rows whose neighbours are wanted, by their position in the space; by default all.

        Returns
        -------
        ndarray of int of shape (n_asked, k)
            Positions in the space, nearest first; never the row itself.
        """
        if isinstance(self._engine, Index):
            return self._engine.nearest_others(self.k, of=of)
        points = self._space.selected
        of = np.arange(points.shape[0]) if of is None else of
        found = self._shaped(
            self._engine.kneighbors(points[of], return_distance=False), of, self.k + 1
        )
        others = found != np.asarray(of)[:, None]
        # A row hidden by its duplicates is not in its own list: then the last neighbour goes.
        others[others.all(axis=1), -1] = False
        nearest: RowArray = found[others].reshape(len(of), self.k)
        return nearest

    def nearest(self, queries: SearchSpace, k: int) -> tuple[RowArray, Float64Array]:
        """Find the nearest rows to rows from elsewhere.

        Parameters
        ----------
        queries : SearchSpace
            Rows laid out in the same units.
        k : int
            How many nearest rows.

        Returns
        -------
        positions : ndarray of int of shape (n_queries, k)
            Positions in the space, nearest first.
        distances : ndarray of float64 of shape (n_queries, k)
        """
        points = queries.selected
        if isinstance(self._engine, Index):
            return self._engine.nearest(points, k, return_distance=True)
        distances, positions = self._engine.kneighbors(points, n_neighbors=k)
        return self._shaped(positions, points, k), np.asarray(distances, dtype=np.float64)

    def _shaped(self, found: Any, asked: Any, k: int) -> RowArray:
        array = np.asarray(found)
        if array.shape != (np.shape(asked)[0], k):
            raise InputError(
                f"{type(self._engine).__name__}.kneighbors must return {k} neighbours for each of "
                f"{np.shape(asked)[0]} rows, and returned an array of shape {array.shape}."
            )
        return array


def nearest_others(
    space: SearchSpace, neighbors: Any, *, of: RowArray | None = None, n_jobs: int | None = None
) -> RowArray:
    """Find the nearest other rows of some rows, once; otherwise as `Search`."""
    return Search(space, neighbors, n_jobs=n_jobs).nearest_others(of)


def _refuse_mixed(space: SearchSpace) -> None:
    obstacles = {"cells are missing": space.penalties, "columns are nominal": space.mismatch}
    for what, price in obstacles.items():
        if price is not None:
            raise InputError(
                f"A neighbour object cannot be asked where {what}; give a number of neighbours "
                "instead, or turn such cells into numbers first."
            )
