"""The space in which neighbours are searched: numbers, scaled if asked, missing cells priced."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from counterpoise import _native
from counterpoise._threads import thread_count
from counterpoise._types import Float64Array, FloatArray, IntArray
from counterpoise.exceptions import ColumnKindError, CounterpoiseWarning, InputError
from counterpoise.table import Kind, SparseTable, Table, features_of

__all__ = [
    "Scale",
    "SearchSpace",
    "Units",
    "check_finite",
    "check_numeric",
    "lay_out",
    "measure_units",
]

Scale = Literal["standard", "robust"] | None


@dataclass(frozen=True)
class Units:
    """In what units a table is searched.

    Attributes
    ----------
    scales : ndarray of float64 of shape (n_features,) or None
        What each column is divided by; None for the original units.
    penalties : ndarray of float64 of shape (n_features,) or None
        What a missing cell adds to a squared distance, in search units; None where no cell is
        missing.
    """

    scales: Float64Array | None
    penalties: Float64Array | None


@dataclass(frozen=True)
class SearchSpace:
    """Where the rows of a table lie for a neighbour search.

    Attributes
    ----------
    points : ndarray of float of shape (n_points, n_features), or CSR matrix
        The rows in search units.
    rows : ndarray of int of shape (n_rows,) or None
        Which of `points` are searched; None for all of them.
    penalties : ndarray of float64 of shape (n_features,) or None
        What a missing cell adds to a squared distance; None where no cell is missing.
    """

    points: Any
    rows: IntArray | None = None
    penalties: Float64Array | None = None


def check_numeric(table: Table, sampler: str) -> None:
    """Refuse columns that cannot be interpolated, and warn of booleans.

    Parameters
    ----------
    table : Table
    sampler : str
        The sampler's name, for the message.

    Raises
    ------
    ColumnKindError
        If a column is nominal, or of a type on which no distance is defined.
    """
    features = [column for column in table.columns if column.kind.is_feature]
    nominal = [str(c.name) for c in features if c.kind is Kind.NOMINAL]
    if nominal:
        raise ColumnKindError(
            f"{sampler} interpolates numbers; {_named(nominal)} nominal. Use SMOTENC for mixed "
            "columns, RandomOverSampler for any, or encode them first.",
            nominal,
        )
    other = [c for c in features if c.kind is Kind.OTHER]
    if other:
        names = [str(c.name) for c in other]
        raise ColumnKindError(
            f"{sampler} interpolates numbers: its argument must be free of strings, dates and all "
            f"else that is no number; {_named(names)} of type {other[0].dtype}. Drop such columns, "
            "or turn them into numbers first.",
            names,
        )
    boolean = [str(c.name) for c in features if c.kind is Kind.BOOLEAN]
    if boolean:
        warnings.warn(
            f"{sampler} blends booleans as 0 and 1 and rounds them; {_named(boolean)} boolean. "
            "SMOTENC treats such columns as categories.",
            CounterpoiseWarning,
            stacklevel=2,
        )


def measure_units(table: Table, scale: Scale) -> Units:
    """Measure a table once for all the searches in it.

    Parameters
    ----------
    table : Table
        Numeric columns only, as `check_numeric` sees to.
    scale : {"standard", "robust"} or None
        Divide each column by its standard deviation or interquartile range over all rows.

    Returns
    -------
    Units

    Raises
    ------
    InputError
        If a cell is infinite, or missing in a sparse table.
    """
    has_missing = check_finite(table)
    scales = None if scale is None else column_scales(table, scale)
    return Units(scales, _penalties(table, scales) if has_missing else None)


def lay_out(table: Table, rows: IntArray, units: Units) -> SearchSpace:
    """Lay out the rows of one class, or any others, for a neighbour search.

    A float matrix is searched where it lies, without a copy; anything else is gathered once.

    Parameters
    ----------
    table : Table
    rows : ndarray of int of shape (n_rows,)
        The rows to search among, ascending.
    units : Units
        What `measure_units` found.

    Returns
    -------
    SearchSpace
    """
    if isinstance(table, SparseTable):
        points = table.by_row[rows]
        if units.scales is not None:
            points = points.multiply(1 / units.scales[None, :]).tocsr()
        return SearchSpace(points)
    if units.scales is None and table.matrix is not None:
        return SearchSpace(table.matrix, rows, units.penalties)
    return SearchSpace(_gather(table, rows, units.scales), None, units.penalties)


def column_scales(table: Table, scale: Literal["standard", "robust"]) -> Float64Array:
    """Return each feature's standard deviation or interquartile range, 1 where that is 0."""
    spread = np.array([_spread(table, j, scale) for j in features_of(table)])
    return np.where((spread > 0) & np.isfinite(spread), spread, 1.0)


