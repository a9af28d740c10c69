"""Provenance: where each output row came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from counterpoise._lib.html_fragment import fragment, html_table, paragraphs
from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise._table.frame import make_frame
from counterpoise._table.records import Resampling
from counterpoise.exceptions import InputError

__all__ = ["Provenance"]

_N_SHOWN = 5


class Provenance:
    """Provenance of resampled data: where each output row came from.

    All arrays have one entry per output row. They are computed on access, so that a fitted sampler
    stores only its decision.

    Parameters
    ----------
    decision : Resampling
        The decision of the sampler.
    n_input : int
        Number of rows of the input.
    backend : {"pandas", "polars", "pyarrow"}, default="pandas"
        The default data frame library of `to_frame`.

    Examples
    --------
    >>> from counterpoise.over_sampling import RandomOverSampler
    >>> sampler = RandomOverSampler(random_state=0)
    >>> _ = sampler.fit_resample([[1.0], [2.0], [3.0]], ["a", "a", "b"])
    >>> sampler.provenance_.row
    array([0, 1, 2, 2])
    >>> sampler.provenance_.carry(["x", "y", "z"])
    array(['x', 'y', 'z', 'z'], dtype='<U1')
    """

    def __init__(self, decision: Resampling, n_input: int, backend: str = "pandas") -> None:
        # The points are not needed, and would keep a second copy of the output in memory.
        self._decision = replace(decision, synthetic=replace(decision.synthetic, points=None))
        self._n_input = n_input
        self._backend = backend

    def __len__(self) -> int:
        kept = self._decision.kept
        return (self._n_input if kept is None else len(kept)) + len(self._decision.synthetic)

    def __repr__(self) -> str:
        return (
            f"<Provenance of {len(self)} rows, {len(self._decision.synthetic)} of them synthetic>"
        )

    @property
    def row(self) -> IntArray:
        """Input row number, −1 for synthetic rows; ndarray of int of shape (n_output,)."""
        none = np.full(len(self._decision.synthetic), -1)
        return self._decision.ordered(self._decision.kept_rows(self._n_input), none)

    @property
    def base(self) -> IntArray:
        """Input row number of a synthetic row's base sample, else −1; ndarray of int."""
        return self._decision.ordered(self._none(), self._decision.synthetic.base)

    @property
    def neighbor(self) -> IntArray:
        """Input row number of the base sample's neighbor, else −1; ndarray of int."""
        return self._decision.ordered(self._none(), self._decision.synthetic.neighbor)

    @property
    def weight(self) -> Float64Array:
        """Position between base (0) and neighbor (1), else NaN; ndarray of float64."""
        return self._decision.ordered(
            np.full(self._n_kept, np.nan), self._decision.synthetic.weight
        )

    @property
    def is_synthetic(self) -> BoolArray:
        """Whether a row is synthetic, and not an input row; ndarray of bool."""
        is_synthetic = np.ones(len(self._decision.synthetic), bool)
        return self._decision.ordered(np.zeros(self._n_kept, bool), is_synthetic)

    def carry(self, values: Any) -> Array:
        """Extend an array of the input rows to the output rows.

        A kept row has its own value, a synthetic row the value of its base sample.

        Parameters
        ----------
        values : array-like of shape (n_input, ...)
            A value for each input row, such as its weight, group or identifier.

        Returns
        -------
        ndarray of shape (n_output, ...)

        Raises
        ------
        InputError
            If the number of values is not `n_input`, or if a synthetic row has no base sample.
        """
        array = np.asarray(values)
        if array.ndim == 0 or len(array) != self._n_input:
            raise InputError(
                f"values must have one entry per input row: the table had {self._n_input} rows, "
                f"values has {'none' if array.ndim == 0 else len(array)}."
            )
        if (self._decision.synthetic.base < 0).any():
            raise InputError(
                "carry cannot give a value to synthetic rows without a base sample. Assign their "
                "values yourself, where provenance_.is_synthetic & (provenance_.base < 0)."
            )
        kept = self._decision.kept_rows(self._n_input)
        return array[self._decision.ordered(kept, self._decision.synthetic.base)]

    def to_frame(self, backend: str | None = None) -> Any:
        """Return the provenance as a data frame.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"} or None, default=None
            The data frame library. None uses the library of the resampled table, or pandas.

        Returns
        -------
        DataFrame or Table
            With the columns ``row``, ``base``, ``neighbor``, ``weight`` and ``is_synthetic``.
        """
        library = backend or self._backend
        names = ("row", "base", "neighbor", "weight", "is_synthetic")
        columns = {name: getattr(self, name) for name in names}
        return make_frame(columns, library, "a provenance data frame")

    def _repr_html_(self) -> str:
        new = np.flatnonzero(self.is_synthetic)
        kept = self.row[~self.is_synthetic]
        n_duplicates = len(kept) - len(np.unique(kept))
        counts = (
            f"{len(kept) - n_duplicates:,} kept, {n_duplicates:,} duplicates, "
            f"{len(new):,} synthetic"
        )
        base, neighbor, weight = self.base, self.neighbor, self.weight
        rows = [
            (f"{row}", (f"{base[row]}", f"{neighbor[row]}", f"{weight[row]:.3f}"))
            for row in new[:_N_SHOWN]
        ]
        head = ("synthetic row", "base", "neighbor", "weight")
        first = html_table(head, rows, "The first synthetic rows") if rows else ""
        return fragment(*paragraphs([f"{len(self):,} rows: {counts}"]), first)

    @property
    def _n_kept(self) -> int:
        return len(self) - len(self._decision.synthetic)

    def _none(self) -> IntArray:
        return np.full(self._n_kept, -1)
