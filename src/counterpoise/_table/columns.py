"""Feature types of columns, and the values of synthetic rows in a column of any type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise._table.objects import fill_missing_objects, is_missing, objects_of_numbers
from counterpoise._table.records import (
    Column,
    FeatureType,
    SyntheticSamples,
    Table,
)
from counterpoise.exceptions import FeatureTypeError

__all__ = [
    "BLOCK_SIZE",
    "assemble_numbers",
    "cast_numbers",
    "codes_of",
    "feature_positions",
    "feature_types_of",
    "interpolate_columns",
    "interpolate_filled",
    "naming_column",
    "number_blocks",
    "positions_of_type",
    "rank_values",
    "split_columns",
    "stack_numbers",
    "synthetic_objects",
    "synthetic_values",
    "type_of_array",
]

_TYPE_OF_DTYPE = {
    "f": FeatureType.FLOAT,
    "i": FeatureType.INTEGER,
    "u": FeatureType.INTEGER,
    "b": FeatureType.BOOLEAN,
}


def type_of_array(dtype: np.dtype[Any]) -> FeatureType:
    """Return the feature type of a numpy array of any dtype but object."""
    if dtype.kind in "US":
        return FeatureType.CATEGORICAL
    return _TYPE_OF_DTYPE.get(dtype.kind, FeatureType.OTHER)


_FEATURES = frozenset(feature_type for feature_type in FeatureType if feature_type.is_feature)
#: Numbers of a block of columns that are handled at once, 8 MB in float64: enough to make the cost
#: of a call small in wide tables, and little memory compared with a table that is long.
BLOCK_SIZE = 1 << 20


def feature_positions(table: Table) -> Sequence[int]:
    """Return the positions of the feature columns, which models are trained on."""
    return table.columns.positions(_FEATURES)


def feature_types_of(table: Table) -> frozenset[FeatureType]:
    """Return the feature types that occur among the features."""
    return _FEATURES.intersection(feature_type for feature_type, _ in table.columns.types)


def positions_of_type(table: Table, *feature_types: FeatureType) -> Sequence[int]:
    """Return the positions of the columns of any of the given feature types."""
    return table.columns.positions(feature_types)


def split_columns(columns: Sequence[int], n_rows: int) -> Iterator[Sequence[int]]:
    """Split columns into blocks of a limited number of values, of one column at least."""
    width = max(1, BLOCK_SIZE // max(1, n_rows))
    for start in range(0, len(columns), width):
        yield columns[start : start + width]


def number_blocks(
    table: Table, columns: Sequence[int], rows: IntArray | None = None
) -> Iterator[tuple[slice, Array]]:
    """Read numeric columns in blocks of a limited size.

    Parameters
    ----------
    table : Table
    columns : sequence of int
        Positions of numeric or boolean columns.
    rows : ndarray of int of shape (n_rows,), optional
        The rows to read; by default all.

    Yields
    ------
    where : slice
        Which of the `columns` are in the block.
    block : ndarray of shape (n_rows, n_columns_of_block)
        As `Table.number_block` returns it.
    """
    start = 0
    for some in split_columns(columns, table.n_rows if rows is None else len(rows)):
        yield slice(start, start + len(some)), table.number_block(some, rows)
        start += len(some)


def assemble_numbers(
    table: Table, columns: Sequence[int], read: Callable[[Sequence[int]], Array]
) -> Array:
    """Assemble columns in one array that a function reads for all columns of one type at once.

    Parameters
    ----------
    table : Table
    columns : sequence of int
        Positions in ascending order.
    read : callable
        Returns an array of shape (n_rows, n_columns) for columns of the same type.

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        In the smallest dtype that can represent all columns.
    """
    groups = table.columns.by_type(columns)
    blocks = [read(group) for group in groups]
    if len(blocks) == 1:
        return blocks[0]
    assembled = np.empty((len(blocks[0]), len(columns)), np.result_type(*blocks))
    for group, block in zip(groups, blocks, strict=True):
        assembled[:, np.searchsorted(columns, group)] = block
    return assembled


def stack_numbers(table: Table, columns: Sequence[int], rows: IntArray | None) -> Array:
    """Implement `Table.number_block` one column at a time."""
    return np.column_stack([table.numbers(column, rows) for column in columns])


@contextmanager
def naming_column(column: Column) -> Iterator[None]:
    """Turn any error in reading the values of a column into one that names the column."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # each library raises its own
        raise FeatureTypeError(
            f"The values of column {str(column.name)!r}, of type {column.dtype}, cannot be "
            f"compared ({type(error).__name__}: {error}).",
            [str(column.name)],
            "Drop this column, or convert it to strings or numbers first.",
        ) from error


