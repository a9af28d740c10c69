"""What each column is: its kind, what misses, its weight in a distance, whether it names rows."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Array
from counterpoise.neighbors import Units
from counterpoise.profile.cells import Cells
from counterpoise.profile.records import ColumnFacts
from counterpoise.table import Kind, Table

__all__ = ["describe_column", "distance_shares"]

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
