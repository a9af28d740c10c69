"""The space in which neighbours are searched: numbers, scaled if asked, missing cells priced."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import BoolArray, Float64Array, FloatArray, IntArray, RowArray
from counterpoise.exceptions import ColumnKindError, CounterpoiseWarning, InputError
from counterpoise.table import Kind, SparseTable, Table, features_of

__all__ = [
    "Scale",
    "SearchSpace",
    "Units",
    "check_finite",
    "check_measurable",
    "check_numeric",
    "fill_missing",
    "lay_out",
    "measure_units",
    "median_spread",
    "numbers_for_models",
]

Scale = Literal["standard", "robust"] | None


@dataclass(frozen=True)
class Units:
    """In what units a table is searched.

    Attributes
    ----------
    numeric, nominal : tuple of int
        The columns whose differences are measured, and those whose values are equal or not.
    scales : ndarray of float64 of shape (n_numeric,) or None
        What each numeric column is divided by; None for the original units.
    penalties : ndarray of float64 of shape (n_numeric,) or None
        What a missing cell adds to a squared distance, in search units; None where no cell is
        missing.
    mismatch : ndarray of float64 of shape (n_nominal,) or None
        What two different values of a nominal column add to it; None without such columns.
    """

    numeric: tuple[int, ...]
    nominal: tuple[int, ...]
    scales: Float64Array | None = None
    penalties: Float64Array | None = None
    mismatch: Float64Array | None = None


@dataclass(frozen=True)
class SearchSpace:
    """Where the rows of a table lie for a neighbour search.

    Attributes
    ----------
    points : ndarray of float of shape (n_points, n_features), or CSR matrix
        The rows in search units: numeric columns, then the codes of nominal ones.
    rows : ndarray of int of shape (n_rows,) or None
        Which of `points` are searched; None for all of them.
    penalties : ndarray of float64 of shape (n_numeric,) or None
        What a missing cell adds to a squared distance; None where no cell is missing.
    mismatch : ndarray of float64 of shape (n_nominal,) or None
        What two different codes add to it; None without nominal columns.
    """

    points: Any
    rows: IntArray | None = None
    penalties: Float64Array | None = None
    mismatch: Float64Array | None = None

    @property
    def selected(self) -> Any:
        """The searched rows alone: of a numpy array, a copy unless they are all of them."""
        return self.points if self.rows is None else self.points[self.rows]

    @property
    def n_rows(self) -> int:
        """How many rows are searched."""
        return int(self.points.shape[0]) if self.rows is None else len(self.rows)

    def part(self, positions: RowArray) -> SearchSpace:
        """Return the same space with some of its rows only, ascending."""
        if isinstance(self.points, np.ndarray):
            rows = positions if self.rows is None else self.rows[positions]
            return replace(self, rows=rows)
        return replace(self, points=self.points[positions])


def check_numeric(table: Table, sampler: str) -> None:
    """Refuse columns that cannot be computed with, and warn of booleans.

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
    nominal = _names_of(table, Kind.NOMINAL)
    if nominal:
        raise ColumnKindError(
            f"{sampler} computes with numbers; {_named(nominal)} nominal. Use SMOTENC for mixed "
            "columns, RandomOverSampler or RandomUnderSampler for any, or encode them first.",
            nominal,
        )
    _refuse_other(
        table,
        f"{sampler} computes with numbers: its argument must be free of strings, dates and all "
        "else that is no number",
    )
    boolean = _names_of(table, Kind.BOOLEAN)
    if boolean:
        warnings.warn(
            f"{sampler} blends booleans as 0 and 1 and rounds them; {_named(boolean)} boolean. "
            "SMOTENC treats such columns as categories.",
            CounterpoiseWarning,
            stacklevel=2,
        )


def check_measurable(table: Table, sampler: str) -> None:
    """Refuse columns on which no distance is defined; numbers and nominal values pass.

    Parameters
    ----------
    table : Table
    sampler : str
        The sampler's name, for the message.

    Raises
    ------
    ColumnKindError
        If a column holds dates, lists or the like.
    """
    _refuse_other(
        table,
        f"{sampler} measures distances: each cell of its argument must be a string, a category or "
        "a number",
    )


