"""Find sentinels: values such as −999 or 1900-01-01 that may stand for a missing value.

Sentinels are the lowest or the highest values of a column, occur more than once, and are far from
all other values, compared with the range of these. Values that are often used as sentinels need
less evidence than others. Zero is never taken for one: it is far from the other values in many
columns of amounts, and means zero.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from shlex import quote
from typing import Any

import numpy as np

from counterpoise._column_roles import ColumnRole
from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise._table import Table, feature_positions, text_values
from counterpoise.exceptions import InputError
from counterpoise.model_selection._times import parse_dates
from counterpoise.profile._records import Sentinel
from counterpoise.profile._text import MAX_NAMES, format_count

__all__ = ["describe_sentinels", "find_sentinels", "find_sentinels_of_column"]

_MAX_AT_END = 3
# Digits of numbers that are often used: 999, 99.9, 9998, 8888, 1900, and limits of integer types.
_TYPICAL_DIGITS = re.compile(r"9+[6-9]|8{2,}|7{3,}|1900|32767|32768|65535|2147483647|2147483648")
_FIRST_DAY = date(1970, 1, 1).toordinal()
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TYPICAL_NEGATIVE = ("-9", "-8", "-7")
_TYPICAL_DATES = frozenset(
    {
        *("0001-01-01", "1753-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01"),
        *("1901-01-01", "1970-01-01", "2099-12-31", "2999-12-31", "9999-01-01", "9999-12-31"),
    }
)


@dataclass(frozen=True)
class _Evidence:
    """What it takes for a value to be a sentinel.

    Attributes
    ----------
    n_rows : int
        Number of rows with the value.
    gap : float
        Distance to the other values, as a multiple of their range.
    n_others : int
        Number of distinct other values.
    """

    n_rows: int
    gap: float
    n_others: int


_TYPICAL_NUMBER = _Evidence(2, 1.0, 3)
_TYPICAL_AND_ONLY_NEGATIVE = _Evidence(2, 0.0, 3)
_TYPICAL_DATE = _Evidence(2, 0.25, 3)
_ANY_VALUE = _Evidence(5, 5.0, 10)


@dataclass(frozen=True)
class _Values:
    """The distinct values of a column, in order.

    Attributes
    ----------
    numbers : ndarray of float
    counts : ndarray of int
        Number of rows with each value.
    labels : sequence of object
        What the values are called.
    """

    numbers: Float64Array
    counts: IntArray
    labels: Any

    def are_sentinels(self, n_low: int, n_high: int) -> bool:
        """Return whether some of the lowest and of the highest values are sentinels."""
        low, high = self.numbers[n_low], self.numbers[-1 - n_high]
        n_others = len(self.numbers) - n_low - n_high
        for i in self._ends(n_low, n_high):
            number, evidence = self.numbers[i], self._evidence_for(i, low)
            gap = max(low - number, number - high)
            if (
                number == 0
                or self.counts[i] < evidence.n_rows
                or gap < evidence.gap * (high - low)
                or n_others < evidence.n_others
            ):
                return False
        return True

    def take(self, n_low: int, n_high: int) -> tuple[Sentinel, ...]:
        """Return the sentinels at both ends."""
        others = _label(self.labels[n_low]), _label(self.labels[len(self.labels) - 1 - n_high])
        return tuple(
            Sentinel(_label(self.labels[i]), int(self.counts[i]), *others)
            for i in self._ends(n_low, n_high)
        )

    def _ends(self, n_low: int, n_high: int) -> list[int]:
        size = len(self.numbers)
        return [*range(n_low), *range(size - n_high, size)]

    def _evidence_for(self, i: int, low: float) -> _Evidence:
        label = _label(self.labels[i])
        digits = label.lstrip("-").replace(".", "")
        if label in _TYPICAL_DATES:
            return _TYPICAL_DATE
        if not (_TYPICAL_DIGITS.fullmatch(digits) or label in _TYPICAL_NEGATIVE):
            return _ANY_VALUE
        is_only_negative = self.numbers[i] < 0 <= low
        return _TYPICAL_AND_ONLY_NEGATIVE if is_only_negative else _TYPICAL_NUMBER


def _label(value: Any) -> str:
    """Return a value as it is probably written in a file: −999 of a column of floats has no .0."""
    return str(value) if isinstance(value, str) else f"{value:.15g}"


def find_sentinels(table: Table, dates: Collection[object] = ()) -> dict[Any, tuple[Sentinel, ...]]:
    """Find the sentinels of the numeric features of a table.

    Parameters
    ----------
    table : Table
    dates : collection of object, default=()
        Names of the features that are numbers of days since 1970.

    Returns
    -------
    dict of object to tuple of Sentinel
        By the name of the column.

    Examples
    --------
    >>> from counterpoise._table import as_table
    >>> find_sentinels(as_table([[31], [-999], [45], [28], [-999], [62]]))
    {0: (Sentinel(value='-999', n_rows=2, low='28', high='62'),)}
    """
    found = {}
    for j in feature_positions(table):
        name = table.columns[j].name
        role = ColumnRole.DATE if name in dates else ColumnRole.FEATURE
        found[name] = find_sentinels_of_column(table, j, role)
    return {name: sentinels for name, sentinels in found.items() if sentinels}


def find_sentinels_of_column(table: Table, column: int, role: ColumnRole) -> tuple[Sentinel, ...]:
    """Find the sentinels of one column, if it is a numeric feature or holds dates.

    Parameters
    ----------
    table : Table
    column : int
    role : ColumnRole

    Returns
    -------
    tuple of Sentinel
    """
    values = None
    if role is ColumnRole.DATE:
        values = _read_dates(table, column)
    elif role is ColumnRole.FEATURE and table.columns[column].feature_type.is_number:
        values = _read_numbers(table.numbers(column))
    if values is None:
        return ()
    n_ends = product(range(_MAX_AT_END + 1), repeat=2)
    for n_low, n_high in sorted(n_ends, key=sum, reverse=True):  # as many as possible
        if n_low + n_high + 2 < len(values.numbers) and values.are_sentinels(n_low, n_high):
            return values.take(n_low, n_high)
    return ()


def _read_numbers(numbers: Array) -> _Values:
    present = numbers[~np.isnan(numbers)] if numbers.dtype.kind == "f" else numbers
    distinct, counts = np.unique(present, return_counts=True)
    return _Values(distinct.astype(np.float64), counts, distinct)


def _read_dates(table: Table, column: int) -> _Values | None:
    """Read dates, or numbers of days since 1970, as days; None if they cannot be read."""
    if table.columns[column].feature_type.is_number:
        days = np.floor(table.numbers(column)) + _FIRST_DAY
    else:
        texts = [text for text in text_values(table, column).tolist() if isinstance(text, str)]
        try:
            parsed = {
                text: day.toordinal() for text, day in parse_dates(dict.fromkeys(texts)).items()
            }
        except (InputError, AttributeError):  # no format fits, or all are numbers
            return None
        days = np.array([parsed[text] for text in texts])
    found = _read_numbers(days)
    labels = [date.fromordinal(int(day)).isoformat() for day in found.numbers]
    return replace(found, labels=labels)


def describe_sentinels(found: Mapping[Any, Sequence[Sentinel]]) -> str:
    """Describe sentinels, and how to read them as missing values; empty if there are none.

    Parameters
    ----------
    found : mapping of object to sequence of Sentinel
        By the name of the column.

    Examples
    --------
    >>> print(describe_sentinels({"age": [Sentinel("-999", 12, "18", "90")]}))
    Column 'age' has -999 in 12 rows, far from all other values (18 to 90): it may stand for a \
