"""Where each output row came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise.exceptions import InputError
from counterpoise.table.frame import make_frame
from counterpoise.table.records import Resampling

__all__ = ["Provenance"]


class Provenance:
    """Where each output row came from, one entry per row.

    The arrays are worked out when asked for, so that a sampler which keeps its provenance holds no
    more than the decision itself.

    Parameters
    ----------
    decision : Resampling
        What the sampler decided.
    n_input : int
        How many rows the input had.
    backend : str
        The data frame library that `to_frame` uses unless told otherwise.

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
        # Points are not needed for it, and would keep a second copy of the output alive.
        self._decision = replace(decision, made=replace(decision.made, points=None))
        self._n_input = n_input
        self._backend = backend

    def __len__(self) -> int:
        kept = self._decision.kept
        return (self._n_input if kept is None else len(kept)) + len(self._decision.made)

    def __repr__(self) -> str:
        return f"<Provenance of {len(self)} rows, {len(self._decision.made)} of them new>"

    @property
    def row(self) -> IntArray:
        """Input row number, or −1 for a new row; ndarray of int of shape (n_output,)."""
        made = np.full(len(self._decision.made), -1)
        return self._decision.ordered(self._decision.kept_rows(self._n_input), made)

    @property
    def base(self) -> IntArray:
        """Input row that a new row starts from, −1 elsewhere; ndarray of int, (n_output,)."""
        return self._decision.ordered(self._none(), self._decision.made.base)

    @property
    def partner(self) -> IntArray:
        """Input row that a new row goes towards, −1 elsewhere; ndarray of int, (n_output,)."""
        return self._decision.ordered(self._none(), self._decision.made.partner)

    @property
    def weight(self) -> Float64Array:
        """How far a new row is on its way from base to partner, NaN elsewhere; (n_output,)."""
        return self._decision.ordered(np.full(self._n_kept, np.nan), self._decision.made.weight)

    @property
    def is_new(self) -> BoolArray:
        """Whether a row was made, rather than taken from the input; ndarray of bool."""
        made = np.ones(len(self._decision.made), bool)
        return self._decision.ordered(np.zeros(self._n_kept, bool), made)

    def carry(self, values: Any) -> Array:
        """Bring a per-row array along: a kept row's own value, a new row's base's value.

        Parameters
        ----------
        values : array-like of shape (n_input, ...)
            Something known of each input row: weights, groups, identifiers.

        Returns
        -------
        ndarray of shape (n_output, ...)

        Raises
        ------
        InputError
            If the lengths differ, or if a new row has no base to take a value from.
        """
        array = np.asarray(values)
        if array.ndim == 0 or len(array) != self._n_input:
            raise InputError(
                f"carry needs one value per input row: the table had {self._n_input} rows, "
                f"values has {'none' if array.ndim == 0 else len(array)}."
            )
        if (self._decision.made.base < 0).any():
            raise InputError(
                "carry cannot give a value to new rows that were made from no single input row; "
                "set theirs yourself where provenance_.base is -1 and is_new is true."
            )
        kept = self._decision.kept_rows(self._n_input)
        return array[self._decision.ordered(kept, self._decision.made.base)]

    def to_frame(self, backend: str | None = None) -> Any:
        """Return the whole provenance as a data frame.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}, optional
            The library; by default that of the table that was resampled, or pandas.

        Returns
        -------
        DataFrame or Table
            Columns ``row``, ``base``, ``partner``, ``weight`` and ``is_new``.
        """
        library = backend or self._backend
        names = ("row", "base", "partner", "weight", "is_new")
        columns = {name: getattr(self, name) for name in names}
        return make_frame(columns, library, "a provenance frame")

    def _repr_html_(self) -> str:
        new = np.flatnonzero(self.is_new)
        kept = self.row[~self.is_new]
        repeated = len(kept) - len(np.unique(kept))
        counts = f"{len(kept) - repeated:,} kept, {repeated:,} repeated, {len(new):,} new"
        rows = "".join(
            f"<tr><td>{row}</td><td>{self.base[row]}</td><td>{self.partner[row]}</td>"
            f"<td>{self.weight[row]:.3f}</td></tr>"
            for row in new[:5]
        )
        names = ("new row", "base", "partner", "weight")
        head = "".join(f"<th>{name}</th>" for name in names)
        table = f"<table><tr>{head}</tr>{rows}</table>" if rows else ""
        return f"<div><p>{len(self):,} rows: {counts}</p>{table}</div>"

    @property
    def _n_kept(self) -> int:
        return len(self) - len(self._decision.made)

    def _none(self) -> IntArray:
        return np.full(self._n_kept, -1)
