"""Open any supported container as a `Table`."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import narwhals as nw
import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array
from counterpoise._table.columns import feature_positions
from counterpoise._table.dense import DenseTable
from counterpoise._table.frame import FrameTable, as_narwhals, takeable_table
from counterpoise._table.records import Table
from counterpoise._table.sparse import SparseTable, compress
from counterpoise._table.whole_samples import holds_texts, open_whole_samples
from counterpoise.exceptions import (
    CounterpoiseWarning,
    FeatureTypeError,
    InputError,
    UnknownColumnError,
)

__all__ = [
    "Samples",
    "as_table",
    "backend_of",
    "check_unique_names",
    "explaining_swapped",
    "is_data_frame",
    "is_record_batch",
    "split_target",
    "without_batch",
]

_FRAMES = ("pandas", "polars", "pyarrow")


#: Samples that are not rows of a table: refused ("rows"), flattened if they are n-dimensional
#: ("flattened"), or selected as a whole ("any").
Samples = Literal["rows", "flattened", "any"]


def as_table(
    X: Any,
    *,
    ignore: Sequence[object] = (),
    copy: Sequence[object] = (),
    samples: Samples = "rows",
) -> Table:
    """Open a container as a table, without copying it.

    Parameters
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_rows, n_features)
        A list of rows, a numpy array, a sparse matrix or array of scipy (converted to CSR unless it
        is in CSR or CSC format), a pandas or polars DataFrame, or a Table or RecordBatch of
        pyarrow. It is never written to.
    ignore, copy : sequence of object, default=()
        Columns of a data frame that are not features. In synthetic rows the ignored ones are
        missing, and the copied ones have the value of the base row.
    samples : {"rows", "flattened", "any"}, default="rows"
        What to do with samples that are not rows of a table, such as images and texts: raise an
        error, flatten n-dimensional arrays with a warning, or open the samples as a whole.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        If X is not a table, is empty, or has duplicate column names.
    UnknownColumnError
        If `ignore` or `copy` names a column that X does not have.
    """
    table = _open_samples(X, samples) or _open(X, ignore, copy)
    shape = (table.n_rows, len(table.columns))
    if not shape[0]:
        raise InputError(f"X has 0 rows (shape={shape}) while a minimum of 1 is required.")
    if not len(feature_positions(table)):
        raise InputError(f"X has 0 feature(s) (shape={shape}) while a minimum of 1 is required.")
    return table


def _open_samples(X: Any, samples: Samples) -> Table | None:
    """Open samples that are not rows of a table, if they are accepted; else return None."""
    if samples == "any":
        return open_whole_samples(X)
    return _flatten(X) if samples == "flattened" and getattr(X, "ndim", 0) > 2 else None


def _flatten(X: Array) -> DenseTable:
    width = int(np.prod(X.shape[1:]))
    warnings.warn(
        f"X has shape {X.shape}: each sample is treated as a row of {width} numbers, and the "
        "resampled samples get the shape of X again.",
        CounterpoiseWarning,
        stacklevel=6,
    )
    array = np.asarray(X)
    return DenseTable(_as_array(array.reshape(len(array), width)), shape=array.shape[1:])


def is_data_frame(X: Any) -> bool:
    """Return whether X is a pandas or polars DataFrame, whose columns models select by name."""
    return bool(nw.dependencies.is_pandas_dataframe(X) or nw.dependencies.is_polars_dataframe(X))


def backend_of(table: Table) -> str:
    """Return the name of the table's data frame library; ``"pandas"`` for other containers."""
    if isinstance(table, FrameTable):
        return str(table.frame.implementation.value)
    return "pandas"


def split_target(X: Any, target: str) -> tuple[Any, Any]:
    """Split a data frame into its features and its target column.

    Parameters
    ----------
    X : dataframe of shape (n_rows, n_columns)
    target : str
        The name of the target column.

    Returns
    -------
    features : dataframe of shape (n_rows, n_columns - 1)
    y : series of shape (n_rows,)

    Raises
    ------
    InputError
        If X is not a data frame.
    UnknownColumnError
        If X does not have the column.
    """
    check_unique_names(X)
    frame = nw.from_native(without_batch(X), eager_only=True, pass_through=True)
    if not isinstance(frame, nw.DataFrame):
        raise InputError(
            f"y is {target!r}, but X has no columns with names. Pass the classes themselves as y, "
            "or a data frame as X."
        )
    if target not in frame.columns:
        raise UnknownColumnError.among(target, frame.columns, role="target column")
    return frame.drop(target).to_native(), frame.get_column(target).to_native()


def _open(X: Any, ignore: Sequence[object], copy: Sequence[object]) -> Table:
    is_batch = is_record_batch(X)
    X = without_batch(X)
    check_unique_names(X)
    frame = as_narwhals(X)
    if isinstance(frame, nw.LazyFrame):
        raise InputError("X is a lazy frame; its rows must be in memory. Pass X.collect().")
    if isinstance(frame, nw.Series):
        raise InputError(
            f"X must be a table of rows and columns, but is a single column, {frame.name!r}. "
            f"Expected 2D array, got 1D array instead. {_advise_for(X)}"
        )
    if isinstance(frame, nw.DataFrame):
        return _open_frame(frame, ignore, copy, is_batch=is_batch)
    if ignore or copy:
        raise InputError("ignore and copy need a data frame, whose columns have names.")
    if sparse.issparse(X):
        return _open_sparse(X)
    return DenseTable(_as_array(X), as_list=isinstance(X, list | tuple))


