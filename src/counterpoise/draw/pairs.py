"""Which row, which of its neighbours, and how far between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._types import Float64Array, RowArray

__all__ = ["Pairs", "draw_pairs"]


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

    row: RowArray
    rank: RowArray
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
    array([4, 5, 7, 0])
    >>> pairs.rank
    array([0, 0, 0, 0])
    """
    drawn = random.randint(0, n_rows * k, size=n_draws)
    weight = random.uniform(size=n_draws)
    row, rank = np.divmod(drawn, k)
    return Pairs(row, rank, weight)
