"""DataFrames of Dask, read, measured and filtered in threads or on the workers of a cluster."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from operator import getitem
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import BoolArray
from counterpoise.scale._pass import F, Pass, warn_of_workers
from counterpoise.scale._selection import Selected, Selection, check_partitions, numeric_columns
from counterpoise.scale._tasks import merge_found, run_on_parts
from counterpoise.scale._workers import RowMasks, installed_version, select_pandas, send_as_code

__all__ = ["DaskSource"]

_AT_ONCE = 8  # partitions that are computed together
_SELECTED_AT_ONCE = 32  # the same, if they send a part of their rows
_BLOCKS_IN_PARTITION = 16
_MERGED = 2  # results of a pass that are merged together


class DaskSource:
    """A DataFrame of Dask; the output is one, too.

    Its partitions are computed by the scheduler that Dask uses, such as that of a
    `distributed.Client`. What a pass needs is sent here; what is kept remains on the workers.
    """

    def __init__(self, frame: Any) -> None:
        self._dask = import_optional("dask", "resampling a Dask DataFrame")
        send_as_code(import_optional("cloudpickle", "resampling a Dask DataFrame"))
        self._frame = frame
        self._meta = frame.head(0, npartitions=-1)  # as the partitions are when they are computed
        self.names: list[str] = list(frame.columns)
        self._lengths: list[int] | None = None
        self._may_run = True  # passes, which needs counterpoise on all workers

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        """Read some columns, a partition at a time."""
        lengths = []
        for part in self._compute(self._frame[list(columns)].to_delayed(), _AT_ONCE):
            lengths.append(len(part))
            if len(part):
                yield nw.from_native(part.reset_index(drop=True), eager_only=True)
        self._lengths = lengths

    def select(self, columns: Sequence[str], selection: Selection) -> Iterator[Selected] | None:
        """Have workers select rows and measure columns; None if they cannot."""
        numeric = numeric_columns(self._meta, selection.measured)
        return None if numeric is None else self._select(columns, selection, numeric)

    def _select(
        self, columns: Sequence[str], selection: Selection, numeric: list[str]
    ) -> Iterator[Selected]:
        assert self._lengths is not None

        # A function inside a function is sent as code.
        def select(part: Any, masks: RowMasks) -> Any:
            return select_pandas(part, masks, numeric)

        parts = zip(
            self._frame[list(columns)].to_delayed(), selection.divide(self._lengths), strict=True
        )
        tasks = [self._dask.delayed(select)(part, masks) for part, masks in parts]
        lengths = []
        for n_rows, rows, blocks in self._compute(tasks, _SELECTED_AT_ONCE):
            lengths.append(n_rows)
            yield Selected(nw.from_native(rows, eager_only=True), n_rows, blocks, numeric)
        check_partitions(self._lengths, lengths)

    def run(self, columns: Sequence[str], step: Pass[F], n_at_once: int) -> F | None:
        """Have the workers of a cluster run a pass; None if there is none, or if they cannot.

        Threads and processes of Dask without a cluster leave it to this process.
        """
        client = self._client()
        if client is None or not self._workers_can_run(client):
            return None
        assert self._lengths is not None
        # A part of the graph, and not scattered: it is sent again if a worker dies.
        sent = self._dask.delayed(step, pure=False, traverse=False)
        parts, run = self._frame[list(columns)].to_delayed(), self._dask.delayed(run_on_parts)
        starts = np.cumsum([0, *self._lengths])
        tasks = [
            run(sent, starts[group[0]], [parts[i] for i in group])
            for group in _groups(self._lengths, n_at_once)
        ]
        merge = self._dask.delayed(merge_found)
        while len(tasks) > 1:
            tasks = [merge(tasks[i : i + _MERGED]) for i in range(0, len(tasks), _MERGED)]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")
            ((lengths, found),) = self._dask.compute(*tasks)
        check_partitions(self._lengths, lengths)
        result: F = found
        return result

    def _client(self) -> Any:
        """Return the client of the cluster that computes the frame; None if there is none."""
        scheduler = self._dask.base.get_scheduler(collections=[self._frame])
        client = getattr(scheduler, "__self__", None)
        return client if hasattr(client, "run") else None

    def _workers_can_run(self, client: Any) -> bool:
        if self._may_run:
            versions = client.run(installed_version).values()
            self._may_run = all(version == installed_version() for version in versions)
            if not self._may_run:
                warn_of_workers("Workers of Dask")
        return self._may_run

    def _compute(self, tasks: Sequence[Any], at_once: int) -> Iterator[Any]:
        """Compute tasks, some at the same time, and yield their results in order."""
        for start in range(0, len(tasks), at_once):
            yield from self._dask.compute(*tasks[start : start + at_once])

    def complete(self, frame: Any) -> Any:
        """Return rows with all columns in their order and types; those that are absent are null."""
        frame = frame.reindex(columns=self.names)
        dtypes = self._meta.dtypes
        fitting = [
            name
            for name in self.names
            if hasattr(dtypes[name], "na_value") or not frame[name].isna().all()
        ]
        return frame.astype({name: dtypes[name] for name in fitting})

    def output(self, is_kept: BoolArray | None, blocks: Callable[[], Iterator[Any]] | None) -> Any:
        """Return a DataFrame with the kept rows, followed by rows that come in blocks."""
        collections = import_optional("dask.dataframe", "resampling a Dask DataFrame")
        delayed = self._dask.delayed
        kept = self._frame
        if is_kept is not None:
            assert self._lengths is not None
            bounds = pairwise(np.cumsum([0, *self._lengths]))
            masks = [is_kept[start:stop] for start, stop in bounds]
            parts = zip(self._frame.to_delayed(), masks, strict=True)
            kept = collections.from_delayed(
                [delayed(getitem)(part, mask) for part, mask in parts], meta=self._meta
            )
        if blocks is None:
            return kept
        # The blocks become part of the graph, as workers cannot call back.
        added = [delayed(part) for part in _join(blocks())]
        return collections.concat([kept, collections.from_delayed(added, verify_meta=False)])


def _groups(lengths: Sequence[int], n_at_once: int) -> Iterator[range]:
    """Divide partitions into groups that follow each other and have some number of rows."""
    start, n_rows = 0, 0
    for partition, length in enumerate(lengths):
        n_rows += length
        if n_rows >= n_at_once or partition == len(lengths) - 1:
            yield range(start, partition + 1)
            start, n_rows = partition + 1, 0


def _join(blocks: Iterator[Any]) -> Iterator[Any]:
    """Join blocks to partitions of a million rows."""
    while group := list(islice(blocks, _BLOCKS_IN_PARTITION)):
        frames = [nw.from_native(block, eager_only=True) for block in group]
        yield nw.concat(frames).to_native().reset_index(drop=True)
