"""Which rows each model is tested on: drawn once, and shared by every arm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from counterpoise._lib.types import Array, IntArray, RowArray
from counterpoise.exceptions import InputError
from counterpoise.table import is_nothing

__all__ = ["Fold", "Folds", "draw_folds", "folds_of", "inner_folds", "open_groups", "open_time"]


@dataclass(frozen=True)
class Fold:
    """One split.

    Attributes
    ----------
    repeat, number : int
        Which fold of which repeat.
    train, test : ndarray of int
        Row numbers, ascending.
    """

    repeat: int
    number: int
    train: RowArray
    test: RowArray


@dataclass(frozen=True)
class Folds:
    """All splits of a study.

    Attributes
    ----------
    each : tuple of Fold
        Repeat after repeat.
    order : {"stratified", "grouped", "in time", "given"}
    """

    each: tuple[Fold, ...]
    order: str

    @property
    def n_repeats(self) -> int:
        """How often the rows were dealt out."""
        return self.each[-1].repeat + 1

    @property
    def n_folds(self) -> int:
        """The most folds that a repeat has."""
        return max(fold.number for fold in self.each) + 1

    def tested_in(self, n_rows: int) -> IntArray:
        """Return the fold in which each row was tested, by repeat; −1 where in none."""
        tested = np.full((self.n_repeats, n_rows), -1, np.int16)
        for fold in self.each:
            tested[fold.repeat, fold.test] = fold.number
        return tested


def draw_folds(
    codes: IntArray,
    n_folds: int,
    n_repeats: int,
    seed: int,
    *,
    groups: Array | None = None,
    time: Array | None = None,
) -> Folds:
    """Draw folds.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        The class of each row: every fold has its share of each class.
    n_folds, n_repeats : int
    seed : int
    groups : ndarray of shape (n_rows,) or None
        Rows of one group are never on both sides.
    time : ndarray of shape (n_rows,) or None
        When rows became known: models are tested on later rows than they have learned from. The
        rows are cut into one more block than there are folds, and repeated once.

    Returns
    -------
    Folds
    """
    if time is not None:
        return Folds(_in_time(time, n_folds), "in time")
    splitter = StratifiedKFold if groups is None else StratifiedGroupKFold
    each = []
    for repeat in range(n_repeats):
        splits = splitter(n_folds, shuffle=True, random_state=seed + repeat).split(
            codes, codes, groups
        )
        each += [Fold(repeat, number, *split) for number, split in enumerate(splits)]
    return Folds(tuple(each), "stratified" if groups is None else "grouped")


def _in_time(time: Array, n_folds: int) -> tuple[Fold, ...]:
    """Cut rows into blocks of about equal size; rows of one moment stay together."""
    moments, moment, counts = np.unique(time, return_inverse=True, return_counts=True)
    if len(moments) <= n_folds:
        raise InputError(
            f"Folds in time need more than {n_folds} different moments; there are {len(moments)}. "
            "Ask for fewer folds."
        )
    before = np.cumsum(counts) - counts
    block = (before * (n_folds + 1) // counts.sum())[moment]
    return tuple(
        Fold(0, number, np.flatnonzero(block <= number), np.flatnonzero(block == number + 1))
        for number in range(n_folds)
    )


def folds_of(splitter: Any, X: Any, y: Any, groups: Any) -> Folds:
    """Take the splits of anything that splits as scikit-learn does.

    Splits go into one repeat as long as no row is tested twice in it.

    Parameters
    ----------
    splitter : object with ``split(X, y, groups)``, or iterable of (train, test)
    X, y, groups : as the splitter takes them

    Returns
    -------
    Folds
    """
    splits = splitter.split(X, y, groups) if hasattr(splitter, "split") else splitter
    each: list[Fold] = []
    seen: set[int] = set()
    repeat = number = 0
    for split in splits:
        train, test = (np.sort(np.asarray(rows, np.intp)) for rows in split)
        if not seen.isdisjoint(test.tolist()):
            seen, repeat, number = set(), repeat + 1, 0
        if np.isin(test, train).any():
            raise InputError("cv has a split with rows that are both trained on and tested.")
        seen.update(test.tolist())
        each.append(Fold(repeat, number, train, test))
        number += 1
    if len(each) < 2:
        raise InputError(f"cv must have two splits or more; it has {len(each)}.")
    return Folds(tuple(each), "given")


def inner_folds(
    codes: IntArray, n_folds: int, seed: int, groups: Array | None, time: Array | None
) -> Folds | None:
    """Draw folds of training rows, fewer where the smallest class asks for it.

    Returns
    -------
    Folds or None
        None where there are too few rows. A fold whose training rows miss a class is left out.
    """
    least = int(np.bincount(codes)[np.unique(codes)].min())
    try:
        drawn = draw_folds(codes, min(n_folds, least), 1, seed, groups=groups, time=time)
    except ValueError:
        return None
    n_classes = len(np.unique(codes))
    each = [fold for fold in drawn.each if len(np.unique(codes[fold.train])) == n_classes]
    return Folds(tuple(each), drawn.order) if each else None


def open_groups(groups: Any, n_rows: int) -> Array:
    """Return a group number for each row.

    Raises
    ------
    InputError
        If there is not one group for each row.
    """
    values = np.asarray(groups, dtype=object).ravel()
    _require_length(values, n_rows, "groups")
    return np.unique([str(value) for value in values], return_inverse=True)[1]


def open_time(time: Any, n_rows: int) -> Array:
    """Return the rank of each row's moment.

    Raises
    ------
    InputError
        If there is not one moment for each row, or moments cannot be put in order.
    """
    values = np.asarray(time)
    _require_length(values, n_rows, "time")
    missing = sum(is_nothing(value) for value in values.tolist())
    if missing:
        raise InputError(f"time must say when each row was; it is missing in {missing} rows.")
    try:
        return np.unique(values, return_inverse=True)[1]
    except TypeError:
        raise InputError(
            "time must hold numbers, dates or texts that can be put in order."
        ) from None


def _require_length(values: Array, n_rows: int, name: str) -> None:
    if values.shape != (n_rows,):
        raise InputError(
            f"{name} must have one value for each of the {n_rows} rows; its shape is "
            f"{values.shape}."
        )
