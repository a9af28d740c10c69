"""Rows that are alike in every feature, and those of them whose classes differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._types import BoolArray, RowArray
from counterpoise.table import Labels, Table, group_rows

__all__ = ["Repeats", "find_repeats"]


@dataclass(frozen=True)
class Repeats:
    """Which rows are alike.

    Attributes
    ----------
    first : ndarray of int of shape (n_rows,)
        The first row with the same cells, which numbers the group: itself, where there is none
        before it.
    contradicts : ndarray of bool of shape (n_rows,)
        Whether a row with the same cells is of another class.
    """

    first: RowArray
    contradicts: BoolArray

    @property
    def n_repeated(self) -> int:
        """How many rows repeat an earlier one."""
        return int((self.first != np.arange(len(self.first))).sum())

    @property
    def n_contradicting(self) -> int:
        """How many rows have their like in another class."""
        return int(self.contradicts.sum())

    @property
    def n_disputed(self) -> int:
        """How many different rows have more than one class."""
        return len(np.unique(self.first[self.contradicts]))

    def least_errors(self, labels: Labels) -> int:
        """Return how many of these rows any model misjudges: all but the commonest class's."""
        n_classes = len(labels.classes)
        group = np.unique(self.first[self.contradicts], return_inverse=True)[1]
        key = group * n_classes + labels.codes[self.contradicts]
        rows = np.bincount(key, minlength=n_classes * self.n_disputed).reshape(-1, n_classes)
        return int(rows.sum() - rows.max(axis=1, initial=0).sum())


def find_repeats(table: Table, labels: Labels) -> Repeats:
    """Find the rows that are alike in every feature; a missing cell is like another.

    Parameters
    ----------
    table : Table
    labels : Labels

    Returns
    -------
    Repeats

    Examples
    --------
    >>> from counterpoise.table import open_labels, open_table
    >>> table = open_table([[1, "a"], [2, "b"], [1, "a"], [1, "b"]])
    >>> repeats = find_repeats(table, open_labels([0, 0, 1, 1], 4))
    >>> repeats.first.tolist(), repeats.contradicts.tolist()
    ([0, 1, 0, 3], [True, False, True, False])
    """
    groups = group_rows(table)
    first = np.unique(groups, return_index=True)[1][groups]
    disputed = np.zeros(table.n_rows, bool)
    disputed[first[labels.codes != labels.codes[first]]] = True
    return Repeats(first, disputed[first])
