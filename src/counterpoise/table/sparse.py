"""Tables held in scipy's compressed sparse formats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from counterpoise._lib.types import Array, FloatArray, IntArray
from counterpoise.table.columns import cast_numbers, codes_of, kind_of_array
from counterpoise.table.records import Blends, Column, Kind, Resampling

__all__ = ["SparseTable"]


@dataclass(frozen=True)
class SparseTable:
    """A CSR or CSC matrix or array, opened.

    Attributes
    ----------
    cells : csr_matrix, csc_matrix, csr_array or csc_array of shape (n_rows, n_features)
    """

    cells: Any
    has_index: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, named by their position."""
        kind = kind_of_array(self.cells.dtype)
        return tuple(Column(j, kind, str(self.cells.dtype)) for j in range(self.cells.shape[1]))

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return int(self.cells.shape[0])

    @property
    def matrix(self) -> FloatArray | None:
        """None: the cells do not lie in memory one by one."""
        return None

    @cached_property
    def by_row(self) -> Any:
        """The cells in CSR format, in which rows are quick to take, each row's in column order."""
        rows = self.cells.tocsr()
        if not rows.has_canonical_format:
            rows = rows.copy()  # the input may not be sorted in place
            rows.sum_duplicates()
        return rows

    @property
    def for_models(self) -> Any:
        """What a user's own model is given: the cells by row, as folds are taken from them."""
        return self.by_row

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Return a column (or some rows of it) as a dense array."""
        values: Array = self.cells[:, [column]].toarray()[:, 0]
        return values if rows is None else values[rows]

    def codes(self, column: int) -> IntArray:
        """Return a column's values as positions among its sorted values."""
        return codes_of(self.numbers(column))

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Return the rows that a decision describes, in the format they came in."""
        del keep_index  # rows of a sparse matrix have no labels
        out = self.by_row if decision.kept is None else self.by_row[decision.kept]
        if len(decision.made):
            out = sparse.vstack([out, self._made(decision.made)], format="csr")
        elif decision.kept is None:
            out = out.copy()
        if decision.order is not None:
            out = out[decision.order]
        return type(self.cells)(out)  # from any sparse format to the one that came

    def _made(self, made: Blends) -> Any:
        if made.donors is None:
            return self._blended(made)
        blended = len(made.nominal) < len(self.columns)
        shape = len(made), len(self.columns)
        cells = (self._blended(made) if blended else sparse.csr_array(shape)).tolil()
        for column in made.nominal:
            cells[:, [column]] = self.numbers(column, made.donors_of(column))[:, None]
        return cells.tocsr().astype(self.cells.dtype)

    def _blended(self, made: Blends) -> Any:
        kind = self.columns[0].kind
        if made.points is not None:
            points = sparse.csr_array(made.points)
            points.data = cast_numbers(points.data, self.cells.dtype, kind)
            between = made.partner >= 0
            if not between.any():
                return points
            blends = replace(made.take(np.flatnonzero(between)), points=None)
            place = np.argsort(np.argsort(between, kind="stable"))  # points first, then blends
            return sparse.vstack([points, self._blended(blends)], format="csr")[place]
        if kind is Kind.FLOAT:
            base, partner = self.by_row[made.base], self.by_row[made.partner]
            return (base + _weigh(made, partner - base)).astype(self.cells.dtype)
        # Unsigned differences would wrap around.
        base, partner = (self.by_row[rows].astype(np.float64) for rows in (made.base, made.partner))
        step = _weigh(made, partner - base)
        step.data = np.rint(step.data)
        blended = sparse.csr_array(base + step)
        cells = cast_numbers(blended.data, self.cells.dtype, kind)
        return sparse.csr_array((cells, blended.indices, blended.indptr), shape=blended.shape)


def _weigh(made: Blends, step: Any) -> Any:
    return sparse.csr_array(made.weight[:, None]).multiply(step).tocsr()
