"""Tomek links: pairs of rows of different classes that are each other's nearest neighbors.

Reference: Tomek (1976), doi:10.1109/TSMC.1976.4309452.
"""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise.neighbors._adapters import SparseIndex
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._search import AnyIndex, NeighborSearch, build_index
from counterpoise.neighbors._space import SearchSpace

__all__ = ["find_tomek_links"]

_MAX_NEIGHBORS = 2**22  # neighbors in memory at once


def find_tomek_links(space: SearchSpace, codes: IntArray, n_jobs: int | None = None) -> BoolArray:
    """Find the rows that are part of a Tomek link.

    Two rows of different classes form a link if neither has a row strictly nearer than the other.

    Parameters
    ----------
    space : SearchSpace
        All rows.
    codes : ndarray of int of shape (n_rows,)
        Encoded target.
    n_jobs : int, optional
        Number of threads; by default all that the process may use.

    Returns
    -------
    ndarray of bool of shape (n_rows,)
        Whether each row is part of a link.
    """
    index = build_index(space, 1, n_jobs)
    # Each link has a row outside the largest class: only these rows are queries, then their
    # nearest neighbors.
    largest = int(np.bincount(codes).argmax())
    row, other, squared, equal = _find_nearest_with_ties(index, np.flatnonzero(codes != largest))
    in_link = _equals_other_class(space, codes, equal, largest, n_jobs)
    differs = codes[row] != codes[other]
    row, other, squared = row[differs], other[differs], squared[differs]
    neighbors, place = np.unique(other, return_inverse=True)
    if len(neighbors):
        linked = _find_nearest_squared(index, 1, neighbors)[1][place, 0] == squared
        in_link[row[linked]] = in_link[other[linked]] = True
    return in_link


def _equals_other_class(
    space: SearchSpace, codes: IntArray, rows: RowArray, largest: int, n_jobs: int | None
) -> BoolArray:
    """Return whether each row is equal to a row of another class.

    `rows` are the rows outside the largest class that are equal to any other row.
    """
    equal = np.zeros(len(codes), bool)
    for code in np.unique(codes[rows]):
        some = rows[codes[rows] == code]
        equal[some] = _equals_any(space, some, np.flatnonzero(codes != code), n_jobs)
    if equal.any():
        majority = np.flatnonzero(codes == largest)
        equal[majority] = _equals_any(space, majority, np.flatnonzero(equal), n_jobs)
    return equal


def _equals_any(
    space: SearchSpace, rows: RowArray, others: RowArray, n_jobs: int | None
) -> BoolArray:
    search = NeighborSearch(space.subset(others), 1, n_jobs=n_jobs)
    equals: BoolArray = search.nearest(space.subset(rows), 1)[1][:, 0] == 0
    return equals


def _find_nearest_squared(
    index: AnyIndex, k: int, query_positions: RowArray
) -> tuple[RowArray, Float64Array]:
    if isinstance(index, Index):
        return index.nearest_others(
            k, query_positions=query_positions, return_distance=True, squared=True
        )
    assert isinstance(index, SparseIndex)  # Tomek links are never found with a user's estimator
    return index.nearest_others(k, query_positions=query_positions)


def _find_nearest_with_ties(
    index: AnyIndex, queries: RowArray
) -> tuple[RowArray, RowArray, Float64Array, RowArray]:
    """Find all nearest neighbors of each query, of which there are several if distances are equal.

    Returns the query and the neighbor of each pair and their squared distance, then the queries
    that are equal to another row, which are not in the pairs: they may have very many neighbors at
    distance 0.
    """
    row, other, distance, equal = [queries[:0]], [queries[:0]], [np.empty(0)], [queries[:0]]
    pending = [(queries, 2)] if len(queries) else []
    while pending:
        queries, k = pending.pop()
        k = min(k, index.n_points - 1)
        some, rest = np.split(queries, [_MAX_NEIGHBORS // k])
        found, squared = _find_nearest_squared(index, k, some)
        # If the last neighbor is as near as the first one, there may be more: try again with 2k.
        is_complete = (squared[:, -1] > squared[:, 0]) | (k == index.n_points - 1)
        is_equal = squared[:, 0] == 0
        equal.append(some[is_equal])
        is_nearest = (squared == squared[:, [0]]) & ~is_equal[:, None]
        at, rank = np.nonzero(is_nearest & is_complete[:, None])
        row.append(some[at])
        other.append(found[at, rank])
        distance.append(squared[at, rank])
        again = some[~is_complete & ~is_equal]
        pending += [(left, n) for left, n in ((rest, k), (again, 2 * k)) if len(left)]
    rows, others = np.concatenate(row), np.concatenate(other)
    return rows, others, np.concatenate(distance), np.concatenate(equal)
