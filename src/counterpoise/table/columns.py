"""Columns of any type: what kind they are, and the values that new rows take in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise.table.records import Blends, Kind, Table

__all__ = [
    "blend_column",
    "cast_numbers",
    "codes_of",
    "features_of",
    "kind_of_array",
    "kind_of_objects",
    "made_values",
    "numbers_of_objects",
    "rank_values",
]

_KIND_OF_CODE = {"f": Kind.FLOAT, "i": Kind.INTEGER, "u": Kind.INTEGER, "b": Kind.BOOLEAN}


def kind_of_array(dtype: np.dtype[Any]) -> Kind:
    """Return the kind of a column held in a typed numpy array (not of objects)."""
    if dtype.kind in "US":
        return Kind.NOMINAL
    return _KIND_OF_CODE.get(dtype.kind, Kind.OTHER)


def kind_of_objects(values: Array) -> Kind:
    """Return the kind of a column of Python objects, by looking at all of them."""
    kinds = {type(value) for value in values.tolist() if value is not None}
    if kinds <= {bool, np.bool_} and kinds:
        return Kind.BOOLEAN
    if kinds and all(issubclass(kind, int | np.integer) and kind is not bool for kind in kinds):
        return Kind.INTEGER
    if all(issubclass(kind, int | float | np.number) and kind is not bool for kind in kinds):
        return Kind.FLOAT
    if all(issubclass(kind, str | bool | int | float | np.generic) for kind in kinds):
        return Kind.NOMINAL
    return Kind.OTHER


def features_of(table: Table) -> list[int]:
    """Return the positions of the columns that a model learns from."""
    return [j for j, column in enumerate(table.columns) if column.kind.is_feature]


def codes_of(values: Array) -> IntArray:
    """Return values as positions among the sorted ones, missing cells (None or NaN) last.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Of one type, or Python objects; values of different types are sorted by type first.

    Returns
    -------
    ndarray of int32 of shape (n,)
    """
    if values.dtype.kind != "O":
        codes = np.unique(values, return_inverse=True, equal_nan=True)[1]
        return codes.astype(np.int32)
    first: dict[Any, int] = {}
    cells = [_NOTHING if is_nothing(value) else value for value in values.tolist()]
    appeared = np.fromiter((first.setdefault(c, len(first)) for c in cells), np.int32, len(cells))
    return rank_values(list(first))[appeared]


def rank_values(values: list[Any]) -> IntArray:
    """Return each distinct value's position once they are sorted, missing ones last."""
    order = sorted(range(len(values)), key=lambda i: _sort_key(values[i]))
    rank = np.empty(len(values), np.int32)
    rank[order] = np.arange(len(values), dtype=np.int32)
    return rank


def is_nothing(value: Any) -> bool:
    """Say whether a cell of Python objects is missing."""
    return value is None or value is _NOTHING or (isinstance(value, float) and math.isnan(value))


class _Nothing:
    """Stands for a missing cell among values that can be hashed."""


_NOTHING = _Nothing()


def _sort_key(value: Any) -> tuple[bool, str, Any]:
    if is_nothing(value):
        return True, "", 0
    is_number = isinstance(value, int | float | np.number | np.bool_)
    return False, "" if is_number else type(value).__name__, value


def numbers_of_objects(values: Array, missing: BoolArray, kind: Kind) -> Array:
    """Return a numeric column of Python objects as numbers, NaN where a cell is missing."""
    if missing.any():
        return np.where(missing, np.nan, values).astype(np.float64)
    if kind is Kind.INTEGER:
        return values.astype(np.int64)
    return values.astype(np.bool_ if kind is Kind.BOOLEAN else np.float64)


def made_values(table: Table, column: int, made: Blends) -> Array:
    """Return the values of one numeric column in the new rows.

    Parameters
    ----------
    table : Table
    column : int
        A column whose kind is a number.
    made : Blends
        The new rows.

    Returns
    -------
    ndarray of shape (n_synthetic,)
        In the dtype in which the table gives the column's numbers; NaN where a cell is missing.
    """
    kind = table.columns[column].kind
    if made.points is None:
        base, partner = (table.numbers(column, parents) for parents in (made.base, made.partner))
        return blend_column(base, partner, made.weight, kind)
    points = made.points[:, [features_of(table).index(column)]]
    points = (points.toarray() if hasattr(points, "toarray") else points)[:, 0]
    dtype = table.numbers(column, made.base[:0]).dtype
    if np.isnan(points).any():  # which floats alone can hold
        dtype = np.result_type(dtype, np.float64)
    values, blended = np.empty(len(made), dtype), made.partner >= 0
    values[~blended] = cast_numbers(points, dtype, kind)
    base, partner = (table.numbers(column, rows[blended]) for rows in (made.base, made.partner))
    values[blended] = blend_column(base, partner, made.weight[blended], kind)
    return values


def blend_column(base: Array, partner: Array, weight: Float64Array, kind: Kind) -> Array:
    """Blend the values of two parents, keeping the column's type.

    Floats are interpolated. Of integers and booleans the step from base to partner is rounded to
    the nearest whole number, so that integers beyond 2**53 lose nothing. Where a parent's value is
    missing, the base's value is kept, missing or not.

    Parameters
    ----------
    base, partner : ndarray of shape (n,)
        The parents' values, of one dtype.
    weight : ndarray of float64 of shape (n,)
    kind : Kind
        FLOAT, INTEGER or BOOLEAN.

    Returns
    -------
    ndarray of shape (n,)
        The blended values, in the dtype of `base`.
    """
    if base.dtype != partner.dtype:  # only one of them has missing cells
        base, partner = base.astype(np.float64), partner.astype(np.float64)
    if base.dtype.kind in "iub":
        step = np.rint(weight * (partner.astype(np.float64) - base.astype(np.float64)))
        # In two halves, as a step may be wider than int64; sums wrap around there and back again,
        # so that uint64 comes out right as well.
        half = np.rint(step / 2)
        wrapped = base.astype(np.int64) + half.astype(np.int64)
        blended = (wrapped + (step - half).astype(np.int64)).astype(base.dtype)
        return _between(blended, base, partner, weight)
    blended = (base + weight * (partner - base)).astype(base.dtype)
    if kind is not Kind.FLOAT:
        blended = np.rint(blended)
    return np.where(np.isnan(blended), base, blended)


def _between(blended: Array, base: Array, partner: Array, weight: Float64Array) -> Array:
    # The float64 step between two huge integers can pass the partner by its rounding error.
    inside = (weight >= 0) & (weight <= 1)
    clipped = np.clip(blended, np.minimum(base, partner), np.maximum(base, partner))
    return np.where(inside, clipped, blended)


def cast_numbers(values: Array, dtype: np.dtype[Any], kind: Kind) -> Array:
    """Cast computed numbers to a column's type: rounded, and drawn into the type's range."""
    if values.dtype == dtype and dtype.kind in "iub":
        return values  # float64 cannot hold all integers
    if kind is not Kind.FLOAT:
        values = np.rint(values)
    if dtype.kind == "b":
        return values > 0
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        highest = float(limits.max)
        if highest > limits.max:  # float64 cannot hold it
            highest = np.nextafter(highest, 0)
        values = np.clip(values, limits.min, highest)
    return values.astype(dtype)
