"""Concatenate two tables with the same columns, and find the equal rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals as nw
import numpy as np
from scipy import sparse

from counterpoise._lib.types import IntArray
from counterpoise._table.columns import feature_positions
from counterpoise._table.open import as_table, check_unique_names
from counterpoise._table.records import Table
from counterpoise._table.sparse import SparseTable, group_equal_sparse_rows
from counterpoise.exceptions import InputError

__all__ = ["concat_tables", "group_equal_codes", "group_equal_rows"]


def concat_tables(
    first: Any, second: Any, *, names: tuple[str, str] = ("X_train", "X_test")
) -> tuple[Table, int]:
    """Concatenate two tables with the same columns, the rows of the first before the second's.

    Parameters
    ----------
    first, second : {array-like, sparse matrix, dataframe} of shape (n_rows, n_features)
        Two containers of the same library. The columns of data frames are matched by name.
    names : tuple of str, default=("X_train", "X_test")
        The names of the two tables in error messages.

    Returns
    -------
    table : Table
    n_first : int
        Number of rows of the first table.

    Raises
    ------
    InputError
        If the tables differ in their columns or their library, or if one is empty.

    Examples
    --------
    >>> table, n_first = concat_tables([[1, "a"], [2, "b"]], [[3, "a"]])
    >>> table.n_rows, n_first
    (3, 2)
    """
    are_sparse = [sparse.issparse(X) for X in (first, second)]
    if are_sparse[0] != are_sparse[1]:
        dense, other = names if are_sparse[1] else names[::-1]
        raise InputError(
            f"{names[0]} and {names[1]} must be of the same type; {other} is sparse, {dense} is "
            "not. Convert one of them, for example with scipy.sparse.csr_array or toarray()."
        )
    for X in (first, second):
        check_unique_names(X)
    frames = [nw.from_native(X, eager_only=True, pass_through=True) for X in (first, second)]
    if all(isinstance(frame, nw.DataFrame) for frame in frames):
        return as_table(_concat_frames(frames[0], frames[1], names)), len(frames[0])
    if any(isinstance(frame, nw.DataFrame) for frame in frames):
        raise InputError(
            f"{names[0]} and {names[1]} must be of the same type; one is a data frame, the other "
            "is not. Pass two data frames, so that their columns can be matched."
        )
    tables = as_table(first), as_table(second)
    widths = [len(table.columns) for table in tables]
    if widths[0] != widths[1]:
        raise InputError(
            f"{names[0]} and {names[1]} must have the same number of columns; they have "
            f"{widths[0]} and {widths[1]}."
        )
    if are_sparse[0]:
        return as_table(sparse.vstack([first, second], format="csr")), tables[0].n_rows
    if isinstance(first, list | tuple):
        return as_table([*first, *second]), tables[0].n_rows
    return as_table(np.concatenate([first, second])), tables[0].n_rows


def _concat_frames(
    first: nw.DataFrame[Any], second: nw.DataFrame[Any], names: tuple[str, str]
) -> Any:
    if first.implementation is not second.implementation:
        raise InputError(
            f"{names[0]} and {names[1]} must be of the same type; they are data frames of "
            f"{first.implementation} and {second.implementation}. Convert one of them."
        )
    if set(first.columns) != set(second.columns):
        raise InputError(
            f"{names[0]} and {names[1]} have different columns: "
            f"{_describe_unmatched(first.columns, second.columns, names)}."
        )
    # Not by second[name]: narwhals takes a name that is an integer for a row number.
    by_name = {column.name: column for column in second.iter_columns()}
    aligned = [_align(column, by_name[column.name], names) for column in first.iter_columns()]
    columns = [nw.concat([a.to_frame(), b.to_frame()], how="vertical") for a, b in aligned]
    return nw.concat(columns, how="horizontal").to_native()


def _describe_unmatched(first: list[str], second: list[str], names: tuple[str, str]) -> str:
    parts = []
    for name, own, other in ((names[0], first, second), (names[1], second, first)):
        unmatched = [repr(str(column)) for column in own if column not in set(other)]
        if unmatched:
            n_more = len(unmatched) - 5
            more = f" and {n_more} more" if n_more > 0 else ""
            parts.append(f"only {name} has {', '.join(unmatched[:5])}{more}")
    return "; ".join(parts)


def _align(
    first: nw.Series[Any], second: nw.Series[Any], names: tuple[str, str]
) -> tuple[nw.Series[Any], nw.Series[Any]]:
    """Convert a column of both tables to a common data type."""
    if first.dtype == second.dtype and not isinstance(first.dtype, nw.Categorical | nw.Enum):
        return first, second
    are_numbers = [series.dtype.is_numeric() for series in (first, second)]
    if are_numbers[0] != are_numbers[1] and first.null_count() + second.null_count() < (
        len(first) + len(second)
    ):
        raise InputError(
            f"Column {first.name!r} is of type {first.dtype} in {names[0]} and of type "
            f"{second.dtype} in {names[1]}. Convert it to the same type in both."
        )
    common = nw.Float64() if all(are_numbers) else nw.String()
    return first.cast(common), second.cast(common)


def group_equal_rows(table: Table) -> IntArray:
    """Assign the same number to equal rows of a table.

    Rows are equal if they have the same values in all features. Missing values are equal.

    Parameters
    ----------
    table : Table

    Returns
    -------
    ndarray of int of shape (n_rows,)
        The group of each row, from 0.

    Examples
    --------
    >>> group_equal_rows(as_table([[1, "a"], [1, "b"], [1, "a"]]))
    array([0, 1, 0])
    """
    if isinstance(table, SparseTable):
        return group_equal_sparse_rows(table)
    return group_equal_codes((table.codes(j) for j in feature_positions(table)), table.n_rows)


def group_equal_codes(columns: Iterable[IntArray], n_rows: int) -> IntArray:
    """Assign the same number to rows with the same code in each column.

    Parameters
    ----------
    columns : iterable of ndarray of int of shape (n_rows,)
        Codes, from 0.
    n_rows : int

    Returns
    -------
    ndarray of int of shape (n_rows,)
    """
    groups: IntArray = np.zeros(n_rows, np.int64)
    for column in columns:
        codes = column.astype(np.int64)
        # Numbered again for each column, so that the products stay within int64.
        found, groups = np.unique(groups * (codes.max() + 1) + codes, return_inverse=True)
        if len(found) == n_rows:  # no further column can tell more
            break
    return groups
