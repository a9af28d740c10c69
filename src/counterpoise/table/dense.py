"""Tables held in a numpy array or in a list of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise import _native
from counterpoise._threads import thread_count
from counterpoise._types import Array, FloatArray, IntArray
from counterpoise.table.columns import kind_of_array, kind_of_objects, made_values
from counterpoise.table.records import Blends, Column, Resampling

__all__ = ["DenseTable"]


@dataclass(frozen=True)
class DenseTable:
    """A two-dimensional numpy array, opened.

    Attributes
    ----------
    array : ndarray of shape (n_rows, n_features)
    as_list : bool
        Whether the rows came as a list and leave as one.
    """

    array: Array
    as_list: bool = False
    has_index: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, named by their position."""
        dtype = self.array.dtype
        if dtype.kind != "O":
            kind = kind_of_array(dtype)
            return tuple(Column(j, kind, str(dtype)) for j in range(self.array.shape[1]))
        kinds = [kind_of_objects(column) for column in self.array.T]
        return tuple(Column(j, kind, "object") for j, kind in enumerate(kinds))

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return int(self.array.shape[0])

    @property
    def matrix(self) -> FloatArray | None:
        """The array itself where it holds float32 or float64."""
        native = self.array.dtype in (np.float32, np.float64) and self.array.dtype.isnative
        return self.array if native else None

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column (or some rows of it), NaN where a cell is missing."""
        values = self.array[:, column] if rows is None else self.array[rows, column]
        if values.dtype.kind != "O":
            return values
        if any(value is None for value in values):
            return values.astype(np.float64)  # None becomes NaN
        kind = self.columns[column].kind
        return values.astype({"integer": np.int64, "boolean": np.bool_}.get(kind.value, np.float64))

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Return the rows that a decision describes, written once into their final array."""
        del keep_index  # rows of an array have no labels
        kept = decision.kept
        n_kept = self.n_rows if kept is None else len(kept)
        out = np.empty((n_kept + len(decision.made), self.array.shape[1]), self.array.dtype)
        self._write_kept(out[:n_kept], kept)
        if len(decision.made):
            self._write_made(out[n_kept:], decision.made)
        if decision.order is not None:
            out = out[decision.order]
        return out.tolist() if self.as_list else out

    def _write_kept(self, out: Array, kept: IntArray | None) -> None:
        dtype = self.array.dtype
        if dtype.kind in "biuf" and dtype.itemsize <= 8 and dtype.isnative:
            _native.copy_rows(out, 0, self.array, kept, thread_count())
        else:
            out[:] = self.array if kept is None else self.array[kept]

    def _write_made(self, out: Array, made: Blends) -> None:
        if self.matrix is None:
            for j in range(self.array.shape[1]):
                out[:, j] = made_values(self, j, made)
        else:
            write_blends(out, self.matrix, made)


def write_blends(out: FloatArray, matrix: FloatArray, made: Blends) -> None:
    """Write new rows of a float matrix straight into their place in the output.

    Parameters
    ----------
    out : ndarray of shape (n_made, n_features)
        Where to; of the dtype of `matrix`.
    matrix : ndarray of float32 or float64 of shape (n_rows, n_features)
        The input rows.
    made : Blends
    """
    if made.points is None:
        _native.blend(out, 0, matrix, made.base, made.partner, made.weight, thread_count())
        return
    blended = np.flatnonzero(made.partner >= 0)
    out[made.partner < 0] = made.points
    if len(blended):
        some = np.empty((len(blended), out.shape[1]), out.dtype)
        parents = made.base[blended], made.partner[blended]
        _native.blend(some, 0, matrix, *parents, made.weight[blended], thread_count())
        out[blended] = some
