"""A continuous target: a table of one column, so that it is read and built as any column is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np
from scipy import sparse

from counterpoise._lib.types import Float64Array
from counterpoise._table.frame import as_narwhals
from counterpoise._table.labels import is_pandas_array
from counterpoise._table.open import as_table
from counterpoise._table.records import (
    EncodedTarget,
    FeatureType,
    Resampling,
    SyntheticSamples,
    Table,
)
from counterpoise.exceptions import InputError, TargetError

__all__ = [
    "ContinuousTarget",
    "TargetColumn",
    "continuous_values",
    "open_continuous",
    "rebuild_continuous",
]


@dataclass(frozen=True)
class TargetColumn:
    """A continuous target, opened as a table of one column.

    Attributes
    ----------
    table : Table
        The target as the only column of a table.
    values : ndarray of float64 of shape (n_samples,)
        The same values as numbers, all of them finite.
    restore : callable
        Takes a table in the container of `table`, and returns its column in that of the target.
    """

    table: Table
    values: Float64Array
    restore: Callable[[Any], Any]


@dataclass(frozen=True)
class ContinuousTarget(EncodedTarget):
    """A continuous target whose classes are ranges of its values, which samplers resample.

    Attributes
    ----------
    column : TargetColumn
        The values, of which the output is built.
    """

    column: TargetColumn


def continuous_values(y: Any, name: str = "y") -> Float64Array:
    """Return a continuous target as numbers; see `open_continuous`."""
    return open_continuous(y, name).values


def open_continuous(y: Any, name: str = "y") -> TargetColumn:
    """Open a continuous target as a table of one column, without copying it.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, 1)
        Numbers in a list, a numpy array or a column of pandas, polars or pyarrow.
    name : str, default="y"
        Name of the target in messages.

    Returns
    -------
    TargetColumn

    Raises
    ------
    TargetError
        If values are missing, infinite or not numbers, or if there are several columns.
    InputError
        If there are no values.
    """
    if y is None:
        raise TargetError(
            f"A continuous target requires y to be passed, but the target {name} is None."
        )
    if hasattr(y, "__len__") and not len(y):
        raise InputError(f"{name} is empty. Pass at least one sample.")
    container, restore = _as_column(y, name)
    table = as_table(container)
    if len(table.columns) != 1:
        raise TargetError(
            f"{name} must have one value per sample; it has {len(table.columns)} columns. Pass one "
            f"column, for example {name}[:, 0]."
        )
    if table.columns[0].feature_type not in (FeatureType.FLOAT, FeatureType.INTEGER):
        first = np.asarray(y, object).ravel()[0]
        raise TargetError(
            f"{name} must hold numbers, as a continuous target; its first value is {first!r}, of "
            f"type {table.columns[0].dtype}. Convert it to numbers, or use the samplers of "
            "counterpoise.over_sampling and counterpoise.under_sampling, which are for classes."
        )
    values = table.numbers(0).astype(np.float64)
    _check_finite(values, name)
    return TargetColumn(table, values, restore)


def rebuild_continuous(target: ContinuousTarget, decision: Resampling, *, keep_index: bool) -> Any:
    """Build the target of the output rows, in the container it came in.

    The values of synthetic rows are rounded if the target has integers, as those of any column are.
    """
    synthetic = decision.synthetic
    if synthetic.target is not None:
        synthetic = SyntheticSamples(
            synthetic.base,
            np.full(len(synthetic), -1),
            np.full(len(synthetic), np.nan),
            synthetic.label,
            synthetic.target[:, None],
        )
    column = replace(decision, synthetic=synthetic)
    return target.column.restore(target.column.table.rebuild(column, keep_index=keep_index))


def _check_finite(values: Float64Array, name: str) -> None:
    for is_bad, what in ((np.isnan(values), "missing"), (np.isinf(values), "infinite")):
        rows = np.flatnonzero(is_bad)
        if len(rows):
            plural, first = ("s", "the first ") if len(rows) > 1 else ("", "")
            raise TargetError(
                f"{name} has {len(rows)} {what} value{plural}, {first}in row {rows[0]} (counted "
                "from 0). Drop the rows without a finite target from X and y."
            )


def _as_column(y: Any, name: str) -> tuple[Any, Callable[[Any], Any]]:
    """Return a target as a container of one column, and the function that turns it back."""
    native = as_narwhals(y)
    if isinstance(native, nw.DataFrame):
        return y, _unchanged
    if isinstance(native, nw.Series):
        return _column_of_series(native)
    if is_pandas_array(y) or hasattr(y, "null_count"):
        return _column_of_library_array(y)
    if isinstance(y, str) or sparse.issparse(y) or not hasattr(y, "__len__"):
        raise TargetError(f"{name} must be an array-like of numbers, one per sample; got {y!r}.")
    return _column_of_array(y)


def _column_of_array(y: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return a numpy array, or the values of any sequence, as a column."""
    if isinstance(y, np.ma.MaskedArray):
        y = np.ma.filled(y.astype(np.float64), np.nan)
    if isinstance(y, np.ndarray):
        return (y[:, None], np.ravel) if y.ndim == 1 else (y, _unchanged)
    values = list(y)
    if any(np.ndim(value) for value in values):
        return np.asarray(values), list
    return [[value] for value in values], lambda rows: [row[0] for row in rows]


def _column_of_library_array(y: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return an array of pandas or pyarrow, or an index of pandas, as a column."""
    if is_pandas_array(y):
        pandas = nw.dependencies.get_pandas()
        series = pandas.Series(y)
        convert = pandas.Index if isinstance(y, pandas.Index) else pandas.array
    else:
        pyarrow = nw.dependencies.get_pyarrow()
        series, convert = pyarrow.chunked_array([y]), pyarrow.ChunkedArray.combine_chunks
    column, restore = _column_of_series(nw.from_native(series, series_only=True))
    return column, lambda table: convert(restore(table))


def _column_of_series(series: nw.Series[Any]) -> tuple[Any, Callable[[Any], Any]]:
    def restore(table: Any) -> Any:
        column = nw.from_native(table, eager_only=True).get_column("y")
        if series.name is None:  # only pandas has such a series
            return column.to_native().rename(None)
        return column.alias(series.name).to_native()

    return series.alias("y").to_frame().to_native(), restore


def _unchanged(table: Any) -> Any:
    return table
