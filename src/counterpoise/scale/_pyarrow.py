"""Datasets of pyarrow: files of Parquet, Arrow, CSV or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import narwhals as nw

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import BoolArray
from counterpoise.scale._selection import InProcess

__all__ = ["DatasetSource", "complete_table", "select_kept"]


class DatasetSource(InProcess):
    """A Dataset of pyarrow; the output is a RecordBatchReader."""

    def __init__(self, dataset: Any) -> None:
        self._arrow = import_optional("pyarrow", "resampling a Dataset")
        self._dataset = dataset
        self.names: list[str] = dataset.schema.names

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        """Read some columns, a batch of rows at a time."""
        for batch in self._dataset.to_batches(columns=list(columns)):
            if batch.num_rows:
                table = self._arrow.Table.from_batches([batch])
                yield nw.from_native(table, eager_only=True)

    def complete(self, frame: Any) -> Any:
        """Return rows with all columns in their order and types; those that are absent are null."""
        return complete_table(frame, self._dataset.schema)

    def output(self, is_kept: BoolArray | None, blocks: Callable[[], Iterator[Any]] | None) -> Any:
        """Return a RecordBatchReader with the kept rows, followed by rows that come in blocks."""

        def read() -> Iterator[Any]:
            batches = self._dataset.to_batches()
            yield from batches if is_kept is None else select_kept(batches, is_kept)
            for block in blocks() if blocks is not None else ():
                yield from block.to_batches()

        return self._arrow.RecordBatchReader.from_batches(self._dataset.schema, read())


def complete_table(table: Any, schema: Any) -> Any:
    """Return a pyarrow Table with all columns of a schema; those that are absent are null."""
    arrow = import_optional("pyarrow", "resampling a Dataset")
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else arrow.nulls(len(table), field.type)
        for field in schema
    ]
    fields = [field.with_nullable(True) for field in schema]
    return arrow.Table.from_arrays(columns, schema=arrow.schema(fields, schema.metadata))


def select_kept(batches: Iterable[Any], is_kept: BoolArray) -> Iterator[Any]:
    """Yield the kept rows of record batches that are read in order."""
    arrow = import_optional("pyarrow", "resampling a Dataset")
    start = 0
    for batch in batches:
        stop = start + batch.num_rows
        yield batch.filter(arrow.array(is_kept[start:stop]))
        start = stop
