"""Passes over a table with some rows in memory: neighbors, and candidates for removal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
from sklearn.base import clone

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.neighbors._search import build_native_index, get_n_neighbors
from counterpoise.neighbors._space import SearchSpace, build_search_space, compute_distance_units
from counterpoise.scale._nearest_so_far import NearestSoFar, are_comparable
from counterpoise.scale._opener import RowOpener, Rows
from counterpoise.under_sampling import NearMiss

__all__ = ["CleaningPass", "NearMissPass", "NearestToMinority", "NeighborPass", "Neighbors"]

_PARAMETERS = ("k_neighbors", "m_neighbors", "n_neighbors")
_QUERIES = 2**18  # rows that are searched together, as merging takes more memory than the search
_MERGED = 64_000_000  # bytes of what all tasks have found of a part


@dataclass(frozen=True)
class Neighbors:
    """What was found of the neighbors of some rows.

    Attributes
    ----------
    nearest : NearestSoFar
        For each of these rows.
    removed : ndarray of int of shape (n_removed,)
        The numbers of the rows that a cleaning method would remove.
    """

    nearest: NearestSoFar
    removed: RowArray

    def merge(self, other: Neighbors) -> Neighbors:
        """Return the nearest of both, and all that would be removed."""
        nearest = NearestSoFar.concat([self.nearest])  # a copy, which `merge` changes
        nearest.merge(other.nearest.numbers, other.nearest.squared)
        return Neighbors(nearest, np.concatenate([self.removed, other.removed]))

    def divide(self, n_tasks: int) -> Sequence[Neighbors]:
        """Divide the queries, and the rows that would be removed."""
        n_queries, k = self.nearest.numbers.shape
        n_bytes = n_tasks * 16 * k * n_queries  # the same in all tasks, as parts must fit
        queries, removed = (
            np.array_split(values, 1 + n_bytes // _MERGED)
            for values in (np.arange(n_queries), self.removed)
        )
        return [
            Neighbors(self.nearest.take(some), others)
            for some, others in zip(queries, removed, strict=True)
        ]

    def join(self, others: Sequence[Neighbors]) -> Neighbors:
        """Join parts."""
        parts = (self, *others)
        return Neighbors(
            NearestSoFar.concat([part.nearest for part in parts]),
            np.concatenate([part.removed for part in parts]),
        )


@dataclass(frozen=True)
class NeighborPass:
    """The nearest neighbors of some rows among all rows of a table.

    Attributes
    ----------
    opener : RowOpener
    sampler : BaseSampler
        It has the units of distances and the number of neighbors, the largest of several.
    queries : Rows
    """

    opener: RowOpener
    sampler: BaseSampler
    queries: Rows

    @property
    def n_known(self) -> int:
        """Number of queries."""
        return len(self.queries)

    def start(self) -> Neighbors:
        """Return no neighbors."""
        nearest = NearestSoFar.none(len(self.queries), _count_neighbors(self.sampler))
        return Neighbors(nearest, self.queries.numbers[:0])

    def add(self, found: Neighbors, rows: Rows) -> Neighbors:
        """Search among further rows."""
        self._search(found.nearest, _Part.of(self.opener, self.queries, rows))
        return found

    def _search(self, nearest: NearestSoFar, part: _Part) -> None:
        """Search among the rows of the group; the others were, or will be, in another one."""
        group = np.flatnonzero(part.in_group)
        if not len(self.queries) or not len(group):
            return
        k = nearest.numbers.shape[1]
        scale = self.sampler.get_params(deep=False).get("scale")
        units = compute_distance_units(part.rows.table, scale)
        space = build_search_space(part.rows.table, None, units)
        self._check_comparable(space, len(group))
        index = build_native_index(space.subset(group), shared_units=True)
        group_numbers, known = part.rows.numbers[group], np.flatnonzero(part.is_known)
        for start in range(0, len(known), _QUERIES):
            some = slice(start, start + _QUERIES)
            # One more than k, as a row of this group finds itself.
            found, squared = index.nearest(
                space.points,
                min(k + 1, len(group)),
                rows=known[some],
                return_distance=True,
                squared=True,
                limits=nearest.limits[some],
            )
            numbers = group_numbers[found]
            is_other = (found >= 0) & (numbers != self.queries.numbers[some, None])
            nearest.merge(np.where(is_other, numbers, -1), squared, some)

    def _check_comparable(self, space: SearchSpace, n_rows: int) -> None:
        if n_rows == self.opener.counts.sum():  # there is one group
            return
        highest, lowest = (
            extreme.reduce(space.points, axis=None, initial=0.0) for extreme in (np.fmax, np.fmin)
        )
        largest = max(highest, -lowest)
        if not are_comparable(largest):
            raise InputError(
                f"The table has numbers such as {largest:.3g}, and the distances of such numbers "
                "cannot be compared between parts of a table. Divide these columns by a number, so "
                "that their values are between 1e-120 and 1e120."
            )


@dataclass(frozen=True)
class CleaningPass(NeighborPass):
    """The rows that a cleaning method would remove, and the neighbors of rows in each part.

    Attributes
    ----------
    quotas : tuple of ClassQuota
    """

    quotas: tuple[ClassQuota, ...] = ()

    def add(self, found: Neighbors, rows: Rows) -> Neighbors:
        """Clean further rows, together with the queries."""
        part = _Part.of(self.opener, self.queries, rows)
        self._search(found.nearest, part)
        is_removed = self._clean(part.rows) & ~part.is_known  # these are part of the decision
        return Neighbors(
            found.nearest, np.concatenate([found.removed, part.rows.numbers[is_removed]])
        )

    def _clean(self, part: Rows) -> BoolArray:
        """Return which rows of a part may be removed."""
        is_removed = np.ones(len(part), bool)
        if len(part) <= _count_neighbors(self.sampler) + 1:
            return is_removed
        sampler = clone(self.sampler)  # it gets attributes, and threads may share it
        rng = np.random.RandomState(0)  # not used
        decision = sampler._resample(part.table, part.target, self.quotas, rng)
        is_removed[decision.kept_rows(len(part))] = False
        return is_removed


@dataclass(frozen=True)
class NearestToMinority:
    """For each class that is undersampled, the rows with the smallest distances.

    Attributes
    ----------
    amounts : mapping of int to int
        Number of rows that are kept of each class.
    numbers, codes : ndarray of int of shape (n_rows,)
    distances : ndarray of float64 of shape (n_rows,)
    """

    amounts: Mapping[int, int]
    numbers: RowArray
    codes: IntArray
    distances: Float64Array

    def merge(self, other: NearestToMinority) -> NearestToMinority:
        """Return the smallest of both; ties are broken by row number."""
        numbers, codes, distances = (
            np.concatenate([one, two])
            for one, two in (
                (self.numbers, other.numbers),
                (self.codes, other.codes),
                (self.distances, other.distances),
            )
        )
        order = np.lexsort((numbers, distances))
        smallest = [order[codes[order] == code][:amount] for code, amount in self.amounts.items()]
        kept = np.concatenate([order[:0], *smallest])
        return NearestToMinority(self.amounts, numbers[kept], codes[kept], distances[kept])


@dataclass(frozen=True)
class NearMissPass:
    """The rows that NearMiss selects, by their distances to the minority class.

    Attributes
    ----------
    opener : RowOpener
    sampler : NearMiss
        Version 1 or 2.
    minority : Rows
    quotas : tuple of ClassQuota
    """

    opener: RowOpener
    sampler: NearMiss
    minority: Rows
    quotas: tuple[ClassQuota, ...]

    @property
    def n_known(self) -> int:
        """Number of rows of the minority class."""
        return len(self.minority)

    def start(self) -> NearestToMinority:
        """Return no rows."""
        amounts = {quota.code: quota.amount for quota in self.quotas}
        none = self.minority.numbers[:0]
        return NearestToMinority(amounts, none, none, np.empty(0))

    def add(self, found: NearestToMinority, rows: Rows) -> NearestToMinority:
        """Select from further rows, too."""
        part = _Part.of(self.opener, self.minority, rows)
        is_in_question = np.isin(part.rows.target.codes, list(found.amounts))
        positions = np.flatnonzero(part.in_group & is_in_question)
        space = self.sampler._build_space(part.rows.table)
        distance_of = self.sampler._distance_function(space, part.rows.target)
        return found.merge(
            NearestToMinority(
                found.amounts,
                part.rows.numbers[positions],
                part.rows.target.codes[positions],
                distance_of(positions),
            )
        )


@dataclass(frozen=True)
class _Part:
    """Rows in memory and a group of further rows, in the order of rows.

    Attributes
    ----------
    rows : Rows
    is_known, in_group : ndarray of bool of shape (n_rows,)
        Whether each row was in memory, and whether it is in the group; it may be both.
    """

    rows: Rows
    is_known: BoolArray
    in_group: BoolArray

    @classmethod
    def of(cls, opener: RowOpener, known: Rows, group: Rows) -> _Part:
        """Join rows, sorted by number: a search breaks ties by position."""
        is_new = np.isin(group.numbers, known.numbers, invert=True)
        numbers = np.concatenate([known.numbers, group.numbers[is_new]])
        codes = np.concatenate([known.target.codes, group.target.codes[is_new]])
        frame = nw.concat([known.frame, group.frame[np.flatnonzero(is_new)]], how="vertical")
        order = np.argsort(numbers, kind="stable")
        rows = opener.open(numbers[order], codes[order], frame[order])
        return cls(rows, order < len(known), np.isin(rows.numbers, group.numbers))


def _count_neighbors(sampler: BaseSampler) -> int:
    params = sampler.get_params(deep=False)
    counts = [get_n_neighbors(params[name]) for name in _PARAMETERS if name in params]
    return max(counts, default=1)
