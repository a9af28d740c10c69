"""The values of a table as one array or as text, and the mask of the missing ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray
from counterpoise._table.columns import feature_positions
from counterpoise._table.dense import DenseTable
from counterpoise._table.frame import FrameTable, factorize
from counterpoise._table.objects import is_missing
from counterpoise._table.records import Table
from counterpoise._table.sparse import SparseTable
from counterpoise.exceptions import InputError

__all__ = ["missing_mask", "text_values", "to_array"]


def to_array(table: Table) -> Any:
    """Copy the features of a table into one array, a sparse matrix if the table is sparse.

    Parameters
    ----------
    table : Table
        With numeric and boolean features only.

    Returns
    -------
    ndarray or sparse matrix of shape (n_rows, n_features)
        In the smallest dtype that can represent every column; NaN for missing values.

    Examples
    --------
    >>> from counterpoise._table import as_table
    >>> to_array(as_table([[1, True], [2, False]]))
    array([[1, 1],
           [2, 0]])
    """
    if isinstance(table, SparseTable):
        return table.source.copy()
    if table.matrix is not None:
        return table.matrix.copy()
    return np.array(table.number_block(feature_positions(table)), order="C")


def text_values(table: Table, column: int) -> Array:
    """Return the values of a column as strings.

    Parameters
    ----------
    table : Table
        In a numpy array, a list or a data frame.
    column : int

    Returns
    -------
    ndarray of object of shape (n_rows,)
        Strings, and NaN for missing values.

    Examples
    --------
    >>> from counterpoise._table import as_table
    >>> text_values(as_table([["red", 1], [None, 2]]), 0)
    array(['red', nan], dtype=object)
    """
    if isinstance(table, FrameTable):
        codes, values = factorize(table.series(column))
    elif isinstance(table, DenseTable):
        values = table.array[:, column].tolist()
        codes = np.arange(len(values))
    else:
        raise InputError("A sparse table has no categorical columns.")
    strings = np.empty(len(values), object)
    strings[:] = [np.nan if is_missing(value) else str(value) for value in values]
    column_values: Array = strings[codes]
    return column_values


def missing_mask(table: Table, column: int) -> BoolArray:
    """Return the mask of the missing values of a column.

    Parameters
    ----------
    table : Table
    column : int

    Returns
    -------
    ndarray of bool of shape (n_rows,)

    Examples
    --------
    >>> from counterpoise._table import as_table
    >>> missing_mask(as_table([["red", 1], [None, 2]]), 0)
    array([False,  True])
    """
    if table.columns[column].feature_type.is_number:
        return np.isnan(table.numbers(column))
    if isinstance(table, FrameTable):
        missing: BoolArray = np.asarray(table.series(column).is_null().to_numpy(), bool)
        return missing
    values = table.array[:, column] if isinstance(table, DenseTable) else np.empty(table.n_rows)
    if values.dtype.kind == "O":
        return np.array([is_missing(value) for value in values], bool)
    return np.isnat(values) if values.dtype.kind in "mM" else np.zeros(len(values), bool)
