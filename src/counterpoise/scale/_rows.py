"""Read the rows of a table that a decision depends on, and the spread of all rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.types import Array, BoolArray, RowArray
from counterpoise._table import (
    EncodedTarget,
    MomentsInParts,
    Spread,
    ValueCounts,
    quartiles_of,
)
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.scale._memory import MemoryLimit
from counterpoise.scale._opener import RowOpener, Rows, concat
from counterpoise.scale._pass import F, Pass, rows_on_workers
from counterpoise.scale._selection import Selection, check_n_rows
from counterpoise.scale._sources import Source

__all__ = ["LargeTable"]


@dataclass(frozen=True)
class LargeTable:
    """A table that is read in batches, with its target in memory.

    Attributes
    ----------
    source : Source
    name : str
        The target column.
    target : EncodedTarget
        The target of all rows.
    ignore, copy : tuple of str
        Columns that are not features.
    memory : MemoryLimit
    spreads : mapping of str to Spread
        The spread of each numeric feature over all rows, once it is measured.
    value_counts : mapping of str to ValueCounts
        How often each value of a feature occurs in each class, if it is counted.
    """

    source: Source
    name: str
    target: EncodedTarget
    ignore: tuple[str, ...]
    copy: tuple[str, ...]
    memory: MemoryLimit
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    value_counts: Mapping[str, ValueCounts] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """Number of rows, including those without a class."""
        return len(self.target.codes)

    @property
    def has_class(self) -> BoolArray:
        """Whether each row has a class."""
        has_class: BoolArray = self.target.codes < len(self.target.classes)
        return has_class

    @property
    def opener(self) -> RowOpener:
        """What opens rows of the table."""
        target = self.target
        return RowOpener(
            self.name, target.classes, target.counts, self.copy, self.spreads, self.value_counts
        )

    @property
    def columns(self) -> list[str]:
        """The columns that are needed in memory: all that are not ignored."""
        return [name for name in self.source.names if name not in self.ignore]

    def rows_of(self, classes: Sequence[int]) -> BoolArray:
        """Return whether each row is of one of some classes."""
        is_of_class: BoolArray = np.isin(self.target.codes, np.array(classes, int))
        return is_of_class

    def collect(self, is_wanted: BoolArray, columns: Sequence[str]) -> nw.DataFrame[Any]:
        """Read some columns of the wanted rows."""
        self.memory.check(int(is_wanted.sum()), len(columns))
        return concat(list(self._select(is_wanted, columns)))

    def collect_rows(self, is_wanted: BoolArray) -> Rows:
        """Read the features of the wanted rows."""
        return self.as_rows(np.flatnonzero(is_wanted), self.collect(is_wanted, self.columns))

    def as_rows(self, numbers: RowArray, frame: nw.DataFrame[Any]) -> Rows:
        """Return rows that are in memory already, in ascending order of their numbers."""
        return self.opener.open(numbers, self.target.codes[numbers], frame)

    def with_spreads(self, is_wanted: BoolArray, *, quartiles: bool) -> tuple[LargeTable, Rows]:
        """Measure the spread of all rows while the wanted ones are read."""
        self.memory.check(int(is_wanted.sum()), len(self.columns))
        moments: dict[str, MomentsInParts] = {}
        frame = concat(list(self.read_measured(is_wanted, moments)))
        measured = self.with_moments(moments, quartiles=quartiles)
        return measured, measured.as_rows(np.flatnonzero(is_wanted), frame)

    def read_measured(
        self, is_wanted: BoolArray, moments: dict[str, MomentsInParts]
    ) -> Iterator[nw.DataFrame[Any]]:
        """Yield the wanted rows in parts, and add all rows to the moments of columns."""
        return self._select(is_wanted, self.columns, moments)

    def with_moments(self, moments: Mapping[str, MomentsInParts], *, quartiles: bool) -> LargeTable:
        """Return the table with the spread of its columns, for which it may be read again."""
        spreads = {name: Spread(part.total()) for name, part in moments.items()}
        _check_finite(spreads)
        if quartiles:
            spreads = {
                name: replace(spread, quartiles=self._read_quartiles(name))
                for name, spread in spreads.items()
            }
        return replace(self, spreads=spreads)

    def run(self, step: Pass[F]) -> F:
        """Have all rows with a class added to a pass, by workers if there are any."""
        n_at_once = rows_on_workers(step, len(self.columns))
        found = self.source.run(self.columns, step, n_at_once)
        if found is None:
            found = step.start()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CounterpoiseWarning)  # they come with the decision
                for rows in self._groups():
                    found = step.add(found, rows)
        return found

    def _groups(self) -> Iterator[Rows]:
        """Read rows with a class in large groups."""
        waiting: list[nw.DataFrame[Any]] = []
        start = stop = 0
        for batch in self.source.batches(self.columns):
            waiting.append(batch)
            stop += len(batch)
            if stop > self.n_rows:
                break
            if stop - start >= self.memory.rows_at_once(len(self.columns)):
                yield from self._group(start, stop, waiting)
                waiting, start = [], stop
        check_n_rows(self.n_rows, stop)
        if waiting:
            yield from self._group(start, stop, waiting)

    def _group(self, start: int, stop: int, parts: list[nw.DataFrame[Any]]) -> Iterator[Rows]:
        has_class = np.flatnonzero(self.target.codes[start:stop] < len(self.target.classes))
        frame = concat(parts)
        if len(has_class):
            kept = frame if len(has_class) == stop - start else frame[has_class]
            yield self.as_rows(has_class + start, kept)

    def _select(
        self,
        is_wanted: BoolArray,
        columns: Sequence[str],
        moments: dict[str, MomentsInParts] | None = None,
    ) -> Iterator[nw.DataFrame[Any]]:
        """Yield the wanted rows, from workers if there are any."""
        features = [name for name in columns if name != self.name and name not in self.copy]
        measured = () if moments is None else tuple(features)
        parts = self.source.select(columns, Selection(is_wanted, self.has_class, measured))
        if parts is None:
            yield from self._select_here(is_wanted, columns, moments)
            return
        for part in parts:
            for n_rows, values in part.blocks:
                for name, of_column in zip(part.measured, values, strict=True):
                    assert moments is not None
                    moments.setdefault(name, MomentsInParts()).add_block(n_rows, of_column)
            if part.frame is not None:
                yield part.frame

    def _select_here(
        self,
        is_wanted: BoolArray,
        columns: Sequence[str],
        moments: dict[str, MomentsInParts] | None,
    ) -> Iterator[nw.DataFrame[Any]]:
        for batch, wanted in self._read(is_wanted, columns):
            if moments is not None:
                # Rows without a class are dropped before anything is measured.
                has_class = wanted >= 0
                rows = batch if has_class.all() else batch[np.flatnonzero(has_class)]
                self._add_moments(rows, moments)
            yield batch[np.flatnonzero(wanted > 0)]

    def _read(
        self, is_wanted: BoolArray, columns: Sequence[str]
    ) -> Iterator[tuple[nw.DataFrame[Any], Array]]:
        """Yield batches, and for each row 1 if it is wanted, 0 if not, −1 if it has no class."""
        start = stop = 0
        n_classes = len(self.target.classes)
        for batch in self.source.batches(columns):
            stop = start + len(batch)
            if stop > self.n_rows:
                break
            wanted = is_wanted[start:stop].astype(np.int8)
            wanted[self.target.codes[start:stop] == n_classes] = -1
            yield batch, wanted
            start = stop
        check_n_rows(self.n_rows, stop)

    def _add_moments(self, frame: nw.DataFrame[Any], moments: dict[str, MomentsInParts]) -> None:
        if not len(frame):
            return
        table = self.opener.open_features(frame.drop(self.name))
        for j, column in enumerate(table.columns):
            if column.feature_type.is_number:
                moments.setdefault(str(column.name), MomentsInParts()).add(table.numbers(j))

    def _read_quartiles(self, name: str) -> tuple[float, float] | None:
        """Read a whole column: quartiles cannot be computed in parts."""
        self.memory.check(self.n_rows, 1)
        table = self.opener.open_features(self.collect(self.has_class, [name]))
        return quartiles_of(table.numbers(0))


def _check_finite(spreads: Mapping[str, Spread]) -> None:
    for name, spread in spreads.items():
        if not np.isfinite(spread.moments.mean):
            raise InputError(
                f"Column {name!r} contains infinity, or numbers that are too large to add. Replace "
                "them by NaN or other numbers."
            )
