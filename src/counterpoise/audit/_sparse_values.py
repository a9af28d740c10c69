"""Values of the synthetic samples of one class in the columns of a sparse table."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._table import SparseColumns, SparseTable

__all__ = ["audit_sparse_values"]


def audit_sparse_values(
    table: SparseTable, before: RowArray, original: RowArray, synthetic: RowArray
) -> dict[str, Any]:
    """Return the fields of a `ClassAudit` that describe single columns of a sparse table.

    Moments and correlations are not computed, as there may be a million columns.

    Parameters
    ----------
    table : SparseTable
    before : ndarray of int
        Rows before resampling.
    original, synthetic : ndarray of int
        The original and the synthetic samples of the class.
    """
    columns = SparseColumns.of(table, synthetic)
    return {
        "out_of_range": _count_out_of_range(columns, SparseColumns.of(table, original)),
        "new_categories": (),
        "non_integer": _count_fractions(columns, SparseColumns.of(table, before)),
        "columns": (),
        "correlation_change": np.nan,
        "correlation_columns": (),
    }


def _count_out_of_range(
    columns: SparseColumns, original: SparseColumns
) -> tuple[tuple[str, int], ...]:
    low, high = original.lowest[columns.column], original.highest[columns.column]
    counts = columns.sum(_as_weights((columns.values < low) | (columns.values > high)))
    # Zeros are not stored.
    is_zero_outside = (original.lowest > 0) | (original.highest < 0)
    counts[is_zero_outside] += (columns.n_rows - columns.counts)[is_zero_outside]
    return _name_columns(counts.astype(int))


def _count_fractions(columns: SparseColumns, before: SparseColumns) -> tuple[tuple[str, int], ...]:
    n_before, n_fractions = (
        one.sum(_as_weights(one.values != np.rint(one.values))) for one in (before, columns)
    )
    return _name_columns(np.where(n_before > 0, 0, n_fractions).astype(int))


def _as_weights(mask: Any) -> Float64Array:
    return np.asarray(mask, np.float64)


def _name_columns(counts: IntArray) -> tuple[tuple[str, int], ...]:
    """Return the columns whose count is not 0, with the count."""
    return tuple((str(j), int(counts[j])) for j in np.flatnonzero(counts))
