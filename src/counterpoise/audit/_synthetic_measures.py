"""What the made rows of one class are like, measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise.audit._records import ClassAudit, ColumnChange
from counterpoise.audit._two_sample import tell_apart
from counterpoise.neighbors import Index, SearchSpace, lay_out, measure_units, numbers_for_models
from counterpoise.table import Labels, Table, features_of

__all__ = ["Rows", "audit_class"]

_NEAR = 0.01  # of what rows of a class are apart


@dataclass(frozen=True)
class Rows:
    """The rows before and after as one table, laid out for searches and for models.

    Attributes
    ----------
    table : Table
        The rows before, then those after.
    labels : Labels
        Their classes.
    n_before : int
        How many rows were there before: the first ones.
    made : ndarray of int of shape (n_made,)
        The rows of the table that were made.
    groups : ndarray of int of shape (n_rows,)
        Equal numbers for equal rows.
    space : SearchSpace
        All rows, in standard units.
    points : ndarray of float of shape (n_rows, n_features)
        All rows as numbers.
    """

    table: Table
    labels: Labels
    n_before: int
    made: RowArray
    groups: IntArray
    space: SearchSpace
    points: Any

    @classmethod
    def lay_out(
        cls, table: Table, labels: Labels, n_before: int, made: RowArray, groups: IntArray
    ) -> Rows:
        """Lay the rows out in standard units, a missing cell priced as in neighbour searches."""
        space = lay_out(table, None, measure_units(table, "standard"))
        points = numbers_for_models(table, "The two-sample test")
        return cls(table, labels, n_before, made, groups, space, points)

    def index(self, rows: RowArray) -> Index:
        """Return an index over some of the rows."""
        space = self.space
        return Index(space.points, rows=rows, penalties=space.penalties, mismatch=space.mismatch)


def audit_class(rows: Rows, code: int, random: np.random.RandomState) -> ClassAudit:
    """Measure the made rows of one class.

    Parameters
    ----------
    rows : Rows
    code : int
        The class, which has made rows.
    random : RandomState
        For the two-sample test.

    Returns
    -------
    ClassAudit
    """
    of_class = rows.labels.rows_of(code)
    real = of_class[of_class < rows.n_before]
    after = of_class[of_class >= rows.n_before]
    made = rows.made[rows.labels.codes[rows.made] == code]
    is_copy = np.isin(rows.groups[made], rows.groups[real])
    distances, distances_before = _distances(rows, real, made)
    apart = float(np.median(distances_before)) if len(distances_before) else np.nan
    is_near = ~is_copy & (distances < _NEAR * apart)
    change, names = _correlation_change(rows.table, real, after)
    return ClassAudit(
        label=rows.labels.classes[code],
        n_before=len(real),
        n_made=len(made),
        intrusion=_intrusion(rows, made, code),
        intrusion_before=_intrusion(rows, real, code),
        n_copies=int(is_copy.sum()),
        n_near_copies=int(is_near.sum()),
        distance=float(np.median(distances)),
        distance_before=apart,
        outside=_count(rows.table, lambda j: _outside(rows.table, j, real, made)),
        unseen=_count(rows.table, lambda j: _unseen(rows.table, j, real, made)),
        fractions=_count(rows.table, lambda j: _fractions(rows, j, made)),
        columns=tuple(_changes(rows.table, real, after)),
        correlation_change=change,
        correlation_columns=names,
        two_sample=tell_apart(rows.points, real, made, random),
    )


def _distances(rows: Rows, real: RowArray, made: RowArray) -> tuple[Float64Array, Float64Array]:
    """Return how far the closest real row is from made rows, and the closest other from real."""
    index = rows.index(real)
    distances = index.nearest(rows.space.points, 1, rows=made, return_distance=True)[1]
    if len(real) < 2:
        return distances[:, 0], np.empty(0)
    return distances[:, 0], index.nearest_others(1, return_distance=True)[1][:, 0]


def _intrusion(rows: Rows, asked: RowArray, code: int) -> float:
    """Return the share of some rows whose nearest other real row is of another class."""
    real = np.arange(rows.n_before)
    index = rows.index(real)
    if asked[0] < rows.n_before:
        nearest = index.nearest_others(1, of=asked)
    else:
        nearest = index.nearest(rows.space.points, 1, rows=asked)
    return float((rows.labels.codes[nearest[:, 0]] != code).mean())


def _count(
    table: Table, concerned: Callable[[int], BoolArray | None]
) -> tuple[tuple[str, int], ...]:
    """Return the columns in which made rows are concerned by something, and how many are."""
    counts = []
    for j in features_of(table):
        found = concerned(j)
        if found is not None and found.any():
            counts.append((str(table.columns[j].name), int(found.sum())))
    return tuple(counts)


def _outside(table: Table, column: int, real: RowArray, made: RowArray) -> BoolArray | None:
    if not table.columns[column].kind.is_number:
        return None
    values = table.numbers(column)
    low, high = np.fmin.reduce(values[real]), np.fmax.reduce(values[real])
    outside: BoolArray = (values[made] < low) | (values[made] > high)
    return outside


def _unseen(table: Table, column: int, real: RowArray, made: RowArray) -> BoolArray | None:
    if table.columns[column].kind.is_number:
        return None
    codes = table.codes(column)
    unseen: BoolArray = ~np.isin(codes[made], codes[real])
    return unseen


def _fractions(rows: Rows, column: int, made: RowArray) -> BoolArray | None:
    if not rows.table.columns[column].kind.is_number:
        return None
    values = rows.table.numbers(column).astype(np.float64)
    if _broken(values[: rows.n_before]).any():
        return None
    return _broken(values[made])


def _broken(values: Float64Array) -> BoolArray:
    broken: BoolArray = ~np.isnan(values) & (values != np.rint(values))
    return broken


def _numeric(table: Table) -> list[int]:
    return [j for j in features_of(table) if table.columns[j].kind.is_number]


def _changes(table: Table, real: RowArray, after: RowArray) -> list[ColumnChange]:
    changes = []
    for j in _numeric(table):
        moments = []
        for rows in (real, after):
            values = table.numbers(j, rows).astype(np.float64)
            values = values[~np.isnan(values)]
            moments.append((values.mean(), values.var()) if len(values) else (np.nan, np.nan))
        (mean, variance), (mean_after, variance_after) = moments
        numbers = map(float, (mean, mean_after, variance, variance_after))
        changes.append(ColumnChange(str(table.columns[j].name), *numbers))
    return changes


def _correlation_change(
    table: Table, real: RowArray, after: RowArray
) -> tuple[float, tuple[str, ...]]:
    """Return the largest change of a correlation, and its two columns; rows without gaps count."""
    numeric = _numeric(table)
    both = [_correlations(table, numeric, rows) for rows in (real, after)]
    changes = np.abs(both[1] - both[0])
    if not np.isfinite(changes).any():
        return np.nan, ()
    first, second = np.unravel_index(int(np.nanargmax(changes)), changes.shape)
    names = tuple(str(table.columns[numeric[int(j)]].name) for j in (first, second))
    return float(changes[first, second]), names


def _correlations(table: Table, numeric: list[int], rows: RowArray) -> Float64Array:
    """Return Pearson's correlations above the diagonal, NaN elsewhere and of constant columns."""
    points = np.array([table.numbers(j, rows) for j in numeric], np.float64)
    points = points.reshape(len(numeric), len(rows))
    points = points[:, ~np.isnan(points).any(axis=0)]
    result = np.full((len(numeric), len(numeric)), np.nan)
    if points.shape[1] < 3:
        return result
    varies = np.flatnonzero(np.ptp(points, axis=1) > 0)
    if len(varies) > 1:
        result[np.ix_(varies, varies)] = np.corrcoef(points[varies])
    result[np.tril_indices(len(numeric))] = np.nan
    return result
