"""Tomek links: rows of different classes that are each other's nearest.

Reference: Tomek (1976), doi:10.1109/TSMC.1976.4309452.
"""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise.neighbors.adapters import SparseIndex
from counterpoise.neighbors.index import Index
from counterpoise.neighbors.search import Engine, Search, open_engine
from counterpoise.neighbors.space import SearchSpace

__all__ = ["tomek_links"]

_MOST_ANSWERS = 2**22  # neighbours held at once


def tomek_links(space: SearchSpace, codes: IntArray, n_jobs: int | None = None) -> BoolArray:
    """Find the rows that are part of a Tomek link.

    Two rows of different classes are linked if neither has a row strictly nearer than the other.
    Only rows outside the largest class are searched for, then those that turned out nearest.

    Parameters
    ----------
    space : SearchSpace
        All the rows.
    codes : ndarray of int of shape (n_rows,)
        The class of each.
    n_jobs : int, optional

    Returns
    -------
    ndarray of bool of shape (n_rows,)
    """
    engine = open_engine(space, 1, n_jobs)
    largest = int(np.bincount(codes).argmax())
    asked = np.flatnonzero(codes != largest)
    row, other, squared, equal = _nearest_with_ties(engine, asked)
    in_link = _equal_foes(space, codes, equal, largest, n_jobs)
    foes = codes[row] != codes[other]
    row, other, squared = row[foes], other[foes], squared[foes]
    partners, place = np.unique(other, return_inverse=True)
    if len(partners):
        linked = _nearest_squared(engine, 1, partners)[1][place, 0] == squared
        in_link[row[linked]] = in_link[other[linked]] = True
    return in_link


def _equal_foes(
    space: SearchSpace, codes: IntArray, rows: RowArray, largest: int, n_jobs: int | None
) -> BoolArray:
    """Mark the rows that equal a row of another class.

    `rows` are those that equal any other, but for the largest class.
    """
    equal = np.zeros(len(codes), bool)
    for code in np.unique(codes[rows]):
        some = rows[codes[rows] == code]
        equal[some] = _equals_any(space, some, np.flatnonzero(codes != code), n_jobs)
    if equal.any():
        common = np.flatnonzero(codes == largest)
        equal[common] = _equals_any(space, common, np.flatnonzero(equal), n_jobs)
    return equal


def _equals_any(
    space: SearchSpace, rows: RowArray, others: RowArray, n_jobs: int | None
) -> BoolArray:
    search = Search(space.part(others), 1, n_jobs=n_jobs)
    equals: BoolArray = search.nearest(space.part(rows), 1)[1][:, 0] == 0
    return equals


def _nearest_squared(engine: Engine, k: int, of: RowArray) -> tuple[RowArray, Float64Array]:
    if isinstance(engine, Index):
        return engine.nearest_others(k, of=of, return_distance=True, squared=True)
    assert isinstance(engine, SparseIndex)  # nobody's own search is asked for links
    return engine.nearest_others(k, of=of)


def _nearest_with_ties(
    engine: Engine, asked: RowArray
) -> tuple[RowArray, RowArray, Float64Array, RowArray]:
    """Return all pairs of a row that is asked for and a row nearest to it, and how far.

    Rows that equal another are left out of the pairs, and returned last.
    """
    row, other, distance, equal = [asked[:0]], [asked[:0]], [np.empty(0)], [asked[:0]]
    pending = [(asked, 2)] if len(asked) else []
    while pending:
        asked, k = pending.pop()
        k = min(k, engine.n_points - 1)
        some, rest = np.split(asked, [_MOST_ANSWERS // k])
        found, squared = _nearest_squared(engine, k, some)
        # Where the last one is as near as the first, there may be more.
        is_done = (squared[:, -1] > squared[:, 0]) | (k == engine.n_points - 1)
        is_equal = squared[:, 0] == 0
        equal.append(some[is_equal])
        is_nearest = (squared == squared[:, [0]]) & ~is_equal[:, None]
        at, rank = np.nonzero(is_nearest & is_done[:, None])
        row.append(some[at])
        other.append(found[at, rank])
        distance.append(squared[at, rank])
        pending += [
            (left, m) for left, m in ((rest, k), (some[~is_done & ~is_equal], 2 * k)) if len(left)
        ]
    rows, others = np.concatenate(row), np.concatenate(other)
    return rows, others, np.concatenate(distance), np.concatenate(equal)
