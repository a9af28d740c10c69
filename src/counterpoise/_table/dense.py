"""Tables in a numpy array or a list of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Array, FloatArray, IntArray
from counterpoise._table.columns import (
    codes_of,
    feature_positions,
    naming_column,
    split_columns,
    stack_numbers,
    synthetic_objects,
    synthetic_values,
    type_of_array,
)
from counterpoise._table.objects import numbers_of_objects, type_of_objects
from counterpoise._table.records import Columns, Resampling, SyntheticSamples, Table

__all__ = ["DenseTable", "allocate_points", "build_matrix"]


@dataclass(frozen=True)
class DenseTable:
    """Table in a two-dimensional numpy array.

    Attributes
    ----------
    array : ndarray of shape (n_rows, n_features)
    as_list : bool
        Whether the input was a list of rows; the output is then a list, too.
    shape : tuple of int or None
        The shape of a sample, if the rows are flattened samples; the output has it again.
    """

    array: Array
    as_list: bool = False
    shape: tuple[int, ...] | None = None
    has_index: bool = False

    @cached_property
    def columns(self) -> Columns:
        """The columns, each named by its position."""
        dtype, width = self.array.dtype, self.array.shape[1]
        if dtype.kind != "O":
            return Columns.numbered(width, type_of_array(dtype), str(dtype))
        types = tuple((type_of_objects(column), "object") for column in self.array.T)
        return Columns(range(width), types, np.arange(width))

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return int(self.array.shape[0])

    @property
    def matrix(self) -> FloatArray | None:
        """The array itself if its dtype is float32 or float64 in native byte order."""
        is_native = self.array.dtype in (np.float32, np.float64) and self.array.dtype.isnative
        return self.array if is_native else None

    @property
    def estimator_input(self) -> Array:
        """The array itself, for a user's own estimator."""
        return self.array

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column, or some rows of it, with NaN for missing values."""
        values = self.array[:, column] if rows is None else self.array[rows, column]
        if values.dtype.kind != "O":
            return values
        return numbers_of_objects(values, self.columns[column].feature_type)

    def number_block(self, columns: Sequence[int], rows: IntArray | None = None) -> Array:
        """Return several numeric columns, or some rows of them, as one array."""
        if self.array.dtype.kind == "O":
            return stack_numbers(self, columns, rows)
        values = self.array if rows is None else self.array[rows]
        return values if len(columns) == values.shape[1] else values[:, columns]

    def codes(self, column: int) -> IntArray:
        """Return each value's position among the column's sorted values, missing values last."""
        with naming_column(self.columns[column]):
            return codes_of(self.array[:, column])

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Build the output rows, written once into their final array."""
        del keep_index  # an array has no index
        if self.matrix is not None:
            out = build_matrix(self.matrix, decision)
        else:
            out = self._build_columns(decision)
            out = out if decision.order is None else out[decision.order]
        if self.shape is not None:
            return out.reshape(len(out), *self.shape)
        return out.tolist() if self.as_list else out

    def _build_columns(self, decision: Resampling) -> Array:
        kept = decision.kept
        n_kept = self.n_rows if kept is None else len(kept)
        out = np.empty((n_kept + len(decision.synthetic), self.array.shape[1]), self.array.dtype)
        if out.dtype.kind in "biuf" and out.dtype.itemsize <= 8 and out.dtype.isnative:
            _native.copy_rows(out, 0, self.array, kept, thread_count())
        else:
            out[:n_kept] = self.array if kept is None else self.array[kept]
        if len(decision.synthetic):
            self._write_synthetic_columns(out[n_kept:], decision.synthetic)
        return out

    def _write_synthetic_columns(self, out: Array, synthetic: SyntheticSamples) -> None:
        interpolated = sorted(set(range(out.shape[1])).difference(synthetic.categorical))
        for j in synthetic.categorical:
            out[:, j] = self.array[synthetic.category_sources_of(j), j]
        if self.array.dtype.kind == "O":
            for j in interpolated:
                out[:, j] = synthetic_objects(self, j, self.array[:, j], synthetic)
            return
        for columns in split_columns(interpolated, len(synthetic)):
            out[:, columns] = synthetic_values(self, columns, synthetic)


