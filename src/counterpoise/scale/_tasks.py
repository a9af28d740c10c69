"""What workers of a cluster do that have counterpoise: run passes over partitions."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.types import IntArray
from counterpoise.exceptions import InputError
from counterpoise.scale._opener import concat, in_groups
from counterpoise.scale._pass import F, FoundInParts, Pass, add_rows, merge_all
from counterpoise.scale._selection import partitions_have_changed
from counterpoise.scale._workers import found_record

__all__ = ["ROW_ID", "merge_found", "merge_table", "run_on_batches", "run_on_parts"]

#: A column that has the partition of each row, times 2³³, plus its position in it.
ROW_ID = "counterpoise row"
_BITS = 33


def run_on_parts(step: Pass[F], first: int, parts: Sequence[Any]) -> tuple[list[int], F]:
    """Run a pass over partitions that follow each other, on a worker of Dask.

    Parameters
    ----------
    step : Pass
    first : int
        The number of the first row.
    parts : sequence of data frames

    Returns
    -------
    lengths : list of int
        Number of rows of each partition.
    found : Found
    """
    frame = concat([nw.from_native(part.reset_index(drop=True), eager_only=True) for part in parts])
    numbers = np.arange(first, first + len(frame))
    return list(map(len, parts)), add_rows(step, step.start(), numbers, frame)


def merge_found(found: Sequence[tuple[list[int], F]]) -> tuple[list[int], F]:
    """Merge what was found in partitions that follow each other."""
    lengths, contents = zip(*found, strict=True)
    return list(chain(*lengths)), merge_all(contents)


def run_on_batches(
    step: Pass[Any], lengths: Sequence[int], n_at_once: int, n_tasks: int, batches: Iterator[Any]
) -> Iterator[Any]:
    """Run a pass over rows of several partitions, on an executor of Spark.

    Parameters
    ----------
    step : Pass
    lengths : sequence of int
        Number of rows that each partition of the table had.
    n_at_once : int
        Number of rows that are added at once.
    n_tasks : int
        Number of tasks in which the table is divided.
    batches : iterator over RecordBatch
        They have the column `ROW_ID`.

    Yields
    ------
    RecordBatch
        The number of rows of each partition, and what was found, in parts or as a whole; or an
        error.
    """
    import pyarrow as pa  # noqa: PLC0415

    starts = np.cumsum([0, *lengths])
    found, counted = step.start(), np.zeros(len(lengths), np.intp)
    frames = (nw.from_native(pa.Table.from_batches([batch]), eager_only=True) for batch in batches)
    try:
        for frame in in_groups(frames, n_at_once):
            row_ids = frame.get_column(ROW_ID).to_numpy()
            partitions = _count(row_ids, counted)
            numbers = starts[partitions] + (row_ids & (2**_BITS - 1))
            found = add_rows(step, found, numbers, frame.drop(ROW_ID))
    except InputError as error:
        yield found_record("error", content=error)
        return
    for partition in np.flatnonzero(counted):
        yield found_record("partition", int(partition), n_rows=int(counted[partition]))
    if isinstance(found, FoundInParts):
        for number, part in enumerate(found.divide(n_tasks)):
            yield found_record("part", number, content=part)
    else:
        yield found_record("whole", content=found)


def _count(row_ids: IntArray, counted: IntArray) -> IntArray:
    """Count the rows of each partition, and return the partition of each row."""
    partitions = row_ids >> _BITS
    if partitions.max() >= len(counted):
        raise partitions_have_changed()
    counted += np.bincount(partitions, minlength=len(counted))
    return partitions


def merge_table(found: Any) -> Any:
    """Merge what was found of a part, on an executor of Spark."""
    import pyarrow as pa  # noqa: PLC0415

    contents = (pickle.loads(content.as_buffer()) for content in found["content"])  # noqa: S301  # our own bytes
    merged = found_record("part", found["part"][0].as_py(), content=merge_all(contents))
    return pa.Table.from_batches([merged])
