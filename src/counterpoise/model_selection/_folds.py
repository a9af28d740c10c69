"""Cross-validation folds: drawn once and shared by all candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from counterpoise._lib.types import Array, IntArray, RowArray
from counterpoise.exceptions import InputError

__all__ = [
    "Fold",
    "Folds",
    "draw_folds",
    "encode_groups",
    "folds_from_splitter",
    "inner_folds",
]


@dataclass(frozen=True)
class Fold:
    """One split into training and test samples.

    Attributes
    ----------
    repeat, fold : int
        The position of the split.
    train, test : ndarray of int
        Row numbers, ascending.
    """

    repeat: int
    fold: int
    train: RowArray
    test: RowArray


@dataclass(frozen=True)
class Folds:
    """All splits of a study.

    Attributes
    ----------
    splits : tuple of Fold
        Sorted by repeat.
    strategy : {"stratified", "grouped", "by time", "user-defined"}
        How samples are assigned to folds.
    """

    splits: tuple[Fold, ...]
    strategy: str

    @property
    def n_repeats(self) -> int:
        """Number of repeats of the cross-validation."""
        return self.splits[-1].repeat + 1

    @property
    def n_folds(self) -> int:
        """Largest number of folds in a repeat."""
        return max(fold.fold for fold in self.splits) + 1

    def test_fold_by_row(self, n_rows: int) -> IntArray:
        """Return the fold in which each sample is tested, by repeat; −1 where in none."""
        tested = np.full((self.n_repeats, n_rows), -1, np.int16)
        for fold in self.splits:
            tested[fold.repeat, fold.test] = fold.fold
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
    """Assign samples to cross-validation folds.

    Parameters
    ----------
    codes : ndarray of int of shape (n_samples,)
        The class of each sample; folds are stratified by class.
    n_folds, n_repeats : int
    seed : int
    groups : ndarray of shape (n_samples,) or None
        Samples of a group are never both in the training and in the test part of a split.
    time : ndarray of shape (n_samples,) or None
        The time of each sample: models are trained on earlier samples and tested on later ones.
        Samples are cut into one more block than there are folds; there is one repeat.

    Returns
    -------
    Folds
    """
    if time is not None:
        return Folds(_split_by_time(time, n_folds), "by time")
    splitter = StratifiedKFold if groups is None else StratifiedGroupKFold
    folds: list[Fold] = []
    for repeat in range(n_repeats):
        splits = splitter(n_folds, shuffle=True, random_state=seed + repeat).split(
            codes, codes, groups
        )
        folds += [Fold(repeat, fold, *split) for fold, split in enumerate(splits)]
    return Folds(tuple(folds), "stratified" if groups is None else "grouped")


def _split_by_time(time: Array, n_folds: int) -> tuple[Fold, ...]:
    """Cut samples into blocks of about equal size; samples of the same time stay together."""
    times, rank, counts = np.unique(time, return_inverse=True, return_counts=True)
    if len(times) <= n_folds:
        raise InputError(
            f"{n_folds} folds by time need more than {n_folds} distinct times; there are "
            f"{len(times)}. Use fewer folds."
        )
    before = np.cumsum(counts) - counts
    block = (before * (n_folds + 1) // counts.sum())[rank]
    return tuple(
        Fold(0, fold, np.flatnonzero(block <= fold), np.flatnonzero(block == fold + 1))
        for fold in range(n_folds)
    )


def folds_from_splitter(splitter: Any, X: Any, y: Any, groups: Any) -> Folds:
    """Take the splits of a scikit-learn splitter or of an iterable.

    Splits belong to one repeat as long as no sample is tested twice in it.

    Parameters
    ----------
    splitter : object with ``split(X, y, groups)``, or iterable of (train, test)
    X, y, groups : as the splitter takes them

    Returns
    -------
    Folds
    """
    splits = splitter.split(X, y, groups) if hasattr(splitter, "split") else splitter
    folds: list[Fold] = []
    tested: set[int] = set()
    repeat = fold = 0
    for split in splits:
        train, test = (np.sort(np.asarray(rows, np.intp)) for rows in split)
        if not tested.isdisjoint(test.tolist()):
            tested, repeat, fold = set(), repeat + 1, 0
        if np.isin(test, train).any():
            raise InputError("cv has a split whose training and test samples overlap.")
        tested.update(test.tolist())
        folds.append(Fold(repeat, fold, train, test))
        fold += 1
    if len(folds) < 2:
        raise InputError(f"cv must have at least two splits; it has {len(folds)}.")
    return Folds(tuple(folds), "user-defined")


def inner_folds(
    codes: IntArray, n_folds: int, seed: int, groups: Array | None, time: Array | None
) -> Folds | None:
    """Assign training samples to inner folds, fewer if the smallest class is small.

    Returns
    -------
    Folds or None
        None if there are too few samples. A fold whose training samples lack a class is omitted.
    """
    smallest = int(np.bincount(codes)[np.unique(codes)].min())
    try:
        drawn = draw_folds(codes, min(n_folds, smallest), 1, seed, groups=groups, time=time)
    except ValueError:
        return None
    n_classes = len(np.unique(codes))
    complete = [fold for fold in drawn.splits if len(np.unique(codes[fold.train])) == n_classes]
    return Folds(tuple(complete), drawn.strategy) if complete else None


def encode_groups(groups: Any, n_rows: int) -> Array:
    """Encode groups as integers.

    Raises
    ------
    InputError
        If there is not exactly one group per sample.
    """
    values = np.asarray(groups, dtype=object).ravel()
    if values.shape != (n_rows,):
        raise InputError(
            f"groups must have one value for each of the {n_rows} samples; its shape is "
            f"{values.shape}."
        )
    return np.unique([str(value) for value in values], return_inverse=True)[1]