def build_matrix(matrix: FloatArray, decision: Resampling) -> FloatArray:
    """Write the kept rows and the synthetic ones into one array, in the order of the decision.

    Points that a sampler wrote into an array from `allocate_points` are not copied again.

    Parameters
    ----------
    matrix : ndarray of float32 or float64 of shape (n_rows, n_features)
        The input rows.
    decision : Resampling

    Returns
    -------
    ndarray of shape (n_kept + n_synthetic, n_features)
    """
    synthetic, kept = decision.synthetic, decision.kept
    n_kept = len(matrix) if kept is None else len(kept)
    shape = (n_kept + len(synthetic), matrix.shape[1])
    allocated = _find_allocated(synthetic.points, shape)
    if allocated is not None:
        out = allocated
        _native.copy_rows(out, 0, matrix, kept, thread_count())
    else:
        out = np.empty(shape, matrix.dtype)
        _native.copy_rows(out, 0, matrix, kept, thread_count())
        if len(synthetic):
            _write_synthetic(out[n_kept:], matrix, synthetic)
    return out if decision.order is None else out[decision.order]


def allocate_points(table: Table, n_points: int) -> FloatArray:
    """Allocate an array for the values of synthetic samples.

    For a table with a float matrix the array is the end of a larger one, which becomes the output:
    the synthetic samples are then written once and never copied.

    Parameters
    ----------
    table : Table
    n_points : int
        Number of synthetic samples, none of which has a neighbor.

    Returns
    -------
    ndarray of shape (n_points, n_features)
        Not initialized.
    """
    if table.matrix is None:
        return np.empty((n_points, len(feature_positions(table))))
    shape = (table.n_rows + n_points, table.matrix.shape[1])
    return np.empty(shape, table.matrix.dtype).view(_AllocatedOutput)[table.n_rows :]


class _AllocatedOutput(np.ndarray[Any, np.dtype[np.floating[Any]]]):
    """Output array allocated in advance.

    The subclass marks it: an array that a user passed must never be written to.
    """


def _find_allocated(points: Any, shape: tuple[int, int]) -> FloatArray | None:
    """Return the allocated output if the points are its end and in order, else None."""
    allocated = getattr(points, "base", None)
    if not isinstance(allocated, _AllocatedOutput) or allocated.shape != shape:
        return None
    end = allocated[shape[0] - len(points) :]
    whole: FloatArray | None = allocated.base
    # Same address, shape and strides: a reversed or shifted view must be copied.
    return whole if end.__array_interface__ == points.__array_interface__ else None


def _write_synthetic(out: FloatArray, matrix: FloatArray, synthetic: SyntheticSamples) -> None:
    if len(synthetic.categorical) < matrix.shape[1]:
        _write_numeric(out, matrix, synthetic)
    for column in synthetic.categorical:
        out[:, column] = matrix[synthetic.category_sources_of(column), column]


def _write_numeric(out: FloatArray, matrix: FloatArray, synthetic: SyntheticSamples) -> None:
    if synthetic.points is None:
        _native.interpolate_rows(
            out, 0, matrix, synthetic.base, synthetic.neighbor, synthetic.weight, thread_count()
        )
        return
    between = np.flatnonzero(synthetic.neighbor >= 0)
    out[synthetic.neighbor < 0] = synthetic.points
    if len(between):
        interpolated = np.empty((len(between), out.shape[1]), out.dtype)
        ends = synthetic.base[between], synthetic.neighbor[between]
        _native.interpolate_rows(
            interpolated, 0, matrix, *ends, synthetic.weight[between], thread_count()
        )
        out[between] = interpolated
