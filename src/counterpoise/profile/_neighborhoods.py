"""The rows around a row: what kinds of rows and overlap are read from.

Each feature is divided by its standard deviation, so that every number has the same say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._types import Float64Array, IntArray, RowArray
from counterpoise.exceptions import InputError
from counterpoise.neighbors import Search, check_measurable, lay_out, measure_units
from counterpoise.profile._records import ClassOverlap, Overlap
from counterpoise.table import Labels, Table, features_of

__all__ = [
    "ASKED",
    "KINDS",
    "NEIGHBORS",
    "RowKinds",
    "fisher_ratios",
    "judge_kinds",
    "kinds_of_rows",
    "measure_overlap",
    "minority_rows",
    "open_search",
    "rows_to_ask",
]

NEIGHBORS = 5
LARGE, ASKED = 50_000, 10_000  # rows of a class; a share is then known to within 1 point


def open_search(table: Table) -> Search:
    """Open a search for the five nearest others of each row.

    Parameters
    ----------
    table : Table
        Of numbers and nominal columns, and of more than five rows.

    Returns
    -------
    Search

    Raises
    ------
    InputError
        If a cell is infinite.
    """
    return Search(lay_out(table, None, measure_units(table, "standard")), NEIGHBORS)


def rows_to_ask(labels: Labels) -> RowArray:
    """Return the rows whose neighbours are looked at: all of a class, or of a large one 10,000.

    The choice is the same whenever it is made.

    Parameters
    ----------
    labels : Labels

    Returns
    -------
    ndarray of int
        Ascending.
    """
    random = np.random.RandomState(0)
    chosen = []
    for code, count in enumerate(labels.counts):
        rows = labels.rows_of(code)
        chosen.append(rows if count <= LARGE else random.choice(rows, ASKED, replace=False))
    return np.sort(np.concatenate(chosen))


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


def measure_overlap(table: Table, labels: Labels, rows: RowArray, nearest: RowArray) -> Overlap:
    """Measure how far the classes overlap.

    Parameters
    ----------
    table : Table
    labels : Labels
    rows : ndarray of int of shape (n_asked,)
        Rows of every class; of each, all or a fair sample.
    nearest : ndarray of int of shape (n_asked, k)
        Their nearest others, nearest first.

    Returns
    -------
    Overlap
    """
    codes, n_classes = labels.codes[rows], len(labels.classes)
    is_foreign = labels.codes[nearest] != codes[:, None]
    asked = np.bincount(codes, minlength=n_classes)
    error = np.bincount(codes, is_foreign[:, 0], n_classes) / asked
    around = np.bincount(codes, is_foreign.mean(axis=1), n_classes) / asked
    ratios = fisher_ratios(table, labels)
    best = max(ratios, key=lambda column: ratios[column], default=None)
    return Overlap(
        classes=tuple(
            ClassOverlap(label, int(asked[i]), float(error[i]), float(around[i]))
            for i, label in enumerate(labels.classes)
        ),
        nearest_error=float(np.average(error, weights=labels.counts)),
        fisher=None if best is None else 1 / (1 + ratios[best]),
        fisher_column=None if best is None else table.columns[best].name,
    )


def fisher_ratios(table: Table, labels: Labels) -> dict[int, float]:
    """Return Fisher's discriminant ratio of each numeric column, over its observed cells.

    Parameters
    ----------
    table : Table
    labels : Labels

    Returns
    -------
    dict of int to float
        By position: the scatter of the classes' means over that within the classes; infinity where
        the classes differ and nothing else does.
    """
    numeric = [j for j in features_of(table) if table.columns[j].kind.is_number]
    return {j: _fisher(table.numbers(j).astype(np.float64), labels) for j in numeric}


def _fisher(values: Float64Array, labels: Labels) -> float:
    seen = ~np.isnan(values)
    values, codes = values[seen], labels.codes[seen]
    if not len(values):
        return 0.0
    counts = np.bincount(codes, minlength=len(labels.classes))
    means = np.bincount(codes, values, len(labels.classes)) / np.maximum(counts, 1)
    between = float((counts * (means - values.mean()) ** 2).sum())
    within = float(((values - means[codes]) ** 2).sum())
    if within > 0:
        return between / within
    return np.inf if between > 0 else 0.0
