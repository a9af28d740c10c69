"""The space of a neighbor search: the distance between the rows of a table, and their coordinates.

The squared distance is a sum over the columns. A numeric column adds its squared difference, after
scaling if requested, or a penalty if a value is missing. A categorical column adds a constant if
the two values differ.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from counterpoise import _native
from counterpoise._lib.sklearn_private import StrOptions
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import BoolArray, Float64Array, FloatArray, IntArray, RowArray
from counterpoise._table import (
    FeatureType,
    SparseColumns,
    SparseTable,
    Spread,
    Table,
    feature_positions,
    measure_spread,
    measure_spreads,
    number_blocks,
    positions_of_type,
)
from counterpoise.neighbors._checks import check_finite, reject_unsupported

__all__ = [
    "SCALE",
    "UNITS",
    "DistanceUnits",
    "Scale",
    "SearchSpace",
    "as_numeric_matrix",
    "build_search_space",
    "choose_scale",
    "compute_distance_units",
    "impute_median",
    "median_standard_deviation",
    "standard_deviations",
]

Scale = Literal["standard", "robust"] | None

# What `scale` may be, for a sampler's `_parameter_constraints`.
SCALE: list[Any] = [StrOptions({"standard", "robust"}), None]

# What `scale` does, in words.
UNITS: dict[str | None, str] = {
    "standard": "each numeric column divided by its standard deviation",
    "robust": "each numeric column divided by its interquartile range",
    None: "in original units",
}


@dataclass(frozen=True)
class DistanceUnits:
    """The units in which distances between the rows of a table are measured.

    Attributes
    ----------
    numeric, categorical : sequence of int
        Positions of the numeric columns, and of the categorical columns, whose values are compared
        for equality.
    scales : ndarray of float64 of shape (n_numeric,) or None
        Divisor of each numeric column; None for the original units.
    penalties : ndarray of float64 of shape (n_numeric,) or None
        What a missing value adds to a squared distance, after scaling; None if no value is missing.
    mismatch : ndarray of float64 of shape (n_categorical,) or None
        What two different values of a categorical column add to a squared distance; None without
        categorical columns.
    """

    numeric: Sequence[int]
    categorical: tuple[int, ...]
    scales: Float64Array | None = None
    penalties: Float64Array | None = None
    mismatch: Float64Array | None = None


@dataclass(frozen=True)
class SearchSpace:
    """The coordinates of the rows of a table, for a neighbor search.

    Attributes
    ----------
    points : ndarray of float of shape (n_points, n_features), or CSR matrix
        Rows after scaling: the numeric columns, then the codes of the categorical columns.
    rows : ndarray of int of shape (n_rows,) or None
        The rows of `points` to search among; None for all.
    penalties : ndarray of float64 of shape (n_numeric,) or None
        What a missing value adds to a squared distance; None if no value is missing.
    mismatch : ndarray of float64 of shape (n_categorical,) or None
        What two different codes add to a squared distance; None without categorical columns.
    """

    points: Any
    rows: IntArray | None = None
    penalties: Float64Array | None = None
    mismatch: Float64Array | None = None

    @property
    def selected(self) -> Any:
        """The rows to search among; a copy, unless these are all rows of `points`."""
        return self.points if self.rows is None else self.points[self.rows]

    @property
    def n_rows(self) -> int:
        """Number of rows to search among."""
        return int(self.points.shape[0]) if self.rows is None else len(self.rows)

    def subset(self, positions: RowArray) -> SearchSpace:
        """Return the same space with a subset of its rows, given in ascending order."""
        if isinstance(self.points, np.ndarray):
            rows = positions if self.rows is None else self.rows[positions]
            return replace(self, rows=rows)
        return replace(self, points=self.points[positions])

    def one_hot(self) -> SearchSpace:
        """Return a numeric space with the same distances, for estimators that know no categories.

        Each category is a column of its own, in which it differs from the others by a value whose
        square is half of what two different categories add to a squared distance.
        """
        if self.mismatch is None:
            return self
        numeric, codes = np.split(self.selected, [-len(self.mismatch)], axis=1)
        indicators = [
            (column[:, None] == np.unique(column)) * np.sqrt(mismatch / 2)
            for column, mismatch in zip(codes.T, self.mismatch, strict=True)
        ]
        return SearchSpace(np.hstack([numeric, *indicators]), penalties=self.penalties)


def choose_scale(table: Table) -> Scale:
    """Return the units in which a table is measured unless the user chooses them.

    They are standard units, or the original ones of a sparse table: its columns are mostly words,
    counts or categories, and rare words would outweigh all others.
    """
    return None if isinstance(table, SparseTable) else "standard"


def compute_distance_units(
    table: Table,
    scale: Scale,
    *,
    categorical: Collection[int] | None = None,
) -> DistanceUnits:
    """Compute scales and penalties from a table, once for all searches in it.

    Two different categorical values add the square of the median standard deviation of the numeric
    columns to a squared distance (Chawla et al., 2002), or 1 if no column is numeric. A missing
    value adds twice the variance of its column, the expected squared difference of two values.

    Parameters
    ----------
    table : Table
        With numeric and categorical columns only; see `check_feature_types`.
    scale : {"standard", "robust"} or None
        Divide each numeric column by its standard deviation or interquartile range over all rows;
        by its standard deviation, too, if its interquartile range is 0.
    categorical : collection of int, optional
        Positions of the categorical columns, which are compared for equality only; by default the
        columns of strings, categories and enums.

    Returns
    -------
    DistanceUnits

    Raises
    ------
    InputError
        If a value is infinite, or missing in a sparse table.
    """
    numeric, categorical = _split_columns(table, categorical)
    has_missing = check_finite(table, numeric)
    scales = None if scale is None else _compute_scales(table, numeric, scale)
    penalties = _compute_penalties(table, numeric, scales) if has_missing else None
    mismatch = None
    if categorical:
        mismatch = np.full(len(categorical), median_standard_deviation(table, numeric, scales) ** 2)
    return DistanceUnits(numeric, categorical, scales, penalties, mismatch)


def _split_columns(
    table: Table, categorical: Collection[int] | None
) -> tuple[Sequence[int], tuple[int, ...]]:
    """Return the positions of the numeric and of the categorical features."""
    features = feature_positions(table)
    if categorical is None:
        categorical = positions_of_type(table, FeatureType.CATEGORICAL)
    if not categorical:
        return features, ()  # a sparse table may have millions of columns
    is_categorical = frozenset(categorical)
    return tuple(j for j in features if j not in is_categorical), tuple(categorical)


def build_search_space(table: Table, rows: IntArray | None, units: DistanceUnits) -> SearchSpace:
    """Build the search space of the rows of a table, such as those of one class.

    A float matrix without scaling is searched in place, without a copy. Everything else is copied
    once.

    Parameters
    ----------
    table : Table
    rows : ndarray of int of shape (n_rows,) or None
        The rows to search among, ascending; None for all.
    units : DistanceUnits
        As returned by `compute_distance_units`.

    Returns
    -------
    SearchSpace
    """
    if isinstance(table, SparseTable):
        points = table.by_row if rows is None else table.by_row[rows]
        if units.scales is not None:
            points = points.multiply(1 / units.scales[None, :]).tocsr()
        return SearchSpace(points)
    if units.scales is None and table.matrix is not None and not units.categorical:
        return SearchSpace(table.matrix, rows, units.penalties)
    return SearchSpace(_gather_points(table, rows, units), None, units.penalties, units.mismatch)


def _gather_points(table: Table, rows: IntArray | None, units: DistanceUnits) -> FloatArray:
    numeric, categorical = units.numeric, units.categorical
    shape = (table.n_rows if rows is None else len(rows), len(numeric) + len(categorical))
    points = np.empty(shape, _points_dtype(table, units))
    for where, block in number_blocks(table, numeric, rows):
        points[:, where] = block
    if units.scales is not None:
        points[:, : len(numeric)] /= units.scales
    for position, column in enumerate(categorical, len(numeric)):
        codes = table.codes(column)
        points[:, position] = codes if rows is None else codes[rows]
    return points


def _points_dtype(table: Table, units: DistanceUnits) -> type[np.floating[Any]]:
    """Return float32, which halves the memory that a search reads, where every value fits it."""
    if units.scales is not None:
        return np.float64
    groups = table.columns.by_type(units.numeric)
    dtypes = [table.numbers(group[0], np.empty(0, np.intp)).dtype for group in groups]
    fits = all(np.result_type(dtype, np.float32) == np.float32 for dtype in dtypes)
    return np.float32 if fits else np.float64


def as_numeric_matrix(table: Table, model: str) -> Any:
    """Return a table as one numeric matrix, with categorical values as integer codes.

    Parameters
    ----------
    table : Table
    model : str
        Name of the model that is to be fitted, for the message.

    Returns
    -------
    ndarray of float of shape (n_rows, n_features), or CSR matrix
        The numeric columns, NaN where a value is missing, then the codes of the categorical
        columns.

    Raises
    ------
    FeatureTypeError
        If a column holds dates, lists or the like.
    """
    reject_unsupported(table, f"{model} needs numeric or categorical features")
    return build_search_space(table, None, DistanceUnits(*_split_columns(table, None))).selected


def impute_median(space: SearchSpace) -> tuple[Any, BoolArray]:
    """Replace missing values by the median of their column, for models that need complete data.

    Parameters
    ----------
    space : SearchSpace
        With numeric columns only.

    Returns
    -------
    points : ndarray of float of shape (n_rows, n_features), or CSR matrix
        The rows to search among, with missing values replaced by the column's median, or by 0 if
        all values of the column are missing.
    is_empty : ndarray of bool of shape (n_features,)
        Whether all values of a column are missing.
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


