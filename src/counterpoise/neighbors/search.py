"""Nearest others of some rows, by our own engine or by a user's neighbour object."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone

from counterpoise._lib.types import Float64Array, RowArray
from counterpoise.exceptions import InputError
from counterpoise.neighbors.adapters import SparseIndex, UserIndex
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.space import SearchSpace

__all__ = [
    "Engine",
    "Search",
    "nearest_others",
    "neighbor_count",
    "open_engine",
    "open_index",
    "others_of",
    "refuse_mixed",
]

Engine = Index | SparseIndex | UserIndex


def neighbor_count(neighbors: Any, *, counts_itself: bool = True) -> int:
    """Return how many neighbours are meant: the number itself, or an object's.

    Parameters
    ----------
    neighbors : int or object with `kneighbors`
    counts_itself : bool, default=True
        Whether an object counts each row among its own neighbours, as imbalanced-learn has it where
        rows look for others: ``NearestNeighbors(n_neighbors=6)`` means five. False where the rows
        that ask come from elsewhere: six are six.

    Raises
    ------
    InputError
        If it is neither, or leaves no other row to find.
    """
    if not hasattr(neighbors, "kneighbors"):
        if isinstance(neighbors, bool):
            raise InputError(f"A number of neighbours must be 1 or more; got {neighbors}.")
        return int(neighbors)
    count, itself = getattr(neighbors, "n_neighbors", None), int(counts_itself)
    if isinstance(neighbors, type) or not isinstance(count, int | np.integer) or count <= itself:
        why = ", as it counts each row itself" if counts_itself else ""
        raise InputError(
            "A neighbour object must be an instance with n_neighbors of "
            f"{1 + itself} or more{why}; got {neighbors!r}."
        )
    return int(count) - itself


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
    counts_itself : bool, default=True
        Whether a neighbour object counts each row among its own neighbours; False where the rows
        that ask come from elsewhere.

    Attributes
    ----------
    k : int
        How many neighbours are meant.

    Raises
    ------
    InputError
        If a neighbour object is given where cells are missing or columns are nominal.
    """

    def __init__(
        self,
        space: SearchSpace,
        neighbors: Any,
        *,
        n_jobs: int | None = None,
        counts_itself: bool = True,
    ) -> None:
        self.k = neighbor_count(neighbors, counts_itself=counts_itself)
        self._engine = open_engine(space, neighbors, n_jobs)

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
        return others_of(self._engine, self.k, of)

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
        if isinstance(self._engine, Index):
            return self._engine.nearest(queries.points, k, rows=queries.rows, return_distance=True)
        positions, distances = self._engine.nearest(queries.selected, k)
        is_squared = isinstance(self._engine, SparseIndex)
        return positions, np.sqrt(distances) if is_squared else distances


def open_engine(space: SearchSpace, neighbors: Any, n_jobs: int | None = None) -> Engine:
    """Open what answers for a space: our index, sparse brute force, or the user's own search.

    Parameters
    ----------
    space : SearchSpace
    neighbors : int or object with `fit` and `kneighbors`
    n_jobs : int, optional

    Returns
    -------
    Index, SparseIndex or UserIndex
    """
    if hasattr(neighbors, "kneighbors"):
        refuse_mixed(space)
        points = space.selected
        return UserIndex(clone(neighbors).fit(points), points)
    if isinstance(space.points, np.ndarray):
        return open_index(space, n_jobs=n_jobs)
    return SparseIndex(space.selected, n_jobs)


def others_of(engine: Engine, k: int, of: RowArray | None = None) -> RowArray:
    """Return the `k` nearest others of some rows, whatever answers."""
    if isinstance(engine, SparseIndex):
        return engine.nearest_others(k, of=of)[0]
    return engine.nearest_others(k, of=of)


def open_index(space: SearchSpace, *, shared: bool = False, n_jobs: int | None = None) -> Index:
    """Open the native index over the rows of a dense space.

    Parameters
    ----------
    space : SearchSpace
    shared : bool, default=False
        Whether squared distances are compared with those of indices over other rows of the space.
    n_jobs : int, optional

    Returns
    -------
    Index
    """
    return Index(
        space.points,
        rows=space.rows,
        penalties=space.penalties,
        mismatch=space.mismatch,
        shared=shared,
        n_jobs=n_jobs,
    )


def nearest_others(
    space: SearchSpace, neighbors: Any, *, of: RowArray | None = None, n_jobs: int | None = None
) -> RowArray:
    """Find the nearest other rows of some rows, once; otherwise as `Search`."""
    return Search(space, neighbors, n_jobs=n_jobs).nearest_others(of)


def refuse_mixed(space: SearchSpace) -> None:
    """Refuse a space that only our own index can search.

    Raises
    ------
    InputError
        If cells are missing or columns are nominal.
    """
    obstacles = {"cells are missing": space.penalties, "columns are nominal": space.mismatch}
    for what, price in obstacles.items():
        if price is not None:
            raise InputError(
                f"A neighbour object cannot be asked where {what}; give a number of neighbours "
                "instead, or turn such cells into numbers first."
            )
