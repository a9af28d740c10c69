"""Array steps that several sampling methods share.

The samples that are kept, sorted by class; "danger" and "noise" samples; draws of a sample and one
of its neighbors; whole numbers in given proportions; the most frequent value in each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray

__all__ = [
    "Pairs",
    "chosen_by_class",
    "commonest",
    "draw_commonest",
    "draw_pairs",
    "grouped_by_class",
    "holders",
    "is_danger",
    "is_noise",
    "rows_drawn",
    "share_out",
]


def grouped_by_class(codes: IntArray, is_kept: BoolArray) -> RowArray:
    """Return the rows that stay, class by class, in each class in their order.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row.
    is_kept : ndarray of bool of shape (n_rows,)

    Returns
    -------
    ndarray of int of shape (n_kept,)

    Examples
    --------
    >>> grouped_by_class(np.array([1, 0, 1, 0]), np.array([True, True, False, True]))
    array([1, 3, 0])
    """
    kept = np.flatnonzero(is_kept)
    return kept[np.argsort(codes[kept], kind="stable")]


def chosen_by_class(codes: IntArray, chosen: Mapping[int, RowArray]) -> RowArray:
    """Return the rows chosen of some classes, and all rows of the others, class by class.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row.
    chosen : mapping of int to ndarray of int
        For some classes, their rows that stay, in the order in which they leave.

    Returns
    -------
    ndarray of int of shape (n_kept,)

    Examples
    --------
    >>> chosen_by_class(np.array([1, 0, 1, 0, 1]), {1: np.array([4, 0])})
    array([1, 3, 4, 0])
    """
    classes = range(int(codes.max()) + 1)
    rows = [chosen[code] if code in chosen else np.flatnonzero(codes == code) for code in classes]
    return np.concatenate(rows)


def is_danger(n_foreign: IntArray, m: int) -> BoolArray:
    """Say of rows whether half of their neighbours or more, but not all, are of other classes.

    Parameters
    ----------
    n_foreign : ndarray of int of shape (n_rows,)
        How many of the neighbours of each are of other classes.
    m : int
        How many neighbours each has.

    Returns
    -------
    ndarray of bool of shape (n_rows,)
    """
    danger: BoolArray = (2 * n_foreign >= m) & (n_foreign < m)
    return danger


def is_noise(n_foreign: IntArray, m: int) -> BoolArray:
    """Say of rows whether all of their neighbours are of other classes."""
    noise: BoolArray = n_foreign == m
    return noise


@dataclass(frozen=True)
class Pairs:
    """Draws of a row and one of its neighbours.

    Attributes
    ----------
    row : ndarray of int of shape (n_draws,)
        Which row of the class.
    rank : ndarray of int of shape (n_draws,)
        Which of its neighbours, 0 being the nearest.
    weight : ndarray of float64 of shape (n_draws,)
        How far towards that neighbour, uniform in [0, 1).
    """

    row: IntArray
    rank: IntArray
    weight: Float64Array


def draw_pairs(n_rows: int, k: int, n_draws: int, random: np.random.RandomState) -> Pairs:
    """Draw rows, neighbours and weights, in two calls of the random state.

    The draws do not depend on who the neighbours are, so that they come first and only the rows
    that were drawn need a search.

    Parameters
    ----------
    n_rows : int
        Rows of the class.
    k : int
        Neighbours of each.
    n_draws : int
    random : RandomState

    Returns
    -------
    Pairs

    Examples
    --------
    >>> pairs = draw_pairs(10, 3, 4, np.random.RandomState(0))
    >>> pairs.row
    array([4, 5, 7, 0], dtype=int32)
    >>> pairs.rank
    array([0, 0, 0, 0], dtype=int32)
    """
    drawn = random.randint(0, n_rows * k, size=n_draws)
    if n_rows * k < 2**31:
        drawn = drawn.astype(np.int32)  # half the memory, once the stream is drawn
    weight = random.uniform(size=n_draws)
    return Pairs(drawn // k, drawn % k, weight)


def rows_drawn(row: IntArray, n_rows: int) -> tuple[RowArray, RowArray]:
    """Find the rows that were drawn at least once.

    Parameters
    ----------
    row : ndarray of int of shape (n_draws,)
        Rows of a class, with repeats.
    n_rows : int
        Rows of the class.

    Returns
    -------
    drawn : ndarray of int of shape (n_drawn,)
        The different rows, ascending.
    place : ndarray of int of shape (n_rows,)
        Where each of them stands in `drawn`; without meaning for the others.

    Examples
    --------
    >>> drawn, place = rows_drawn(np.array([3, 1, 3]), 5)
    >>> drawn, place[[3, 1, 3]]
    (array([1, 3]), array([1, 0, 1]))
    """
    is_drawn = np.zeros(n_rows, bool)
    is_drawn[row] = True
    return np.flatnonzero(is_drawn), np.cumsum(is_drawn) - 1


def share_out(weights: Float64Array, total: int) -> IntArray:
    """Share a number out in proportion to weights, by largest remainders.

    Parameters
    ----------
    weights : ndarray of float64 of shape (n_shares,)
        0 or more, and finite; all equal where all are 0.
    total : int

    Returns
    -------
    ndarray of int of shape (n_shares,)
        They add up to `total`. What is left over by rounding down goes to the largest fractions,
        ties to the first.

    Examples
    --------
    >>> share_out(np.array([1.0, 1.0, 2.0]), 7)
    array([2, 2, 3])
    """
    whole = weights.sum()
    exact = total * (weights / whole if whole > 0 else np.full(len(weights), 1 / len(weights)))
    shares: IntArray = np.floor(exact).astype(np.intp)
    left = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:left]] += 1
    return shares


def commonest(values: IntArray) -> IntArray:
    """Return the commonest value of each row, the smallest of those that tie.

    Parameters
    ----------
    values : ndarray of int of shape (n_rows, n_votes)
        Few votes a row: every two of a row are compared.

    Returns
    -------
    ndarray of int of shape (n_rows,)

    Examples
    --------
    >>> commonest(np.array([[2, 1, 2], [3, 1, 2]]))
    array([2, 1])
    """
    ascending, votes = _count(values)
    # The first of several largest is the smallest value, as values ascend.
    first = votes.argmax(axis=1)
    winners: IntArray = ascending[np.arange(len(ascending)), first]
    return winners


def draw_commonest(values: IntArray, of: IntArray, random: np.random.RandomState) -> IntArray:
    """Return the commonest value of rows, one of those that tie drawn at random for each draw.

    Parameters
    ----------
    values : ndarray of int of shape (n_rows, n_votes)
    of : ndarray of int of shape (n_draws,)
        The row that each draw asks.
    random : RandomState
        One permutation is drawn, of all that tie in all the draws.

    Returns
    -------
    ndarray of int of shape (n_draws,)

    Examples
    --------
    >>> votes = np.array([[2, 1, 2], [3, 1, 1], [4, 5, 6]])
    >>> draw_commonest(votes, np.array([0, 1, 0]), np.random.RandomState(0))
    array([2, 1, 2])
    """
    ascending, votes = _count(values)
    ties = _first_of_run(ascending) & (votes == votes.max(axis=1, keepdims=True))
    n_ties = ties.sum(axis=1)
    entries = ascending[ties]  # those of each row stand together, ascending
    begin = np.cumsum(n_ties) - n_ties
    of_draw = n_ties[of]
    start = np.cumsum(of_draw) - of_draw
    order = random.permutation(int(of_draw.sum()))
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    # The entry of each draw that comes first in the permutation.
    chosen = order[np.minimum.reduceat(place, start)] - start
    drawn: IntArray = entries[begin[of] + chosen]
    return drawn


def holders(codes: IntArray) -> IntArray:
    """Return for each code a row that has it; without meaning for codes that no row has.

    Examples
    --------
    >>> holders(np.array([1, 0, 1]))
    array([1, 2], dtype=int32)
    """
    rows = np.zeros(int(codes.max()) + 1, np.int32)
    rows[codes] = np.arange(len(codes))
    return rows


def _count(values: IntArray) -> tuple[IntArray, IntArray]:
    """Return each row's values ascending, and how often each of them occurs in its row."""
    ascending = np.sort(values, axis=1)
    votes = np.zeros(ascending.shape, np.int32)
    for j in range(ascending.shape[1]):
        votes += ascending == ascending[:, [j]]
    return ascending, votes


def _first_of_run(ascending: IntArray) -> BoolArray:
    first = np.ones(ascending.shape, bool)
    first[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    return first
