"""Decide which rows are kept, repeated and generated, from the rows that the decision depends on.

Each sampler states what it needs (`counterpoise.base.Needs`), and each need has a plan here. A plan
collects some rows, and the sampler decides on them as if they were the whole table. The decision is
the same, because the rows that are left out have no influence on it. Only row numbers are
translated.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from counterpoise._lib.types import BoolArray, IntArray, RowArray
from counterpoise._strategy import ClassQuota, resolve_strategy
from counterpoise._table import Resampling, SyntheticSamples
from counterpoise.base import BaseSampler
from counterpoise.exceptions import CounterpoiseWarning
from counterpoise.over_sampling import SMOTE, SMOTEN, RandomOverSampler, _random_over_sampler
from counterpoise.scale._cells import Proof
from counterpoise.scale._neighbors import CleaningPass, NearMissPass, NeighborPass
from counterpoise.scale._opener import Rows
from counterpoise.scale._out_of_core import RowGroups, can_be_out_of_core, decide_out_of_core
from counterpoise.scale._rows import LargeTable
from counterpoise.scale._value_counts import ValueCountPass
from counterpoise.under_sampling import NearMiss, RandomUnderSampler, _random_under_sampler

__all__ = ["LargeResampling", "decide", "plan_of"]


@dataclass(frozen=True)
class LargeResampling:
    """Decision about a table that is not in memory.

    Attributes
    ----------
    is_kept : ndarray of bool of shape (n_rows,) or None
        Whether each row is kept; None keeps all.
    duplicates : ndarray of int of shape (n_duplicates,)
        Row numbers of further copies of rows, in the order of the output.
    synthetic : SyntheticSamples
        Synthetic samples, whose row numbers are positions in `rows`.
    rows : Rows, RowGroups or None
        The rows in memory, or on disk.
    proof : Proof or None
        For rows on disk, how their neighbors were proven to be exact.
    """

    is_kept: BoolArray | None = None
    duplicates: RowArray = field(default_factory=lambda: np.empty(0, np.intp))
    synthetic: SyntheticSamples = field(default_factory=SyntheticSamples.none)
    rows: Rows | RowGroups | None = None
    proof: Proof | None = None


def decide(sampler: BaseSampler, table: LargeTable) -> LargeResampling:
    """Decide with the plan of a sampler.

    Parameters
    ----------
    sampler : BaseSampler
        It is not changed.
    table : LargeTable

    Returns
    -------
    LargeResampling
    """
    sampler = _with_resolved_strategy(sampler, table)
    family = sampler._family
    quotas = resolve_strategy(sampler.sampling_strategy, table.target, family) if family else ()
    if quotas and family == "over-sampling" and not any(quota.amount for quota in quotas):
        return _drop_rows_without_class(table, LargeResampling())
    decision = _PLANS[plan_of(sampler)](sampler, table, quotas)
    return _drop_rows_without_class(table, decision)


def plan_of(sampler: BaseSampler) -> str:
    """Return what a sampler needs with its parameters.

    Examples
    --------
    >>> from counterpoise.over_sampling import SMOTE, RandomOverSampler
    >>> plan_of(SMOTE()), plan_of(RandomOverSampler()), plan_of(RandomOverSampler(shrinkage=0.1))
    ('classes', 'counts', 'classes')
    """
    needs = sampler._needs
    if needs == "counts" and sampler._accepted_samples() != "any":
        return "classes"  # the smoothed bootstrap needs the values
    params = sampler.get_params(deep=False)
    if needs == "neighbors" and (
        any(hasattr(value, "kneighbors") for value in params.values())  # it has an index of its own
        or params.get("edited_nearest_neighbours") is not None
        or params.get("version") == 3  # it needs the neighbors within each class
    ):
        return "everything"
    return needs


def _with_resolved_strategy(sampler: BaseSampler, table: LargeTable) -> BaseSampler:
    """Return a clone; a strategy that is a function is called with all classes."""
    sampler = clone(sampler)
    sampler._validate_params()
    strategy = getattr(sampler, "sampling_strategy", None)
    if callable(strategy):
        target = table.target
        codes = target.codes[target.codes < len(target.classes)]
        sampler.set_params(sampling_strategy=strategy(np.asarray(target.classes)[codes]))
    return sampler


def _drop_rows_without_class(table: LargeTable, decision: LargeResampling) -> LargeResampling:
    if table.has_class.all():
        return decision
    is_kept = table.has_class if decision.is_kept is None else decision.is_kept & table.has_class
    return replace(decision, is_kept=is_kept)


def _decide_from_counts(
    sampler: BaseSampler, table: LargeTable, quotas: tuple[ClassQuota, ...]
) -> LargeResampling:
    """Draw positions within classes, of which only the sizes are known."""
    rng = check_random_state(sampler.get_params()["random_state"])
    if isinstance(sampler, RandomOverSampler):
        drawn = [
            table.target.rows_of(quota.code)[_random_over_sampler.draw_positions(quota, rng)]
            for quota in quotas
        ]
        return LargeResampling(duplicates=np.concatenate(drawn))
    assert isinstance(sampler, RandomUnderSampler)
    is_kept, again = np.ones(table.n_rows, bool), [np.empty(0, np.intp)]
    for quota in quotas:
        positions = _random_under_sampler.draw_positions(
            quota, rng, replacement=sampler.replacement
        )
        is_of_class = table.target.codes == quota.code
        is_drawn = np.zeros(quota.count, bool)
        is_drawn[positions] = True
        is_kept[is_of_class] = is_drawn
        if sampler.replacement:
            again.append(np.flatnonzero(is_of_class)[positions[_repeated(positions)]])
    return LargeResampling(is_kept, np.concatenate(again))


def _decide_from_classes(
    sampler: BaseSampler, table: LargeTable, quotas: tuple[ClassQuota, ...]
) -> LargeResampling:
    """Decide on the rows of the classes that are oversampled."""
    is_needed = table.rows_of([quota.code for quota in quotas if quota.amount])
    n_rows, n_columns = int(is_needed.sum()), len(table.columns)
    if not table.memory.fits(n_rows, n_columns) and can_be_out_of_core(sampler):
        table.memory.check_disk(n_rows, n_columns)
        return _decide_out_of_core(sampler, table, is_needed)
    if isinstance(sampler, SMOTEN):  # it compares values by their frequencies among all rows
        counted = table.run(ValueCountPass(table.opener))
        rows = replace(table, value_counts=counted.of_columns).collect_rows(is_needed)
    else:
        _, rows = _collect_with_spreads(sampler, table, is_needed)
    return _translate(sampler.decide(rows.table, rows.target), rows)


def _decide_out_of_core(
    sampler: BaseSampler, table: LargeTable, is_needed: BoolArray
) -> LargeResampling:
    """Decide on rows that do not fit into memory, and report how."""
    assert isinstance(sampler, SMOTE)
    decision, groups, proof = decide_out_of_core(sampler, table, is_needed)
    need = table.memory.describe_need(int(is_needed.sum()), len(table.columns))
    warnings.warn(f"{need} {proof}", CounterpoiseWarning, stacklevel=2)
    duplicates = np.flatnonzero(is_needed)[_duplicates(decision, int(is_needed.sum()))]
    return LargeResampling(None, duplicates, decision.synthetic, groups, proof)


def _decide_from_neighbors(
    sampler: BaseSampler, table: LargeTable, quotas: tuple[ClassQuota, ...]
) -> LargeResampling:
    """Decide on some rows and their neighbors among all rows."""
    if sampler._family == "over-sampling":
        is_queried = table.rows_of([quota.code for quota in quotas if quota.amount])
        table, queried = _collect_with_spreads(sampler, table, is_queried)
        found = table.run(NeighborPass(table.opener, sampler, queried))
        rows = table.collect_rows(_mark(table, queried.numbers, found.nearest.numbers))
        return _translate(sampler.decide(rows.table, rows.target), rows)
    if isinstance(sampler, NearMiss):
        smallest = int(table.target.counts.argmin())
        table, minority = _collect_with_spreads(sampler, table, table.rows_of([smallest]))
        selected = table.run(NearMissPass(table.opener, sampler, minority, quotas))
        rows = table.collect_rows(_mark(table, minority.numbers, selected.numbers))
        return _remove(sampler, table, rows, table.rows_of([quota.code for quota in quotas]))
    return _clean(sampler, table, quotas)


def _clean(
    sampler: BaseSampler, table: LargeTable, quotas: tuple[ClassQuota, ...]
) -> LargeResampling:
    """Find the rows that a part of the table would remove, then decide with all their neighbors.

    Rows outside the largest class are in each part. The rows that a part lacks are of the largest
    class, and can only make a row of this class agree more with its neighbors, or break a link.
    """
    largest = int(table.target.counts.argmax())
    others = [code for code in range(len(table.target.classes)) if code != largest]
    table, smaller = _collect_with_spreads(sampler, table, table.rows_of(others))
    found = table.run(CleaningPass(table.opener, sampler, smaller, quotas))
    doubtful = table.collect_rows(
        _mark(table, smaller.numbers, found.removed, found.nearest.numbers)
    )
    found = table.run(NeighborPass(table.opener, sampler, doubtful))
    rows = table.collect_rows(_mark(table, doubtful.numbers, found.nearest.numbers))
    # Other rows are here as neighbors only: their own neighbors are incomplete.
    return _remove(sampler, table, rows, _mark(table, doubtful.numbers))


def _decide_from_everything(
    sampler: BaseSampler, table: LargeTable, quotas: tuple[ClassQuota, ...]
) -> LargeResampling:
    """Decide on all rows, if they fit into memory."""
    del quotas
    _, rows = _collect_with_spreads(sampler, table, table.has_class)
    decision = sampler.decide(rows.table, rows.target)
    result = _translate(decision, rows)
    if decision.kept is None:
        return result
    kept = rows.numbers[decision.kept]
    return replace(result, is_kept=_mark(table, kept), duplicates=kept[_repeated(kept)])


_PLANS: dict[str, Callable[[BaseSampler, LargeTable, tuple[ClassQuota, ...]], LargeResampling]] = {
    "counts": _decide_from_counts,
    "classes": _decide_from_classes,
    "neighbors": _decide_from_neighbors,
    "everything": _decide_from_everything,
}


def _collect_with_spreads(
    sampler: BaseSampler, table: LargeTable, is_needed: BoolArray
) -> tuple[LargeTable, Rows]:
    scale = sampler.get_params(deep=False).get("scale")
    return table.with_spreads(is_needed, quartiles=scale == "robust")


def _translate(decision: Resampling, rows: Rows) -> LargeResampling:
    """Return the decision of an oversampler in terms of the whole table."""
    duplicates = rows.numbers[_duplicates(decision, len(rows))]
    return LargeResampling(None, duplicates, decision.synthetic, rows)


def _duplicates(decision: Resampling, n_rows: int) -> IntArray:
    """Return the rows that an oversampler duplicates: it keeps all rows, then duplicates."""
    return np.empty(0, np.intp) if decision.kept is None else decision.kept[n_rows:]


def _remove(
    sampler: BaseSampler, table: LargeTable, rows: Rows, is_in_question: BoolArray
) -> LargeResampling:
    """Keep all rows but those in question that the sampler does not keep of some rows."""
    decision = sampler.decide(rows.table, rows.target)
    is_kept = ~is_in_question
    is_kept[rows.numbers[decision.kept_rows(len(rows))]] = True
    sampler._check_rows_left(int((is_kept & table.has_class).sum()))
    return LargeResampling(is_kept)


def _mark(table: LargeTable, *numbers: Any) -> BoolArray:
    """Return whether each row of the table is among some row numbers; −1 is none."""
    is_marked = np.zeros(table.n_rows, bool)
    for some in numbers:
        is_marked[some[some >= 0]] = True
    return is_marked


def _repeated(numbers: IntArray) -> RowArray:
    """Return the positions of numbers that occurred before."""
    is_repeated = np.ones(len(numbers), bool)
    is_repeated[np.unique(numbers, return_index=True)[1]] = False
    return np.flatnonzero(is_repeated)
