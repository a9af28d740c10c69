"""Which cells of a column are missing."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import BoolArray
from counterpoise.table.columns import is_nothing
from counterpoise.table.dense import DenseTable
from counterpoise.table.frame import FrameTable
from counterpoise.table.records import Table

__all__ = ["missing_cells"]


def missing_cells(table: Table, column: int) -> BoolArray:
    """Say of each cell of a column whether it is missing.

    Parameters
    ----------
    table : Table
    column : int

    Returns
    -------
    ndarray of bool of shape (n_rows,)

    Examples
    --------
    >>> from counterpoise.table import open_table
    >>> missing_cells(open_table([["red", 1], [None, 2]]), 0)
    array([False,  True])
    """
    if table.columns[column].kind.is_number:
        return np.isnan(table.numbers(column))
    if isinstance(table, FrameTable):
        missing: BoolArray = np.asarray(table.series[column].is_null().to_numpy(), bool)
        return missing
    values = table.array[:, column] if isinstance(table, DenseTable) else np.empty(table.n_rows)
    if values.dtype.kind == "O":
        return np.array([is_nothing(value) for value in values], bool)
    return np.isnat(values) if values.dtype.kind in "mM" else np.zeros(len(values), bool)
