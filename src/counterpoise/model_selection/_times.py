"""The times of samples: numbers, dates, or text of dates, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from numbers import Real
from typing import Any

import numpy as np

from counterpoise._lib.types import IntArray
from counterpoise._table import is_missing
from counterpoise.exceptions import InputError

__all__ = ["Times", "find_date_format", "most_frequent_format", "parse_dates", "parse_times"]

# Formats of dates that are not ISO 8601.
_DATES = (
    *(
        order.replace("/", separator)
        for separator in "/-."
        for order in ("%m/%d/%y", "%d/%m/%y", "%y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d")
    ),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d-%b-%Y"),
    *("%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%y"),
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_FORMATS = tuple(day + clock for day, clock in product(_DATES, _CLOCKS))


@dataclass(frozen=True)
class Times:
    """The times of samples.

    Attributes
    ----------
    ranks : ndarray of int of shape (n_samples,)
        The position of each sample's time among the distinct times.
    labels : tuple of str
        The distinct times as text, in order.
    """

    ranks: IntArray
    labels: tuple[str, ...]

    def span(self, rows: IntArray) -> tuple[str, str]:
        """Return the first and the last time of some samples."""
        ranks = self.ranks[rows]
        return self.labels[ranks.min()], self.labels[ranks.max()]


def parse_times(time: Any, n_rows: int, time_format: str | None = None) -> Times:
    """Parse and rank the times of samples.

    Parameters
    ----------
    time : array-like of shape (n_samples,)
        Numbers, dates, or text: numbers, dates in ISO 8601, or dates that all fit exactly one
        other format.
    n_rows : int
    time_format : str or None
        The format of dates as text, as for `datetime.datetime.strptime`.

    Returns
    -------
    Times

    Raises
    ------
    InputError
        If there is not exactly one time per sample, or the order of the times is unclear.

    Examples
    --------
    >>> parse_times(["6/16/13", "10/1/14", "6/16/13"], 3)
    Times(ranks=array([0, 1, 0]), labels=('2013-06-16', '2014-10-01'))
    """
    array = np.asarray(time)
    if array.shape != (n_rows,):
        raise InputError(
            f"time must have one value for each of the {n_rows} samples; its shape is "
            f"{array.shape}."
        )
    # Dates in nanoseconds would become integers.
    values = (array.astype("M8[us]") if array.dtype.kind == "M" else array).tolist()
    missing = sum(is_missing(value) for value in values)
    if missing:
        raise InputError(
            f"time must have a value for each sample; it is missing for {missing} of them."
        )
    if all(isinstance(value, str) for value in values):
        parsed = _parse_texts(dict.fromkeys(values), time_format)
        values = [parsed[value] for value in values]
    elif time_format is not None:
        raise InputError("time_format is for times that are text; remove it.")
    return _rank(values)


def _rank(values: Sequence[Any]) -> Times:
    """Rank values of one type; dates without a time of day are at midnight."""
    if all(isinstance(value, date) for value in values):
        values = [
            value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            for value in values
        ]
    elif not all(isinstance(value, Real) for value in values):
        raise InputError(
            "time must hold numbers, dates, or text of dates; its types are "
            f"{', '.join(sorted({type(value).__name__ for value in values}))}."
        )
    try:
        distinct = sorted(set(values))
    except TypeError:
        raise InputError(
            "time has dates with and without a time zone; convert them to one."
        ) from None
    position = {value: rank for rank, value in enumerate(distinct)}
    return Times(np.array([position[value] for value in values]), _labels(distinct))


def _labels(times: Sequence[Any]) -> tuple[str, ...]:
    if not isinstance(times[0], datetime):
        return tuple(f"{float(number):.15g}" for number in times)
    has_clock = any(time.time() != time.min.time() for time in times)
    return tuple(str(time) if has_clock else time.date().isoformat() for time in times)


# ---- Text ----


def parse_dates(texts: Iterable[str], date_format: str | None = None) -> dict[str, datetime]:
    """Return the date of each text.

    Parameters
    ----------
    texts : iterable of str
    date_format : str, optional
        From `find_date_format`. By default, it is found from the texts.

    Raises
    ------
    InputError
        Unless the texts are dates in ISO 8601, or dates that all fit exactly one other format.

    Examples
    --------
    >>> parse_dates(["6/16/14"])
    {'6/16/14': datetime.datetime(2014, 6, 16, 0, 0)}
    """
    return _parse_texts(texts, date_format)


def find_date_format(texts: Iterable[str]) -> str | None:
    """Return the format that `parse_dates` finds; None for ISO 8601.

    Examples
    --------
    >>> find_date_format(["6/16/14"])
    '%m/%d/%y'
    """
    distinct = list(texts)
    return None if _parse_standard(distinct) is not None else _find_format(distinct)


def _parse_texts(texts: Iterable[str], time_format: str | None) -> dict[str, Any]:
    """Return the number or date of each text."""
    distinct = list(texts)
    if time_format is not None:
        return _parse_by_format(distinct, time_format)
    parsed = _parse_standard(distinct)
    return _parse_by_format(distinct, _find_format(distinct)) if parsed is None else parsed


def _parse_standard(texts: Sequence[str]) -> dict[str, Any] | None:
    """Return the value of each text if all are numbers, or all are dates in ISO 8601."""
    parsed = (_parse_all(texts, parse) for parse in (_number, datetime.fromisoformat))
    return next((values for values in parsed if values is not None), None)


def _find_format(texts: Sequence[str]) -> str:
    """Return the only format that fits all texts."""
    readings = {
        form: parsed
        for form in _FORMATS
        if (parsed := _parse_all(texts, _parser(form))) is not None
    }
    different = list({tuple(parsed.values()): form for form, parsed in readings.items()}.values())
    if len(different) == 1:
        return different[0]
    raise InputError(_describe_formats(texts, sorted(different)))


def _parse_all(texts: Sequence[str], parse: Callable[[str], Any]) -> dict[str, Any] | None:
    """Return the value of each text; None if one of them cannot be parsed."""
    parsed = {}
    for text in texts:
        try:
            parsed[text] = parse(text.strip())
        except ValueError:
            return None
    return parsed


def _number(text: str) -> float:
    number = float(text)
    if not np.isfinite(number):
        raise ValueError
    return number


def _parser(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def _parse_by_format(texts: Sequence[str], form: str) -> dict[str, Any]:
    parse = _parser(form)
    parsed = _parse_all(texts, parse)
    if parsed is None:
        bad = next(text for text in texts if _parse_all([text], parse) is None)
        raise InputError(f"time_format {form!r} does not fit the time {bad!r}.")
    return parsed


def _describe_formats(texts: Sequence[str], fitting: Sequence[str]) -> str:
    """Describe two times whose format is unclear, with a format that can be copied."""
    if fitting:
        first, second = (*texts, *texts)[:2]
        return (
            f"The dates {first!r} and {second!r} fit more than one format: "
            f"{' or '.join(fitting)}. Choose one with time_format={fitting[0]!r} "
            f"(--time-format {fitting[0]!r}), or convert them to dates."
        )
    form, first, second = most_frequent_format(texts)
    return (
        f"The times {first!r} and {second!r} are not dates of one known format. Write all times in "
        f"the same format, and name it with time_format={form!r} (--time-format {form!r}), or "
        "convert them to dates."
    )


def most_frequent_format(texts: Sequence[str]) -> tuple[str, str, str]:
    """Return the format that most times fit, one that fits it and one that does not, if any."""
    counts = {
        form: [text for text in texts[:1000] if _parse_all([text], _parser(form))]
        for form in ("%Y-%m-%d", *_FORMATS)
    }
    best = max(counts, key=lambda form: len(counts[form]))
    first = next(iter(counts[best]), texts[0])
    second = next((text for text in texts if text != first and text not in counts[best]), first)
    return best, first, second
