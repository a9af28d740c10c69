"""Tables in scipy's compressed sparse formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Array, FloatArray, IntArray
from counterpoise._table.columns import cast_numbers, codes_of, type_of_array
from counterpoise._table.records import (
    Columns,
    FeatureType,
    Resampling,
    SyntheticSamples,
)

__all__ = ["SparseTable", "compress", "csr_arrays", "group_equal_sparse_rows"]


def compress(matrix: Any) -> Any:
    """Return a sparse matrix in a format with rows that can be selected: CSC as it is, or CSR."""
    return matrix if matrix.format in ("csr", "csc") else matrix.tocsr()


def csr_arrays(rows: Any) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the arrays of a CSR matrix as native code reads them; the values as they are."""
    return (
        np.ascontiguousarray(rows.indptr, np.int64),
        np.ascontiguousarray(rows.indices, np.int32),
        np.ascontiguousarray(rows.data),
    )


@dataclass(frozen=True)
class SparseTable:
    """Table in a CSR or CSC matrix or array.

    Attributes
    ----------
    source : csr_matrix, csc_matrix, csr_array or csc_array of shape (n_rows, n_features)
    """

    source: Any
    has_index: bool = False

    @cached_property
    def columns(self) -> Columns:
        """The columns, each named by its position."""
        dtype = self.source.dtype
        return Columns.numbered(int(self.source.shape[1]), type_of_array(dtype), str(dtype))

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return int(self.source.shape[0])

    @property
    def matrix(self) -> FloatArray | None:
        """None, as a sparse matrix has no array of all its values."""
        return None

    @cached_property
    def by_row(self) -> Any:
        """The matrix in CSR format with sorted indices, from which rows are selected fast."""
        rows = self.source.tocsr()
        if not rows.has_canonical_format:
            rows = rows.copy()  # sorting is in place, and the input must not change
            rows.sum_duplicates()
        return _with_small_indices(rows)

    @cached_property
    def by_column(self) -> Any:
        """The matrix in CSC format with sorted indices, without stored zeros."""
        is_source = self.source.format == "csc" and self.source.has_canonical_format
        columns = self.source if is_source else self.by_row.tocsc()
        if columns.count_nonzero() < columns.nnz:
            columns = columns.copy()
            columns.eliminate_zeros()
        return columns

    @property
    def estimator_input(self) -> Any:
        """The matrix in CSR format, which cross-validation needs, for a user's own estimator."""
        return self.by_row

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a column, or some rows of it, as a dense array."""
        stored = slice(*self.by_column.indptr[column : column + 2])
        values = np.zeros(self.n_rows, self.source.dtype)
        values[self.by_column.indices[stored]] = self.by_column.data[stored]
        return values if rows is None else values[rows]

    def number_block(self, columns: Sequence[int], rows: IntArray | None = None) -> Array:
        """Return several columns, or some rows of them, as one dense array."""
        values: Array = self.by_column[:, list(columns)].toarray()
        return values if rows is None else values[rows]

    def codes(self, column: int) -> IntArray:
        """Return each value's position among the column's sorted values."""
        return codes_of(self.numbers(column))

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Build the output rows in the sparse format of the input."""
        del keep_index  # a sparse matrix has no index
        synthetic = decision.synthetic
        is_interpolated = synthetic.points is None and synthetic.category_sources is None
        if len(synthetic) and is_interpolated and self.source.dtype in (np.float32, np.float64):
            kept = np.arange(self.n_rows) if decision.kept is None else decision.kept
            out = _build_rows(self.by_row, kept, synthetic, decision.order)
            return type(self.source)(out)  # converts to the input's format
        out = self.by_row if decision.kept is None else self.by_row[decision.kept]
        if len(synthetic):
            out = sparse.vstack([out, self._synthetic(synthetic)], format="csr")
        elif decision.kept is None:
            out = out.copy()
        if decision.order is not None:
            out = out[decision.order]
        return type(self.source)(out)  # converts to the input's format

    def _synthetic(self, synthetic: SyntheticSamples) -> Any:
        if synthetic.category_sources is None:
            return self._numeric(synthetic)
        has_numeric = len(synthetic.categorical) < len(self.columns)
        shape = len(synthetic), len(self.columns)
        out = (self._numeric(synthetic) if has_numeric else sparse.csr_array(shape)).tolil()
        for column in synthetic.categorical:
            out[:, [column]] = self.numbers(column, synthetic.category_sources_of(column))[:, None]
        return out.tocsr().astype(self.source.dtype)

    def _numeric(self, synthetic: SyntheticSamples) -> Any:
        feature_type = self.columns[0].feature_type
        if synthetic.points is not None:
            points = sparse.csr_array(synthetic.points)
            points.data = cast_numbers(points.data, self.source.dtype, feature_type)
            is_between = synthetic.neighbor >= 0
            if not is_between.any():
                return points
            between = replace(synthetic.take(np.flatnonzero(is_between)), points=None)
            # The inverse of the order in which both are stacked: points first, then interpolated.
            place = np.argsort(np.argsort(is_between, kind="stable"))
            return sparse.vstack([points, self._numeric(between)], format="csr")[place]
        if self.source.dtype in (np.float32, np.float64):
            return _build_rows(self.by_row, np.empty(0, np.intp), synthetic)
        is_float = feature_type is FeatureType.FLOAT
        # Integers as float64, since differences of unsigned ones would wrap around.
        rows = self.by_row if is_float else self.by_row.astype(np.float64)
        base, neighbor = rows[synthetic.base], rows[synthetic.neighbor]
        step = _weighted(synthetic, neighbor - base)
        if not is_float:
            step.data = np.rint(step.data)
        out = sparse.csr_array(base + step)
        values = cast_numbers(out.data, self.source.dtype, feature_type)
        return sparse.csr_array((values, out.indices, out.indptr), shape=out.shape)


