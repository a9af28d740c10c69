"""What the workers of a cluster do with a partition.

Workers may lack counterpoise, and its imports would take seconds: see `send_as_code`. What needs it
is in `counterpoise.scale._tasks`, which is imported where it is installed.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray
from counterpoise._table import Blocks

__all__ = [
    "FOUND",
    "MESSAGE",
    "RowMasks",
    "found_record",
    "installed_version",
    "make_filter",
    "make_merger",
    "make_packer",
    "make_runner",
    "make_selector",
    "select_pandas",
    "send_as_code",
]

#: The columns of what an executor of Spark sends.
MESSAGE = "partition int, step int, n_rows long, rows binary, n_measured int, measured binary"
#: The columns of what an executor of Spark sends of a pass.
FOUND = "kind string, part int, n_rows long, content binary"
_SIZE = 4_000_000  # bytes of rows that are sent together

Batches = Iterator[Any]
ArrowFunction = Callable[[Batches], Batches]


def send_as_code(cloudpickle: Any) -> None:
    """Have a version of cloudpickle send these functions as code, not by their names."""
    for name in (__name__, Blocks.__module__):
        cloudpickle.register_pickle_by_value(sys.modules[name])


@dataclass(frozen=True)
class RowMasks:
    """Which rows of a partition are wanted, and which have a class: a bit for each row.

    Attributes
    ----------
    n_rows : int
    n_before : int
        Number of rows with a class in the partitions before.
    wanted, with_class : ndarray of uint8
    """

    n_rows: int
    n_before: int
    wanted: Array
    with_class: Array

    @classmethod
    def of(cls, is_wanted: BoolArray, has_class: BoolArray, n_before: int = 0) -> RowMasks:
        """Return the masks of a partition."""
        return cls(len(is_wanted), n_before, np.packbits(is_wanted), np.packbits(has_class))

    def unpack(self) -> tuple[BoolArray, BoolArray]:
        """Return whether each row is wanted, and whether it has a class."""
        wanted, with_class = (
            np.unpackbits(bits, count=self.n_rows).astype(bool)
            for bits in (self.wanted, self.with_class)
        )
        return wanted, with_class


def select_pandas(
    part: Any, masks: RowMasks, measured: Sequence[str]
) -> tuple[int, Any, list[tuple[int, Array]]]:
    """Return the number of rows of a partition, its wanted rows, and its blocks of moments."""
    if len(part) != masks.n_rows:  # the table has changed, which is an error
        return len(part), part[:0], []
    is_wanted, has_class = masks.unpack()
    found = []
    if measured:
        columns = [_read_numbers_of_pandas(part[name]) for name in measured]
        blocks = Blocks(masks.n_before)
        found = [*blocks.add(np.array([column[has_class] for column in columns])), *blocks.rest()]
    # Copies, so that a few values do not keep a whole partition in memory.
    copies = [(n_rows, values.copy()) for n_rows, values in found]
    return len(part), part[is_wanted].reset_index(drop=True), copies


def _read_numbers_of_pandas(series: Any) -> Array:
    if str(series.dtype).startswith("decimal"):  # rounded as pyarrow does
        series = series.astype("double[pyarrow]")
    values: Array = series.to_numpy(np.float64, na_value=np.nan)
    return values


def make_packer() -> ArrowFunction:
    """Return a function that sends all batches of a partition, on an executor of Spark."""

    def pack(batches: Batches) -> Batches:
        return _pack({"rows": [batch], "n_rows": batch.num_rows} for batch in batches)

    return pack


def make_selector(masks: Mapping[int, RowMasks], measured: Sequence[str]) -> ArrowFunction:
    """Return a function that sends what is needed of a partition, on an executor of Spark."""

    def select(batches: Batches) -> Batches:
        return _pack(_select(batches, _masks_here(masks), measured))

    return select


def make_filter(masks: Mapping[int, RowMasks]) -> ArrowFunction:
    """Return a function that keeps the wanted rows of a partition, on an executor of Spark."""

    def keep(batches: Batches) -> Batches:
        import pyarrow as pa  # noqa: PLC0415

        is_wanted, _ = _masks_here(masks).unpack()
        n_rows = 0
        for batch in batches:
            start, n_rows = n_rows, n_rows + batch.num_rows
            if n_rows <= len(is_wanted):
                yield batch.filter(pa.array(is_wanted[start:n_rows]))
        if n_rows != len(is_wanted):
            raise ValueError(
                "The rows of the table are in other partitions than when it was resampled. Call "
                "cache() on it before, or write it to Parquet files and read these."
            )

    return keep


def installed_version() -> str | None:
    """Return the version of counterpoise on this worker; None if it cannot be imported."""
    try:
        from counterpoise import __version__  # noqa: PLC0415
    except ImportError:
        return None
    return __version__


def make_runner(version: str | None, task: bytes) -> ArrowFunction:
    """Return a function that does a task of `counterpoise.scale._tasks`, if it is installed."""

    def run(batches: Batches) -> Batches:
        if installed_version() == version:
            yield from pickle.loads(task)(batches)  # noqa: S301  # our own bytes
            return
        yield found_record("not installed")

    return run


def found_record(kind: str, part: int = 0, *, n_rows: int = 0, content: object = None) -> Any:
    """Return a message of a pass, as a batch of a row with the columns `FOUND`."""
    import pyarrow as pa  # noqa: PLC0415  # on a worker: see the module

    schema = pa.schema(
        {"kind": pa.string(), "part": pa.int32(), "n_rows": pa.int64(), "content": pa.binary()}
    )
    record = {"kind": kind, "part": part, "n_rows": n_rows, "content": pickle.dumps(content)}
    return pa.RecordBatch.from_pylist([record], schema)


def make_merger(task: bytes) -> Callable[[Any], Any]:
    """Return a function that does a task with a table of what others have found."""

    def merge(found: Any) -> Any:
        return pickle.loads(task)(found)  # noqa: S301  # our own bytes

    return merge


def _masks_here(masks: Mapping[int, RowMasks]) -> RowMasks:
    """Return the masks of this partition; one without rows may have none."""
    return masks.get(_partition(), RowMasks.of(*np.empty((2, 0), bool)))


def _partition() -> int:
    from pyspark import TaskContext  # noqa: PLC0415

    task: Any = TaskContext.get()  # on an executor, there is one
    return int(task.partitionId())


def _select(
    batches: Batches, masks: RowMasks, measured: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa  # noqa: PLC0415

    is_wanted, has_class = masks.unpack()
    blocks, rows, n_rows = Blocks(masks.n_before), [], 0
    for batch in batches:
        part = slice(n_rows, n_rows + batch.num_rows)
        n_rows = part.stop
        if n_rows > len(is_wanted):  # the table has changed, which is an error
            continue
        rows.append(batch.filter(pa.array(is_wanted[part])))
        if measured:
            numbers = _read_numbers(batch.select(measured).filter(pa.array(has_class[part])))
            yield from map(_measured, blocks.add(numbers))
        if sum(one.nbytes for one in rows) >= _SIZE:
            yield {"rows": rows}
            rows = []
    yield from map(_measured, blocks.rest())
    yield {"rows": rows, "n_rows": n_rows}


def _read_numbers(batch: Any) -> Array:
    """Return the columns of a batch as an array of float64, NaN for null."""
    import pyarrow as pa  # noqa: PLC0415

    columns = (
        column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column
        for column in batch.columns
    )
    return np.array([column.to_numpy(zero_copy_only=False) for column in columns], np.float64)


def _measured(block: tuple[int, Array]) -> Mapping[str, Any]:
    return {"n_measured": block[0], "measured": block[1].tobytes()}


def _pack(messages: Iterable[Mapping[str, Any]]) -> Batches:
    """Yield messages as batches of a row, numbered, with rows in the format of Arrow streams."""
    import pyarrow as pa  # noqa: PLC0415

    schema = pa.schema(
        {
            "partition": pa.int32(),
            "step": pa.int32(),
            "n_rows": pa.int64(),
            "rows": pa.binary(),
            "n_measured": pa.int32(),
            "measured": pa.binary(),
        }
    )
    for step, message in enumerate(messages):
        record = {"partition": _partition(), "step": step, "n_rows": 0, **message}
        if record.get("rows"):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, record["rows"][0].schema) as writer:
                for batch in record["rows"]:
                    writer.write_batch(batch)
            record["rows"] = sink.getvalue().to_pybytes()
        else:
            record["rows"] = None
        yield pa.RecordBatch.from_pylist([record], schema)
