"""A column's cells as codes: what all that is measured of single columns rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import BoolArray, IntArray
from counterpoise.exceptions import ColumnKindError
from counterpoise.table import Table, missing_cells

__all__ = ["Cells", "read_cells"]


@dataclass(frozen=True)
class Cells:
    """The cells of one column.

    Attributes
    ----------
    codes : ndarray of int of shape (n_rows,)
        Each cell's position among the sorted distinct values; `n_distinct` where it is missing.
    n_distinct : int
        Distinct values, missing cells aside.
    is_missing : ndarray of bool of shape (n_rows,)
    """

    codes: IntArray
    n_distinct: int
    is_missing: BoolArray


def read_cells(table: Table, column: int) -> Cells:
    """Read one column.

    Parameters
    ----------
    table : Table
    column : int

    Returns
    -------
    Cells
    """
    codes, is_missing = _codes_in(table, column), missing_cells(table, column)
    n_values = int(codes.max(initial=-1)) + 1  # missing cells are one of them, the last
    return Cells(codes, n_values - bool(is_missing.any()), is_missing)


def _codes_in(table: Table, column: int) -> IntArray:
    """Return a column as codes: alike where its cells are, missing ones the last.

    Raises
    ------
    ColumnKindError
        If the column's values, such as lists, cannot be compared.
    """
    about = table.columns[column]
    if about.kind.is_number:
        return np.unique(table.numbers(column), return_inverse=True)[1]
    try:
        return table.codes(column)
    except Exception as error:  # pandas, polars and pyarrow agree on no type for it
        raise ColumnKindError(
            f"The values of column {str(about.name)!r}, of type {about.dtype}, cannot be compared "
            f"with each other. Leave it out: ignore=[{about.name!r}].",
            (str(about.name),),
        ) from error
