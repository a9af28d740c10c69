"""SMOTE for classes that do not fit into memory: their rows wait on disk.

The rows of the classes are written to disk in the order of the table. Their points are divided into
cells that fit into memory, in which neighbors are searched. Then the rows are written once more, in
groups: a group has the bases and the neighbors of some synthetic rows that follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import narwhals as nw
import numpy as np
from sklearn.utils import check_random_state

from counterpoise._array_ops import draw_pairs
from counterpoise._lib.types import BoolArray, FloatArray
from counterpoise._strategy import ClassQuota
from counterpoise._table import MomentsInParts, Resampling, SyntheticSamples
from counterpoise.neighbors._search import get_n_neighbors, limit_neighbors
from counterpoise.neighbors._space import (
    DistanceUnits,
    build_search_space,
    compute_distance_units,
)
from counterpoise.over_sampling import SMOTE
from counterpoise.scale._cells import Cells, CellSearch, Proof, divide_space
from counterpoise.scale._opener import Rows, concat, in_groups
from counterpoise.scale._rows import LargeTable
from counterpoise.scale._spill import Spill

__all__ = ["RowGroups", "can_be_out_of_core", "decide_out_of_core"]

_SAMPLE = 2**16  # points that show how to divide the space
_MARGIN = 1.2  # cells may hold more points than the sample lets expect


def can_be_out_of_core(sampler: object) -> bool:
    """Return whether the rows of the classes that a sampler needs can wait on disk."""
    return type(sampler) is SMOTE and not hasattr(sampler.k_neighbors, "kneighbors")


def decide_out_of_core(
    sampler: SMOTE, table: LargeTable, is_needed: BoolArray
) -> tuple[Resampling, RowGroups, Proof]:
    """Decide on rows that wait on disk, as `SMOTE` decides on rows in memory.

    Parameters
    ----------
    sampler : SMOTE
    table : LargeTable
    is_needed : ndarray of bool of shape (n_rows,)
        The rows of the classes to oversample.

    Returns
    -------
    decision : Resampling
        Row numbers are positions among the rows that are needed.
    groups : RowGroups
        The rows of the synthetic samples.
    proof : Proof
    """
    rows = _RowsOnDisk.collect(sampler, table, is_needed)
    first = next(rows.read())
    quotas = sampler._check(first.table, first.target)
    rng = check_random_state(sampler.random_state)
    large, small = sampler._split_by_size(quotas)
    parts, proof = [], Proof()
    for quota in large:
        synthetic, of_class = _oversample(sampler, rows, quota, rng)
        parts.append(synthetic)
        proof = proof.add(of_class)
    decision = sampler._build_resampling(parts, small, rows.table.target, rng)
    return decision, RowGroups.of(rows, decision.synthetic), proof


@dataclass(frozen=True)
class _RowsOnDisk:
    """Some rows of a table, on disk.

    Attributes
    ----------
    table : LargeTable
        Its target has these rows only.
    spill : Spill
    """

    table: LargeTable
    spill: Spill

    @classmethod
    def collect(cls, sampler: SMOTE, table: LargeTable, is_needed: BoolArray) -> _RowsOnDisk:
        """Write the rows to disk, and measure the spread of all rows."""
        spill = Spill()
        moments: dict[str, MomentsInParts] = {}
        size = table.memory.rows_at_once(len(table.columns))
        for frame in in_groups(table.read_measured(is_needed, moments), size):
            spill.add("rows", frame.to_native())
        measured = table.with_moments(moments, quartiles=sampler.scale == "robust")
        target = replace(table.target, codes=table.target.codes[is_needed])
        return cls(replace(measured, target=target), spill)

    def read(self) -> Iterator[Rows]:
        """Yield the rows in groups that fit into memory; their numbers are positions."""
        stop = 0
        for native in self.spill.read("rows"):
            frame = nw.from_native(native, eager_only=True)
            start, stop = stop, stop + len(frame)
            yield self.table.as_rows(np.arange(start, stop), frame)


def _oversample(
    sampler: SMOTE, rows: _RowsOnDisk, quota: ClassQuota, rng: np.random.RandomState
) -> tuple[SyntheticSamples, Proof]:
    """Draw synthetic samples of a class, as SMOTE does."""
    k = get_n_neighbors(limit_neighbors(sampler.k_neighbors, quota.count - 1))
    pairs = draw_pairs(quota.count, k, quota.amount, rng)
    cells, units = _divide(sampler, rows, quota)
    search = CellSearch(cells, k, units.penalties)
    neighbor = search.of_pairs(pairs.row, pairs.rank)
    own = rows.table.target.rows_of(quota.code)
    label = np.full(quota.amount, quota.code, np.int32)
    return SyntheticSamples(own[pairs.row], own[neighbor], pairs.weight, label), search.proof


def _divide(sampler: SMOTE, rows: _RowsOnDisk, quota: ClassQuota) -> tuple[Cells, DistanceUnits]:
    """Divide the points of a class into cells; return the units of distances too."""
    memory, n_columns = rows.table.memory, len(rows.table.columns)
    # A cell takes half of the limit. The larger cells are, the fewer points are near their border.
    size, step = 2 * memory.rows_at_once(n_columns), -(-quota.count // _SAMPLE)
    sample, units = [], None
    for own, points in _points_of(rows, sampler, quota.code):
        sample.append(points[::step])
        units = own if units is None or own.penalties is not None else units
    assert units is not None
    split = divide_space(np.concatenate(sample), int(np.ceil(_MARGIN * quota.count / size)))
    cells, start = Cells(split, size, quota.count), 0
    for _, points in _points_of(rows, sampler, quota.code):
        cells.add(np.arange(start, start + len(points)), points)
        start += len(points)
    if not cells.are_comparable:  # only with numbers near the limits of floating point
        memory.check(quota.count, n_columns)
    return cells, units


def _points_of(
    rows: _RowsOnDisk, sampler: SMOTE, code: int
) -> Iterator[tuple[DistanceUnits, FloatArray]]:
    """Yield the points of a class, in the order of rows, with the units of their part."""
    for part in rows.read():
        own = part.target.rows_of(code)
        if len(own):
            units = compute_distance_units(part.table, sampler.scale)
            yield units, build_search_space(part.table, own, units).selected


@dataclass(frozen=True)
class RowGroups:
    """The rows that synthetic samples need, on disk, in groups for samples that follow each other.

    Attributes
    ----------
    table : LargeTable
    spill : Spill
        For each group, the numbers and the values of its rows.
    size : int
        Number of synthetic samples of a group.
    """

    table: LargeTable
    spill: Spill
    size: int

    @classmethod
    def of(cls, rows: _RowsOnDisk, synthetic: SyntheticSamples) -> RowGroups:
        """Write the rows of each group to disk."""
        # A synthetic sample has two rows.
        size = max(1, rows.table.memory.rows_at_once(len(rows.table.columns)) // 2)
        groups = cls(rows.table, Spill(), size)
        for part in rows.read():
            for group, which in groups._slices(len(synthetic)):
                is_used = np.zeros(len(part), bool)
                for used in (synthetic.base[which], synthetic.neighbor[which]):
                    places = used - part.numbers[0]
                    is_used[places[(places >= 0) & (places < len(part))]] = True
                positions = np.flatnonzero(is_used)
                if len(positions):
                    values = part.frame[positions].to_native()
                    groups.spill.add(group, (part.numbers[positions], values))
        return groups

    def with_synthetic(
        self, synthetic: SyntheticSamples
    ) -> Iterator[tuple[Rows, SyntheticSamples]]:
        """Yield the rows of each group, and its synthetic samples with positions among them."""
        for group, which in self._slices(len(synthetic)):
            numbers, values = zip(*self.spill.read(group), strict=True)
            frame = concat([nw.from_native(native, eager_only=True) for native in values])
            rows = self.table.as_rows(np.concatenate(numbers), frame)
            part = synthetic.take(np.arange(which.start, which.stop))
            base, neighbor = (
                np.searchsorted(rows.numbers, used) for used in (part.base, part.neighbor)
            )
            yield rows, replace(part, base=base, neighbor=neighbor)

    def _slices(self, n_synthetic: int) -> Iterator[tuple[int, slice]]:
        for group, start in enumerate(range(0, n_synthetic, self.size)):
            yield group, slice(start, min(start + self.size, n_synthetic))
