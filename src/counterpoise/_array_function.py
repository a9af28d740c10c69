"""Functions that resample arrays, applied to tables in any container."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from counterpoise._lib.types import IntArray
from counterpoise._table import (
    EncodedTarget,
    FeatureType,
    Resampling,
    SparseTable,
    SyntheticSamples,
    Table,
    as_table,
    encode_like,
    feature_positions,
    to_array,
)
from counterpoise.exceptions import FeatureTypeError, InputError, TargetError

__all__ = ["resample_arrays", "select_equal_rows"]


def resample_arrays(
    function: Callable[[Any, Any], Any], table: Table, target: EncodedTarget, name: str
) -> Resampling:
    """Resample a table with a function of arrays, and check what the function returns.

    Parameters
    ----------
    function : callable
        It takes X, one array or a sparse matrix of numbers, and y, an array of classes. It returns
        the resampled X and y.
    table : Table
        With numeric and boolean features only.
    target : EncodedTarget
    name : str
        Name of the function, for messages.

    Returns
    -------
    Resampling
        All output samples count as synthetic, because their origin is not known.

    Raises
    ------
    InputError
        If the output of the function does not match the input.
    """
    returned = function(to_array(table), np.array(target.classes)[target.codes])
    X, y = _check_pair(returned, name)
    values, codes = _check_samples(X, table, name), _encode_target(y, target, name)
    if values.shape[0] != len(codes):
        raise InputError(
            f"{name} must return X and y of the same length; it returned "
            f"{values.shape[0]} samples and {len(codes)} classes."
        )
    no_row = np.full(len(codes), -1)
    synthetic = SyntheticSamples(no_row, no_row, np.full(len(codes), np.nan), codes, values)
    return Resampling(np.empty(0, np.intp), synthetic)


def select_equal_rows(
    decision: Resampling, rows: Any, table: Table, target: EncodedTarget
) -> Resampling:
    """Replace output samples by the input rows that a sampler reports for them, if they are equal.

    Input rows have a provenance, and values that one array cannot represent.

    Parameters
    ----------
    decision : Resampling
        What `resample_arrays` returned.
    rows : array-like of int of shape (n_resampled,)
        The number of an input row for each output sample.
    table : Table
    target : EncodedTarget

    Returns
    -------
    Resampling
        The given decision if any of the samples differs.
    """
    rows, synthetic = np.asarray(rows, np.intp), decision.synthetic
    are_rows = ((rows >= 0) & (rows < table.n_rows)).all()
    if not are_rows or not np.array_equal(target.codes[rows], synthetic.label):
        return decision
    X = to_array(table)[rows]
    if isinstance(table, SparseTable):
        are_equal = (synthetic.points != X).nnz == 0
    else:
        are_equal = np.array_equal(synthetic.points, X, equal_nan=True)
    return Resampling(kept=rows) if are_equal else decision


def _check_pair(returned: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        size = f" of {len(returned)}" if isinstance(returned, tuple | list) else ""
        raise InputError(
            f"{name} must return a pair, X and y; it returned a {type(returned).__name__}{size}."
        )
    return returned[0], returned[1]


def _check_samples(X: Any, table: Table, name: str) -> Any:
    """Return the samples that a function returned as an array, sparse only if the input is."""
    try:
        returned = as_table(X)
    except InputError as error:
        raise InputError(f"{name} must return an X like its input. {error}") from error
    n_features = len(feature_positions(table))
    if len(returned.columns) != n_features:
        raise InputError(
            f"{name} must return as many features as X has, {n_features}; it returned "
            f"{len(returned.columns)}."
        )
    for column in returned.columns:
        if not column.feature_type.is_number:
            raise FeatureTypeError(
                f"{name} must return numbers; column {column.name!r} of its output is of type "
                f"{column.dtype}.",
                [str(column.name)],
            )
    _check_finite(returned, table, name)
    values = to_array(returned)
    is_sparse = isinstance(returned, SparseTable) and not isinstance(table, SparseTable)
    return values.toarray() if is_sparse else values


def _check_finite(returned: Table, table: Table, name: str) -> None:
    """Raise an error if a column of integers or booleans would get NaN or infinity."""
    for position, j in enumerate(feature_positions(table)):
        column = table.columns[j]
        if column.feature_type is FeatureType.FLOAT or table.numbers(j).dtype.kind == "f":
            continue  # a column of floats, or a nullable one with missing values
        values = returned.numbers(position)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise InputError(
                f"{name} must return finite numbers for column {column.name!r}, which is of type "
                f"{column.dtype}; it returned {values[~np.isfinite(values)][0]}."
            )


def _encode_target(y: Any, target: EncodedTarget, name: str) -> IntArray:
    try:
        return encode_like(y, target)
    except TargetError as error:
        raise TargetError(f"{name} must return classes that are in y. {error}") from error
