"""Choose the columns that a study trains on: no identifiers, dates as days, text on request."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from shlex import quote
from typing import Any

import narwhals as nw

from counterpoise._column_roles import ColumnRole, describe_option, describe_roles, find_roles
from counterpoise._encoding import check_encodable
from counterpoise._table import (
    Column,
    FeatureType,
    FrameTable,
    SparseTable,
    Table,
    as_table,
    feature_positions,
    is_missing,
    missing_mask,
)
from counterpoise.exceptions import (
    CounterpoiseWarning,
    FeatureTypeError,
    InputError,
    UnknownColumnError,
)
from counterpoise.model_selection._times import parse_dates

__all__ = ["StudyColumns", "check_names", "choose_columns", "count_days"]

_USES = {
    ColumnRole.IDENTIFIER: "left out of the study",
    ColumnRole.TEXT: "left out of the study",
    ColumnRole.DATE: "used as a number of days",
    ColumnRole.NUMBER: "left out of the study; convert them to numbers",
}
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class StudyColumns:
    """The features of a study.

    Attributes
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_features)
        What the user passed, if all columns are features as they are.
    table : Table
        The same, opened.
    left_out : tuple of (str, str)
        Columns that are not in `X`, and why.
    dates : tuple of object
        Features that are numbers of days since 1970.
    texts : tuple of object
        Columns of text, which `TextEncoder` turns into features.
    """

    X: Any
    table: Table
    left_out: tuple[tuple[str, str], ...] = ()
    dates: tuple[Any, ...] = ()
    texts: tuple[Any, ...] = ()

    def types(self) -> tuple[tuple[str, str], ...]:
        """Return the name and the type of each feature; nothing for a sparse table."""
        if isinstance(self.table, SparseTable):
            return ()
        features = [self.table.columns[j] for j in feature_positions(self.table)]
        return tuple((str(column.name), self._type_of(column)) for column in features)

    def _type_of(self, column: Column) -> str:
        if column.name in self.texts:
            return "text"
        return "date" if column.name in self.dates else column.feature_type.value


def choose_columns(X: Any, keep: Collection[str] = (), text: Collection[str] = ()) -> StudyColumns:
    """Choose the features of a study, with a warning if they are not all columns.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_columns)
    keep : collection of str, default=()
        Columns that are features as they are.
    text : collection of str, default=()
        Columns of text that are features.

    Returns
    -------
    StudyColumns

    Raises
    ------
    InputError
        If X is not a table that can be encoded, or a column is in `keep` and in `text`.
    FeatureTypeError
        If a column of `text` holds other values than strings or categories.
    UnknownColumnError
        If `keep` or `text` names a column that X does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"x": [1.5, 2.5], "day": pd.to_datetime(["1970-01-02", "1970-01-31"])})
    >>> with warnings.catch_warnings(action="ignore"):
    ...     chosen = choose_columns(X)
    >>> chosen.X["day"].to_list(), chosen.types()
    ([1.0, 30.0], (('x', 'float'), ('day', 'date')))
    """
    table = as_table(X)
    if keep or text:
        check_names(table, keep, text)
    if isinstance(table, SparseTable):
        check_encodable(table)
        return StudyColumns(table.estimator_input, table)
    roles = find_roles(table, (*keep, *text))
    if not roles or not isinstance(table, FrameTable):
        check_encodable(table)
        return StudyColumns(X, table, texts=tuple(text))
    days = _read_days(table, roles)
    unclear = [name for name, role in roles.items() if role is ColumnRole.DATE and name not in days]
    warnings.warn(_describe(roles, unclear), CounterpoiseWarning, stacklevel=3)
    left_out = {name: role.value for name, role in roles.items() if name not in days}
    left_out |= dict.fromkeys(unclear, "dates of an unclear format")
    return replace(_select(table, left_out, days), texts=tuple(text))


def check_names(table: Table, keep: Collection[str], text: Collection[str]) -> None:
    """Check that a table has these columns, and that those of `text` hold text."""
    names = [column.name for column in table.columns]
    for name in (*keep, *text):
        if name not in names:
            raise UnknownColumnError.among(name, names)
    for name in text:
        if name in keep:
            raise InputError(f"Column {name!r} is in keep and in text; choose one.")
        _check_text(table, names.index(name))
    if text and not isinstance(table, FrameTable):
        raise InputError("text needs a data frame, whose columns have names.")


def _check_text(table: Table, column: int) -> None:
    about = table.columns[column]
    if about.feature_type is not FeatureType.CATEGORICAL:
        is_empty = missing_mask(table, column).all()
        why = "all its values are missing" if is_empty else f"its type is {about.dtype}"
        raise FeatureTypeError(
            f"Column {about.name!r} does not hold text: {why}.",
            (),
            f"Remove it from text (--text {quote(str(about.name))}).",
        )


def _describe(roles: Mapping[Any, ColumnRole], unclear: Collection[Any]) -> str:
    """Describe what is done with columns that are not features, and how to change it."""
    message = describe_roles(roles, _USES)
    texts = [name for name, role in roles.items() if role is ColumnRole.TEXT]
    if texts:
        them = "them" if len(texts) > 1 else "it"
        message += f" {describe_option('text', texts)} reads {them} by TF-IDF."
    if unclear:
        message += f" The format of {', '.join(map(repr, unclear))} is unclear: left out, too."
    return message


def _read_days(table: FrameTable, roles: Mapping[Any, ColumnRole]) -> dict[Any, nw.Series[Any]]:
    """Return the numbers of days of the columns of dates whose format is clear."""
    days = {}
    for j, name in enumerate(table.columns.names):
        if roles.get(name) is ColumnRole.DATE:
            with suppress(InputError):
                days[name] = count_days(table.series(j))
    return days


def count_days(series: nw.Series[Any], date_format: str | None = None) -> nw.Series[Any]:
    """Return the number of days since 1970, with a fraction for the time of day."""
    if series.dtype in (nw.Date, nw.Datetime):
        return series.dt.timestamp("us").cast(nw.Float64) / (1e6 * _SECONDS_PER_DAY)
    values = series.to_list()
    dates = parse_dates({value for value in values if isinstance(value, str)}, date_format)
    numbers = [_day_number(dates.get(value, value)) for value in values]
    return nw.new_series(series.name, numbers, nw.Float64, backend=series.implementation)


def _day_number(value: Any) -> float | None:
    """Return the number of days of a date or a time; None for a missing value."""
    if is_missing(value):
        return None
    if not isinstance(value, datetime):
        return float((value - date(1970, 1, 1)).days)
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() / _SECONDS_PER_DAY


def _select(
    table: FrameTable, left_out: Mapping[Any, str], days: Mapping[Any, nw.Series[Any]]
) -> StudyColumns:
    positions = [j for j, name in enumerate(table.columns.names) if name not in left_out]
    X = table.frame[:, positions].with_columns(*days.values()).to_native()
    chosen = as_table(X)
    check_encodable(chosen)
    reasons = tuple((str(name), reason) for name, reason in left_out.items())
    return StudyColumns(X, chosen, reasons, tuple(days))
