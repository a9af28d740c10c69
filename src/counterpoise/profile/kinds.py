"""Minority rows by kind: safe, borderline, rare, outlier.

A row's kind follows from how many of its five nearest others are of its own class: four or five,
safe; two or three, borderline; one, rare; none, an outlier. A row with one such neighbour is rare
only if the two stand apart together: if that neighbour has no neighbour of the class, or this row
alone. Otherwise others of the class are not far, and the row is borderline.

Reference: K. Napierala, J. Stefanowski, "Types of minority class examples and their influence on
learning classifiers from imbalanced data", Journal of Intelligent Information Systems 46, 563-597
(2016), doi:10.1007/s10844-015-0368-1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import IntArray, RowArray
from counterpoise.exceptions import InputError
from counterpoise.neighbors import Search, check_measurable
from counterpoise.profile.surroundings import NEIGHBORS, open_search
from counterpoise.table import Labels, Table

__all__ = ["KINDS", "RowKinds", "judge_kinds", "kinds_of_rows", "minority_rows"]

KINDS = ("safe", "borderline", "rare", "outlier")
_SAFE, _BORDERLINE, _RARE, _OUTLIER = range(4)
_BY_OWN = np.array([_OUTLIER, _RARE, _BORDERLINE, _BORDERLINE, _SAFE, _SAFE], np.int8)


@dataclass(frozen=True)
class RowKinds:
    """What kind each of some rows is.

    Attributes
    ----------
    rows : ndarray of int of shape (n_judged,)
        Row numbers, ascending.
    kind : ndarray of int8 of shape (n_judged,)
        Positions in `KINDS`: 0 safe, 1 borderline, 2 rare, 3 outlier.
    """

    rows: RowArray
    kind: IntArray


def kinds_of_rows(table: Table, labels: Labels) -> RowKinds:
    """Judge every row of each class that is smaller than the largest.

    Parameters
    ----------
    table : Table
        Of numbers and nominal columns; cells may be missing.
    labels : Labels

    Returns
    -------
    RowKinds

    Raises
    ------
    InputError
        If there are five rows or fewer, a cell is infinite, or no distance is defined on a column.

    Examples
    --------
    >>> from counterpoise.table import open_labels, open_table
    >>> X = [[0], [1], [2], [3], [4], [5], [20], [21], [22], [23], [24], [25], [26], [27], [28]]
    >>> y = ["rare"] * 6 + ["common"] * 8 + ["rare"]
    >>> kinds = kinds_of_rows(open_table(X), open_labels(y, 15))
    >>> [KINDS[kind] for kind in kinds.kind]
    ['safe', 'safe', 'safe', 'safe', 'safe', 'safe', 'outlier']
    """
    check_measurable(table, "kinds_of_rows")
    if table.n_rows <= NEIGHBORS:
        raise InputError(
            f"A row's kind is read from its {NEIGHBORS} nearest others, so that more than "
            f"{NEIGHBORS} rows are needed; got {table.n_rows}."
        )
    search, rows = open_search(table), minority_rows(labels)
    return judge_kinds(search, labels, rows, _ask(search, rows))


def minority_rows(labels: Labels) -> RowArray:
    """Return the rows of each class that is smaller than the largest, ascending."""
    return np.flatnonzero((labels.counts < labels.counts.max())[labels.codes])


def judge_kinds(search: Search, labels: Labels, rows: RowArray, nearest: RowArray) -> RowKinds:
    """Judge some rows whose nearest others are known.

    Parameters
    ----------
    search : Search
        What `open_search` returned.
    labels : Labels
    rows : ndarray of int of shape (n_judged,)
    nearest : ndarray of int of shape (n_judged, 5)
        The nearest others of each.

    Returns
    -------
    RowKinds
    """
    is_own = labels.codes[nearest] == labels.codes[rows][:, None]
    n_own = is_own.sum(axis=1)
    kind = _BY_OWN[n_own]
    with_one = np.flatnonzero(n_own == 1)
    friend = nearest[with_one][is_own[with_one]]
    around = _ask(search, friend)
    is_theirs = labels.codes[around] == labels.codes[friend][:, None]
    # Whoever is of the class around the friend, it is nobody but this row.
    stand_apart = (~is_theirs | (around == rows[with_one][:, None])).all(axis=1)
    kind[with_one[~stand_apart]] = _BORDERLINE
    return RowKinds(rows, kind)


def _ask(search: Search, rows: RowArray) -> RowArray:
    return search.nearest_others(rows) if len(rows) else np.empty((0, NEIGHBORS), np.intp)
