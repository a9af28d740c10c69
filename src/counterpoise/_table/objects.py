"""Columns of Python objects: which of them hold numbers, and synthetic values of the same type."""

from __future__ import annotations

import math
from collections.abc import Callable
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
    objects = values.tolist()
    classes = {type(value) for value in objects}
    if any(not issubclass(cls, str | int) for cls in classes):  # these are never missing
        classes = {type(value) for value in objects if not is_missing(value)}
    if classes and classes <= {bool, np.bool_}:
        return FeatureType.BOOLEAN
    if classes and all(issubclass(cls, Integral | np.bool_) for cls in classes):
        return FeatureType.INTEGER
    if all(issubclass(cls, Real | Decimal | np.bool_) for cls in classes):
        return FeatureType.FLOAT
    if all(issubclass(cls, str | Real | Decimal | np.generic) for cls in classes):
        return FeatureType.CATEGORICAL
    return FeatureType.OTHER


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
    convert = _converter(column, feature_type)
    present = np.flatnonzero(~missing)
    objects[present] = [convert(number) for number in numbers[present].tolist()]
    return objects


def _converter(column: Array, feature_type: FeatureType) -> Callable[[Any], Any]:
    if feature_type is not FeatureType.FLOAT:
        return bool if feature_type is FeatureType.BOOLEAN else int
    present = [value for value in column.tolist() if not is_missing(value)]
    decimals = [value for value in present if isinstance(value, Decimal)]
    if not decimals or any(not isinstance(value, Decimal | Integral) for value in present):
        return float
    # The step is the last decimal place of the most precise value, as in columns of decimals.
    places = min(0, *(int(value.as_tuple().exponent) for value in decimals if value.is_finite()))
    step = Decimal(1).scaleb(places)
    return lambda number: Decimal(number).quantize(step, context=_DECIMAL_CONTEXT)
