"""Relations of DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import narwhals as nw

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import BoolArray
from counterpoise.scale._pyarrow import complete_table
from counterpoise.scale._selection import InProcess

__all__ = ["DuckDBSource"]

_ROWS_AT_ONCE = 2**17


class DuckDBSource(InProcess):
    """A relation of DuckDB; the output is a relation of the same connection.

    Its rows have an order if the setting preserve_insertion_order has its default.
    """

    def __init__(self, relation: Any) -> None:
        self._arrow = import_optional("pyarrow", "resampling a DuckDB relation")
        self._relation = relation
        self.names: list[str] = list(relation.columns)

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        """Read some columns, a batch of rows at a time."""
        for batch in self._select(columns).to_arrow_reader(_ROWS_AT_ONCE):
            table = self._arrow.Table.from_batches([batch])
            yield nw.from_native(table, eager_only=True)

    def complete(self, frame: Any) -> Any:
        """Return rows with all columns in their order and types; those that are absent are null."""
        return complete_table(frame, self._schema)

    def output(self, is_kept: BoolArray | None, blocks: Callable[[], Iterator[Any]] | None) -> Any:
        """Return a relation with the kept rows, followed by rows that come in blocks."""
        kept = self._relation if is_kept is None else self._filter(is_kept)
        if blocks is None:
            return kept
        # A relation can be read several times, so these rows are in memory.
        counterpoise_added = self._arrow.concat_tables(list(blocks()))  # read by the query
        query = "SELECT * FROM counterpoise_kept UNION ALL SELECT * FROM counterpoise_added"
        relation = kept.query("counterpoise_kept", query)
        del counterpoise_added
        return relation

    @property
    def _schema(self) -> Any:
        return self._relation.limit(0).to_arrow_table().schema

    def _select(self, columns: Sequence[str]) -> Any:
        return self._relation.project(", ".join(map(_quote, columns)))

    def _filter(self, is_kept: BoolArray) -> Any:
        # Not a join by row number: DuckDB may swap the two sides, and rows then lose their order.
        counterpoise_mask = self._arrow.table({"is_kept": is_kept})  # read by the query
        query = (
            "SELECT * FROM counterpoise_all POSITIONAL JOIN counterpoise_mask "
            "WHERE counterpoise_mask.is_kept"
        )
        relation = self._relation.query("counterpoise_all", query)
        relation = relation.project(", ".join(map(_quote, self.names)))
        del counterpoise_mask
        return relation


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