def _refuse_other(table: Table, does: str) -> None:
    names = _names_of(table, Kind.OTHER)
    if names:
        dtype = next(column.dtype for column in table.columns if column.kind is Kind.OTHER)
        raise ColumnKindError(
            f"{does}; {_named(names)} of type {dtype}. Drop such columns, or turn them into "
            "numbers first.",
            names,
        )


def _names_of(table: Table, kind: Kind) -> list[str]:
    return [str(column.name) for column in table.columns if column.kind is kind]


def measure_units(
    table: Table,
    scale: Scale,
    *,
    nominal: Collection[int] | None = None,
) -> Units:
    """Measure a table once for all the searches in it.

    Two different nominal values add the square of the median standard deviation of the numeric
    columns to a squared distance (Chawla et al., 2002); 1 where no column is numeric.

    Parameters
    ----------
    table : Table
        Columns of numbers and nominal ones, as `check_measurable` sees to.
    scale : {"standard", "robust"} or None
        Divide each numeric column by its standard deviation or interquartile range over all rows.
    nominal : collection of int, optional
        Positions of the columns that are compared for equality only; by default those of strings,
        categories and enums.

    Returns
    -------
    Units

    Raises
    ------
    InputError
        If a cell is infinite, or missing in a sparse table.
    """
    numeric, nominal = _by_kind(table, nominal)
    has_missing = check_finite(table, numeric)
    scales = None if scale is None else column_scales(table, numeric, scale)
    return Units(
        numeric,
        nominal,
        scales,
        _penalties(table, numeric, scales) if has_missing else None,
        np.full(len(nominal), median_spread(table, numeric, scales) ** 2) if nominal else None,
    )


