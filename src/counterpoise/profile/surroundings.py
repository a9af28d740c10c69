"""The rows around a row: what kinds of rows and overlap are read from.

Each feature is divided by its standard deviation, so that every number has the same say.
"""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import RowArray
from counterpoise.neighbors import Search, lay_out, measure_units
from counterpoise.table import Labels, Table

__all__ = ["ASKED", "NEIGHBORS", "open_search", "rows_to_ask"]

NEIGHBORS = 5
LARGE, ASKED = 50_000, 10_000  # rows of a class; a share is then known to within 1 point


def open_search(table: Table) -> Search:
    """Open a search for the five nearest others of each row.

    Parameters
    ----------
    table : Table
        Of numbers and nominal columns, and of more than five rows.

    Returns
    -------
    Search

    Raises
    ------
    InputError
        If a cell is infinite.
    """
    return Search(lay_out(table, None, measure_units(table, "standard")), NEIGHBORS)


def rows_to_ask(labels: Labels) -> RowArray:
    """Return the rows whose neighbours are looked at: all of a class, or of a large one 10,000.

    The choice is the same whenever it is made.

    Parameters
    ----------
    labels : Labels

    Returns
    -------
    ndarray of int
        Ascending.
    """
    random = np.random.RandomState(0)
    chosen = []
    for code, count in enumerate(labels.counts):
        rows = labels.rows_of(code)
        chosen.append(rows if count <= LARGE else random.choice(rows, ASKED, replace=False))
    return np.sort(np.concatenate(chosen))
