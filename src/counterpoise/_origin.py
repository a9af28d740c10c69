"""Which row each resampled row came from, whoever resampled, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline as SklearnPipeline

from counterpoise._lib.sklearn_private import count_rows, rows_of
from counterpoise._lib.types import IntArray
from counterpoise.exceptions import InputError
from counterpoise.table import Provenance

__all__ = ["Origin", "resamples"]


def resamples(step: Any) -> bool:
    """Say whether a step is a sampler, or a pipeline with one in it."""
    if isinstance(step, SklearnPipeline):
        return any(resamples(inner) for _, inner in step.steps)
    return hasattr(step, "fit_resample")


class Origin:
    """Which input row each row came from that a sampler returned.

    Parameters
    ----------
    name : str
        What the sampler is called, for messages.
    step : sampler or pipeline
        Fitted.
    n_rows, n_resampled : int
        How many rows it was given, and how many it returned.
    """

    def __init__(self, name: str, step: Any, n_rows: int, n_resampled: int) -> None:
        self._name, self._step = name, step
        self._n_rows, self._n_resampled = n_rows, n_resampled
        self._found: IntArray | None = None

    def carry(self, value: Any, key: str, receiver: str) -> Any:
        """Return what is of each input row for each output row, and all else as it is.

        Parameters
        ----------
        value : object
            Taken to be of the rows if it has as many entries.
        key, receiver : str
            What it is called, and whom it is for, for messages.

        Returns
        -------
        object

        Raises
        ------
        InputError
            If nothing says which row each row came from.
        """
        if not _is_of_rows(value, self._n_rows):
            return value
        if self._found is None:
            self._found = self._rows(key, receiver)
        return rows_of(value, self._found)

    def _rows(self, key: str, receiver: str) -> IntArray:
        rows = _origin_of(self._step, self._n_rows)
        if rows is not None and len(rows) == self._n_resampled:
            return rows
        raise InputError(
            f"{key} of step {receiver!r} belongs to the rows that were given; step {self._name!r} "
            f"({type(self._step).__name__}) resamples them before, and does not say which of them "
            "each of its rows came from. Use a sampler that does, by provenance_ or "
            f"sample_indices_, or leave {key} out."
        )


def _origin_of(step: Any, n_rows: int) -> IntArray | None:
    """Return the input row of each output row of a fitted step, None where it is not known."""
    if isinstance(step, SklearnPipeline):
        rows: IntArray | None = np.arange(n_rows)
        for _, inner in step.steps:
            if rows is not None and resamples(inner):
                further = _origin_of(inner, len(rows))
                rows = None if further is None else rows[further]
        return rows
    provenance = getattr(step, "provenance_", None)
    if isinstance(provenance, Provenance):
        try:
            return provenance.carry(np.arange(n_rows))
        except InputError:  # rows made of no row
            return None
    indices = getattr(step, "sample_indices_", None)
    return None if indices is None else np.asarray(indices, dtype=np.intp)


def _is_of_rows(value: Any, n_rows: int) -> bool:
    if isinstance(value, str | bytes | Mapping) or not (
        hasattr(value, "__len__") or hasattr(value, "shape")
    ):
        return False
    try:
        return bool(count_rows(value) == n_rows)
    except TypeError:  # an array of no dimension
        return False
