"""DataFrames of Dask, read, measured and filtered in threads or on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from operator import getitem
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import BoolArray
from counterpoise.scale._selection import Selected, Selection, check_partitions, numeric_columns
from counterpoise.scale._workers import RowMasks, select_pandas, send_as_code

__all__ = ["DaskSource"]

_AT_ONCE = 8  # partitions that are computed together
_SELECTED_AT_ONCE = 32  # the same, if they send a part of their rows
_BLOCKS_IN_PARTITION = 16


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


def _join(blocks: Iterator[Any]) -> Iterator[Any]:
    """Join blocks to partitions of a million rows."""
    while group := list(islice(blocks, _BLOCKS_IN_PARTITION)):
        frames = [nw.from_native(block, eager_only=True) for block in group]
        yield nw.concat(frames).to_native().reset_index(drop=True)
