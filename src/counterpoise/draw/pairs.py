"""Which row, which of its neighbours, and how far between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray, RowArray

__all__ = ["Pairs", "draw_pairs", "rows_drawn"]


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
