"""Tables held in a numpy array or in a list of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from counterpoise import _native
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Array, FloatArray, IntArray
from counterpoise.table.columns import (
    codes_of,
    features_of,
    kind_of_array,
    kind_of_objects,
    made_values,
    numbers_of_objects,
)
from counterpoise.table.records import Blends, Column, Resampling, Table

__all__ = ["DenseTable", "build_matrix", "room_for_points"]


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

    @property
    def for_models(self) -> Array:
        """What a user's own model is given: the array itself."""
        return self.array

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a numeric column (or some rows of it), NaN where a cell is missing."""
        values = self.array[:, column] if rows is None else self.array[rows, column]
        if values.dtype.kind != "O":
            return values
        missing = np.array([value is None for value in values], bool)
        return numbers_of_objects(values, missing, self.columns[column].kind)

    def codes(self, column: int) -> IntArray:
        """Return a column's values as positions among its sorted values, missing cells last."""
        return codes_of(self.array[:, column])

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Return the rows that a decision describes, written once into their final array."""
        del keep_index  # rows of an array have no labels
        if self.matrix is not None:
            out = build_matrix(self.matrix, decision)
        else:
            out = self._build_columns(decision)
            out = out if decision.order is None else out[decision.order]
        return out.tolist() if self.as_list else out

    def _build_columns(self, decision: Resampling) -> Array:
        kept = decision.kept
        n_kept = self.n_rows if kept is None else len(kept)
        out = np.empty((n_kept + len(decision.made), self.array.shape[1]), self.array.dtype)
        if out.dtype.kind in "biuf" and out.dtype.itemsize <= 8 and out.dtype.isnative:
            _native.copy_rows(out, 0, self.array, kept, thread_count())
        else:
            out[:n_kept] = self.array if kept is None else self.array[kept]
        if len(decision.made):
            for j in range(out.shape[1]):
                donors = decision.made.donors_of(j)
                out[n_kept:, j] = (
                    made_values(self, j, decision.made) if donors is None else self.array[donors, j]
                )
        return out


def build_matrix(matrix: FloatArray, decision: Resampling) -> FloatArray:
    """Write kept rows and new ones into one array, in the order of the decision.

    Points that a sampler has left room for, by `room_for_points`, are there already.

    Parameters
    ----------
    matrix : ndarray of float32 or float64 of shape (n_rows, n_features)
        The input rows.
    decision : Resampling

    Returns
    -------
    ndarray of shape (n_kept + n_synthetic, n_features)
    """
    made, kept = decision.made, decision.kept
    n_kept = len(matrix) if kept is None else len(kept)
    shape = (n_kept + len(made), matrix.shape[1])
    room = _room_around(made.points, shape)
    if room is not None:
        out = room
        _native.copy_rows(out, 0, matrix, kept, thread_count())
    else:
        out = np.empty(shape, matrix.dtype)
        _native.copy_rows(out, 0, matrix, kept, thread_count())
        if len(made):
            _write_made(out[n_kept:], matrix, made)
    return out if decision.order is None else out[decision.order]


def room_for_points(table: Table, n_points: int) -> FloatArray:
    """Return an empty array for new rows; of a float matrix, the end of the output to be.

    Parameters
    ----------
    table : Table
    n_points : int
        New rows, all of which are points.

    Returns
    -------
    ndarray of shape (n_points, n_features)
    """
    if table.matrix is None:
        return np.empty((n_points, len(features_of(table))))
    shape = (table.n_rows + n_points, table.matrix.shape[1])
    return np.empty(shape, table.matrix.dtype).view(_Room)[table.n_rows :]


class _Room(np.ndarray[Any, np.dtype[np.floating[Any]]]):
    """The output to be. Its type tells it from arrays of others, which are not ours to write to."""


def _room_around(points: Any, shape: tuple[int, int]) -> FloatArray | None:
    """Return the output to be whose end the points are; None if they lie elsewhere."""
    room = getattr(points, "base", None)
    if not isinstance(room, _Room) or room.shape != shape:
        return None
    end = room[shape[0] - len(points) :]
    whole: FloatArray | None = room.base
    return whole if end.__array_interface__ == points.__array_interface__ else None


def _write_made(out: FloatArray, matrix: FloatArray, made: Blends) -> None:
    if len(made.nominal) < matrix.shape[1]:
        _write_numbers(out, matrix, made)
    for column in made.nominal:
        out[:, column] = matrix[made.donors_of(column), column]


def _write_numbers(out: FloatArray, matrix: FloatArray, made: Blends) -> None:
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