def codes_of(values: Array) -> IntArray:
    """Return each value's position among the sorted values, missing values (None or NaN) last.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Typed values or Python objects. Objects of different types are sorted by type first.

    Returns
    -------
    ndarray of int32 of shape (n,)
    """
    if values.dtype.kind != "O":
        codes = np.unique(values, return_inverse=True, equal_nan=True)[1]
        return codes.astype(np.int32)
    first: dict[Any, int] = {}
    keys = values.tolist()
    if not {type(key) for key in keys} <= {str, int, bool}:  # which are never missing
        # All missing values become one key, as NaN differs from itself.
        keys = [_MISSING if is_missing(key) else key for key in keys]
    codes = np.fromiter((first.setdefault(key, len(first)) for key in keys), np.int32, len(keys))
    return rank_values(list(first))[codes]


def rank_values(values: list[Any]) -> IntArray:
    """Return the rank of each distinct value in sorted order, missing values last."""
    order = sorted(range(len(values)), key=lambda i: _sort_key(values[i]))
    rank = np.empty(len(values), np.int32)
    rank[order] = np.arange(len(values), dtype=np.int32)
    return rank


class _Missing:
    """Hashable stand-in for a missing value."""


_MISSING = _Missing()


def _sort_key(value: Any) -> tuple[bool, str, Any]:
    if value is _MISSING or is_missing(value):
        return True, "", 0
    is_number = isinstance(value, int | float | np.number | np.bool_ | Decimal)
    return False, "" if is_number else type(value).__name__, value


def synthetic_values(table: Table, columns: Sequence[int], synthetic: SyntheticSamples) -> Array:
    """Compute the values of numeric columns of one type in the synthetic rows.

    Parameters
    ----------
    table : Table
    columns : sequence of int
        Positions of numeric or boolean columns that have the same feature type and data type.
    synthetic : SyntheticSamples
        The synthetic rows.

    Returns
    -------
    ndarray of shape (n_synthetic, n_columns)
        In the dtype that `Table.number_block` returns for the columns; NaN for missing values.
    """
    feature_type = table.columns[columns[0]].feature_type
    if synthetic.points is None:
        base, neighbor = (
            table.number_block(columns, rows) for rows in (synthetic.base, synthetic.neighbor)
        )
        return interpolate_columns(base, neighbor, synthetic.weight[:, None], feature_type)
    points = synthetic.points[:, np.searchsorted(feature_positions(table), columns)]
    points = points.toarray() if hasattr(points, "toarray") else points
    dtype = table.numbers(columns[0], synthetic.base[:0]).dtype
    if np.isnan(points).any():  # only floats can represent NaN
        dtype = np.result_type(dtype, np.float64)
    is_interpolated = synthetic.neighbor >= 0
    values = np.empty((len(synthetic), len(columns)), dtype)
    values[~is_interpolated] = cast_numbers(points, dtype, feature_type)
    rows = synthetic.base[is_interpolated], synthetic.neighbor[is_interpolated]
    base, neighbor = (table.number_block(columns, some) for some in rows)
    weight = synthetic.weight[is_interpolated][:, None]
    values[is_interpolated] = interpolate_columns(base, neighbor, weight, feature_type)
    return values


def synthetic_objects(
    table: Table, column: int, objects: Array, synthetic: SyntheticSamples
) -> Array:
    """Compute the values of one column of Python objects in the synthetic rows.

    Parameters
    ----------
    table : Table
    column : int
        Position of a numeric or boolean column.
    objects : ndarray of object of shape (n_rows,)
        The column.
    synthetic : SyntheticSamples
        The synthetic rows.

    Returns
    -------
    ndarray of object of shape (n_synthetic,)
    """
    feature_type = table.columns[column].feature_type
    if synthetic.points is None:
        base, neighbor = (
            fill_missing_objects(objects[rows], feature_type)
            for rows in (synthetic.base, synthetic.neighbor)
        )
        numbers, missing = interpolate_filled(base, neighbor, synthetic.weight, feature_type)
    else:
        numbers = synthetic_values(table, [column], synthetic)[:, 0]
        missing = np.isnan(numbers)
    # Missing values are taken from the base rows, which have them in the column's own form.
    base_objects = objects[synthetic.base]
    base_objects[synthetic.base < 0] = None
    return objects_of_numbers(numbers, missing, base_objects, objects, feature_type)


