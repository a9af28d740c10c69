"""The values of a table, read out as one array, as text, or as a mask of the missing ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray
from counterpoise.exceptions import InputError
from counterpoise.table.columns import features_of, is_nothing
from counterpoise.table.dense import DenseTable
from counterpoise.table.frame import FrameTable, factorize
from counterpoise.table.records import Table
from counterpoise.table.sparse import SparseTable

__all__ = ["array_of", "missing_cells", "words_of"]


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


def words_of(table: Table, column: int) -> Array:
    """Return a column's values as texts.

    Parameters
    ----------
    table : Table
        Dense, or a data frame.
    column : int

    Returns
    -------
    ndarray of object of shape (n_rows,)
        NaN where a cell is missing.

    Examples
    --------
    >>> from counterpoise.table import open_table
    >>> words_of(open_table([["red", 1], [None, 2]]), 0)
    array(['red', nan], dtype=object)
    """
    if isinstance(table, FrameTable):
        codes, values = factorize(table.series[column])
    elif isinstance(table, DenseTable):
        values = table.array[:, column].tolist()
        codes = np.arange(len(values))
    else:
        raise InputError("A sparse table has no nominal columns.")
    words = np.empty(len(values), object)
    words[:] = [np.nan if is_nothing(value) else str(value) for value in values]
    taken: Array = words[codes]
    return taken


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