missing value. If so, read -999 as missing (--missing-values -999): distances and models use it \
as a number.
    """
    parts = [_describe_column(name, sentinels) for name, sentinels in found.items()]
    if not parts:
        return ""
    n_more = len(parts) - MAX_NAMES
    more = f", and {format_count(n_more, 'more column')}" if n_more > 0 else ""
    values = list(dict.fromkeys(one.value for sentinels in found.values() for one in sentinels))
    columns = "Column" if len(parts) == 1 else "Columns:"
    what = (
        "it may stand for a missing value"
        if len(values) == 1
        else "they may stand for missing values"
    )
    return f"{columns} {'; '.join(parts[:MAX_NAMES])}{more}: {what}. If so, {_advise(values)}."


def _advise(values: Sequence[str]) -> str:
    """Advise how to read values as missing; the option of the command line is for numbers only."""
    numbers = [value for value in values if not _DATE.fullmatch(value)]
    steps = []
    if numbers:
        them = " and ".join(numbers)
        options = " ".join(f"--missing-values {quote(value)}" for value in numbers)
        use = "them as numbers" if len(numbers) > 1 else "it as a number"
        steps.append(f"read {them} as missing ({options}): distances and models use {use}")
    if len(numbers) < len(values):
        steps.append("replace the dates with empty values")
    return ", and ".join(steps)


def _describe_column(name: Any, sentinels: Sequence[Sentinel]) -> str:
    values = " and ".join(f"{one.value} in {format_count(one.n_rows, 'row')}" for one in sentinels)
    return (
        f"{str(name)!r} has {values}, far from all other values ({sentinels[0].low} to "
        f"{sentinels[0].high})"
    )
