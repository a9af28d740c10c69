"""The nearest rows of some rows, among those that were searched so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array, RowArray

__all__ = ["NearestSoFar", "are_comparable"]

_EXTREME = 400  # the exponent of 2 from which an index has its own units


def are_comparable(largest: Any) -> bool:
    """Return whether squared distances of several indexes have the same units.

    Parameters
    ----------
    largest : float or array-like of float
        The largest absolute value of each index; see the notes of `Index`.
    """
    return bool((np.abs(np.frexp(largest)[1]) < _EXTREME).all())


@dataclass(frozen=True)
class NearestSoFar:
    """The nearest rows of some rows, nearest first; ties are broken by row number.

    Attributes
    ----------
    numbers : ndarray of int of shape (n_queries, k)
        Row numbers; −1 where fewer rows were found.
    squared : ndarray of float64 of shape (n_queries, k)
        Squared distances; infinite where fewer rows were found.
    """

    numbers: RowArray
    squared: Float64Array

    @classmethod
    def none(cls, n_queries: int, k: int) -> NearestSoFar:
        """Return the record before any search."""
        return cls(np.full((n_queries, k), -1), np.full((n_queries, k), np.inf))

    @classmethod
    def concat(cls, parts: list[NearestSoFar]) -> NearestSoFar:
        """Return the record of all rows of several records."""
        return cls(
            np.concatenate([part.numbers for part in parts]),
            np.concatenate([part.squared for part in parts]),
        )

    def take(self, queries: RowArray) -> NearestSoFar:
        """Return the record of some of the rows."""
        return NearestSoFar(self.numbers[queries], self.squared[queries])

    @property
    def limits(self) -> Float64Array:
        """The squared distance beyond which a row is not among the nearest, for each query."""
        return np.ascontiguousarray(self.squared[:, -1])

    def merge(self, numbers: RowArray, squared: Float64Array, queries: Any = slice(None)) -> None:
        """Add the nearest rows among further rows, −1 for none, for all or for some queries."""
        squared = np.where(numbers < 0, np.inf, squared)
        numbers = np.concatenate([self.numbers[queries], numbers], axis=1)
        squared = np.concatenate([self.squared[queries], squared], axis=1)
        first = np.lexsort((numbers, squared), axis=1)[:, : self.numbers.shape[1]]
        self.numbers[queries] = np.take_along_axis(numbers, first, axis=1)
        self.squared[queries] = np.take_along_axis(squared, first, axis=1)
