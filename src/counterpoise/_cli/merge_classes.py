"""Give classes that differ only in case or spaces the spelling of the most frequent one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pyarrow as pa

from counterpoise._cli.input_table import InputTable, column_values
from counterpoise._lib.similar_classes import group_similar_classes

__all__ = ["match_spelling", "merge_classes"]


def merge_classes(source: InputTable, target: str) -> InputTable:
    """Return a table in which classes that differ only in case or spaces have one spelling.

    Parameters
    ----------
    source : InputTable
    target : str
        The column of the classes.

    Returns
    -------
    InputTable
    """
    counts = Counter(column_values(source.table, target))
    groups = group_similar_classes(counts)
    if not groups:
        return source
    spelling = {label: labels[0] for labels in groups for label in labels[1:]}
    merged = "; ".join(f"{', '.join(map(repr, labels[1:]))} as {labels[0]!r}" for labels in groups)
    n_rows = sum(counts[label] for label in spelling)
    note = f"The class of {n_rows:,} row{'s' if n_rows > 1 else ''} is read as another: {merged}."
    return replace(
        source,
        table=_respell(source.table, target, spelling),
        texts=None if source.texts is None else _respell(source.texts, target, spelling),
        notes=(*source.notes, note),
    )


def match_spelling(labels: Collection[Any], known: Collection[Any]) -> list[Any]:
    """Give classes of a second table the spelling that they have in the first one.

    Examples
    --------
    >>> match_spelling(["YES", "no"], ["yes", "No"])
    ['yes', 'No']
    """
    counts = {**dict.fromkeys(labels, 0), **dict.fromkeys(known, 1)}  # the known spelling is first
    groups = group_similar_classes(counts)
    spelling = {label: similar[0] for similar in groups for label in similar[1:]}
    return [spelling.get(label, label) for label in labels]


def _respell(table: Any, column: str, spelling: Mapping[str, str]) -> Any:
    if isinstance(table, pl.DataFrame):
        return table.with_columns(pl.col(column).replace(spelling))
    field = table.schema.field(column)
    labels = [spelling.get(label, label) for label in table[column].to_pylist()]
    position = table.column_names.index(column)
    return table.set_column(position, field, pa.chunked_array([pa.array(labels, field.type)]))
