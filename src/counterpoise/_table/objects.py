"""Columns of Python objects: which of them hold numbers, and synthetic values of the same type."""

from __future__ import annotations

import math
from contextlib import suppress
from decimal import Context, Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray
from counterpoise._table.records import FeatureType

__all__ = [
    "fill_missing_objects",
    "is_missing",
    "numbers_of_objects",
    "objects_of_numbers",
    "type_of_objects",
]

_DTYPES = {
    FeatureType.FLOAT: np.float64,
    FeatureType.INTEGER: np.int64,
    FeatureType.BOOLEAN: np.bool_,
}
_MISSING_TYPES = ("NoneType", "NAType", "NaTType")  # the last two are of pandas
# Enough digits for any float64, whose range ends near 1e308, with as many decimal places.
_DECIMAL_CONTEXT = Context(prec=700)


def is_missing(value: Any) -> bool:
    """Return whether a Python object is a missing value: None, NaN, or NA or NaT of pandas."""
    if isinstance(value, str | int):
        return False
    if isinstance(value, float | np.floating):
        return math.isnan(value)
    if isinstance(value, Decimal):
        return value.is_nan()
    return type(value).__name__ in _MISSING_TYPES


def type_of_objects(values: Array) -> FeatureType:
    """Return the feature type of an array of Python objects, from the types of all its values."""
    classes = _classes_present(values.tolist())
    if classes and classes <= {bool, np.bool_}:
        return FeatureType.BOOLEAN
    if classes and all(issubclass(cls, Integral | np.bool_) for cls in classes):
        return FeatureType.INTEGER
    if all(issubclass(cls, Real | Decimal | np.bool_) for cls in classes):
        return FeatureType.FLOAT
    if all(issubclass(cls, str | Real | Decimal | np.generic) for cls in classes):
        return FeatureType.CATEGORICAL
    return FeatureType.OTHER


def _classes_present(objects: list[Any]) -> set[type[Any]]:
    """Return the types of the values that are not missing."""
    classes = {type(value) for value in objects}
    classes = {cls for cls in classes if cls.__name__ not in _MISSING_TYPES}
    floats = {cls for cls in classes if issubclass(cls, float | np.floating | Decimal)}
    # Among other types, a NaN is a missing value, and its type says nothing.
    if floats < classes and all(is_missing(value) for value in objects if type(value) in floats):
        return classes - floats
    return classes


def numbers_of_objects(values: Array, feature_type: FeatureType) -> Array:
    """Convert a column of Python objects to numbers, with NaN for missing values.

    Parameters
    ----------
    values : ndarray of object of shape (n,)
    feature_type : FeatureType
        FLOAT, INTEGER or BOOLEAN.

    Returns
    -------
    ndarray of float64, int64 or bool of shape (n,)
        float64 if a value is missing, or beyond the range of int64.
    """
    # None and NaN can be cast to bool, but are neither True nor False.
    if feature_type is not FeatureType.BOOLEAN or not _missing_objects(values).any():
        with suppress(TypeError, ValueError, OverflowError):  # missing, or beyond the range
            return values.astype(_DTYPES[feature_type])
    return np.array([_as_float(value) for value in values.tolist()], np.float64)


def _as_float(value: Any) -> float:
    if is_missing(value):
        return np.nan
    try:
        return float(value)
    except OverflowError:  # a Python integer beyond the range of float64
        return np.inf if value > 0 else -np.inf


def _missing_objects(values: Array) -> BoolArray:
    return np.fromiter(map(is_missing, values.tolist()), bool, len(values))


def fill_missing_objects(values: Array, feature_type: FeatureType) -> tuple[Array, BoolArray]:
    """Return the numbers of a column, with 0 for missing values, and the mask of missing values.

    Integers stay exact, as no NaN has to be represented.
    """
    if feature_type is FeatureType.FLOAT:
        numbers = numbers_of_objects(values, feature_type)
        missing: BoolArray = np.isnan(numbers)
        return np.where(missing, 0.0, numbers), missing
    missing = _missing_objects(values)
    return numbers_of_objects(np.where(missing, 0, values), feature_type), missing


def objects_of_numbers(
    numbers: Array, missing: BoolArray, base: Array, column: Array, feature_type: FeatureType
) -> Array:
    """Convert synthetic values to Python objects like those of their column.

    Parameters
    ----------
    numbers : ndarray of shape (n_synthetic,)
        The synthetic values.
    missing : ndarray of bool of shape (n_synthetic,)
        Which of them are missing.
    base : ndarray of object of shape (n_synthetic,)
        The values of the base rows, which have the missing values in the column's own form.
    column : ndarray of object of shape (n_rows,)
        The column.
    feature_type : FeatureType
        FLOAT, INTEGER or BOOLEAN.

    Returns
    -------
    ndarray of object of shape (n_synthetic,)
        bool, int, float or, if the column has Decimal objects and no floats, Decimal.
    """
    objects = base.copy()
    present = ~missing
    objects[present] = _as_objects(numbers[present], column, feature_type)
    return objects


def _as_objects(numbers: Array, column: Array, feature_type: FeatureType) -> Array:
    if feature_type is FeatureType.FLOAT:
        step = _decimal_step(column)
        if step is None:
            return numbers.astype(np.float64).astype(object)
        decimals = (Decimal(number) for number in numbers.tolist())
        values: list[Any] = [number.quantize(step, context=_DECIMAL_CONTEXT) for number in decimals]
    elif numbers.dtype.kind == "f":  # as some values are missing, or beyond the range of int64
        convert = bool if feature_type is FeatureType.BOOLEAN else int
        values = [convert(number) for number in numbers.tolist()]
    else:
        return numbers.astype(object)
    return np.array(values, object)


def _decimal_step(column: Array) -> Decimal | None:
    """Return one unit of the last decimal place of a column of Decimal objects, else None."""
    objects = column.tolist()
    classes = _classes_present(objects)
    if not any(issubclass(cls, Decimal) for cls in classes):
        return None
    if not all(issubclass(cls, Decimal | Integral) for cls in classes):
        return None
    finite = [v for v in objects if isinstance(v, Decimal) and v.is_finite()]
    return Decimal(1).scaleb(min(0, *(int(value.as_tuple().exponent) for value in finite)))
