"""Duplicate rows, and duplicates with conflicting labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import BoolArray, RowArray
from counterpoise._table import EncodedTarget, Table, group_equal_rows

__all__ = ["Duplicates", "find_duplicates"]


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
