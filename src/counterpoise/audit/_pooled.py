"""Original and synthetic samples in one table, prepared for neighbor searches and models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise._lib.types import IntArray, RowArray
from counterpoise._table import EncodedTarget, Resampling, Table, as_table
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._space import (
    DistanceUnits,
    SearchSpace,
    as_numeric_matrix,
    build_search_space,
    compute_distance_units,
)

__all__ = ["PooledTable"]


@dataclass(frozen=True)
class PooledTable:
    """The rows of several tables in one, with distances in the units of the first.

    Attributes
    ----------
    table : Table
    target : EncodedTarget
        Classes of all rows; only their codes and labels are used.
    space : SearchSpace
        All rows; numbers are divided by their standard deviation in the first table.
    """

    table: Table
    target: EncodedTarget
    space: SearchSpace

    @classmethod
    def prepare(cls, table: Table, target: EncodedTarget, n_first: int) -> PooledTable:
        """Standardize the rows; `n_first` is the number of rows of the first table.

        Synthetic samples do not change the units: many of them would reduce the weight of the
        features in which their class differs from the others.
        """
        return cls(table, target, build_search_space(table, None, _compute_units(table, n_first)))

    @property
    def codes(self) -> IntArray:
        """Encoded class of each row."""
        return self.target.codes

    @cached_property
    def points(self) -> Any:
        """All rows in numeric form, for a model; ndarray of shape (n_rows, n_features)."""
        return as_numeric_matrix(self.table, "The two-sample test")

    def build_index(self, rows: RowArray) -> Index:
        """Build a search index over some of the rows."""
        space = self.space
        return Index(space.points, rows=rows, penalties=space.penalties, mismatch=space.mismatch)


def _compute_units(table: Table, n_first: int) -> DistanceUnits:
    """Compute the units of the distance from the first rows of a table."""
    pooled = compute_distance_units(table, "standard")
    first = as_table(table.rebuild(Resampling(kept=np.arange(n_first)), keep_index=False))
    units = compute_distance_units(first, "standard")
    # Values may be missing in the other rows only.
    return units if units.penalties is not None else replace(units, penalties=pooled.penalties)