def interpolate_columns(
    base: Array, neighbor: Array, weight: Float64Array, feature_type: FeatureType
) -> Array:
    """Interpolate between the values of base samples and their neighbors, keeping the type.

    Floats are interpolated. For integers and booleans the step from the base to the neighbor is
    rounded to the nearest whole number, so that integers beyond 2**53 stay exact. If either value
    is missing, the result is the value of the base, missing or not.

    Parameters
    ----------
    base, neighbor : ndarray of shape (n,) or (n, n_columns)
        The values of the base samples and of their neighbors.
    weight : ndarray of float64 of shape (n,) or (n, 1)
        Position between base (0) and neighbor (1).
    feature_type : FeatureType
        FLOAT, INTEGER or BOOLEAN.

    Returns
    -------
    ndarray of the shape of `base`
        The interpolated values, in the dtype of `base`.
    """
    if base.dtype != neighbor.dtype:  # only one of them has missing values
        base, neighbor = base.astype(np.float64), neighbor.astype(np.float64)
    if base.dtype.kind in "iub":
        step = np.rint(weight * (neighbor.astype(np.float64) - base.astype(np.float64)))
        # The step is added in two halves, as it may exceed the range of int64. A sum that overflows
        # wraps around and back again, so that the result is right for uint64 as well.
        half = np.rint(step / 2)
        wrapped = base.astype(np.int64) + half.astype(np.int64)
        values = (wrapped + (step - half).astype(np.int64)).astype(base.dtype)
        return _clip_between(values, base, neighbor, weight)
    values = (base + weight * (neighbor - base)).astype(base.dtype)
    if feature_type is not FeatureType.FLOAT:
        values = np.rint(values)
    return np.where(np.isnan(values), base, values)


def interpolate_filled(
    base: tuple[Array, BoolArray],
    neighbor: tuple[Array, BoolArray],
    weight: Float64Array,
    feature_type: FeatureType,
) -> tuple[Array, BoolArray]:
    """Interpolate a column in its own type, given without NaN, which keeps integers exact.

    Parameters
    ----------
    base, neighbor : tuple of ndarray of shape (n,)
        The values, 0 where missing, and the mask of the missing ones.
    weight : ndarray of float64 of shape (n,)
    feature_type : FeatureType

    Returns
    -------
    values : ndarray of shape (n,)
        The interpolated values, 0 where missing.
    missing : ndarray of bool of shape (n,)
        Which of them are missing: where the value of the base is.
    """
    (base_values, missing), (values, neighbor_missing) = base, neighbor
    values = np.where(neighbor_missing, base_values, values)
    values = interpolate_columns(base_values, values, weight, feature_type)
    missing = missing | np.isnan(values)
    return np.where(missing, np.zeros_like(values), values), missing


def _clip_between(values: Array, base: Array, neighbor: Array, weight: Float64Array) -> Array:
    # The float64 step between two huge integers can overshoot the neighbor by a rounding error.
    is_between = (weight >= 0) & (weight <= 1)
    clipped = np.clip(values, np.minimum(base, neighbor), np.maximum(base, neighbor))
    return np.where(is_between, clipped, values)


def cast_numbers(values: Array, dtype: np.dtype[Any], feature_type: FeatureType) -> Array:
    """Cast computed numbers to a column's type, rounded and clipped to the type's range."""
    if values.dtype == dtype and dtype.kind in "iub":
        return values  # exact already: float64 cannot represent all integers
    if feature_type is not FeatureType.FLOAT:
        values = np.rint(values)
    if dtype.kind == "b":
        return values > 0
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        highest = float(limits.max)
        if highest > limits.max:  # float64 rounds it up, out of the type's range
            highest = np.nextafter(highest, 0)
        values = np.clip(values, limits.min, highest)
    return values.astype(dtype)
