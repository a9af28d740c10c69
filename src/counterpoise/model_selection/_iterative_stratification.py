"""Iterative stratification: folds in which each label has its share of the samples.

Reference: Sechidis, Tsoumakas and Vlahavas (2011), doi:10.1007/978-3-642-23808-6_10.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_random_state

from counterpoise._lib.sklearn_private import num_samples
from counterpoise._lib.types import RowArray
from counterpoise._table import LabelMatrix, as_label_matrix
from counterpoise.exceptions import CounterpoiseWarning, InputError

__all__ = ["IterativeStratifiedKFold"]


class IterativeStratifiedKFold(BaseCrossValidator):
    """Stratified k-fold cross-validator for several labels per sample.

    The rarest label is assigned first: each of its samples goes to the fold with the fewest samples
    of this label, or of several such folds to the smallest one. Then the rarest label among the
    samples that are left follows. Samples without a label fill the smallest folds.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds. Must be at least 2.
    shuffle : bool, default=False
        Whether to shuffle the samples first, and to break ties between folds at random.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization if `shuffle` is True. Pass an int for reproducible output across
        calls.

    See Also
    --------
    sklearn.model_selection.StratifiedKFold : Folds for one class per sample.

    Notes
    -----
    The sizes of the folds may differ by more than 1, because the proportions of the labels come
    first.

    References
    ----------
    K. Sechidis, G. Tsoumakas, I. Vlahavas, "On the stratification of multi-label data", Machine
    Learning and Knowledge Discovery in Databases (2011), 145-158,
    doi:10.1007/978-3-642-23808-6_10.

    Examples
    --------
    >>> from sklearn.datasets import make_multilabel_classification
    >>> from counterpoise.model_selection import IterativeStratifiedKFold
    >>> X, y = make_multilabel_classification(n_samples=100, n_classes=4, random_state=0)
    >>> for train, test in IterativeStratifiedKFold(n_splits=3).split(X, y):
    ...     print(len(test), y[test].sum(axis=0))
    34 [14 16 14 16]
    33 [14 16 14 17]
    33 [14 16 14 17]
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        shuffle: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_splits = n_splits
        self.shuffle = shuffle
        self.random_state = random_state

    def split(self, X: Any, y: Any, groups: Any = None) -> Iterator[tuple[RowArray, RowArray]]:
        """Generate indices to split data into training and test set.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples. Only their number is used.
        y : {array-like, sparse matrix, dataframe} of shape (n_samples, n_labels)
            Label matrix: 1 or True for each label that a sample has, else 0 or False.
        groups : object
            Ignored, with a warning if it is not None.

        Yields
        ------
        train, test : ndarray of int
            Sorted sample indices of the training and the test set of each fold.

        Raises
        ------
        InputError
            If y is not a label matrix, has fewer samples than there are folds, or a parameter is
            not valid.
        """
        self._check_parameters()
        if groups is not None:
            warnings.warn(
                "The groups parameter is ignored by IterativeStratifiedKFold: samples of the same "
                "group can be in different folds.",
                CounterpoiseWarning,
                stacklevel=2,
            )
        labels = as_label_matrix(y, num_samples(X))
        _check_sizes(labels, self.n_splits)
        rng = check_random_state(self.random_state) if self.shuffle else None
        return _split_by_fold(assign_folds(labels, self.n_splits, rng), self.n_splits)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ARG002
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : object
            Ignored. They exist for compatibility with scikit-learn.

        Returns
        -------
        int
            Number of folds.
        """
        return self.n_splits

    def _check_parameters(self) -> None:
        is_integer = isinstance(self.n_splits, Integral) and not isinstance(self.n_splits, bool)
        if not is_integer or self.n_splits < 2:
            raise InputError(
                f"n_splits must be an integer of at least 2; got {self.n_splits!r}. For example, "
                "set n_splits=5."
            )
        if not self.shuffle and self.random_state is not None:
            raise InputError(
                "random_state has no effect, as shuffle is False. Set shuffle=True, or leave "
                "random_state out."
            )


def assign_folds(labels: LabelMatrix, n_folds: int, rng: np.random.RandomState | None) -> RowArray:
    """Assign each sample to a fold by iterative stratification.

    Parameters
    ----------
    labels : LabelMatrix
    n_folds : int
    rng : RandomState or None
        Shuffles the samples and breaks ties between folds. None keeps their order, and assigns to
        the first of several equal folds.

    Returns
    -------
    ndarray of int of shape (n_samples,)
        The fold of each sample.
    """
    fold_of: RowArray = np.full(labels.n_samples, -1)
    sizes = [0] * n_folds
    counts = [[0] * n_folds for _ in range(labels.n_labels)]
    remaining = labels.counts.copy()
    ends, indices = labels.indicator.indptr.tolist(), labels.indicator.indices
    while remaining.any():
        label = int(np.where(remaining > 0, remaining, labels.n_samples + 1).argmin())
        rows = labels.rows_of(label)
        folds = _order_folds(n_folds, rng)
        for row in _order_rows(rows[fold_of[rows] < 0], rng):
            # With equal folds, the fewest samples of a label is the largest share still missing.
            fold = min(folds, key=lambda j: (counts[label][j], sizes[j]))
            of_row = indices[ends[row] : ends[row + 1]]
            fold_of[row] = fold
            sizes[fold] += 1
            remaining[of_row] -= 1
            for other in of_row.tolist():
                counts[other][fold] += 1
    for row in _order_rows(np.flatnonzero(fold_of < 0), rng):
        fold = min(_order_folds(n_folds, rng), key=sizes.__getitem__)
        fold_of[row] = fold
        sizes[fold] += 1
    return fold_of


def _order_rows(rows: RowArray, rng: np.random.RandomState | None) -> list[int]:
    ordered: list[int] = (rows if rng is None else rng.permutation(rows)).tolist()
    return ordered


def _order_folds(n_folds: int, rng: np.random.RandomState | None) -> list[int]:
    return list(range(n_folds)) if rng is None else rng.permutation(n_folds).tolist()


def _split_by_fold(fold_of: RowArray, n_folds: int) -> Iterator[tuple[RowArray, RowArray]]:
    for fold in range(n_folds):
        yield np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)


def _check_sizes(labels: LabelMatrix, n_splits: int) -> None:
    if labels.n_samples < n_splits:
        raise InputError(
            f"n_splits={n_splits} folds need as many samples; y has {labels.n_samples}. Set "
            f"n_splits to {labels.n_samples} or less."
        )
    small = np.flatnonzero(labels.counts < n_splits)
    if len(small):
        rarest = small[labels.counts[small].argmin()]
        warnings.warn(
            f"{len(small)} of {labels.n_labels} labels have fewer than n_splits={n_splits} "
            f"samples, so that some test folds lack them; the rarest is {labels.names[rarest]!r} "
            f"({labels.counts[rarest]}).",
            CounterpoiseWarning,
            stacklevel=3,
        )