def _by_kind(
    table: Table, nominal: Collection[int] | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    features = features_of(table)
    if nominal is None:
        nominal = [j for j in features if table.columns[j].kind is Kind.NOMINAL]
    return tuple(j for j in features if j not in nominal), tuple(nominal)


def lay_out(table: Table, rows: IntArray | None, units: Units) -> SearchSpace:
    """Lay out the rows of one class, or any others, for a neighbour search.

    A float matrix is searched where it lies, without a copy; anything else is gathered once.

    Parameters
    ----------
    table : Table
    rows : ndarray of int of shape (n_rows,) or None
        The rows to search among, ascending; None for all.
    units : Units
        What `measure_units` found.

    Returns
    -------
    SearchSpace
    """
    if isinstance(table, SparseTable):
        points = table.by_row if rows is None else table.by_row[rows]
        if units.scales is not None:
            points = points.multiply(1 / units.scales[None, :]).tocsr()
        return SearchSpace(points)
    if units.scales is None and table.matrix is not None and not units.nominal:
        return SearchSpace(table.matrix, rows, units.penalties)
    return SearchSpace(_gather(table, rows, units), None, units.penalties, units.mismatch)


def numbers_for_models(table: Table, model: str) -> Any:
    """Return a table as numbers alone, for a model that takes nothing else.

    Parameters
    ----------
    table : Table
    model : str
        Who takes them, for the message.

    Returns
    -------
    ndarray of float of shape (n_rows, n_features), or CSR matrix
        The numeric columns, NaN where a cell is missing, then the codes of the nominal ones.

    Raises
    ------
    ColumnKindError
        If a column holds dates, lists or the like.
    """
    _refuse_other(table, f"{model} reads numbers, strings and categories")
    return lay_out(table, None, Units(*_by_kind(table, None))).selected


def fill_missing(space: SearchSpace) -> tuple[Any, BoolArray]:
    """Fill the missing cells of a space, for models that take none.

    Parameters
    ----------
    space : SearchSpace
        Numbers alone.

    Returns
    -------
    points : ndarray of float of shape (n_rows, n_features), or CSR matrix
        The searched rows, a missing cell filled with its column's median, or with 0 where there is
        none.
    is_empty : ndarray of bool of shape (n_features,)
        Which columns have no cell that is not missing.
    """
    points = space.selected
    is_empty = np.zeros(points.shape[1], bool)
    if space.penalties is None:
        return points, is_empty
    if points is space.points:
        points = points.copy()
    for column, values in enumerate(points.T):
        missing = np.isnan(values)
        is_empty[column] = missing.all()
        values[missing] = 0 if is_empty[column] else np.median(values[~missing])
    return points, is_empty


def column_scales(
    table: Table, columns: Iterable[int], scale: Literal["standard", "robust"]
) -> Float64Array:
    """Return each column's standard deviation or interquartile range, 1 where that is 0."""
    spread = np.array([_spread(table, j, scale) for j in columns])
    return np.where((spread > 0) & np.isfinite(spread), spread, 1.0)


def _spread(table: Table, column: int, scale: Literal["standard", "robust"]) -> float:
    values = _observed(table, column)
    if not len(values):
        return 1.0
    if scale == "standard":
        return float(values.std())
    low, high = np.quantile(values, (0.25, 0.75))
    return float(high - low)


def _penalties(table: Table, numeric: tuple[int, ...], scales: Float64Array | None) -> Float64Array:
    """Return the expected squared difference of two cells of each column: twice its variance."""
    if table.matrix is None or len(numeric) < table.matrix.shape[1]:
        columns = (_observed(table, j) for j in numeric)
        variances = np.array([values.var() if len(values) > 1 else 0.0 for values in columns])
    else:
        variances = np.empty(len(numeric))
        _native.variances(table.matrix, variances, thread_count())
    return 2 * (variances if scales is None else variances / scales**2)


def median_spread(
    table: Table,
    numeric: tuple[int, ...],
    scales: Float64Array | None,
    rows: IntArray | None = None,
) -> float:
    """Return the median of the numeric columns' standard deviations, in search units.

    Parameters
    ----------
    table : Table
    numeric : tuple of int
    scales : ndarray of float64 of shape (n_numeric,) or None
    rows : ndarray of int, optional
        Over which rows; by default all.

    Returns
    -------
    float
        1 where no column is numeric.
    """
    if not numeric:
        return 1.0
    observed = (_observed(table, j, rows) for j in numeric)
    spread = np.array([values.std() if len(values) else 0.0 for values in observed])
    return float(np.median(spread if scales is None else spread / scales))


def _observed(table: Table, column: int, rows: IntArray | None = None) -> Float64Array:
    values = table.numbers(column, rows).astype(np.float64, copy=False)
    return values[~np.isnan(values)]


def _gather(table: Table, rows: IntArray | None, units: Units) -> FloatArray:
    numeric, nominal = units.numeric, units.nominal
    narrow = units.scales is None and all(_is_narrow(table, j) for j in numeric)
    shape = (table.n_rows if rows is None else len(rows), len(numeric) + len(nominal))
    points = np.empty(shape, np.float32 if narrow else np.float64)
    for position, column in enumerate(numeric):
        points[:, position] = table.numbers(column, rows)
    if units.scales is not None:
        points[:, : len(numeric)] /= units.scales
    for position, column in enumerate(nominal, len(numeric)):
        codes = table.codes(column)
        points[:, position] = codes if rows is None else codes[rows]
    return points


def _is_narrow(table: Table, column: int) -> bool:
    """Say whether float32 holds every value of a column."""
    dtype = table.numbers(column, np.empty(0, np.intp)).dtype
    return dtype.kind == "b" or dtype.itemsize <= (4 if dtype.kind == "f" else 2)


def check_finite(table: Table, numeric: Iterable[int] | None = None) -> bool:
    """Refuse infinities, and in a sparse table missing cells; return whether any cell is missing.

    Parameters
    ----------
    table : Table
    numeric : iterable of int, optional
        The columns to look at; by default all features.

    Raises
    ------
    InputError
        With the row and column of the first infinity.
    """
    if isinstance(table, SparseTable):
        _check_sparse(table)
        return False
    columns = features_of(table) if numeric is None else list(numeric)
    if table.matrix is not None and len(columns) == table.matrix.shape[1]:
        has_missing, infinite_row = _native.scan(table.matrix, thread_count())
        if infinite_row >= 0:
            infinite = np.isinf(table.matrix[infinite_row])
            _refuse_infinity(table, int(np.flatnonzero(infinite)[0]), infinite_row)
        return bool(has_missing)
    has_missing = False
    for column in columns:
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
