"""The output of a decision about a table that is not in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.types import IntArray, RowArray
from counterpoise._table import Resampling, rebuild
from counterpoise.scale._decision import LargeResampling
from counterpoise.scale._rows import LargeTable

__all__ = ["GeneratedBlocks", "LargeOutput"]

_BLOCK = 2**14  # rows that are built at once


@dataclass(frozen=True)
class LargeOutput:
    """The output of a decision: the kept rows, then duplicates, then synthetic rows.

    Attributes
    ----------
    table : LargeTable
    decision : LargeResampling
    """

    table: LargeTable
    decision: LargeResampling

    def build(self) -> Any:
        """Return the output as a lazy frame of the library of the input."""
        has_blocks = self.n_duplicates or self.n_synthetic
        blocks = GeneratedBlocks(self) if has_blocks else None
        return self.table.source.output(self.decision.is_kept, blocks)

    @property
    def n_kept(self) -> int:
        """Number of kept rows."""
        is_kept = self.decision.is_kept
        return self.table.n_rows if is_kept is None else int(is_kept.sum())

    @property
    def n_duplicates(self) -> int:
        """Number of further copies of rows."""
        return len(self.decision.duplicates)

    @property
    def n_synthetic(self) -> int:
        """Number of synthetic rows."""
        return len(self.decision.synthetic)

    @property
    def counts(self) -> IntArray:
        """Number of rows of each class in the output."""
        codes, is_kept = self.table.target.codes, self.decision.is_kept
        n = len(self.table.target.classes)
        kept = self.table.target.counts if is_kept is None else np.bincount(codes[is_kept], None, n)
        again = np.bincount(codes[self.decision.duplicates], minlength=n)
        synthetic = np.bincount(self.decision.synthetic.label, minlength=n)
        counts: IntArray = kept + again + synthetic
        return counts

    def kept_batches(self) -> Iterator[nw.DataFrame[Any]]:
        """Yield the kept rows with all columns, a batch at a time."""
        start = 0
        for batch in self.table.source.batches(self.table.source.names):
            is_kept, stop = self.decision.is_kept, start + len(batch)
            if is_kept is None:
                yield batch
            else:
                yield batch[np.flatnonzero(is_kept[start:stop])]
            start = stop

    def synthetic_blocks(self) -> Iterator[tuple[Any, IntArray]]:
        """Yield synthetic rows with all columns, and the positions of their base samples."""
        if self.decision.rows is None:
            return
        for rows, synthetic in self.decision.rows.with_synthetic(self.decision.synthetic):
            for start in range(0, len(synthetic), _BLOCK):
                part = synthetic.take(np.arange(start, min(start + _BLOCK, len(synthetic))))
                X, y = rebuild(rows.table, rows.target, Resampling(np.empty(0, np.intp), part))
                labels = nw.from_native(y, series_only=True).alias(self.table.name)
                frame = nw.from_native(X, eager_only=True).with_columns(labels)
                yield self.table.source.complete(frame.to_native()), part.base

    def duplicate_blocks(self) -> Iterator[RowArray]:
        """Yield the positions of duplicates among `distinct_duplicates`."""
        distinct = self.distinct_duplicates
        for start in range(0, self.n_duplicates, _BLOCK):
            numbers = self.decision.duplicates[start : start + _BLOCK]
            yield np.searchsorted(distinct, numbers)

    @property
    def distinct_duplicates(self) -> RowArray:
        """The numbers of the rows that are duplicated, ascending."""
        return np.unique(self.decision.duplicates)


class GeneratedBlocks:
    """The rows after the kept ones; each call generates them from the start."""

    def __init__(self, output: LargeOutput) -> None:
        self._output = output
        table = output.table
        is_repeated = np.zeros(table.n_rows, bool)
        is_repeated[output.distinct_duplicates] = True
        has_duplicates = bool(output.n_duplicates)
        self._repeated = table.collect(is_repeated, table.source.names) if has_duplicates else None

    def __call__(self) -> Iterator[Any]:
        output = self._output
        if self._repeated is not None:
            for positions in output.duplicate_blocks():
                block = self._repeated[positions]
                yield output.table.source.complete(block.to_native())
        for block, _ in output.synthetic_blocks():
            yield block