@contextmanager
def explaining_swapped(X: Any, y: Any, call: str) -> Iterator[None]:
    """Say in errors about the input that X and y look swapped, if they do.

    Parameters
    ----------
    X, y : object
        What was given as samples and as target.
    call : str
        The right call.

    Raises
    ------
    InputError
        If an error is raised, X has one dimension, and y has more.
    """
    try:
        yield
    except InputError as error:
        if _count_dimensions(X) == 1 and _count_dimensions(y) > 1:
            raise InputError(
                "X and y look swapped: X has one dimension, and y has more. Pass the samples "
                f"first: {call}. {error}"
            ) from error
        raise


def _count_dimensions(values: Any) -> int:
    if isinstance(values, list | tuple):
        is_nested = len(values) > 0 and isinstance(values[0], list | tuple | np.ndarray)
        return 2 if is_nested else 1
    return len(getattr(values, "shape", ()))


def is_record_batch(X: Any) -> bool:
    """Return whether X is a RecordBatch of pyarrow."""
    pyarrow = nw.dependencies.get_pyarrow()
    return pyarrow is not None and isinstance(X, pyarrow.RecordBatch)


def without_batch(X: Any) -> Any:
    """Return a record batch as a pyarrow table, and anything else as it is."""
    return nw.dependencies.get_pyarrow().Table.from_batches([X]) if is_record_batch(X) else X


def check_unique_names(X: Any) -> None:
    """Check that no two columns of a data frame have the same name.

    Raises
    ------
    InputError
        If there are duplicate names; the message lists them.
    """
    counts = Counter(_column_names(X))
    duplicates = sorted(str(name) for name, count in counts.items() if count > 1)
    if duplicates:
        names = ", ".join(map(repr, duplicates))
        raise InputError(f"Column names must be unique; X has {names} twice or more. Rename them.")


def _column_names(X: Any) -> Sequence[object]:
    if nw.dependencies.is_pandas_dataframe(X):
        return list(X.columns.tolist())
    return list(getattr(X, "column_names", ()))  # pyarrow; polars allows no duplicates


def _open_frame(
    frame: nw.DataFrame[Any],
    ignore: Sequence[object],
    copy: Sequence[object],
    *,
    is_batch: bool,
) -> FrameTable:
    if str(frame.implementation.value) not in _FRAMES:
        raise InputError(
            f"X must be a pandas or polars DataFrame or a pyarrow Table; got one of "
            f"{frame.implementation}. Convert it first."
        )
    known = set(frame.columns)
    for name in (*ignore, *copy):
        if name not in known:
            raise UnknownColumnError.among(name, frame.columns)
        if name in ignore and name in copy:
            raise InputError(f"Column {name!r} can be in ignore or in copy, and not both.")
    schema = None
    if frame.implementation.is_pyarrow():
        schema = frame.to_native().schema
        frame = nw.from_native(takeable_table(frame.to_native()), eager_only=True)
    return FrameTable(frame, schema, frozenset(ignore), frozenset(copy), is_batch)


def _open_sparse(X: Any) -> SparseTable:
    if X.ndim != 2:
        raise InputError(f"X must be a table of rows and columns; its shape is {X.shape}.")
    _check_not_complex(X.dtype)
    most = np.iinfo(np.int32).max  # what native code numbers columns with
    if X.shape[1] > most:
        raise InputError(
            f"X is sparse and has {X.shape[1]:,} columns; at most {most:,} are supported. Leave "
            "out empty columns, or hash features to fewer columns."
        )
    return SparseTable(compress(X))


def _as_array(X: Any) -> Array:
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        raise InputError(
            "X is a masked array with masked values. Pass X.astype(float).filled(numpy.nan)."
        )
    array = np.asarray(X, dtype=object if isinstance(X, list | tuple) else None)
    if array.ndim == 1 and any(isinstance(row, list | tuple | np.ndarray) for row in array):
        raise InputError("All rows of X must have the same length.")
    if array.ndim != 2:
        raise InputError(
            f"X must be a table of rows and columns; its shape is {array.shape}. Expected 2D "
            f"array, got {array.ndim}D array instead. {_advise_for(array)}"
        )
    _check_not_complex(array.dtype)
    return array


def _advise_for(X: Any) -> str:
    """Return how to make a table of samples that are not rows of one."""
    if holds_texts(X):
        return (
            "Turn texts into numbers first, for example with TfidfVectorizer, or use "
            "RandomOverSampler or RandomUnderSampler, which select whole texts."
        )
    if getattr(X, "ndim", 1) > 2:
        return "Reshape your data: X.reshape(len(X), -1)."
    if not isinstance(X, np.ndarray):
        return "Reshape your data: X.to_frame()."
    return (
        "Reshape your data: X.reshape(-1, 1) if it is one column, X.reshape(1, -1) if it is one "
        "row."
    )


def _check_not_complex(dtype: np.dtype[Any]) -> None:
    if dtype.kind == "c":
        raise FeatureTypeError(f"Complex data not supported; X is of type {dtype}.")
