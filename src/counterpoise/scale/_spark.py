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
        packed = self._frame.select(*quoted).mapInArrow(_make_packer(), _PACKED)
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
        return self._frame.mapInArrow(_make_filter(masks), self._frame.schema)


def _make_packer() -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Return a function that packs the batches of a partition as messages, on an executor.

    A function inside a function is sent as code: executors need no counterpoise, and do not spend
    seconds on its imports.
    """

    def pack(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa  # noqa: PLC0415
        from pyspark import TaskContext  # noqa: PLC0415

        task: Any = TaskContext.get()  # on an executor, there is one
        for batch in batches:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            data = pa.array([sink.getvalue().to_pybytes()], pa.binary())
            partition = pa.array([task.partitionId()], pa.int32())
            yield pa.RecordBatch.from_arrays([partition, data], names=["partition", "data"])

    return pack


def _make_filter(masks: dict[int, BoolArray]) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Return a function that keeps rows of each partition, on an executor; see `_make_packer`."""

    def select(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa  # noqa: PLC0415
        from pyspark import TaskContext  # noqa: PLC0415

        task: Any = TaskContext.get()
        mask = masks.get(task.partitionId())
        start = 0
        for batch in batches:
            stop = start + batch.num_rows
            yield batch.filter(pa.array(mask[start:stop])) if mask is not None else batch[:0]
            start = stop

    return select
