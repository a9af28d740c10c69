"""Nearest neighbors of rows, with the native index or with an estimator that the user passes."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
import sklearn
from sklearn.base import clone

from counterpoise._lib.sklearn_private import HasMethods, Interval
from counterpoise._lib.types import Float64Array, RowArray
from counterpoise.exceptions import InputError
from counterpoise.neighbors._adapters import EstimatorIndex, SparseIndex
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._space import SearchSpace

__all__ = [
    "JOBS",
    "NEIGHBORS",
    "AnyIndex",
    "NeighborSearch",
    "NeighborsEstimator",
    "build_index",
    "build_native_index",
    "check_complete_numeric",
    "find_others",
    "get_n_neighbors",
    "limit_neighbors",
    "nearest_others",
]

AnyIndex = Index | SparseIndex | EstimatorIndex

# What `n_neighbors` and `n_jobs` may be, for a sampler's `_parameter_constraints`.
NEIGHBORS: list[Any] = [
    Interval(Integral, 1, None, closed="left"),
    HasMethods(["fit", "kneighbors"]),
]
JOBS: list[Any] = [Integral, None]


def get_n_neighbors(neighbors: Any, *, includes_self: bool = True) -> int:
    """Return the number of neighbors that a parameter stands for.

    Parameters
    ----------
    neighbors : int or object with `kneighbors`
        A number, or an estimator with the attribute `n_neighbors`.
    includes_self : bool, default=True
        Whether an estimator counts each row among its own neighbors, as in imbalanced-learn where
        the queries are rows of the index: ``NearestNeighbors(n_neighbors=6)`` then stands for five
        neighbors. False if the queries are other rows: six are six.

    Returns
    -------
    int

    Raises
    ------
    InputError
        If `neighbors` is neither, or leaves no other row to find.
    """
    if not hasattr(neighbors, "kneighbors"):
        if isinstance(neighbors, bool):
            raise InputError(f"The number of neighbors must be 1 or more; got {neighbors}.")
        return int(neighbors)
    count, itself = getattr(neighbors, "n_neighbors", None), int(includes_self)
    if isinstance(neighbors, type) or not isinstance(count, int | np.integer) or count <= itself:
        why = ", as it counts each row as its own neighbor" if includes_self else ""
        raise InputError(
            "A nearest neighbors estimator must be an instance with n_neighbors of "
            f"{1 + itself} or more{why}; got {neighbors!r}."
        )
    return int(count) - itself


class NeighborsEstimator:
    """Attribute of a fitted sampler: the nearest neighbors estimator that a parameter stands for.

    It is ``NearestNeighbors``, or a clone of the given estimator, and not fitted, so that it holds
    no data. It is built when it is read: no sampler uses it, and importing ``sklearn.neighbors``
    takes longer than resampling a small table.

    Parameters
    ----------
    parameter : str
        Name of the parameter, a number of neighbors or an estimator.
    includes_self : bool, default=True
        Whether the estimator counts each row among its own neighbors; see `get_n_neighbors`.
    """

    def __init__(self, parameter: str, *, includes_self: bool = True) -> None:
        self.parameter = parameter
        self.includes_self = includes_self

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, sampler: Any, owner: type) -> Any:
        if sampler is None:
            return self
        if not hasattr(sampler, "sampling_strategy_"):
            raise AttributeError(f"{owner.__name__} has {self.name} once it is fitted.")
        neighbors = getattr(sampler, self.parameter)
        if hasattr(neighbors, "kneighbors"):
            return clone(neighbors)
        return sklearn.neighbors.NearestNeighbors(n_neighbors=neighbors + int(self.includes_self))


def limit_neighbors(neighbors: Any, k: int) -> Any:
    """Return the number of neighbors, or the estimator, for at most `k` neighbors of a row.

    Parameters
    ----------
    neighbors : int or object with `kneighbors`
        An estimator that counts each row among its own neighbors.
    k : int

    Returns
    -------
    int or object with `kneighbors`
        Unchanged if it stands for `k` neighbors or fewer.
    """
    if get_n_neighbors(neighbors) <= k:
        return neighbors
    return clone(neighbors).set_params(n_neighbors=k + 1) if hasattr(neighbors, "kneighbors") else k


class NeighborSearch:
    """Nearest neighbor search among the rows of one space.

    Parameters
    ----------
    space : SearchSpace
        The rows to search among.
    neighbors : int or object with `fit` and `kneighbors`
        Number of neighbors of each row, or a nearest neighbors estimator, which is cloned and
        fitted.
    n_jobs : int, optional
        Number of threads; by default all that the process may use.
    includes_self : bool, default=True
        Whether an estimator counts each row among its own neighbors; False if the queries are other
        rows.

    Attributes
    ----------
    k : int
        Number of neighbors.

    Raises
    ------
    InputError
        If an estimator is passed and values are missing or columns are categorical.
    """

    def __init__(
        self,
        space: SearchSpace,
        neighbors: Any,
        *,
        n_jobs: int | None = None,
        includes_self: bool = True,
    ) -> None:
        self.k = get_n_neighbors(neighbors, includes_self=includes_self)
        self._index = build_index(space, neighbors, n_jobs)

    def nearest_others(self, query_positions: RowArray | None = None) -> RowArray:
        """Find the nearest other rows of rows of the space.

        Parameters
        ----------
        query_positions : ndarray of int of shape (n_queries,), optional
            Positions in the space of the rows to find neighbors for; by default all.

        Returns
        -------
        ndarray of int of shape (n_queries, k)
            Positions in the space, nearest first, without the row itself.
        """
        return find_others(self._index, self.k, query_positions)

    def nearest(self, queries: SearchSpace, k: int) -> tuple[RowArray, Float64Array]:
        """Find the nearest rows to rows of another space.

        Parameters
        ----------
        queries : SearchSpace
            Rows in the same units.
        k : int
            Number of nearest rows.

        Returns
        -------
        positions : ndarray of int of shape (n_queries, k)
            Positions in the space, nearest first.
        distances : ndarray of float64 of shape (n_queries, k)
        """
        if isinstance(self._index, Index):
            return self._index.nearest(queries.points, k, rows=queries.rows, return_distance=True)
        positions, distances = self._index.nearest(queries.selected, k)
        is_squared = isinstance(self._index, SparseIndex)
        return positions, np.sqrt(distances) if is_squared else distances


def build_index(space: SearchSpace, neighbors: Any, n_jobs: int | None = None) -> AnyIndex:
    """Build the index of a space: native, brute force for sparse rows, or the user's estimator.

    Parameters
    ----------
    space : SearchSpace
    neighbors : int or object with `fit` and `kneighbors`
    n_jobs : int, optional

    Returns
    -------
    Index, SparseIndex or EstimatorIndex
    """
    if hasattr(neighbors, "kneighbors"):
        check_complete_numeric(space)
        points = space.selected
        return EstimatorIndex(clone(neighbors).fit(points), points)
    if isinstance(space.points, np.ndarray):
        return build_native_index(space, n_jobs=n_jobs)
    return SparseIndex(space.selected, n_jobs)


def build_native_index(
    space: SearchSpace, *, shared_units: bool = False, n_jobs: int | None = None
) -> Index:
    """Build the native index of a dense space.

    Parameters
    ----------
    space : SearchSpace
    shared_units : bool, default=False
        Whether squared distances are compared with those of indexes over other rows of the space.
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
        shared_units=shared_units,
        n_jobs=n_jobs,
    )


def find_others(index: AnyIndex, k: int, query_positions: RowArray | None = None) -> RowArray:
    """Find the `k` nearest other rows with an index of any kind."""
    if isinstance(index, SparseIndex):
        return index.nearest_others(k, query_positions=query_positions)[0]
    return index.nearest_others(k, query_positions=query_positions)


def nearest_others(
    space: SearchSpace,
    neighbors: Any,
    *,
    query_positions: RowArray | None = None,
    n_jobs: int | None = None,
) -> RowArray:
    """Find the nearest other rows once; see `NeighborSearch` for the parameters."""
    return NeighborSearch(space, neighbors, n_jobs=n_jobs).nearest_others(query_positions)


def check_complete_numeric(space: SearchSpace) -> None:
    """Check that a space has no missing values and no categorical columns.

    Raises
    ------
    InputError
        If it has; only the native index can search it then.
    """
    obstacles = {"missing values": space.penalties, "categorical columns": space.mismatch}
    for obstacle, penalties in obstacles.items():
        if penalties is not None:
            raise InputError(
                f"A nearest neighbors estimator cannot be used with {obstacle}. Pass a number of "
                "neighbors instead, or encode and fill in such values first."
            )