# ---- Statistics of the columns ----


def _compute_scales(
    table: Table, columns: Sequence[int], scale: Literal["standard", "robust"]
) -> Float64Array:
    """Compute each column's standard deviation or interquartile range; 1 if it is constant."""
    if isinstance(table, SparseTable) and len(columns) == len(table.columns):
        scales = _compute_sparse_scales(table, scale)
    else:
        spreads = measure_spreads(table, columns, quartiles=scale == "robust")
        scales = np.array([_scale_of(spread) for spread in spreads])
    return np.where((scales > 0) & np.isfinite(scales), scales, 1.0)


def _compute_sparse_scales(
    table: SparseTable, scale: Literal["standard", "robust"]
) -> Float64Array:
    columns = SparseColumns.of(table)
    scales = np.where(columns.is_constant, 0, np.sqrt(columns.variances))
    if scale == "robust":  # both quartiles of the other columns are 0
        for j in np.flatnonzero(columns.counts >= (table.n_rows - 1) // 4).tolist():
            scales[j] = _scale_of(measure_spread(table, j, quartiles=True))
    return scales


def _scale_of(spread: Spread) -> float:
    if not spread.moments.count:
        return 1.0
    if spread.quartiles is not None:
        low, high = spread.quartiles
        # It is 0 if most values are equal. In its own units, such a column would outweigh all
        # others, or count for nothing.
        if high > low:
            return high - low
    return spread.moments.std


def _compute_penalties(
    table: Table, numeric: Sequence[int], scales: Float64Array | None
) -> Float64Array:
    """Compute the expected squared difference of two values of each column: twice its variance."""
    if table.matrix is None or len(numeric) < table.matrix.shape[1]:
        variances = np.array(
            [spread.moments.variance for spread in measure_spreads(table, numeric)]
        )
    else:
        variances = np.empty(len(numeric))
        _native.compute_variances(table.matrix, variances, thread_count())
    return 2 * (variances if scales is None else variances / scales**2)


def median_standard_deviation(
    table: Table,
    numeric: Sequence[int],
    scales: Float64Array | None,
    rows: IntArray | None = None,
) -> float:
    """Compute the median of the standard deviations of the numeric columns, after scaling.

    Parameters
    ----------
    table : Table
    numeric : sequence of int
        Positions of the numeric columns.
    scales : ndarray of float64 of shape (n_numeric,) or None
        Divisor of each numeric column.
    rows : ndarray of int, optional
        The rows over which standard deviations are computed; by default all.

    Returns
    -------
    float
        1 if no column is numeric.
    """
    if not numeric:
        return 1.0
    if rows is None:
        deviations = np.array([spread.moments.std for spread in measure_spreads(table, numeric)])
    else:
        deviations = standard_deviations(table, numeric, rows)
    return float(np.median(deviations if scales is None else deviations / scales))


def standard_deviations(table: Table, columns: Sequence[int], rows: IntArray) -> Float64Array:
    """Compute the standard deviation of each column over some rows; 0 if all values are missing."""
    deviations = np.zeros(len(columns))
    for where, block in number_blocks(table, columns, rows):
        values = np.ascontiguousarray(block.T, np.float64)
        present = [column[~np.isnan(column)] for column in values]
        deviations[where] = [column.std() if len(column) else 0.0 for column in present]
    return deviations
