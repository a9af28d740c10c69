"""Open rows of a table that is not in memory, with what is known of all its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from counterpoise._lib.types import IntArray, RowArray
from counterpoise._table import (
    EncodedTarget,
    FrameTable,
    PartialTable,
    Spread,
    SyntheticSamples,
    ValueCounts,
    as_table,
)
from counterpoise.exceptions import InputError

__all__ = ["RowOpener", "Rows", "concat", "in_groups"]


@dataclass(frozen=True)
class Rows:
    """Some rows of a table, in memory.

    Attributes
    ----------
    numbers : ndarray of int of shape (n_rows,)
        Their row numbers in the whole table, ascending.
    frame : narwhals.DataFrame
        Their values, with the target column.
    table : PartialTable
        Their features.
    target : EncodedTarget
        Their classes, with the counts of the whole table.
    """

    numbers: RowArray
    frame: nw.DataFrame[Any]
    table: PartialTable
    target: EncodedTarget

    def __len__(self) -> int:
        return len(self.numbers)

    def with_synthetic(
        self, synthetic: SyntheticSamples
    ) -> Iterator[tuple[Rows, SyntheticSamples]]:
        """Yield the rows once, with all synthetic samples; see `RowGroups`."""
        yield self, synthetic


@dataclass(frozen=True)
class RowOpener:
    """What is known of all rows of a table, with which some of them are opened.

    It can be sent to workers.

    Attributes
    ----------
    name : str
        The target column.
    classes : tuple
    counts : ndarray of int64 of shape (n_classes,)
        Number of rows of each class.
    copy : tuple of str
        Columns that are not features.
    spreads : mapping of str to Spread
        The spread of each numeric feature, once it is measured.
    value_counts : mapping of str to ValueCounts
        How often each value of a feature occurs in each class, if it is counted.
    """

    name: str
    classes: tuple[Any, ...]
    counts: IntArray
    copy: tuple[str, ...]
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    value_counts: Mapping[str, ValueCounts] = field(default_factory=dict)

    def open(self, numbers: RowArray, codes: IntArray, frame: nw.DataFrame[Any]) -> Rows:
        """Open rows, in ascending order of their numbers.

        Parameters
        ----------
        numbers : ndarray of int of shape (n_rows,)
            Their row numbers in the whole table.
        codes : ndarray of int of shape (n_rows,)
            Their classes.
        frame : narwhals.DataFrame
            Their values, with the target column.

        Returns
        -------
        Rows

        Raises
        ------
        InputError
            If a column has numbers here and other values elsewhere, or the reverse.
        """
        table = self.open_features(frame.drop(self.name))
        self._check_types(table)
        partial = PartialTable(
            table.frame,
            table.schema,
            table.ignored,
            table.copied,
            spreads=self.spreads,
            value_counts=self.value_counts,
        )
        labels = frame.get_column(self.name).to_native()
        target = EncodedTarget(codes, self.classes, self.counts, labels, has_index=False)
        return Rows(numbers, frame, partial, target)

    def _check_types(self, table: FrameTable) -> None:
        """Check that the numeric columns are those of all rows: Python objects may differ."""
        numeric = {str(column.name) for column in table.columns if column.feature_type.is_number}
        differing = sorted(numeric ^ set(self.spreads)) if self.spreads else []
        if differing:
            raise InputError(
                f"Column {differing[0]!r} holds numbers in some rows and other values in others. "
                "Convert it to numbers or to strings, for example with "
                f"frame[{differing[0]!r}].astype('string')."
            )

    def open_features(self, frame: nw.DataFrame[Any]) -> FrameTable:
        """Open columns without the target."""
        table = as_table(frame.to_native(), copy=self.copy)
        assert isinstance(table, FrameTable)
        return table


def concat(frames: list[nw.DataFrame[Any]]) -> nw.DataFrame[Any]:
    """Concatenate frames, one or more; those without rows may have other types."""
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    return filled[0] if len(filled) == 1 else nw.concat(filled, how="vertical")


def in_groups(frames: Iterable[nw.DataFrame[Any]], size: int) -> Iterator[nw.DataFrame[Any]]:
    """Join frames that follow each other to frames with a number of rows, or a few more."""
    waiting: list[nw.DataFrame[Any]] = []
    for frame in frames:
        waiting.append(frame)
        if sum(map(len, waiting)) >= size:
            yield concat(waiting)
            waiting = []
    if any(map(len, waiting)):
        yield concat(waiting)
