"""Duplicate rows, duplicates with conflicting labels, and rows that two tables share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import BoolArray, IntArray, RowArray
from counterpoise._table import EncodedTarget, Table, group_equal_rows

__all__ = ["Duplicates", "SharedRows", "find_duplicates", "find_shared_rows"]

_N_SPLITS = 200


@dataclass(frozen=True)
class Duplicates:
    """Groups of rows that are equal in every feature.

    Attributes
    ----------
    first : ndarray of int of shape (n_rows,)
        Number of the first row that equals each row, which identifies the group: the row itself
        if no earlier row equals it.
    is_conflicting : ndarray of bool of shape (n_rows,)
        Whether an equal row is of another class.
    """

    first: RowArray
    is_conflicting: BoolArray

    @property
    def n_duplicates(self) -> int:
        """Number of rows that equal an earlier row."""
        return int((self.first != np.arange(len(self.first))).sum())

    @property
    def n_conflicting(self) -> int:
        """Number of rows that equal a row of another class."""
        return int(self.is_conflicting.sum())

    @property
    def n_conflicting_unique(self) -> int:
        """Number of distinct rows that occur with more than one class."""
        return len(np.unique(self.first[self.is_conflicting]))

    def count_unavoidable_errors(self, target: EncodedTarget) -> int:
        """Count the errors that no classifier can avoid.

        Equal rows get the same prediction. In each group, at best the rows of its most frequent
        class are classified correctly.
        """
        n_classes = len(target.classes)
        group = np.unique(self.first[self.is_conflicting], return_inverse=True)[1]
        key = group * n_classes + target.codes[self.is_conflicting]
        counts = np.bincount(key, minlength=n_classes * self.n_conflicting_unique)
        counts = counts.reshape(-1, n_classes)
        return int(counts.sum() - counts.max(axis=1, initial=0).sum())


def find_duplicates(table: Table, target: EncodedTarget) -> Duplicates:
    """Find rows that are equal in every feature; missing values equal each other.

    Parameters
    ----------
    table : Table
    target : EncodedTarget

    Returns
    -------
    Duplicates

    Examples
    --------
    >>> from counterpoise._table import encode_target, as_table
    >>> table = as_table([[1, "a"], [2, "b"], [1, "a"], [1, "b"]])
    >>> duplicates = find_duplicates(table, encode_target([0, 0, 1, 1], 4))
    >>> duplicates.first.tolist(), duplicates.is_conflicting.tolist()
    ([0, 1, 0, 3], [True, False, True, False])
    """
    groups = group_equal_rows(table)
    first = np.unique(groups, return_index=True)[1][groups]
    is_conflicting = np.zeros(table.n_rows, bool)
    is_conflicting[first[target.codes != target.codes[first]]] = True
    return Duplicates(first, is_conflicting[first])


# ---- Rows that two tables share ----


@dataclass(frozen=True)
class SharedRows:
    """Rows of a second table that equal a row of a first one.

    Attributes
    ----------
    is_shared : ndarray of bool of shape (n_second,)
    n_expected : float
        Number of such rows in a random split of all rows.
    limit : float
        A number that random splits do not exceed.
    """

    is_shared: BoolArray
    n_expected: float
    limit: float

    @property
    def n_shared(self) -> int:
        """Number of shared rows."""
        return int(self.is_shared.sum())

    @property
    def are_in_excess(self) -> bool:
        """Whether there are more shared rows than duplicates in a single table explain."""
        return self.n_shared > self.limit


def find_shared_rows(groups: IntArray, n_first: int, rng: np.random.RandomState) -> SharedRows:
    """Find the rows of a second table that equal a row of a first one.

    Parameters
    ----------
    groups : ndarray of int of shape (n_rows,)
        Group numbers, equal for equal rows; those of the first table first.
    n_first : int
        Number of rows of the first table.
    rng : RandomState
        Draws the random splits.

    Returns
    -------
    SharedRows
    """
    is_shared = np.isin(groups[n_first:], groups[:n_first])
    splits = _split_at_random(groups, n_first, rng) if is_shared.any() else np.zeros(1)
    expected = float(splits.mean())
    return SharedRows(is_shared, expected, expected + max(5 * float(splits.std()), 5))


def _split_at_random(groups: IntArray, n_first: int, rng: np.random.RandomState) -> IntArray:
    """Count the shared rows in each of 200 random splits.

    Only rows that occur more than once are shuffled, and each side keeps its number of them: rows
    that occur once may have been added to one side, as when a training set is resampled after the
    split.
    """
    is_repeated = np.bincount(groups)[groups] > 1
    repeated = np.unique(groups[is_repeated], return_inverse=True)[1]
    n_repeated_first = int(is_repeated[:n_first].sum())
    counts = np.empty(_N_SPLITS, np.int64)
    for i in range(_N_SPLITS):
        rng.shuffle(repeated)
        is_in_first = np.bincount(repeated[:n_repeated_first], minlength=len(repeated)) > 0
        counts[i] = is_in_first[repeated[n_repeated_first:]].sum()
    return counts
