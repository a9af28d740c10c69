"""Counts and ranges of all rows of a large file, from the pass that reads a sample of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from counterpoise._lib.format_text import format_percent
from counterpoise._table import EncodedTarget
from counterpoise.scale._selection import InProcess
from counterpoise.scale._sources import Source

__all__ = ["AllRows", "CountingSource"]

_MAX_LENGTH = 12  # of a value in the table
_MAX_ROWS = 20


@dataclass(frozen=True)
class ColumnRange:
    """What one column holds in all rows.

    Attributes
    ----------
    name : str
    n_missing : int
    low, high : object
        The lowest and the highest value; None if there is no value, or values have no order.
    is_constant : bool
        Whether all rows have the same value, a missing value counting as one.
    """

    name: str
    n_missing: int
    low: Any
    high: Any
    is_constant: bool


@dataclass(frozen=True)
class AllRows:
    """What one pass over a table counts.

    Attributes
    ----------
    n_rows : int
    classes : dict
        Number of rows of each class.
    columns : tuple of ColumnRange
        All columns but the target.
    """

    n_rows: int
    classes: dict[Any, int]
    columns: tuple[ColumnRange, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return numbers and strings that JSON can hold."""
        return {
            "n_rows": self.n_rows,
            "classes": {str(label): count for label, count in self.classes.items()},
            "columns": [
                {
                    "name": one.name,
                    "n_missing": one.n_missing,
                    "low": _to_plain(one.low),
                    "high": _to_plain(one.high),
                    "is_constant": one.is_constant,
                }
                for one in self.columns
            ],
        }

    def describe(self) -> tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
        """Return the title, headings, rows and notes of a section of a profile."""
        rows = [
            (
                one.name,
                f"{one.n_missing:,}" if one.n_missing else "",
                _shorten(one.low),
                _shorten(one.high),
                "constant" if one.is_constant else "",
            )
            for one in self.columns
        ]
        counts = ", ".join(
            f"{label} {count:,} ({format_percent(count / self.n_rows)})"
            for label, count in list(self.classes.items())[:_MAX_ROWS]
        )
        return (
            f"All rows: {self.n_rows:,}, counted in one pass",
            ("column", "missing", "lowest", "highest", ""),
            tuple(rows),
            (f"classes: {counts}", "what follows is measured on the sample"),
        )


def _to_plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _shorten(value: Any) -> str:
    text = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 1]}…"


class CountingSource(InProcess):
    """A source that counts what passes, if all columns are read."""

    def __init__(self, source: Source) -> None:
        self.names, self.complete, self.output = source.names, source.complete, source.output
        self._source = source
        self._summaries: list[dict[str, Any]] = []

    def batches(self, columns: Sequence[str]) -> Iterator[Any]:
        """Read some columns, a batch of rows at a time."""
        for batch in self._source.batches(columns):
            if list(columns) == self.names:
                self._summaries.append(_summarize(pl.DataFrame(batch.to_arrow())))
            yield batch

    def totals(self, target: str, classes: EncodedTarget) -> AllRows:
        """Return the counts of all rows that were read."""
        counts = dict(zip(classes.classes, map(int, classes.counts), strict=True))
        n_rows = len(classes.codes)
        columns = tuple(self._join(name, n_rows) for name in self.names if name != target)
        return AllRows(n_rows, counts, columns)

    def _join(self, name: str, n_rows: int) -> ColumnRange:
        n_missing = sum(one[f"missing {name}"] for one in self._summaries)
        lows, highs = (
            [one[key] for one in self._summaries if one.get(key) is not None]
            for key in (f"low {name}", f"high {name}")
        )
        if not lows:
            return ColumnRange(name, n_missing, None, None, n_missing == n_rows)
        low, high = min(lows), max(highs)
        return ColumnRange(name, n_missing, low, high, low == high and not n_missing)


def _summarize(batch: pl.DataFrame) -> dict[str, Any]:
    """Return missing values and range of each column, in one query."""
    wanted = []
    for name, dtype in batch.schema.items():
        column = pl.col(name).fill_nan(None) if dtype.is_float() else pl.col(name)
        wanted.append(column.null_count().alias(f"missing {name}"))
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
            continue
        ordered = column.cast(pl.String) if dtype in (pl.Categorical, pl.Enum) else column
        wanted.append(ordered.min().alias(f"low {name}"))
        wanted.append(ordered.max().alias(f"high {name}"))
    return batch.select(wanted).row(0, named=True)
