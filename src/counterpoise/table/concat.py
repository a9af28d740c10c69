"""Two tables of the same columns, put below each other to be compared row by row."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from scipy import sparse

from counterpoise._lib.types import IntArray
from counterpoise.exceptions import InputError
from counterpoise.table.columns import features_of
from counterpoise.table.open import open_table, refuse_repeated_names
from counterpoise.table.records import Table

__all__ = ["group_rows", "stack_tables"]


def stack_tables(
    first: Any, second: Any, *, names: tuple[str, str] = ("X_train", "X_test")
) -> tuple[Table, int]:
    """Open two tables of the same columns as one, the rows of the first before the second's.

    Parameters
    ----------
    first, second : array-like or data frame of shape (n_rows, n_features)
        Of one container. Data frames are matched by the names of their columns.
    names : tuple of str
        What the two are called, for messages.

    Returns
    -------
    table : Table
    n_first : int
        How many of its rows are the first table's.

    Raises
    ------
    InputError
        If the two differ in their columns or in their container, or one is sparse or empty.

    Examples
    --------
    >>> table, n_first = stack_tables([[1, "a"], [2, "b"]], [[3, "a"]])
    >>> table.n_rows, n_first
    (3, 2)
    """
    for X, name in zip((first, second), names, strict=True):
        if sparse.issparse(X):
            raise InputError(f"{name} is sparse; its rows are compared dense. Pass X.toarray().")
        refuse_repeated_names(X)
    frames = [nw.from_native(X, eager_only=True, pass_through=True) for X in (first, second)]
    if all(isinstance(frame, nw.DataFrame) for frame in frames):
        return open_table(_stack_frames(frames[0], frames[1], names)), len(frames[0])
    if any(isinstance(frame, nw.DataFrame) for frame in frames):
        raise InputError(
            f"{names[0]} and {names[1]} must be of one kind; one is a data frame, the other is "
            "not. Make both data frames, so that their columns can be matched."
        )
    tables = open_table(first), open_table(second)
    widths = [len(table.columns) for table in tables]
    if widths[0] != widths[1]:
        raise InputError(
            f"{names[0]} and {names[1]} must have the same columns; they have {widths[0]} and "
            f"{widths[1]}."
        )
    if isinstance(first, list | tuple):
        return open_table([*first, *second]), tables[0].n_rows
    return open_table(np.concatenate([first, second])), tables[0].n_rows


def _stack_frames(
    first: nw.DataFrame[Any], second: nw.DataFrame[Any], names: tuple[str, str]
) -> Any:
    if first.implementation is not second.implementation:
        raise InputError(
            f"{names[0]} and {names[1]} must be of one kind; they are {first.implementation}'s and "
            f"{second.implementation}'s data frames."
        )
    lone = sorted(map(str, set(first.columns) ^ set(second.columns)))
    if lone:
        raise InputError(
            f"{names[0]} and {names[1]} must have the same columns; only one of them has "
            f"{', '.join(map(repr, lone[:10]))}."
        )
    # By name, and not through narwhals, which takes a number for a row.
    there = {column.name: column for column in second.iter_columns()}
    aligned = [_aligned(column, there[column.name], names) for column in first.iter_columns()]
    columns = [nw.concat([a.to_frame(), b.to_frame()], how="vertical") for a, b in aligned]
    return nw.concat(columns, how="horizontal").to_native()


def _aligned(
    first: nw.Series[Any], second: nw.Series[Any], names: tuple[str, str]
) -> tuple[nw.Series[Any], nw.Series[Any]]:
    """Return the two halves of a column in one type."""
    if first.dtype == second.dtype and not isinstance(first.dtype, nw.Categorical | nw.Enum):
        return first, second
    are_numbers = [series.dtype.is_numeric() for series in (first, second)]
    if are_numbers[0] != are_numbers[1] and first.null_count() + second.null_count() < (
        len(first) + len(second)
    ):
        raise InputError(
            f"Column {first.name!r} is of type {first.dtype} in {names[0]} and of type "
            f"{second.dtype} in {names[1]}. Give it one type in both."
        )
    common = nw.Float64() if all(are_numbers) else nw.String()
    return first.cast(common), second.cast(common)


def group_rows(table: Table) -> IntArray:
    """Give equal rows of a table equal numbers.

    Rows are equal if all cells of their feature columns are; missing cells equal each other.

    Parameters
    ----------
    table : Table

    Returns
    -------
    ndarray of int of shape (n_rows,)
        From 0.

    Examples
    --------
    >>> group_rows(open_table([[1, "a"], [1, "b"], [1, "a"]]))
    array([0, 1, 0])
    """
    groups: IntArray = np.zeros(table.n_rows, np.int64)
    for column in features_of(table):
        codes = table.codes(column).astype(np.int64)
        groups = np.unique(groups * (codes.max() + 1) + codes, return_inverse=True)[1]
    return groups
