"""Votes: the commonest of a few values in each row."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import BoolArray, IntArray

__all__ = ["commonest", "draw_commonest", "holders"]


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
