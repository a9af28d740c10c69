"""Measurements of the synthetic samples of one class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._table import (
    SparseTable,
    Table,
    concat_tables,
    feature_positions,
    group_equal_rows,
)
from counterpoise.audit._concat import concat_targets, find_excess
from counterpoise.audit._pooled import PooledTable
from counterpoise.audit._records import ClassAudit, ColumnChange, Validity
from counterpoise.audit._sparse_values import audit_sparse_values
from counterpoise.exceptions import InputError
from counterpoise.neighbors._checks import check_feature_types

__all__ = ["AuditData", "audit_class"]

_NEAR_DUPLICATE = 0.01  # of the median distance between original samples of a class
_CLOSE = 0.05  # quantile of the distances between original samples of a class


@dataclass(frozen=True)
class AuditData:
    """A table before and after resampling.

    Attributes
    ----------
    pooled : PooledTable
        Rows before resampling, followed by the rows after it.
    n_before : int
        Number of rows before resampling.
    synthetic : ndarray of int of shape (n_synthetic,)
        Row numbers of the synthetic samples.
    groups : ndarray of int of shape (n_rows,)
        Group numbers, equal for equal rows.
    """

    pooled: PooledTable
    n_before: int
    synthetic: RowArray
    groups: IntArray

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.pooled.target.classes)

    @property
    def synthetic_codes(self) -> list[int]:
        """Codes of the classes that have synthetic samples, ascending."""
        codes: list[int] = np.unique(self.pooled.codes[self.synthetic]).tolist()
        return codes

    @classmethod
    def pool(cls, before: tuple[Any, Any], after: tuple[Any, Any]) -> AuditData:
        """Pool a table before and after resampling, each with its class labels.

        Raises
        ------
        InputError
            If the tables differ in their features, or a class is in the second only.
        """
        table, n_before = concat_tables(before[0], after[0], names=("X before", "X after"))
        check_feature_types(table, "synthetic_samples")
        n_rows = (n_before, table.n_rows - n_before)
        names = ("X and y in before", "X and y in after")
        target = concat_targets((before[1], after[1]), n_rows, names)
        groups = group_equal_rows(table)
        synthetic = find_excess(groups * len(target.classes) + target.codes, n_before)
        unknown = np.setdiff1d(target.codes[synthetic], target.codes[:n_before])
        if len(unknown):
            raise InputError(
                f"Class {target.classes[unknown[0]]!r} is in the table after resampling, but not "
                "in the table before it; synthetic samples are compared with original samples of "
                "their class. Check that the tables and their labels belong together."
            )
        return cls(PooledTable.prepare(table, target, n_before), n_before, synthetic, groups)


def audit_class(data: AuditData, code: int, validity: Validity | None) -> ClassAudit:
    """Measure the synthetic samples of one class.

    Parameters
    ----------
    data : AuditData
    code : int
        Encoded class, which has synthetic samples.
    validity : Validity or None
        Validity of its synthetic samples, if there are withheld samples.

    Returns
    -------
    ClassAudit
    """
    of_class = data.pooled.target.rows_of(code)
    original = of_class[of_class < data.n_before]
    after = of_class[of_class >= data.n_before]
    synthetic = data.synthetic[data.pooled.codes[data.synthetic] == code]
    is_duplicate = np.isin(data.groups[synthetic], data.groups[original])
    distances, distances_original = _compute_distances(data, original, synthetic)
    typical, close = (
        np.quantile(distances_original, [0.5, _CLOSE]).tolist()
        if len(distances_original)
        else (np.nan, np.nan)
    )
    is_near = ~is_duplicate & (distances < _NEAR_DUPLICATE * typical)
    values = _audit_values(data, original, synthetic, after)
    return ClassAudit(
        label=data.pooled.target.classes[code],
        n_original=len(original),
        n_synthetic=len(synthetic),
        validity=validity,
        other_class_rate=_compute_other_class_rate(data, synthetic, code),
        other_class_rate_original=_compute_other_class_rate(data, original, code),
        n_duplicates=int(is_duplicate.sum()),
        n_near_duplicates=int(is_near.sum()),
        nearest_distance=float(np.median(distances)),
        nearest_distance_original=typical,
        close_rate=float((distances < close).mean()) if len(distances_original) else np.nan,
        **values,
    )


def _audit_values(
    data: AuditData, original: RowArray, synthetic: RowArray, after: RowArray
) -> dict[str, Any]:
    """Return the fields of a `ClassAudit` that describe single columns."""
    table = data.pooled.table
    if isinstance(table, SparseTable):
        return audit_sparse_values(table, np.arange(data.n_before), original, synthetic)
    change, names = _find_correlation_change(table, original, after)
    return {
        "out_of_range": _count(table, lambda j: _is_out_of_range(table, j, original, synthetic)),
        "new_categories": _count(table, lambda j: _is_new_category(table, j, original, synthetic)),
        "non_integer": _count(table, lambda j: _is_non_integer(data, j, synthetic)),
        "columns": tuple(_compute_changes(table, original, after)),
        "correlation_change": change,
        "correlation_columns": names,
    }


def _compute_distances(
    data: AuditData, original: RowArray, synthetic: RowArray
) -> tuple[Float64Array, Float64Array]:
    """Compute the distance to the closest original sample, for synthetic and original ones."""
    distances = data.pooled.find_nearest(original, synthetic)[1]
    if len(original) < 2:
        return distances, np.empty(0)
    return distances, data.pooled.find_nearest_other(original)[1]


def _compute_other_class_rate(data: AuditData, rows: RowArray, code: int) -> float:
    """Compute the share of some rows whose nearest original sample is of another class."""
    before = np.arange(data.n_before)
    if rows[0] < data.n_before:  # original samples, which are not their own neighbors
        nearest = data.pooled.find_nearest_other(before, rows)[0]
    else:
        nearest = data.pooled.find_nearest(before, rows)[0]
    return float((data.pooled.codes[nearest] != code).mean())


def _count(table: Table, check: Callable[[int], BoolArray | None]) -> tuple[tuple[str, int], ...]:
    """Return the columns in which a check is true for synthetic samples, and their numbers.

    The check returns None for columns to which it does not apply.
    """
    counts = []
    for j in feature_positions(table):
        found = check(j)
        if found is not None and found.any():
            counts.append((str(table.columns[j].name), int(found.sum())))
    return tuple(counts)


def _is_out_of_range(
    table: Table, column: int, original: RowArray, synthetic: RowArray
) -> BoolArray | None:
    if not table.columns[column].feature_type.is_number:
        return None
    values = table.numbers(column)
    low, high = np.fmin.reduce(values[original]), np.fmax.reduce(values[original])
    outside: BoolArray = (values[synthetic] < low) | (values[synthetic] > high)
    return outside


def _is_new_category(
    table: Table, column: int, original: RowArray, synthetic: RowArray
) -> BoolArray | None:
    if table.columns[column].feature_type.is_number:
        return None
    codes = table.codes(column)
    is_synthetic: BoolArray = ~np.isin(codes[synthetic], codes[original])
    return is_synthetic


def _is_non_integer(data: AuditData, column: int, synthetic: RowArray) -> BoolArray | None:
    if not data.pooled.table.columns[column].feature_type.is_number:
        return None
    values = data.pooled.table.numbers(column).astype(np.float64)
    if _have_fractions(values[: data.n_before]).any():
        return None
    return _have_fractions(values[synthetic])


def _have_fractions(values: Float64Array) -> BoolArray:
    is_fraction: BoolArray = ~np.isnan(values) & (values != np.rint(values))
    return is_fraction


def _select_numeric(table: Table) -> list[int]:
    return [j for j in feature_positions(table) if table.columns[j].feature_type.is_number]


def _compute_changes(table: Table, original: RowArray, after: RowArray) -> list[ColumnChange]:
    changes = []
    for j in _select_numeric(table):
        moments = []
        for rows in (original, after):
            values = table.numbers(j, rows).astype(np.float64)
            values = values[~np.isnan(values)]
            moments.append((values.mean(), values.var()) if len(values) else (np.nan, np.nan))
        (mean, variance), (mean_after, variance_after) = moments
        numbers = map(float, (mean, mean_after, variance, variance_after))
        changes.append(ColumnChange(str(table.columns[j].name), *numbers))
    return changes


def _find_correlation_change(
    table: Table, original: RowArray, after: RowArray
) -> tuple[float, tuple[str, ...]]:
    """Find the largest change of a correlation and its two columns, over complete rows."""
    numeric = _select_numeric(table)
    before, later = (_compute_correlations(table, numeric, rows) for rows in (original, after))
    changes = np.abs(later - before)
    if not np.isfinite(changes).any():
        return np.nan, ()
    first, second = np.unravel_index(int(np.nanargmax(changes)), changes.shape)
    names = tuple(str(table.columns[numeric[int(j)]].name) for j in (first, second))
    return float(changes[first, second]), names


def _compute_correlations(table: Table, numeric: list[int], rows: RowArray) -> Float64Array:
    """Compute Pearson correlations above the diagonal; NaN elsewhere and for constant columns."""
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
