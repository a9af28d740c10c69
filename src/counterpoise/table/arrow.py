"""pyarrow's view types, from which no row can be taken: they are cast on the way in and out.

polars writes its strings so. Should pyarrow learn to take from them, this file can go.
"""

from __future__ import annotations

from typing import Any

__all__ = ["takeable", "takeable_table"]

_TAKEABLE = {"string_view": "large_string", "binary_view": "large_binary"}


def takeable(column: Any) -> Any:
    """Return a pyarrow array, cast to a type that rows can be taken from."""
    target = _TAKEABLE.get(str(column.type))
    return column if target is None else column.cast(target)


def takeable_table(table: Any) -> Any:
    """Return a pyarrow table whose columns can all be taken from; itself if they can already."""
    for position, field in enumerate(table.schema):
        if str(field.type) in _TAKEABLE:
            column = takeable(table.column(position))
            table = table.set_column(position, field.name, column)
    return table
