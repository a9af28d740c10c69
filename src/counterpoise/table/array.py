"""A whole table as one array of numbers, for functions that know no other."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.table.columns import features_of
from counterpoise.table.records import Table
from counterpoise.table.sparse import SparseTable

__all__ = ["array_of"]


def array_of(table: Table) -> Any:
    """Return a copy of a table's features as one array, sparse where the table is.

    Parameters
    ----------
    table : Table
        Of numbers alone.

    Returns
    -------
    ndarray or sparse matrix of shape (n_rows, n_features)
        In the narrowest type that holds every column; NaN where a cell is missing.

    Examples
    --------
    >>> from counterpoise.table import open_table
    >>> array_of(open_table([[1, True], [2, False]]))
    array([[1, 1],
           [2, 0]])
    """
    if isinstance(table, SparseTable):
        return table.cells.copy()
    if table.matrix is not None:
        return table.matrix.copy()
    return np.column_stack([table.numbers(j) for j in features_of(table)])
