"""DataFrames of Spark, whose partitions are read, measured and filtered by its executors."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import BoolArray
from counterpoise.scale._pass import F, Pass, merge_all, warn_of_workers
from counterpoise.scale._pyarrow import complete_table
from counterpoise.scale._selection import (
    Selected,
    Selection,
    check_partitions,
    numeric_columns,
)
from counterpoise.scale._tasks import ROW_ID, merge_table, run_on_batches
from counterpoise.scale._workers import (
    FOUND,
    MESSAGE,
    installed_version,
    make_filter,
    make_merger,
    make_packer,
    make_runner,
    make_selector,
    send_as_code,
)

__all__ = ["SparkSource"]

_RESULT = 64_000_000  # bytes that a task may send, which are in the memory of Java several times


class SparkSource:
    """A DataFrame of Spark; the output is one, too.

    Executors send messages, each with rows in the format of Arrow, or with moments of columns.
    """

    def __init__(self, frame: Any) -> None:
        self._arrow = import_optional("pyarrow", "resampling a Spark DataFrame")
        # It sends samplers of notebooks, too.
        self._pickle = import_optional("pyspark.cloudpickle", "resampling a Spark DataFrame")
        send_as_code(self._pickle)
        self._frame = frame
        self.names: list[str] = list(frame.columns)
        self._schema = frame.limit(0).toArrow().schema
        self._lengths: list[int] = []
        self._may_run = True  # passes, which needs counterpoise on all executors

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        """Read some columns, a batch of rows at a time."""
        messages = self._run(make_packer(), columns)
        # The first time, all columns may be read for their first rows only.
        is_head = not self._lengths and list(columns) == self.names
        stream = _iterate(messages) if is_head else self._collect(messages)
        lengths = _Lengths()
        for message in stream:
            lengths.add(message)
            if message.n_rows:
                yield self._read(message.rows)
        self._lengths = lengths.of_partitions

    def select(self, columns: Sequence[str], selection: Selection) -> Iterator[Selected] | None:
        """Have executors select rows and measure columns; None if they cannot."""
        numeric = numeric_columns(self._schema.empty_table(), selection.measured)
        return None if numeric is None else self._select(columns, selection, numeric)

    def _select(
        self, columns: Sequence[str], selection: Selection, numeric: list[str]
    ) -> Iterator[Selected]:
        masks = dict(enumerate(selection.divide(self._lengths)))
        yield Selected(nw.from_native(self._schema.empty_table(), eager_only=True).select(columns))
        lengths = _Lengths()
        for message in self._collect(self._run(make_selector(masks, numeric), columns)):
            lengths.add(message)
            blocks = []
            if message.measured is not None:
                values = np.frombuffer(message.measured).reshape(len(numeric), -1)
                blocks = [(message.n_measured, values)]
            rows = None if message.rows is None else self._read(message.rows)
            yield Selected(rows, message.n_rows, blocks, numeric)
        check_partitions(self._lengths, lengths.of_partitions)

    def run(self, columns: Sequence[str], step: Pass[F], n_at_once: int) -> F | None:
        """Have executors run a pass; None, with a warning, if they lack counterpoise."""
        if not self._may_run:
            return None
        functions = import_optional("pyspark.sql.functions", "resampling a Spark DataFrame")
        row_id = functions.monotonically_increasing_id().alias(ROW_ID)
        n_tasks = -(-sum(self._lengths) // n_at_once)
        task = partial(run_on_batches, step, self._lengths, n_at_once, n_tasks)
        run = make_runner(installed_version(), self._pickle.dumps(task))
        messages = self._select_columns(columns, row_id).coalesce(n_tasks).mapInArrow(run, FOUND)
        with self._on_disk(messages):
            if self._check(messages.where("kind not in ('part', 'whole')").collect()):
                found: F = self._merge(messages)
                return found
        self._may_run = False
        warn_of_workers("The executors of Spark")
        return None

    def _check(self, messages: Sequence[Any]) -> bool:
        """Check what executors report of a pass; return whether all of them could run it."""
        lengths = [0] * len(self._lengths)
        for message in messages:
            if message.kind == "not installed":
                return False
            if message.kind == "error":
                raise pickle.loads(message.content)  # noqa: S301  # our own bytes
            lengths[message.part] += message.n_rows
        check_partitions(self._lengths, lengths)
        return True

    def _merge(self, messages: Any) -> Any:
        """Merge what was found: parts on the executors, and what has no parts here."""
        merge = make_merger(self._pickle.dumps(merge_table))
        parts = messages.where("kind = 'part'").groupBy("part").applyInArrow(merge, FOUND)
        merged = sorted(_iterate(parts), key=lambda message: message.part)
        if merged:
            first, *others = (pickle.loads(message.content) for message in merged)  # noqa: S301
            return first.join(others)
        whole = _iterate(messages.where("kind = 'whole'"))
        return merge_all(pickle.loads(message.content) for message in whole)  # noqa: S301

    def complete(self, frame: Any) -> Any:
        """Return rows with all columns in their order and types; those that are absent are null."""
        return complete_table(frame, self._schema)

    def output(self, is_kept: BoolArray | None, blocks: Callable[[], Iterator[Any]] | None) -> Any:
        """Return a DataFrame with the kept rows, followed by rows that come in blocks."""
        kept = self._frame if is_kept is None else self._filter(is_kept)
        if blocks is None:
            return kept
        # Spark would lose the rows that follow an empty batch.
        batches = [one for block in blocks() for one in block.to_batches() if one.num_rows]
        added = self._arrow.Table.from_batches(batches)
        return kept.unionByName(self._frame.sparkSession.createDataFrame(added, self._frame.schema))

    def _filter(self, is_kept: BoolArray) -> Any:
        selection = Selection(is_kept, is_kept)
        masks = dict(enumerate(selection.divide(self._lengths)))
        return self._frame.mapInArrow(make_filter(masks), self._frame.schema)

    def _run(self, function: Any, columns: Sequence[str]) -> Any:
        """Return the messages of executors, as a lazy DataFrame."""
        return self._select_columns(columns).mapInArrow(function, MESSAGE)

    def _select_columns(self, columns: Sequence[str], *others: Any) -> Any:
        quoted = [f"`{name.replace('`', '``')}`" for name in columns]
        return self._frame.select(*quoted, *others)

    @contextmanager
    def _on_disk(self, messages: Any) -> Iterator[None]:
        """Have messages wait on the disks of the executors."""
        level = import_optional("pyspark", "resampling a Spark DataFrame").StorageLevel.DISK_ONLY
        waiting = messages.persist(level)
        try:
            yield
        finally:
            waiting.unpersist()

    def _collect(self, messages: Any) -> Iterator[Any]:
        """Have all partitions read at the same time, and bring the messages here in their order."""
        with self._on_disk(messages):
            size = "coalesce(octet_length(rows), 0) + coalesce(octet_length(measured), 0)"
            sizes: Counter[int] = Counter()
            for partition, n_bytes in messages.selectExpr("partition", size).collect():
                sizes[partition] += n_bytes
            if max(sizes.values(), default=0) > _RESULT:
                # Spark divides what it sorts into partitions again, which are not as large.
                messages = messages.orderBy("partition", "step")
            yield from _iterate(messages)

    def _read(self, rows: bytes) -> nw.DataFrame[Any]:
        return nw.from_native(self._arrow.ipc.open_stream(rows).read_all(), eager_only=True)


def _iterate(messages: Any) -> Iterator[Any]:
    return iter(messages.toLocalIterator(prefetchPartitions=True))


class _Lengths:
    """Number of rows of each partition, in the order of partitions."""

    def __init__(self) -> None:
        self.of_partitions: list[int] = []

    def add(self, message: Any) -> None:
        """Add the rows of a message."""
        missing = message.partition + 1 - len(self.of_partitions)
        self.of_partitions.extend([0] * missing)
        self.of_partitions[message.partition] += message.n_rows
