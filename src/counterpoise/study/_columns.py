"""Choose the columns that a study trains on: no identifiers, no free text, dates as days."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import narwhals as nw

from counterpoise._column_roles import ColumnRole, describe_roles, find_roles
from counterpoise._encoding import check_encodable
from counterpoise._table import FrameTable, Table, as_table, feature_positions
from counterpoise.exceptions import CounterpoiseWarning, InputError, UnknownColumnError
from counterpoise.model_selection._times import parse_dates

__all__ = ["StudyColumns", "choose_columns"]

_USES = {
    ColumnRole.IDENTIFIER: "left out of the study",
    ColumnRole.TEXT: "left out of the study (TfidfVectorizer turns text into numbers)",
    ColumnRole.DATE: "used as a number of days",
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
    """

    X: Any
    table: Table
    left_out: tuple[tuple[str, str], ...] = ()
    dates: tuple[Any, ...] = ()

    def types(self) -> tuple[tuple[str, str], ...]:
        """Return the name and the type of each feature."""
        features = [self.table.columns[j] for j in feature_positions(self.table)]
        return tuple(
            (
                str(column.name),
                "date" if column.name in self.dates else column.feature_type.value,
            )
            for column in features
        )


def choose_columns(X: Any, keep: Collection[str] = ()) -> StudyColumns:
    """Choose the features of a study, with a warning if they are not all columns.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_columns)
    keep : collection of str, default=()
        Columns that are features as they are.

    Returns
    -------
    StudyColumns

    Raises
    ------
    InputError
        If X is not a table that can be encoded.
    UnknownColumnError
        If `keep` names a column that X does not have.

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
    names = [column.name for column in table.columns]
    for name in keep:
        if name not in names:
            raise UnknownColumnError.among(name, names)
    roles = find_roles(table, keep)
    if not roles or not isinstance(table, FrameTable):
        check_encodable(table)
        return StudyColumns(X, table)
    days = _read_days(table, roles)
    unclear = [name for name, role in roles.items() if role is ColumnRole.DATE and name not in days]
    message = describe_roles(roles, _USES)
    if unclear:
        message += f" The format of {', '.join(map(repr, unclear))} is unclear: left out, too."
    warnings.warn(message, CounterpoiseWarning, stacklevel=3)
    left_out = {name: role.value for name, role in roles.items() if name not in days}
    left_out |= dict.fromkeys(unclear, "dates of an unclear format")
    return _select(table, left_out, days)


def _read_days(table: FrameTable, roles: Mapping[Any, ColumnRole]) -> dict[Any, nw.Series[Any]]:
    """Return the numbers of days of the columns of dates whose format is clear."""
    days = {}
    for series in table.series:
        if roles.get(series.name) is ColumnRole.DATE:
            with suppress(InputError):
                days[series.name] = _days(series)
    return days


def _days(series: nw.Series[Any]) -> nw.Series[Any]:
    """Return the number of days since 1970, with a fraction for the time of day."""
    if series.dtype in (nw.Date, nw.Datetime):
        return series.dt.timestamp("us").cast(nw.Float64) / (1e6 * _SECONDS_PER_DAY)
    values = series.to_list()
    days = {
        text: (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() / _SECONDS_PER_DAY
        for text, date in parse_dates({text for text in values if isinstance(text, str)}).items()
    }
    numbers = [days.get(value) for value in values]
    return nw.new_series(series.name, numbers, nw.Float64, backend=series.implementation)


def _select(
    table: FrameTable, left_out: Mapping[Any, str], days: Mapping[Any, nw.Series[Any]]
) -> StudyColumns:
    positions = [j for j, series in enumerate(table.series) if series.name not in left_out]
    X = table.frame[:, positions].with_columns(*days.values()).to_native()
    chosen = as_table(X)
    check_encodable(chosen)
    reasons = tuple((str(name), reason) for name, reason in left_out.items())
    return StudyColumns(X, chosen, reasons, tuple(days))
