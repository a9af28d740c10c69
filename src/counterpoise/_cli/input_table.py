"""A table that was read from a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from counterpoise._cli.column_types import NumberStyle
from counterpoise._cli.csv_text import Dialect

__all__ = ["InputTable", "column_values", "free_prefix"]

_ROW_LABELS = "holds row labels"

_PLAIN = Dialect()


@dataclass(frozen=True)
class InputTable:
    """A table that was read from a file.

    Attributes
    ----------
    table : polars.DataFrame or pyarrow.Table
        The typed values.
    texts : polars.DataFrame or None
        The original text of each field, for a CSV.
    dialect : Dialect
        The dialect for a CSV that is written from it.
    styles : mapping of str to NumberStyle
        How columns of numbers are written, where it is not the usual way.
    notes : tuple of str
        What was assumed about the file, one sentence each. What needs an action starts with
        "Warning: ".
    lines : callable or None
        Maps row numbers to the lines of a file of text in which the rows start.
    """

    table: Any
    texts: pl.DataFrame | None = None
    dialect: Dialect = _PLAIN
    styles: Mapping[str, NumberStyle] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    lines: Callable[[Sequence[int]], list[int]] | None = None

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        names = self.table.column_names if self.texts is None else self.table.columns
        return list(names)

    @property
    def not_features(self) -> dict[str, str]:
        """Columns that are no features, and why: row labels, and an empty column without a name."""
        if self.texts is None:
            written = (self.table.schema.pandas_metadata or {}).get("index_columns", [])
            return {name: _ROW_LABELS for name in written if name in self.columns}
        if "" not in self.columns:
            return {}
        if self.texts[""].is_null().all():
            return {"": "has neither a name nor values"}
        return {"": _ROW_LABELS} if self.columns[0] == "" else {}


def column_values(table: Any, column: str) -> list[Any]:
    """Return the values of one column of a polars or pyarrow table."""
    values = table[column]
    listed: list[Any] = values.to_list() if isinstance(values, pl.Series) else values.to_pylist()
    return listed


def free_prefix(prefix: str, added: Iterable[str], taken: Collection[str]) -> str:
    """Return a prefix for columns that are added, with underscores until no name is taken.

    Examples
    --------
    >>> free_prefix("", ["probability"], ["age", "probability"])
    '_'
    """
    while any(prefix + name in taken for name in added):
        prefix = f"_{prefix}"
    return prefix
