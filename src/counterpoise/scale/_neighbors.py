"""Passes over a table with some rows in memory: their neighbors, and candidates for removal."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.types import RowArray
from counterpoise._strategy import ClassQuota
from counterpoise.base import BaseSampler
from counterpoise.exceptions import CounterpoiseWarning
from counterpoise.neighbors._search import build_native_index, get_n_neighbors
from counterpoise.neighbors._space import build_search_space, compute_distance_units
from counterpoise.scale._nearest_so_far import NearestSoFar
from counterpoise.scale._rows import LargeTable, Rows

__all__ = ["find_candidates", "find_neighbors"]

_PARAMETERS = ("k_neighbors", "m_neighbors", "n_neighbors")


def find_neighbors(sampler: BaseSampler, table: LargeTable, queries: Rows) -> RowArray:
    """Find the nearest neighbors of some rows among all rows of a table, in one pass.

    Parameters
    ----------
    sampler : BaseSampler
        It has the units of distances and the number of neighbors, the largest of several.
    table : LargeTable
    queries : Rows

    Returns
    -------
    ndarray of int of shape (n_queries, k)
        Row numbers; −1 if there are fewer rows.
    """
    search = _Search(sampler, queries)
    for part, is_query in _parts(table, queries):
        search.search(part, is_query)
    return search.nearest.numbers


def find_candidates(
    sampler: BaseSampler, table: LargeTable, always: Rows, quotas: tuple[ClassQuota, ...]
) -> tuple[RowArray, RowArray]:
    """Find the rows that decide, with some rows that are part of each decision, in one pass.

    Parameters
    ----------
    sampler : BaseSampler
        An undersampler, or a cleaning method.
    table : LargeTable
    always : Rows
        The rows that belong to each part of the table.
    quotas : tuple of ClassQuota

    Returns
    -------
    candidates : ndarray of int of shape (n_candidates,)
        Row numbers: what an undersampler keeps of each part, what a cleaning method removes of it.
    neighbors : ndarray of int of shape (n_always, k)
        The neighbors of the rows that belong to each part.
    """
    search = _Search(sampler, always)
    candidates = [always.numbers[:0]]
    for part, is_always in _parts(table, always):
        candidates.append(part.numbers[_decide_on(sampler, part, quotas)])
        if sampler._family == "clean-sampling":
            search.search(part, is_always)
    return np.concatenate(candidates), search.nearest.numbers


def _decide_on(sampler: BaseSampler, part: Rows, quotas: tuple[ClassQuota, ...]) -> RowArray:
    """Return the positions of the rows of a part that may decide."""
    if len(part) <= _count_neighbors(sampler) + 1:
        return np.arange(len(part))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CounterpoiseWarning)  # they come with the final decision
        rng = np.random.RandomState(0)  # not used
        decision = sampler._resample(part.table, part.target, quotas, rng)
    kept = decision.kept_rows(len(part))
    if sampler._family == "under-sampling":
        return np.unique(kept)
    return np.setdiff1d(np.arange(len(part)), kept)


def _parts(table: LargeTable, always: Rows) -> Iterator[tuple[Rows, Any]]:
    """Yield parts of the table, each with some rows that are in memory, in the order of rows."""
    for numbers, frame in table.groups(table.columns):
        is_new = np.isin(numbers, always.numbers, invert=True)
        together = np.concatenate([always.numbers, numbers[is_new]])
        order = np.argsort(together, kind="stable")
        both = nw.concat([always.frame, frame[np.flatnonzero(is_new)]], how="vertical")[order]
        in_group = np.isin(together[order], numbers)
        yield table.as_rows(together[order], both), _Members(order < len(always), in_group)


class _Members:
    """Which rows of a part are always there, and which are in the group of rows that was read."""

    def __init__(self, is_always: Any, in_group: Any) -> None:
        self.always, self.group = np.flatnonzero(is_always), np.flatnonzero(in_group)


class _Search:
    """The search for the nearest rows of some rows, in one part of the table after the other."""

    def __init__(self, sampler: BaseSampler, queries: Rows) -> None:
        self._scale = sampler.get_params(deep=False).get("scale")
        self._queries = queries
        self.nearest = NearestSoFar.none(len(queries), _count_neighbors(sampler))

    def search(self, part: Rows, members: _Members) -> None:
        """Search among the rows of the group that was read; the others were, or will be, read."""
        if not len(self._queries) or not len(members.group):
            return
        k = self.nearest.numbers.shape[1]
        units = compute_distance_units(part.table, self._scale)
        space = build_search_space(part.table, None, units)
        index = build_native_index(space.subset(members.group), shared_units=True)
        # One more than k, as a row of this group finds itself.
        found, squared = index.nearest(
            space.points,
            min(k + 1, len(members.group)),
            rows=members.always,
            return_distance=True,
            squared=True,
            limits=self.nearest.limits,
        )
        numbers = part.numbers[members.group][found]
        is_other = (found >= 0) & (numbers != self._queries.numbers[:, None])
        self.nearest.merge(np.where(is_other, numbers, -1), squared)


def _count_neighbors(sampler: BaseSampler) -> int:
    params = sampler.get_params(deep=False)
    counts = [get_n_neighbors(params[name]) for name in _PARAMETERS if name in params]
    return max(counts, default=1)
