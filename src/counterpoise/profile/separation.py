"""Single columns that tell the classes apart, as what leaked from the answer does.

How well a column does so is the mean, over all pairs of classes, of the area under the ROC curve
(Hand and Till, 2001): 0.5 says nothing, 1 everything. Numbers are ranked, in the direction that
tells more. Of categories each class's share among the *other* rows with the same value is ranked:
both rows of a pair are left out (Airola et al., 2011), so that a column of names that are all
different, from which nothing can be learnt, has 0.5.

References: D. J. Hand, R. J. Till, Machine Learning 45, 171-186 (2001),
doi:10.1023/A:1010920819831. A. Airola, T. Pahikkala, W. Waegeman, B. De Baets, T. Salakoski,
Computational Statistics & Data Analysis 55, 1828-1844 (2011), doi:10.1016/j.csda.2010.11.018.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.profile.cells import Cells, read_cells
from counterpoise.profile.records import ColumnSeparation
from counterpoise.table import Column, Kind, Labels, Table, features_of

__all__ = ["separate", "separating_columns"]

_FEWEST = 3  # rows of a class; fewer are set apart by many a column, by chance


def separating_columns(table: Table, labels: Labels) -> tuple[ColumnSeparation, ...]:
    """Find the columns that alone, or by what is missing in them, tell the classes apart.

    Parameters
    ----------
    table : Table
    labels : Labels

    Returns
    -------
    tuple of ColumnSeparation
        Those that `separates` or `missing_tells` is true of, in the order of the columns.

    Examples
    --------
    >>> from counterpoise.table import open_labels, open_table
    >>> X = [[1, "a"], [2, "b"], [3, "a"], [14, "b"], [15, "a"], [16, "b"]]
    >>> found = separating_columns(open_table(X), open_labels(list("nnnyyy"), 6))
    >>> [(column.name, column.auc) for column in found]
    [(0, 1.0)]
    """
    measured = (
        separate(table.columns[j], read_cells(table, j), labels) for j in features_of(table)
    )
    return tuple(found for found in measured if found.separates or found.missing_tells)


def separate(column: Column, cells: Cells, labels: Labels) -> ColumnSeparation:
    """Measure how well one column tells the classes apart; classes of one or two rows aside.

    Parameters
    ----------
    column : Column
    cells : Cells
        What is in it.
    labels : Labels

    Returns
    -------
    ColumnSeparation
    """
    pairs = list(combinations(np.flatnonzero(labels.counts >= _FEWEST).tolist(), 2))
    if not pairs:
        return ColumnSeparation(column.name, None, None)
    if column.kind is Kind.NOMINAL:
        auc = _auc_of_shares(cells.codes, labels, pairs)
    else:
        ranked = [cells.codes]
        if cells.is_missing.any():  # they may come first as well as last
            ranked.append(np.where(cells.is_missing, 0, cells.codes + 1))
        auc = max(_auc_of_ranks(codes, labels, pairs) for codes in ranked)
    missing = np.bincount(labels.codes, cells.is_missing, len(labels.counts)) / labels.counts
    gap = np.mean([abs(missing[i] - missing[j]) for i, j in pairs])
    return ColumnSeparation(column.name, auc, 0.5 + float(gap) / 2)


def _auc_of_ranks(codes: IntArray, labels: Labels, pairs: list[tuple[int, int]]) -> float:
    auc = {}
    for i in {i for i, _ in pairs}:
        own = np.bincount(codes[labels.codes == i], minlength=int(codes.max()) + 1)
        below = np.cumsum(own) - own / 2
        sums = np.bincount(labels.codes, below[codes], len(labels.counts))
        auc[i] = sums / (labels.counts[i] * labels.counts)
    return float(np.mean([max(auc[i][j], 1 - auc[i][j]) for i, j in pairs]))


def _auc_of_shares(codes: IntArray, labels: Labels, pairs: list[tuple[int, int]]) -> float:
    n_levels, n_classes = int(codes.max()) + 1, len(labels.counts)
    key = codes.astype(np.int64) * n_classes + labels.codes
    rows = np.bincount(key, minlength=n_levels * n_classes).reshape(n_levels, n_classes)
    return float(np.mean([max(0.5, _leave_pair_out(rows[:, i], rows[:, j])) for i, j in pairs]))


def _leave_pair_out(first: IntArray, second: IntArray) -> float:
    """Return how often a row of the first class ranks above one of the second.

    Parameters
    ----------
    first, second : ndarray of int of shape (n_levels,)
        The rows of each class that have each value.
    """
    n_first, n_second = int(first.sum()), int(second.sum())
    others = first + second - 1
    prior = (n_first - 1) / max(1, n_first + n_second - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_first = np.where(others > 0, (first - 1) / others, prior)  # a row of its own left out
        of_second = np.where(others > 0, first / others, prior)
    wins = _wins(of_first, first, of_second, second)
    # With both left out, two rows that have the same value have the same share; what was counted
    # of such pairs was that the second ranks above the first.
    return float((wins + (first * second).sum() / 2) / (n_first * n_second))


def _wins(high: Float64Array, n_high: IntArray, low: Float64Array, n_low: IntArray) -> float:
    """Count the pairs in which the first ranks above the second; ties by half."""
    order = np.argsort(low, kind="stable")
    sums = np.concatenate([[0], np.cumsum(n_low[order])])
    below = sums[np.searchsorted(low[order], high, "left")]
    upto = sums[np.searchsorted(low[order], high, "right")]
    return float((n_high * (below + upto)).sum() / 2)
