"""DataFrames of Spark, whose partitions are read and filtered by its executors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import BoolArray
from counterpoise.scale._pyarrow import complete_table

__all__ = ["SparkSource"]

_PACKED = "partition int, data binary"


class SparkSource:
    """A DataFrame of Spark; the output is one, too.

    Executors pack what a pass reads into Arrow messages, and send them here a partition at a time.
    They need this library, too.
    """

    def __init__(self, frame: Any) -> None:
        self._arrow = import_optional("pyarrow", "resampling a Spark DataFrame")
        self._frame = frame
        self.names: list[str] = list(frame.columns)
        self._schema = frame.limit(0).toArrow().schema
        self._lengths: dict[int, int] = {}

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        """Read some columns, a batch of rows at a time."""
        quoted = [f"`{name.replace('`', '``')}`" for name in columns]
        packed = self._frame.select(*quoted).mapInArrow(_pack, _PACKED)
        lengths: dict[int, int] = {}
        for row in packed.toLocalIterator(prefetchPartitions=True):
            table = self._arrow.ipc.open_stream(row.data).read_all()
            lengths[row.partition] = lengths.get(row.partition, 0) + len(table)
            if len(table):
                yield nw.from_native(table, eager_only=True)
        self._lengths = lengths

    def complete(self, frame: Any) -> Any:
        """Return rows with all columns in their order and types; those that are absent are null."""
        return complete_table(frame, self._schema)

    def output(self, is_kept: BoolArray | None, blocks: Callable[[], Iterator[Any]] | None) -> Any:
        """Return a DataFrame with the kept rows, followed by rows that come in blocks."""
        kept = self._frame if is_kept is None else self._filter(is_kept)
        if blocks is None:
            return kept
        added = self._arrow.concat_tables(list(blocks()))
        return kept.unionByName(self._frame.sparkSession.createDataFrame(added, self._frame.schema))

    def _filter(self, is_kept: BoolArray) -> Any:
        partitions = sorted(self._lengths)
        bounds = pairwise(np.cumsum([0, *(self._lengths[i] for i in partitions)]))
        masks = {i: is_kept[a:b] for i, (a, b) in zip(partitions, bounds, strict=True)}
        return self._frame.mapInArrow(_Select(masks), self._frame.schema)


def _pack(batches: Iterator[Any]) -> Iterator[Any]:
    """Return the batches of a partition as messages, on an executor."""
    import pyarrow as pa  # noqa: PLC0415

    partition = _partition_of_task()
    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        data = pa.array([sink.getvalue().to_pybytes()], pa.binary())
        yield pa.RecordBatch.from_arrays(
            [pa.array([partition], pa.int32()), data], names=["partition", "data"]
        )


class _Select:
    """Keep rows of each partition, on an executor."""

    def __init__(self, masks: dict[int, BoolArray]) -> None:
        self._masks = masks

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa  # noqa: PLC0415

        mask = self._masks.get(_partition_of_task(), np.empty(0, bool))
        start = 0
        for batch in batches:
            stop = start + batch.num_rows
            yield batch.filter(pa.array(mask[start:stop]))
            start = stop


def _partition_of_task() -> int:
    from pyspark import TaskContext  # noqa: PLC0415

    task: Any = TaskContext.get()  # on an executor, there is one
    return int(task.partitionId())
