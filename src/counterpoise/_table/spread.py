"""The spread of a column, the same whether the table comes whole or in parts.

Moments are computed in blocks of rows that are counted from the first row of the table, and the
blocks are added in their order. So they do not depend on how a table is partitioned, to the last
bit. Reference: Chan, Golub and LeVeque (1983), doi:10.1080/00031305.1983.10483115.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise._table.columns import number_blocks
from counterpoise._table.frame import FrameTable, factorize
from counterpoise._table.moment_blocks import Blocks
from counterpoise._table.objects import is_missing
from counterpoise._table.records import EncodedTarget, Table

__all__ = [
    "Moments",
    "MomentsInParts",
    "PartialTable",
    "Spread",
    "ValueCounts",
    "add_value_counts",
    "class_counts_of_codes",
    "measure_spread",
    "measure_spreads",
    "merge_value_counts",
    "quartiles_of",
]


@dataclass(frozen=True)
class Moments:
    """Number, mean and squared deviations of the values of a column that are not missing.

    Attributes
    ----------
    count : int
    mean : float
    squares : float
        Sum of the squared deviations from the mean.
    """

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, values: Float64Array) -> Moments:
        """Return moments from an array of the three numbers."""
        return cls(int(values[0]), float(values[1]), float(values[2]))

    @property
    def variance(self) -> float:
        """The variance; 0 without values."""
        return self.squares / self.count if self.count else 0.0

    @property
    def std(self) -> float:
        """The standard deviation; 0 without values."""
        return float(np.sqrt(self.variance))

    def add(self, other: Moments) -> Moments:
        """Return the moments of both sets of values."""
        if not self.count or not other.count:
            return self if self.count else other
        count, step = self.count + other.count, other.mean - self.mean
        return Moments(
            count,
            self.mean + step * (other.count / count),
            self.squares + other.squares + step * step * (self.count * other.count / count),
        )


class MomentsInParts:
    """The moments of a column whose values come in parts.

    Examples
    --------
    >>> moments = MomentsInParts()
    >>> for part in ([1.0, 2.0], [6.0]):
    ...     moments.add(np.array(part))
    >>> moments.total().mean
    3.0
    """

    def __init__(self) -> None:
        self._moments = Moments()
        self._blocks = Blocks()

    def add(self, values: Array) -> None:
        """Add the values of the next rows, NaN where they are missing."""
        for _, moments in self._blocks.add(values[np.newaxis]):
            self._moments = self._moments.add(Moments.of(moments[0]))

    def add_block(self, n_rows: int, values: Float64Array) -> None:
        """Add the next rows as `Blocks` yields them: a whole block has moments, not values."""
        if n_rows == Blocks.size:
            self._moments = self._moments.add(Moments.of(values))
        else:
            self.add(values)

    def total(self) -> Moments:
        """Return the moments of all values so far."""
        last = self._blocks.moments()
        return self._moments.add(Moments.of(last[0])) if len(last) else self._moments


def _without_missing(values: Array) -> Float64Array:
    values = values.astype(np.float64, copy=False)
    return values[~np.isnan(values)]


@dataclass(frozen=True)
class Spread:
    """The spread of a column.

    Attributes
    ----------
    moments : Moments
    quartiles : (float, float) or None
        The first and the third quartile; None if there are no values, or if they are not needed.
    """

    moments: Moments
    quartiles: tuple[float, float] | None = None


#: For each value of a column, None if it is missing, the number of rows of each class.
ValueCounts = dict[Any, IntArray]


@dataclass(frozen=True)
class PartialTable(FrameTable):
    """Some rows of a table, which know what distances depend on in all its rows.

    Attributes
    ----------
    spreads : mapping of str to Spread
        The spread of each numeric column over all rows.
    value_counts : mapping of str to ValueCounts
        For each column, how often each value occurs in each class, for all rows; empty if it is not
        needed.
    """

    spreads: Mapping[str, Spread] = field(default_factory=dict)
    value_counts: Mapping[str, ValueCounts] = field(default_factory=dict)


def measure_spread(table: Table, column: int, *, quartiles: bool = False) -> Spread:
    """Measure the spread of a column over all rows of a table.

    Parameters
    ----------
    table : Table
    column : int
    quartiles : bool, default=False
        Whether quartiles are needed.

    Returns
    -------
    Spread
    """
    return measure_spreads(table, [column], quartiles=quartiles)[0]


def measure_spreads(
    table: Table, columns: Sequence[int], *, quartiles: bool = False
) -> list[Spread]:
    """Measure the spread of several numeric columns, as `measure_spread` does for each of them."""
    if isinstance(table, PartialTable):
        return [table.spreads[str(table.columns.names[column])] for column in columns]
    return [
        _spread_of_values(values, quartiles=quartiles)
        for _, block in number_blocks(table, columns)
        for values in np.ascontiguousarray(block.T)
    ]


def _spread_of_values(values: Array, *, quartiles: bool) -> Spread:
    moments = MomentsInParts()
    moments.add(values)
    return Spread(moments.total(), quartiles_of(values) if quartiles else None)


def add_value_counts(
    counts: ValueCounts, table: FrameTable, column: int, codes: IntArray, n_classes: int
) -> None:
    """Add how often each value of a column occurs in each class, for some rows of a table."""
    places, values = factorize(table.series(column))
    pairs = places.astype(np.intp) * n_classes + codes
    added = np.bincount(pairs, minlength=len(values) * n_classes).reshape(-1, n_classes)
    keys = (None if is_missing(value) else value for value in values)
    merge_value_counts(counts, zip(keys, added, strict=True))


def merge_value_counts(counts: ValueCounts, others: Iterable[tuple[Any, IntArray]]) -> None:
    """Add how often values occur in each class to counts of the same column."""
    for value, more in others:
        counts[value] = counts[value] + more if value in counts else more


def class_counts_of_codes(
    table: Table, column: int, codes: IntArray, target: EncodedTarget
) -> IntArray:
    """Return how often each code of a column occurs in each class, over all rows of a table.

    Parameters
    ----------
    table : Table
    column : int
    codes : ndarray of int of shape (n_rows,)
        ``table.codes(column)``.
    target : EncodedTarget

    Returns
    -------
    ndarray of int of shape (n_codes, n_classes)
    """
    n_codes, n_classes = int(codes.max()) + 1, len(target.classes)
    if not isinstance(table, PartialTable):
        pairs = codes.astype(np.intp) * n_classes + target.codes
        return np.bincount(pairs, minlength=n_codes * n_classes).reshape(n_codes, n_classes)
    counts = table.value_counts[str(table.columns[column].name)]
    first = np.zeros(n_codes, np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # a row with each code
    values = table.series(column)[first].to_list()
    return np.array([counts[None if is_missing(value) else value] for value in values])


def quartiles_of(values: Array) -> tuple[float, float] | None:
    """Return the first and the third quartile of values, NaN where they are missing."""
    present = _without_missing(values)
    if not len(present):
        return None
    low, high = np.quantile(present, (0.25, 0.75))
    return float(low), float(high)
