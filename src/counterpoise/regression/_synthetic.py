"""Synthetic samples for a continuous target: interpolated between neighbors, or with noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._array_ops import draw_pairs, find_unique_rows
from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._table import (
    ContinuousTarget,
    SyntheticSamples,
    Table,
    feature_positions,
    number_blocks,
)
from counterpoise.neighbors._search import nearest_others
from counterpoise.neighbors._space import (
    DistanceUnits,
    SearchSpace,
    build_search_space,
    standard_deviations,
)
from counterpoise.regression._distances import Points

__all__ = ["BinData", "NeighborPairs"]


@dataclass(frozen=True)
class NeighborPairs:
    """Base samples of a bin and a neighbor of each, one pair for each synthetic sample.

    Attributes
    ----------
    base, neighbor : ndarray of int of shape (n_pairs,)
        Positions in the bin.
    weight : ndarray of float64 of shape (n_pairs,)
        Position between base (0) and neighbor (1).
    """

    base: IntArray
    neighbor: IntArray
    weight: Float64Array

    @classmethod
    def draw(
        cls, space: SearchSpace, k: int, n_pairs: int, rng: np.random.RandomState
    ) -> NeighborPairs:
        """Draw base samples of a bin, one of the `k` nearest neighbors of each, and weights."""
        pairs = draw_pairs(space.n_rows, k, n_pairs, rng)
        drawn, place = find_unique_rows(pairs.row, space.n_rows)
        nearest = nearest_others(space, k, query_positions=drawn)
        return cls(pairs.row, nearest[place[pairs.row], pairs.rank], pairs.weight)

    def select(self, is_selected: BoolArray) -> NeighborPairs:
        """Return some of the pairs."""
        return NeighborPairs(
            self.base[is_selected], self.neighbor[is_selected], self.weight[is_selected]
        )


@dataclass(frozen=True)
class BinData:
    """The samples of one relevance bin, and what synthetic samples of it are computed from.

    Attributes
    ----------
    table : Table
    target : ndarray of float64 of shape (n_samples,)
        The continuous target of all samples of the table.
    units : DistanceUnits
    code : int
        The number of the bin.
    rows : ndarray of int of shape (n_rows,)
        Its samples, as row numbers of the table. Positions among them are counted from 0.
    """

    table: Table
    target: Float64Array
    units: DistanceUnits
    code: int
    rows: RowArray

    @classmethod
    def of(cls, table: Table, target: ContinuousTarget, units: DistanceUnits, code: int) -> BinData:
        """Return the data of a bin by its number."""
        return cls(table, target.column.values, units, code, target.rows_of(code))

    def search_space(self) -> SearchSpace:
        """Return the space in which neighbors are searched."""
        return build_search_space(self.table, self.rows, self.units)

    def interpolate(
        self,
        points: Points | None,
        pairs: NeighborPairs,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        """Interpolate samples between base samples and neighbors, with their target.

        A categorical feature takes the value of one of the two at random. The target is the mean of
        both targets, weighted by the inverse distances of the synthetic sample.

        Parameters
        ----------
        points : Points or None
            None without categorical features: distances are then proportional to the weight.
        pairs : NeighborPairs
        rng : RandomState instance
        """
        from_neighbor = rng.uniform(size=(len(pairs.base), len(self.units.categorical))) < 0.5
        share = pairs.weight
        if points is not None and len(self.units.categorical):
            share = _share_of_neighbor(points, pairs, from_neighbor)
        rows, others = self.rows[pairs.base], self.rows[pairs.neighbor]
        sources = np.where(from_neighbor, others[:, None], rows[:, None])
        target = self.target[rows] + share * (self.target[others] - self.target[rows])
        return self._build(rows, others, pairs.weight, target=target, sources=sources)

    def add_noise(
        self, base: IntArray, size: Float64Array, rng: np.random.RandomState
    ) -> SyntheticSamples:
        """Add Gaussian noise to the numeric features and the target of base samples.

        A categorical feature takes the value of a random sample of the bin.

        Parameters
        ----------
        base : ndarray of int of shape (n_synthetic,)
            Positions in the bin.
        size : ndarray of float64 of shape (n_synthetic,)
            Standard deviation of the noise, in multiples of the standard deviation of a feature, or
            of the target, in the bin.
        rng : RandomState instance
        """
        rows, n_synthetic = self.rows[base], len(base)
        drawn = rng.randint(0, len(self.rows), size=(n_synthetic, len(self.units.categorical)))
        features, numeric = feature_positions(self.table), self.units.numeric
        points = np.zeros((n_synthetic, len(features)))
        points[:, np.searchsorted(features, numeric)] = rng.randn(n_synthetic, len(numeric))
        deviations = standard_deviations(self.table, numeric, self.rows)
        for where, block in number_blocks(self.table, numeric, rows):
            columns = np.searchsorted(features, numeric[where])
            points[:, columns] *= deviations[where] * size[:, None]
            points[:, columns] += block
        deviation = self.target[self.rows].std()
        target = self.target[rows] + rng.randn(n_synthetic) * size * deviation
        none, nan = np.full(n_synthetic, -1), np.full(n_synthetic, np.nan)
        return self._build(rows, none, nan, target=target, sources=self.rows[drawn], points=points)

    def _build(
        self,
        base: RowArray,
        neighbor: IntArray,
        weight: Float64Array,
        *,
        target: Float64Array,
        sources: IntArray,
        points: Float64Array | None = None,
    ) -> SyntheticSamples:
        categorical = self.units.categorical
        return SyntheticSamples(
            base,
            neighbor,
            weight,
            np.full(len(base), self.code, np.int32),
            points,
            category_sources=sources if categorical else None,
            categorical=categorical,
            target=target,
        )


def _share_of_neighbor(
    points: Points, pairs: NeighborPairs, from_neighbor: BoolArray
) -> Float64Array:
    """Return the weight of the neighbor's target: its inverse distance, relative to both.

    On the line between both samples, the numeric distances are proportional to `weight`.
    """
    base, neighbor, weight = pairs.base, pairs.neighbor, pairs.weight
    numeric, mismatches = points.numeric_steps(base, neighbor), points.mismatches(base, neighbor)
    to_base = np.sqrt(weight**2 * numeric + (mismatches * from_neighbor).sum(axis=1))
    to_neighbor = np.sqrt((1 - weight) ** 2 * numeric + (mismatches * ~from_neighbor).sum(axis=1))
    total = to_base + to_neighbor
    return np.where(total > 0, to_base / np.where(total > 0, total, 1), weight)
