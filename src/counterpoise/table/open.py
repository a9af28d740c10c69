"""The door in: whatever the user has becomes a `Table`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array
from counterpoise.exceptions import ColumnKindError, InputError, UnknownColumnError
from counterpoise.table.dense import DenseTable
from counterpoise.table.frame import FrameTable, takeable_table
from counterpoise.table.records import Table
from counterpoise.table.sparse import SparseTable

__all__ = ["backend_of", "open_table", "refuse_repeated_names"]

_FRAMES = ("pandas", "polars", "pyarrow")


def open_table(X: Any, *, ignore: Sequence[object] = (), copy: Sequence[object] = ()) -> Table:
    """Open a table.

    Parameters
    ----------
    X : array-like or data frame of shape (n_rows, n_features)
        A list of rows, a numpy array, a CSR or CSC matrix or array, a pandas or polars DataFrame
        or a pyarrow Table. It is not copied and never written to.
    ignore, copy : sequence of object
        Columns of a data frame that are set aside: empty in new rows, or copied from the base.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        If X is not a table, is empty, or names a column twice.
    """
    table = _open(X, ignore, copy)
    shape = (table.n_rows, len(table.columns))
    if not shape[0]:
        raise InputError(f"X has 0 rows (shape={shape}) while a minimum of 1 is required.")
    if not any(column.kind.is_feature for column in table.columns):
        raise InputError(f"X has 0 feature(s) (shape={shape}) while a minimum of 1 is required.")
    return table


def backend_of(table: Table) -> str:
    """Return the name of the data frame library that a table came from, or ``"pandas"``."""
    if isinstance(table, FrameTable):
        return str(table.frame.implementation.value)
    return "pandas"


def _open(X: Any, ignore: Sequence[object], copy: Sequence[object]) -> Table:
    refuse_repeated_names(X)
    frame = nw.from_native(X, pass_through=True, allow_series=True)
    if isinstance(frame, nw.LazyFrame):
        raise InputError("X is lazy; its rows must be in memory. Call .collect() on it first.")
    if isinstance(frame, nw.Series):
        raise InputError(
            f"X must be a table of rows and columns, and is a single column, {frame.name!r}. "
            "Expected 2D array, got 1D array instead. Reshape your data: X.to_frame()."
        )
    if isinstance(frame, nw.DataFrame):
        return _open_frame(frame, ignore, copy)
    if ignore or copy:
        raise InputError("Columns can be set aside by name in a data frame only.")
    if sparse.issparse(X):
        return _open_sparse(X)
    return DenseTable(_as_array(X), as_list=isinstance(X, list | tuple))


def refuse_repeated_names(X: Any) -> None:
    """Refuse a data frame that names a column twice.

    Raises
    ------
    InputError
        With the names concerned.
    """
    repeated = sorted(str(name) for name, times in Counter(_column_names(X)).items() if times > 1)
    if repeated:
        raise InputError(f"Column names must differ; X has {', '.join(map(repr, repeated))} twice.")


def _column_names(X: Any) -> list[object]:
    if nw.dependencies.is_pandas_dataframe(X):
        return list(X.columns)
    return list(getattr(X, "column_names", ()))  # pyarrow; polars allows no repeated names


def _open_frame(
    frame: nw.DataFrame[Any],
    ignore: Sequence[object],
    copy: Sequence[object],
) -> FrameTable:
    if str(frame.implementation.value) not in _FRAMES:
        raise InputError(
            f"X must be a pandas, polars or pyarrow table, and is {frame.implementation}'s. "
            "Convert it first."
        )
    known = list(frame.columns)
    for name in (*ignore, *copy):
        if name not in known:
            raise UnknownColumnError.among(name, known)
        if name in ignore and name in copy:
            raise InputError(f"Column {name!r} can be ignored or copied, and not both.")
    schema = None
    if frame.implementation.is_pyarrow():
        schema = frame.to_native().schema
        frame = nw.from_native(takeable_table(frame.to_native()), eager_only=True)
    return FrameTable(frame, schema, tuple(ignore), tuple(copy))


def _open_sparse(X: Any) -> SparseTable:
    if X.format not in ("csr", "csc"):
        raise InputError(
            f"A sparse X must be in CSR or CSC format, and is in {X.format.upper()}. "
            "Convert it with X.tocsr()."
        )
    if X.ndim != 2:
        raise InputError(f"X must be a table of rows and columns; its shape is {X.shape}.")
    _refuse_complex(X.dtype)
    return SparseTable(X)


def _as_array(X: Any) -> Array:
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        raise InputError(
            "X is a masked array with masked cells. Make them missing: X.astype(float).filled(nan)."
        )
    array = np.asarray(X, dtype=object if isinstance(X, list | tuple) else None)
    if array.ndim == 1 and any(isinstance(row, list | tuple | np.ndarray) for row in array):
        raise InputError("The rows of X must have the same length each.")
    if array.ndim != 2:
        raise InputError(
            f"X must be a table of rows and columns; its shape is {array.shape}. Expected 2D "
            f"array, got {array.ndim}D array instead. Reshape your data: X.reshape(-1, 1) if it "
            "is one column, X.reshape(1, -1) if it is one row."
        )
    _refuse_complex(array.dtype)
    return array


def _refuse_complex(dtype: np.dtype[Any]) -> None:
    if dtype.kind == "c":
        raise ColumnKindError(f"Complex data not supported; X is of type {dtype}.")
