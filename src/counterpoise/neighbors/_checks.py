"""Checks that distances are defined between the rows of a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._table import (
    FeatureType,
    SparseTable,
    Table,
    feature_positions,
    number_blocks,
    positions_of_type,
)
from counterpoise.exceptions import CounterpoiseWarning, FeatureTypeError, InputError

__all__ = [
    "check_feature_types",
    "check_finite",
    "check_numeric",
    "describe_columns",
    "reject_unsupported",
]


def check_numeric(table: Table, sampler: str, family: str | None = "over-sampling") -> None:
    """Check that all features are numeric, and warn about boolean ones.

    Parameters
    ----------
    table : Table
    sampler : str
        Name of the sampler, for the message.
    family : str or None, default="over-sampling"
        Family of the sampler. For another family than oversampling, the message advises methods
        that undersample.

    Raises
    ------
    FeatureTypeError
        If a column is categorical, or of a type for which no distance is defined.
    """
    categorical = _names_of(table, FeatureType.CATEGORICAL)
    if categorical:
        feature_types = {table.columns[j].feature_type for j in feature_positions(table)}
        if family != "over-sampling":
            advice = "Use RandomUnderSampler, NearMiss or TomekLinks."
        elif feature_types <= {FeatureType.CATEGORICAL, FeatureType.BOOLEAN}:
            advice = "Use SMOTEN."
        else:
            advice = "Use SMOTENC."
        raise FeatureTypeError(
            f"{sampler} needs numeric features; {describe_columns(categorical)} categorical.",
            categorical,
            advice,
        )
    reject_unsupported(table, f"{sampler} needs numeric features")
    boolean = _names_of(table, FeatureType.BOOLEAN)
    if boolean:
        warnings.warn(
            f"{sampler} treats booleans as 0 and 1 and rounds the results; "
            f"{describe_columns(boolean)} boolean. SMOTENC treats such columns as categorical.",
            CounterpoiseWarning,
            stacklevel=2,
        )


def check_feature_types(table: Table, sampler: str, family: str | None = None) -> None:
    """Check that a distance is defined on all features: numeric, boolean or categorical ones.

    Parameters
    ----------
    table : Table
    sampler : str
        Name of the sampler, for the message.
    family : str or None, default=None
        Not used; see `check_numeric`.

    Raises
    ------
    FeatureTypeError
        If a column holds dates, lists or the like.
    """
    del family
    reject_unsupported(
        table,
        f"{sampler} measures distances, which need numeric, boolean or categorical features",
    )


def reject_unsupported(table: Table, requirement: str) -> None:
    """Raise an error for columns that are neither numeric, boolean nor categorical.

    Parameters
    ----------
    table : Table
    requirement : str
        What the caller needs; the beginning of the message.

    Raises
    ------
    FeatureTypeError
        If there are such columns.
    """
    names = _names_of(table, FeatureType.OTHER)
    if names:
        dtype = table.columns[positions_of_type(table, FeatureType.OTHER)[0]].dtype
        is_date = dtype.lower().startswith(("date", "time"))  # such as datetime64[ns], Date
        advice = "Drop such columns, or convert them to numbers first."
        if is_date:
            what = f"holds dates or times ({dtype})"
        elif dtype in ("Int128", "UInt128"):
            what = f"is of type {dtype}, which NumPy does not have"
            advice = "Drop such columns, or convert them to Int64 or Float64 first."
        else:
            # The phrase that scikit-learn uses, and that people search for.
            what = f"is of type {dtype}: each argument must be a string, a category or a number"
        more = f" ({len(names)} such columns)" if len(names) > 1 else ""
        raise FeatureTypeError(f"{requirement}; column {names[0]!r} {what}{more}.", names, advice)


def _names_of(table: Table, feature_type: FeatureType) -> list[str]:
    return [str(table.columns.names[j]) for j in positions_of_type(table, feature_type)]


def describe_columns(columns: list[str]) -> str:
    """Return the names of columns with a verb, "column 'a' is" or "'a', 'b' and 'c' are"."""
    if len(columns) == 1:
        return f"column {columns[0]!r} is"
    n_shown = 2 if len(columns) > 3 else len(columns) - 1
    shown, n_more = ", ".join(map(repr, columns[:n_shown])), len(columns) - n_shown
    return f"{shown} and {f'{n_more} more columns' if n_more > 1 else repr(columns[-1])} are"


def check_finite(table: Table, numeric: Iterable[int] | None = None) -> bool:
    """Check that no value is infinite, and in a sparse table that none is missing.

    Parameters
    ----------
    table : Table
    numeric : iterable of int, optional
        Positions of the columns to check; by default all features.

    Returns
    -------
    bool
        Whether any value is missing.

    Raises
    ------
    InputError
        With the row and column of the first infinite value.
    """
    if isinstance(table, SparseTable):
        _check_sparse(table)
        return False
    columns = feature_positions(table) if numeric is None else list(numeric)
    if table.matrix is not None and len(columns) == table.matrix.shape[1]:
        has_missing, infinite_row = _native.scan_values(table.matrix, thread_count())
        if infinite_row >= 0:
            infinite = np.isinf(table.matrix[infinite_row])
            _raise_infinite(table, int(np.flatnonzero(infinite)[0]), infinite_row)
        return bool(has_missing)
    has_missing = False
    for where, block in number_blocks(table, columns):
        if block.dtype.kind == "f" and not np.isfinite(block).all():
            infinite = np.argwhere(np.isinf(block.T))
            if len(infinite):
                _raise_infinite(table, columns[where][infinite[0][0]], int(infinite[0][1]))
            has_missing = True
    return has_missing


def _raise_infinite(table: Table, column: int, row: int) -> None:
    raise InputError(
        f"X contains infinity in row {row}, column {str(table.columns[column].name)!r}. Replace it "
        "by NaN or a number."
    )


def _check_sparse(table: SparseTable) -> None:
    values = table.by_row.data
    if not np.isfinite(values).all():
        what = "NaN" if np.isnan(values).any() else "infinity"
        raise InputError(
            f"A sparse X must contain finite numbers only; it contains {what}. Fill in these "
            "values, or pass a dense X, in which values may be missing."
        )