def _with_small_indices(rows: Any) -> Any:
    """Return a CSR matrix with indices of 32 bits if they fit: scikit-learn's trees need them."""
    is_large = max(rows.nnz, *rows.shape) > np.iinfo(np.int32).max
    if is_large or rows.indices.dtype == rows.indptr.dtype == np.int32:
        return rows
    indices, starts = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
    return type(rows)((rows.data, indices, starts), shape=rows.shape)


def _build_rows(
    rows: Any, kept: IntArray, synthetic: SyntheticSamples, order: IntArray | None = None
) -> Any:
    """Build output rows from a CSR matrix of float32 or float64, written once."""
    base = np.concatenate([kept, synthetic.base], dtype=np.int64)
    neighbor = np.concatenate([np.full(len(kept), -1), synthetic.neighbor], dtype=np.int64)
    weight = np.concatenate([np.zeros(len(kept)), synthetic.weight])
    if order is not None:
        base, neighbor, weight = base[order], neighbor[order], weight[order]
    source = (*csr_arrays(rows), base, neighbor, weight)
    starts = np.zeros(len(base) + 1, np.int64)
    _native.count_row_values(*source, starts[1:], thread_count())
    np.cumsum(starts, out=starts)
    columns, values = np.empty(starts[-1], np.int32), np.empty(starts[-1], rows.dtype)
    _native.build_sparse_rows(*source, starts, columns, values, thread_count())
    if starts[-1] <= np.iinfo(np.int32).max:  # scikit-learn's trees refuse numbers of 64 bits
        starts = starts.astype(np.int32)
    return sparse.csr_array((values, columns, starts), shape=(len(base), rows.shape[1]))


def _weighted(synthetic: SyntheticSamples, step: Any) -> Any:
    return sparse.csr_array(synthetic.weight[:, None]).multiply(step).tocsr()


def group_equal_sparse_rows(table: SparseTable) -> IntArray:
    """Assign the same number to equal rows of a sparse table, from 0 in the order of the rows."""
    rows = table.by_row
    if rows.count_nonzero() < rows.nnz:  # a stored zero equals one that is not stored
        rows = rows.copy()
        rows.eliminate_zeros()
    columns, values, ends = rows.indices, rows.data, rows.indptr.tolist()
    first: dict[tuple[bytes, bytes], int] = {}
    groups = np.empty(table.n_rows, np.int64)
    for row, (start, end) in enumerate(pairwise(ends)):
        key = columns[start:end].tobytes(), values[start:end].tobytes()
        groups[row] = first.setdefault(key, len(first))
    return groups
