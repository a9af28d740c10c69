"""The numeric values that the check for interpolated rows reads, of a dense or a sparse table.

Both classes have the same methods. Rows are arrays, or CSR matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from counterpoise._lib.types import Float64Array, RowArray
from counterpoise._table import NUMBERS, SparseColumns, SparseTable, Table, positions_of_type
from counterpoise.neighbors._adapters import SparseIndex
from counterpoise.neighbors._checks import check_finite
from counterpoise.neighbors._index import Index

__all__ = ["DensePoints", "FindNearest", "Points", "SparsePoints"]

_MAX_DIGITS = 9
_BLOCK = 64  # rows at a time, which limits memory
_MAX_VALUES = 2**18  # of a sparse table's rows and their neighbors at a time, zeros among them

#: Maps rows to the numbers of the nearest training rows; a row may occur twice, once per unit.
FindNearest = Callable[[Any], RowArray]
#: Rows and the offsets from them to the rows near them, in units of the columns' tolerances;
#: ndarray of float64 of shape (n_queries, n_neighbors, n_columns).
Offsets = Iterator[tuple[slice, Float64Array]]


@dataclass(frozen=True)
class DensePoints:
    """The numeric columns of a table that are not constant.

    Attributes
    ----------
    values : ndarray of float64 of shape (n_rows, n_columns)
    tolerances : ndarray of float64 of shape (n_columns,)
        The largest rounding error of each column: half a unit of its last digit.
    """

    values: Float64Array
    tolerances: Float64Array

    @classmethod
    def of(cls, table: Table) -> DensePoints:
        """Read a table."""
        numeric = positions_of_type(table, *NUMBERS)
        check_finite(table, numeric)
        points = np.empty((table.n_rows, len(numeric)))
        for position, column in enumerate(numeric):
            points[:, position] = table.numbers(column)
        lowest, highest = np.fmin.reduce(points), np.fmax.reduce(points)
        points = points[:, highest > lowest]
        tolerances = [_compute_tolerance(column[~np.isnan(column)]) for column in points.T]
        return cls(points, np.array(tolerances))

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1])

    def take(self, rows: RowArray) -> Float64Array:
        """Return some rows."""
        return self.values[rows]

    def index(self, train: RowArray, n_neighbors: int) -> FindNearest:
        """Index the training rows, in original and in standardized units."""
        deviations = np.nanstd(self.values, axis=0)
        # A missing value adds the mean squared difference of two values: twice the variance.
        indexes = [
            (scale, Index(self.values / scale, rows=train, penalties=2 * (deviations / scale) ** 2))
            for scale in (np.ones_like(deviations), deviations)
        ]

        def find(queries: Float64Array) -> RowArray:
            found = [index.nearest(queries / scale, n_neighbors) for scale, index in indexes]
            return train[np.hstack(found)]

        return find

    def offsets(self, queries: Float64Array, nearest: RowArray) -> Offsets:
        """Yield the offsets from queries to the rows near them, for some queries at a time."""
        for start in range(0, len(queries), _BLOCK):
            block = slice(start, start + _BLOCK)
            offsets = (self.values[nearest[block]] - queries[block, None, :]) / self.tolerances
            # A missing value fits any line: a synthetic row may miss what its base row misses.
            yield block, np.nan_to_num(offsets)

    def cross(self, rows: RowArray, others: RowArray, rng: np.random.RandomState) -> Float64Array:
        """Return rows with each value from a row or from another one.

        A row that equals one of the two is not crossed, and may be synthetic itself: it is left
        out.
        """
        own, other = self.values[rows], self.values[others]
        swaps = rng.uniform(size=own.shape) < 0.5
        crossed = np.where(swaps, other, own)
        is_mixed = (crossed != own).any(axis=1) & (crossed != other).any(axis=1)
        mixed: Float64Array = crossed[is_mixed]
        return mixed

    def shift(self, rows: RowArray, first: RowArray, second: RowArray) -> Float64Array:
        """Return rows shifted by the difference of two rows that are near another row.

        The difference is taken elsewhere: at the row itself all three may be synthetic, on one
        line.
        """
        differences = np.nan_to_num(self.values[first] - self.values[second])
        shifted: Float64Array = self.values[rows] + np.roll(differences, 1, axis=0)
        return shifted


def _compute_tolerance(values: Float64Array) -> float:
    values = np.unique(values)
    magnitude = float(np.abs(values).max())
    is_float32 = (values == values.astype(np.float32)).all()
    dtypes = (np.float64, np.float32) if is_float32 else (np.float64,)
    errors = [8 * magnitude * float(np.finfo(dtype).eps) for dtype in dtypes]
    for error in errors:
        for digits in range(_MAX_DIGITS + 1):
            if (np.abs(values - np.round(values, digits)) <= error).all():
                return 0.5 * 10.0**-digits + error
    return errors[-1]


@dataclass(frozen=True)
class SparsePoints:
    """The columns of a sparse table that are not constant; see `DensePoints`.

    Attributes
    ----------
    values : CSR array of float64 of shape (n_rows, n_columns)
    tolerances, deviations : ndarray of float64 of shape (n_columns,)
    """

    values: Any
    tolerances: Float64Array
    deviations: Float64Array

    @classmethod
    def of(cls, table: SparseTable) -> SparsePoints:
        """Read a table."""
        check_finite(table, ())
        columns = SparseColumns.of(table)
        varies = np.flatnonzero(~columns.is_constant)
        values = sparse.csr_array(table.by_row, dtype=np.float64)[:, varies]
        deviations = np.sqrt(columns.variances)[varies]
        return cls(values, _compute_sparse_tolerances(columns)[varies], deviations)

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1])

    def take(self, rows: RowArray) -> Any:
        """Return some rows."""
        return self.values[rows]

    def index(self, train: RowArray, n_neighbors: int) -> FindNearest:
        """Index the training rows, in original and in standardized units."""
        units = np.ones_like(self.deviations), self.deviations
        indexes = [(unit, SparseIndex(_divide(self.values[train], unit))) for unit in units]

        def find(queries: Any) -> RowArray:
            found = [
                index.nearest(_divide(queries, unit), n_neighbors)[0] for unit, index in indexes
            ]
            return train[np.hstack(found)]

        return find

    def offsets(self, queries: Any, nearest: RowArray) -> Offsets:
        """Yield the offsets in the columns in which a row is not 0; see `DensePoints`."""
        n_queries, n_near = nearest.shape
        step = max(1, min(_BLOCK, _MAX_VALUES // (n_near * self.n_columns)))
        for start in range(0, n_queries, step):
            block = slice(start, start + step)
            some = queries[block]
            rows = sparse.vstack([self.values[nearest[block].ravel()], some], format="csr")
            columns, positions = np.unique(rows.indices, return_inverse=True)
            dense = np.zeros((rows.shape[0], len(columns)))
            dense[np.repeat(np.arange(len(dense)), np.diff(rows.indptr)), positions] = rows.data
            near, own = np.split(dense, [-some.shape[0]])
            offsets = near.reshape(-1, n_near, len(columns)) - own[:, None]
            yield block, offsets / self.tolerances[columns]

    def cross(self, rows: RowArray, others: RowArray, rng: np.random.RandomState) -> Any:
        """Return rows with each value from a row or from another one; see `DensePoints`."""
        own, other = self.values[rows], self.values[others]
        swaps = abs(own) + abs(other)  # where one of them is not 0
        swaps.data = (rng.uniform(size=swaps.nnz) < 0.5).astype(np.float64)
        kept = swaps.copy()
        kept.data = 1 - kept.data
        crossed = own.multiply(kept) + other.multiply(swaps)
        differs = [(crossed != row).sum(axis=1) > 0 for row in (own, other)]
        return crossed.tocsr()[np.flatnonzero(differs[0] & differs[1])]

    def shift(self, rows: RowArray, first: RowArray, second: RowArray) -> Any:
        """Return rows shifted by the difference of two other rows; see `DensePoints`."""
        elsewhere = np.roll(np.arange(len(rows)), 1)
        return self.values[rows] + (self.values[first] - self.values[second])[elsewhere]


def _divide(rows: Any, units: Float64Array) -> Any:
    """Divide each column of a CSR matrix by its unit; the indices of the result are sorted."""
    divided = rows.copy()
    divided.data = divided.data / units[divided.indices]
    divided.sort_indices()
    return divided


def _compute_sparse_tolerances(columns: SparseColumns) -> Float64Array:
    """Compute the tolerances of all columns at once, as `_compute_tolerance` does for one."""
    values, column = columns.values, columns.column
    magnitude = np.maximum(np.abs(columns.lowest), np.abs(columns.highest))
    is_float32 = columns.sum((values != values.astype(np.float32)).astype(float)) == 0
    tolerances, largest = np.full(columns.n_columns, np.nan), np.zeros(columns.n_columns)
    for dtype, applies in ((np.float64, np.ones_like(is_float32)), (np.float32, is_float32)):
        error = 8 * magnitude * float(np.finfo(dtype).eps)
        largest[applies] = error[applies]
        for digits in range(_MAX_DIGITS + 1):
            differs = np.abs(values - np.round(values, digits)) > error[column]
            fits = applies & np.isnan(tolerances) & (columns.sum(differs.astype(float)) == 0)
            tolerances[fits] = 0.5 * 10.0**-digits + error[fits]
    return np.where(np.isnan(tolerances), largest, tolerances)


Points = DensePoints | SparsePoints
