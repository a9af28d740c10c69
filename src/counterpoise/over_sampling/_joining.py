"""The step that SMOTE and its kin share: rows joined with one of their nearest rows."""

from __future__ import annotations

import numpy as np

from counterpoise._array_ops import draw_pairs, rows_drawn
from counterpoise._lib.types import RowArray
from counterpoise.neighbors import Search
from counterpoise.table import Blends
from counterpoise.targets import Target

__all__ = ["join_neighbors"]


def join_neighbors(
    search: Search,
    rows: RowArray,
    target: Target,
    random: np.random.RandomState,
    *,
    starts: RowArray | None = None,
    amount: int | None = None,
) -> Blends:
    """Draw rows, one of the nearest others of each, and points between them.

    Parameters
    ----------
    search : Search
        Among `rows`; it says how many neighbours each row has. Only rows that were drawn are asked
        for.
    rows : ndarray of int of shape (n_rows,)
        The rows that new ones may go towards, by their number in the table.
    target : Target
        The class of the new rows.
    random : RandomState
    starts : ndarray of int of shape (n_starts,), optional
        Where in `rows` those stand that new rows start from; by default all.
    amount : int, optional
        How many new rows; by default as many as the target says.

    Returns
    -------
    Blends
    """
    amount = target.amount if amount is None else amount
    n_starts = len(rows) if starts is None else len(starts)
    pairs = draw_pairs(n_starts, search.k, amount, random)
    drawn, place = rows_drawn(pairs.row, n_starts)
    found = search.nearest_others(drawn if starts is None else starts[drawn])
    partner = rows[found[place[pairs.row], pairs.rank]]
    base = rows[pairs.row if starts is None else starts[pairs.row]]
    return Blends(base, partner, pairs.weight, np.full(amount, target.code, np.int32))