def _spread(table: Table, column: int, scale: Literal["standard", "robust"]) -> float:
    values = _observed(table, column)
    if not len(values):
        return 1.0
    if scale == "standard":
        return float(values.std())
    low, high = np.quantile(values, (0.25, 0.75))
    return float(high - low)


def _penalties(table: Table, scales: Float64Array | None) -> Float64Array:
    """Return the expected squared difference of two cells of each column: twice its variance."""
    if table.matrix is None:
        columns = (_observed(table, j) for j in features_of(table))
        variances = np.array([values.var() if len(values) > 1 else 0.0 for values in columns])
    else:
        variances = np.empty(table.matrix.shape[1])
        _native.variances(table.matrix, variances, thread_count())
    return 2 * (variances if scales is None else variances / scales**2)


def _observed(table: Table, column: int) -> Float64Array:
    values = table.numbers(column).astype(np.float64, copy=False)
    return values[~np.isnan(values)]


def _gather(table: Table, rows: IntArray, scales: Float64Array | None) -> FloatArray:
    features = features_of(table)
    narrow = scales is None and all(_is_float32(table, j) for j in features)
    points = np.empty((len(rows), len(features)), np.float32 if narrow else np.float64)
    for position, column in enumerate(features):
        points[:, position] = table.numbers(column, rows)
    if scales is not None:
        points /= scales
    return points


def _is_float32(table: Table, column: int) -> bool:
    dtype = table.numbers(column, np.empty(0, np.intp)).dtype
    return dtype.kind == "f" and dtype.itemsize <= 4


def check_finite(table: Table) -> bool:
    """Refuse infinities, and in a sparse table missing cells; return whether any cell is missing.

    Raises
    ------
    InputError
        With the row and column of the first infinity.
    """
    if isinstance(table, SparseTable):
        _check_sparse(table)
        return False
    if table.matrix is not None:
        has_missing, infinite_row = _native.scan(table.matrix, thread_count())
        if infinite_row >= 0:
            infinite = np.isinf(table.matrix[infinite_row])
            _refuse_infinity(table, int(np.flatnonzero(infinite)[0]), infinite_row)
        return bool(has_missing)
    has_missing = False
    for column in features_of(table):
        values = table.numbers(column)
        if values.dtype.kind == "f":
            infinite = np.isinf(values)
            if infinite.any():
                _refuse_infinity(table, column, int(np.flatnonzero(infinite)[0]))
            has_missing |= bool(np.isnan(values).any())
    return has_missing


def _refuse_infinity(table: Table, column: int, row: int) -> None:
    raise InputError(
        f"Distances need finite numbers; X contains infinity in row {row}, column "
        f"{str(table.columns[column].name)!r}. Replace it, or make it missing (NaN)."
    )


def _check_sparse(table: SparseTable) -> None:
    cells = table.by_row.data
    if not np.isfinite(cells).all():
        what = "NaN" if np.isnan(cells).any() else "infinity"
        raise InputError(
            f"A sparse X must hold finite numbers only; it contains {what}. Fill such cells, or "
            "pass a dense table, in which cells may be missing."
        )


def _named(columns: list[str]) -> str:
    shown = ", ".join(repr(name) for name in columns[:5])
    if len(columns) == 1:
        return f"column {shown} is"
    more = f" and {len(columns) - 5} more" if len(columns) > 5 else ""
    return f"columns {shown}{more} are"
