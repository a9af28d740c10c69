"""The values of a nominal column as texts, for encoders that know no other."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.exceptions import InputError
from counterpoise.table.columns import is_nothing
from counterpoise.table.dense import DenseTable
from counterpoise.table.frame import FrameTable, factorize
from counterpoise.table.records import Table

__all__ = ["words_of"]


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
