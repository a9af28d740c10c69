"""Original and synthetic samples in one table, prepared for neighbor searches and models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._table import EncodedTarget, Resampling, Table, as_table
from counterpoise.neighbors._adapters import SparseIndex
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._search import NeighborSearch, build_index
from counterpoise.neighbors._space import (
    DistanceUnits,
    SearchSpace,
    as_numeric_matrix,
    build_search_space,
    choose_scale,
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
        All rows; numbers are divided by their standard deviation in the first table, or have their
        original units in a sparse table.
    """

    table: Table
    target: EncodedTarget
    space: SearchSpace

    @classmethod
    def prepare(cls, table: Table, target: EncodedTarget, n_first: int) -> PooledTable:
        """Scale the rows; `n_first` is the number of rows of the first table.

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
        """All rows in numeric form, for a model; an array or CSR matrix, one row each."""
        return as_numeric_matrix(self.table, "The two-sample test")

    def find_nearest(self, among: RowArray, rows: RowArray) -> tuple[RowArray, Float64Array]:
        """Find the nearest of some rows to other rows.

        Parameters
        ----------
        among : ndarray of int of shape (n_among,)
            Row numbers, ascending.
        rows : ndarray of int of shape (n_queries,)
            Row numbers of the queries.

        Returns
        -------
        positions : ndarray of int of shape (n_queries,)
            Positions in `among`.
        distances : ndarray of float64 of shape (n_queries,)
        """
        search = NeighborSearch(self.space.subset(among), 1)
        positions, distances = search.nearest(self.space.subset(rows), 1)
        return positions[:, 0], distances[:, 0]

    def find_nearest_other(
        self, among: RowArray, positions: RowArray | None = None
    ) -> tuple[RowArray, Float64Array]:
        """Find the nearest other row of rows that are among those to search; see `find_nearest`.

        The queries are given by their positions in `among`; by default they are all rows.
        """
        index = build_index(self.space.subset(among), 1)
        if isinstance(index, Index):
            nearest, distances = index.nearest_others(
                1, query_positions=positions, return_distance=True
            )
            return nearest[:, 0], distances[:, 0]
        assert isinstance(index, SparseIndex)
        nearest, squared = index.nearest_others(1, positions)
        return nearest[:, 0], np.sqrt(squared[:, 0])


def _compute_units(table: Table, n_first: int) -> DistanceUnits:
    """Compute the units of the distance from the first rows of a table."""
    scale = choose_scale(table)
    pooled = compute_distance_units(table, scale)
    first = as_table(table.rebuild(Resampling(kept=np.arange(n_first)), keep_index=False))
    units = compute_distance_units(first, scale)
    # Values may be missing in the other rows only.
    return units if units.penalties is not None else replace(units, penalties=pooled.penalties)
