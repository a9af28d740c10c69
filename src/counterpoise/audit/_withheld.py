"""Synthetic samples with original samples that the sampler has not seen.

Either the sampler gets a random half of the original samples, or the user passes samples that were
withheld from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from counterpoise._lib.types import IntArray, RowArray
from counterpoise._table import (
    EncodedTarget,
    Provenance,
    concat_tables,
    encode_like,
    encode_target,
    group_equal_rows,
    take_rows,
)
from counterpoise.audit._concat import check_lengths, find_excess
from counterpoise.audit._pooled import PooledTable
from counterpoise.audit._synthetic_measures import AuditData
from counterpoise.audit._validity import MAX_SAMPLES, Trial
from counterpoise.exceptions import InputError
from counterpoise.profile._neighborhoods import N_NEIGHBORS

__all__ = ["HalfError", "TrialPlan", "plan_trials", "without_withheld"]

_MIN_ORIGINAL = 10  # of a class that is split into halves
_NO_SAMPLER = (
    "The validity of the synthetic rows is not known: each of them is near the rows that it was "
    "generated from. Audit the sampler instead of its output (--method; in Python, pass the "
    "sampler as after), or give original rows that it has not seen (--withheld FILE; "
    "withheld=(X, y))."
)
_WITHHOLD = "Give original rows that the sampler has not seen (--withheld FILE; withheld=(X, y))."


class HalfError(InputError):
    """A sampler cannot resample a half of the samples."""


@dataclass(frozen=True)
class TrialPlan:
    """The trials in which synthetic samples are evaluated.

    Attributes
    ----------
    trials : iterable of Trial
        Computed on iteration.
    codes : list of int
        Encoded classes that the trials can evaluate.
    not_validated : str
        Why they do not evaluate all classes; empty if they do.
    """

    trials: Iterable[Trial]
    codes: list[int]
    not_validated: str = ""


def plan_trials(
    data: AuditData,
    before: tuple[Any, Any],
    sampler: Any,
    withheld: Any,
    *,
    n_splits: int,
    rng: np.random.RandomState,
) -> TrialPlan:
    """Choose the withheld samples that evaluate the synthetic samples.

    Parameters
    ----------
    data : AuditData
    before : tuple (X, y)
    sampler : sampler or None
    withheld : tuple (X, y) or None
    n_splits : int
    rng : RandomState

    Returns
    -------
    TrialPlan

    Raises
    ------
    InputError
        If withheld samples are passed and a class is missing, or all were seen by the sampler.
    """
    counts = np.bincount(data.pooled.codes[: data.n_before], minlength=data.n_classes)
    codes = data.synthetic_codes
    if withheld is not None:
        return TrialPlan([_use_withheld(data, withheld, rng)], codes)
    if sampler is None:
        return TrialPlan((), [], _NO_SAMPLER)
    n_halves = counts // 2
    large = [
        code for code in codes if counts[code] >= _MIN_ORIGINAL and n_halves.sum() > n_halves[code]
    ]
    small = [data.pooled.target.classes[code] for code in codes if code not in large]
    trials = generate_trials(*before, sampler, n_splits, rng) if large else ()
    return TrialPlan(trials, large, _describe_small(small) if small else "")


def _describe_small(labels: list[Any]) -> str:
    names = ", ".join(map(repr, labels))
    return (
        f"The validity of class {names} is not known: the sampler gets one half of the rows, and "
        f"the other half is withheld, which needs {_MIN_ORIGINAL} rows of the class, and 2 of "
        "another. "
        f"{_WITHHOLD}"
    )


# ---- Withheld samples that the user passes ----


def _use_withheld(data: AuditData, withheld: tuple[Any, Any], rng: np.random.RandomState) -> Trial:
    X, y = withheld
    table, n_seen = concat_tables(
        data.pooled.table.estimator_input, X, names=("X before", "X withheld")
    )
    check_lengths(y, table.n_rows - n_seen, "X and y in withheld")
    if data.n_before <= N_NEIGHBORS:
        raise InputError(
            f"Validity needs more than {N_NEIGHBORS} original rows, as it depends on sample types; "
            f"before has {data.n_before}."
        )
    labels = data.pooled.target
    codes = np.concatenate([data.pooled.codes, encode_like(y, labels)])
    rows = np.arange(n_seen, table.n_rows)
    for code in data.synthetic_codes:
        _check_classes(codes[rows], code, labels.classes)
    groups = group_equal_rows(table)
    if np.isin(groups[rows], groups[: data.n_before]).all():
        raise InputError(
            "All rows of withheld are in X before, so that the sampler has seen them. Pass rows "
            "that were split off before resampling, such as a test set."
        )
    target = EncodedTarget(codes, labels.classes, np.bincount(codes), None, False)
    return Trial(
        PooledTable.prepare(table, target, data.n_before),
        np.arange(data.n_before),
        rows,
        _limit(data.synthetic, codes, rng),
    )


def _check_classes(withheld: IntArray, code: int, classes: tuple[Any, ...]) -> None:
    """Check that there are withheld samples of a class and of another one."""
    n_same = int((withheld == code).sum())
    if not n_same or n_same == len(withheld):
        what = f"class {classes[code]!r}" if not n_same else f"a class other than {classes[code]!r}"
        raise InputError(
            f"withheld has no row of {what}; the rows nearest to a synthetic row decide whether it "
            "is valid. Withhold rows of each class: train_test_split(X, y, stratify=y)."
        )


def without_withheld(data: AuditData, rng: np.random.RandomState) -> Trial:
    """Return the synthetic samples with the original ones in both roles, for a plot of them."""
    original = np.arange(data.n_before)
    return Trial(data.pooled, original, original, _limit(data.synthetic, data.pooled.codes, rng))


# ---- Random halves ----


def generate_trials(
    X: Any, y: Any, sampler: Any, n_splits: int, rng: np.random.RandomState
) -> Iterator[Trial]:
    """Split the samples in random halves, class by class, and resample one half.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sampler : sampler
        It is cloned for each split, with new seeds.
    n_splits : int
    rng : RandomState

    Raises
    ------
    HalfError
        If the sampler fails on a half of the samples.

    Yields
    ------
    Trial
        With the rows of X first, and at most 1,000 synthetic samples of each class. The first half
        has the odd sample of a class. Splits without synthetic samples are omitted.
    """
    target = encode_target(y, len(y))
    for _ in range(n_splits):
        fit_rows, withheld = _split(target, rng)
        half = take_rows(X, fit_rows), take_rows(y, fit_rows)
        own_sampler = _clone(sampler, rng)
        X_new, y_new = _resample(own_sampler, half)
        found = _find_new(own_sampler, half, (X_new, y_new), target)
        chosen = _limit(found, encode_like(y_new, target), rng)
        if not len(chosen):
            continue
        table, n_rows = concat_tables(X, take_rows(X_new, chosen))
        codes = np.concatenate([target.codes, encode_like(take_rows(y_new, chosen), target)])
        pooled = EncodedTarget(codes, target.classes, np.bincount(codes), None, False)
        synthetic = np.arange(n_rows, table.n_rows)
        yield Trial(PooledTable.prepare(table, pooled, n_rows), fit_rows, withheld, synthetic)


def _split(target: EncodedTarget, rng: np.random.RandomState) -> tuple[RowArray, RowArray]:
    """Split the rows of each class into two random halves; return both in ascending order."""
    orders = [rng.permutation(target.rows_of(code)) for code in range(len(target.classes))]
    halves = [order[: -(-len(order) // 2)] for order in orders]
    fit_rows = np.sort(np.concatenate(halves))
    return fit_rows, np.setdiff1d(np.arange(len(target.codes)), fit_rows)


def _clone(sampler: Any, rng: np.random.RandomState) -> Any:
    """Clone a sampler, with new seeds for all its random states."""
    cloned = clone(sampler)
    seeds = {
        name: int(rng.randint(2**31 - 1))
        for name in cloned.get_params(deep=True)
        if name.rpartition("__")[2] == "random_state"
    }
    return cloned.set_params(**seeds) if seeds else cloned


def _resample(sampler: Any, half: tuple[Any, Any]) -> tuple[Any, Any]:
    try:
        X_new, y_new = sampler.fit_resample(*half)
    except ValueError as error:  # also the errors of other libraries
        raise HalfError(
            "The validity of the synthetic rows is not known: the sampler gets a half of the rows, "
            f"and fails. {getattr(error, 'problem', error)} {_WITHHOLD}"
        ) from error
    return X_new, y_new


def _find_new(
    sampler: Any, before: tuple[Any, Any], after: tuple[Any, Any], target: EncodedTarget
) -> RowArray:
    """Find the rows that a sampler has generated or duplicated."""
    provenance = getattr(sampler, "provenance_", None)
    if isinstance(provenance, Provenance):
        rows = np.where(provenance.is_synthetic, -1, provenance.row)
        is_new = np.ones(len(rows), bool)
        is_new[np.unique(rows, return_index=True)[1]] = False  # the first copy of an input row
        return np.flatnonzero(is_new | (rows < 0))
    table, n_before = concat_tables(before[0], after[0])
    codes = [encode_like(y, target) for y in (before[1], after[1])]
    groups = group_equal_rows(table) * len(target.classes) + np.concatenate(codes)
    return find_excess(groups, n_before) - n_before


def _limit(rows: RowArray, codes: IntArray, rng: np.random.RandomState) -> RowArray:
    """Select at most 1,000 rows of each class, at random, in ascending order."""
    parts = [rows[codes[rows] == code] for code in np.unique(codes[rows])]
    limited = [
        part if len(part) <= MAX_SAMPLES else rng.choice(part, MAX_SAMPLES, replace=False)
        for part in parts
    ]
    return np.sort(np.concatenate([rows[:0], *limited]))
