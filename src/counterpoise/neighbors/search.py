"""Nearest others of some rows, by our own engine or by a user's neighbour object."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from counterpoise._types import RowArray
from counterpoise.exceptions import InputError
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.space import SearchSpace

__all__ = ["nearest_others", "neighbor_count"]


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


def nearest_others(
    space: SearchSpace, neighbors: Any, *, of: RowArray, n_jobs: int | None = None
) -> RowArray:
    """Find the nearest other rows of some rows.

    Parameters
    ----------
    space : SearchSpace
        The rows to search among.
    neighbors : int or object with `fit` and `kneighbors`
        How many others, or a neighbour search of the user's, which is cloned and fitted.
    of : ndarray of int of shape (n_asked,)
        The rows whose neighbours are wanted, by their position in the space.
    n_jobs : int, optional
        Threads; by default all that the process may use.

    Returns
    -------
    ndarray of int of shape (n_asked, k)
        Positions in the space, nearest first; never the row itself.
    """
    if hasattr(neighbors, "kneighbors"):
        if space.penalties is not None:
            raise InputError(
                "A neighbour object cannot be asked where cells are missing; give a number of "
                "neighbours instead, or fill the cells."
            )
        return _ask(clone(neighbors), space, of)
    if not isinstance(space.points, np.ndarray):
        engine = NearestNeighbors(n_neighbors=neighbors + 1, algorithm="brute", n_jobs=n_jobs)
        return _ask(engine, space, of)
    index = Index(space.points, rows=space.rows, penalties=space.penalties, n_jobs=n_jobs)
    return index.nearest_others(neighbors, of=of)


def _ask(engine: Any, space: SearchSpace, of: RowArray) -> RowArray:
    """Ask an object that counts a row among its own neighbours, and leave that row out."""
    points = space.points if space.rows is None else space.points[space.rows]
    k = neighbor_count(engine)
    found: RowArray = np.asarray(engine.fit(points).kneighbors(points[of], return_distance=False))
    if found.shape != (len(of), k + 1):
        raise InputError(
            f"{type(engine).__name__}.kneighbors must return {k + 1} neighbours for each of "
            f"{len(of)} rows, and returned an array of shape {found.shape}."
        )
    others = found != np.asarray(of)[:, None]
    # A row hidden by its duplicates is not in its own list: then the last neighbour goes.
    others[others.all(axis=1), -1] = False
    nearest: RowArray = found[others].reshape(len(of), k)
    return nearest
