"""What workers send of a table that is on a cluster: the wanted rows, and moments of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.types import Array, BoolArray
from counterpoise._table import FrameTable
from counterpoise.exceptions import InputError
from counterpoise.scale._pass import F, Pass
from counterpoise.scale._workers import RowMasks

__all__ = [
    "InProcess",
    "Selected",
    "Selection",
    "check_n_rows",
    "check_partitions",
    "numeric_columns",
    "partitions_have_changed",
]


@dataclass(frozen=True)
class Selection:
    """Which rows are sent, and which columns are measured.

    Attributes
    ----------
    is_wanted : ndarray of bool of shape (n_rows,)
    has_class : ndarray of bool of shape (n_rows,)
        Only rows with a class are measured.
    measured : tuple of str
        The columns of which moments are needed, if they are numeric.
    """

    is_wanted: BoolArray
    has_class: BoolArray
    measured: tuple[str, ...] = ()

    def divide(self, lengths: Sequence[int]) -> Iterator[RowMasks]:
        """Yield the masks of each partition."""
        n_before = 0
        for start, stop in pairwise(np.cumsum([0, *lengths])):
            has_class = self.has_class[start:stop]
            yield RowMasks.of(self.is_wanted[start:stop], has_class, n_before)
            n_before += int(has_class.sum())


@dataclass(frozen=True)
class Selected:
    """A part of what workers send, in the order of rows.

    Attributes
    ----------
    frame : narwhals.DataFrame or None
        Wanted rows.
    n_rows : int
        Number of rows that were read for it, which is all of a partition or none.
    blocks : sequence of (int, ndarray)
        Rows of the measured columns, as `Blocks` yields them.
    measured : list of str
        The columns of `blocks`.
    """

    frame: nw.DataFrame[Any] | None
    n_rows: int = 0
    blocks: Sequence[tuple[int, Array]] = ()
    measured: Sequence[str] = ()


class InProcess:
    """A source that this process reads: there are no workers that could send less."""

    def run(self, columns: Sequence[str], step: Pass[F], n_at_once: int) -> F | None:
        """Return None, as there are no workers."""
        del columns, step, n_at_once
        return None

    def select(self, columns: Sequence[str], selection: Selection) -> None:
        """Return None, as there are no workers."""
        del columns, selection


def numeric_columns(frame: Any, names: Sequence[str]) -> list[str] | None:
    """Return which columns of an empty data frame are numeric.

    Returns
    -------
    list of str or None
        None if this depends on the values, as for Python objects in pandas.
    """
    table = FrameTable(nw.from_native(frame, eager_only=True).select(names))
    if any(_depends_on_values(table.series(j)) for j in range(len(names))):
        return None
    return [str(column.name) for column in table.columns if column.feature_type.is_number]


def _depends_on_values(series: nw.Series[Any]) -> bool:
    return series.dtype == nw.Unknown or str(getattr(series.to_native(), "dtype", "")) == "object"


def check_n_rows(expected: int, found: int) -> None:
    """Check that a table has as many rows as when its classes were counted."""
    if found != expected:
        raise InputError(
            f"The table had {expected:,} rows when its classes were counted, and has "
            f"{'fewer' if found < expected else 'more'} now. It must have the same rows in the "
            "same order each time it is read."
        )


def check_partitions(expected: Sequence[int], found: Sequence[int]) -> None:
    """Check that each partition has as many rows as when the classes were counted."""
    check_n_rows(sum(expected), sum(found))
    # Partitions at the end may be without rows.
    if any(one != other for one, other in zip_longest(expected, found, fillvalue=0)):
        raise partitions_have_changed()


def partitions_have_changed() -> InputError:
    """Return the error for rows that are in other partitions than when classes were counted."""
    return InputError(
        "The rows of the table are in other partitions than when its classes were counted. They "
        "must be in the same partitions each time it is read: write the table to Parquet files and "
        "read these, or keep it on the workers with frame.cache() in Spark or frame.persist() in "
        "Dask."
    )
