"""A column's cells as codes: what all that is measured of single columns rests on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from counterpoise._types import Array, BoolArray, Float64Array, IntArray
from counterpoise.exceptions import ColumnKindError
from counterpoise.neighbors import Units
from counterpoise.profile._records import ColumnFacts, ColumnSeparation
from counterpoise.table import Column, Kind, Labels, Table, features_of, missing_cells

__all__ = [
    "Cells",
    "describe_column",
    "distance_shares",
    "read_cells",
    "separate",
    "separating_columns",
]


@dataclass(frozen=True)
class Cells:
    """The cells of one column.

    Attributes
    ----------
    codes : ndarray of int of shape (n_rows,)
        Each cell's position among the sorted distinct values; `n_distinct` where it is missing.
    n_distinct : int
        Distinct values, missing cells aside.
    is_missing : ndarray of bool of shape (n_rows,)
    """

    codes: IntArray
    n_distinct: int
    is_missing: BoolArray


def read_cells(table: Table, column: int) -> Cells:
    """Read one column.

    Parameters
    ----------
    table : Table
    column : int

    Returns
    -------
    Cells
    """
    codes, is_missing = _codes_in(table, column), missing_cells(table, column)
    n_values = int(codes.max(initial=-1)) + 1  # missing cells are one of them, the last
    return Cells(codes, n_values - bool(is_missing.any()), is_missing)


def _codes_in(table: Table, column: int) -> IntArray:
    """Return a column as codes: alike where its cells are, missing ones the last.

    Raises
    ------
    ColumnKindError
        If the column's values, such as lists, cannot be compared.
    """
    about = table.columns[column]
    if about.kind.is_number:
        return np.unique(table.numbers(column), return_inverse=True)[1]
    try:
        return table.codes(column)
    except Exception as error:  # pandas, polars and pyarrow agree on no type for it
        raise ColumnKindError(
            f"The values of column {str(about.name)!r}, of type {about.dtype}, cannot be compared "
            f"with each other. Leave it out: ignore=[{about.name!r}].",
            (str(about.name),),
        ) from error


_FEW_ROWS = 20  # of which many a column differs in each
_NEARLY_ALL, _MOSTLY = 0.9, 0.8
_CODES = range(3, 11)  # values


def describe_column(table: Table, column: int, cells: Cells, share: float | None) -> ColumnFacts:
    """Describe one column.

    Parameters
    ----------
    table : Table
    column : int
    cells : Cells
        What is in it.
    share : float or None
        Its share of the mean squared distance.

    Returns
    -------
    ColumnFacts
    """
    about = table.columns[column]
    return ColumnFacts(
        name=about.name,
        kind=about.kind.value,
        dtype=about.dtype,
        n_missing=int(cells.is_missing.sum()),
        n_distinct=cells.n_distinct,
        distance_share=share,
        is_identifier=_is_identifier(table, column, cells),
        may_be_codes=_may_be_codes(table, column, cells),
    )


def _is_identifier(table: Table, column: int, cells: Cells) -> bool:
    """Say whether texts are nearly all different, or whole numbers count the rows."""
    kind, n_seen = table.columns[column].kind, int((~cells.is_missing).sum())
    if n_seen < _FEW_ROWS:
        return False
    if kind is Kind.NOMINAL:
        return cells.n_distinct >= _NEARLY_ALL * n_seen
    if kind not in (Kind.INTEGER, Kind.FLOAT):
        return False
    values = table.numbers(column)[~cells.is_missing]
    if not _are_whole(values):
        return False
    low, high = float(values.min()), float(values.max())
    is_numbering = cells.n_distinct == n_seen and high - low == n_seen - 1
    counts_up = float((values[1:] == values[:-1] + values.dtype.type(1)).mean()) >= _MOSTLY
    return is_numbering or counts_up


def _may_be_codes(table: Table, column: int, cells: Cells) -> bool:
    if table.columns[column].kind not in (Kind.INTEGER, Kind.FLOAT):
        return False
    is_repetitive = table.n_rows >= 10 * _CODES[-1] and cells.n_distinct in _CODES
    return is_repetitive and _are_whole(table.numbers(column)[~cells.is_missing])


def _are_whole(values: Array) -> bool:
    return values.dtype.kind != "f" or bool((values == np.rint(values)).all())


def distance_shares(table: Table, units: Units) -> dict[int, float]:
    """Return what share each column has of the mean squared distance between two rows.

    Parameters
    ----------
    table : Table
    units : Units
        Those it came in, as `measure_units` measured them.

    Returns
    -------
    dict of int to float
        By position; empty where no two rows differ.
    """
    with np.errstate(over="ignore"):
        parts = {j: 2 * _variance(table.numbers(j)) for j in units.numeric}
    if units.mismatch is not None:
        for j, price in zip(units.nominal, units.mismatch, strict=True):
            shares = np.bincount(table.codes(j)) / table.n_rows
            parts[j] = float(price * (1 - (shares**2).sum()))
    total = sum(parts.values())
    if not (0 < total < np.inf):
        return {}
    return {j: part / total for j, part in parts.items()}


def _variance(values: Array) -> float:
    """Return the variance of the observed cells; a missing one counts as if it were any of them."""
    values = values.astype(np.float64, copy=False)
    seen = values[~np.isnan(values)]
    return float(seen.var()) if len(seen) > 1 else 0.0


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
