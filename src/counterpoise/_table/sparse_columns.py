"""Statistics of the columns of a sparse table, computed from its stored values, without a loop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._table.sparse import SparseTable

__all__ = ["SparseColumns"]


@dataclass(frozen=True)
class SparseColumns:
    """The stored values of a sparse table, or of some of its rows, column by column.

    Attributes
    ----------
    n_rows, n_columns : int
    column : ndarray of int of shape (n_stored,)
        The column of each stored value, ascending.
    row : ndarray of int of shape (n_stored,)
        Its row.
    values : ndarray of float64 of shape (n_stored,)
        None of them is 0.
    """

    n_rows: int
    n_columns: int
    column: IntArray
    row: RowArray
    values: Float64Array

    @classmethod
    def of(cls, table: SparseTable, rows: RowArray | None = None) -> SparseColumns:
        """Read a table, or some of its rows."""
        matrix: Any = table.by_column
        if rows is not None:
            matrix = table.by_row[rows].tocsc()
            matrix.eliminate_zeros()
        n_rows, n_columns = matrix.shape
        column = np.repeat(np.arange(n_columns), np.diff(matrix.indptr))
        return cls(n_rows, n_columns, column, matrix.indices, matrix.data.astype(np.float64))

    @cached_property
    def counts(self) -> IntArray:
        """Number of values that are not 0 in each column."""
        return np.bincount(self.column, minlength=self.n_columns)

    @cached_property
    def means(self) -> Float64Array:
        """Mean of each column."""
        return self.sum(self.values) / self.n_rows

    @cached_property
    def variances(self) -> Float64Array:
        """Variance of each column."""
        squares = self.sum((self.values - self.means[self.column]) ** 2)
        variances: Float64Array = squares + (self.n_rows - self.counts) * self.means**2
        return variances / self.n_rows

    @cached_property
    def lowest(self) -> Float64Array:
        """Lowest value of each column."""
        return self._reduce(np.minimum)

    @cached_property
    def highest(self) -> Float64Array:
        """Highest value of each column."""
        return self._reduce(np.maximum)

    @property
    def is_constant(self) -> BoolArray:
        """Whether each column has a single value."""
        is_constant: BoolArray = self.lowest == self.highest
        return is_constant

    def sum(self, weights: Float64Array) -> Float64Array:
        """Sum numbers that belong to the stored values, column by column."""
        return np.asarray(np.bincount(self.column, weights, self.n_columns), np.float64)

    def _reduce(self, function: np.ufunc) -> Float64Array:
        """Reduce the values of each column, its zeros among them."""
        found = np.zeros(self.n_columns)
        filled = np.flatnonzero(self.counts)
        starts = (np.cumsum(self.counts) - self.counts)[filled]
        if len(filled):
            found[filled] = function.reduceat(self.values, starts)
        has_zeros = self.counts < self.n_rows
        found[has_zeros] = function(found[has_zeros], 0)
        return found
