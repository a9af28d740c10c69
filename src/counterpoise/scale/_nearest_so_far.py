"""The nearest rows of some rows, among those that were searched so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array, RowArray

__all__ = ["NearestSoFar"]


class NearestSoFar:
    """The nearest rows of some rows, nearest first; ties are broken by row number.

    Parameters
    ----------
    n_queries : int
    k : int
        Number of neighbors of each.

    Attributes
    ----------
    numbers : ndarray of int of shape (n_queries, k)
        Row numbers; −1 where fewer rows were found.
    squared : ndarray of float64 of shape (n_queries, k)
        Squared distances; infinite where fewer rows were found.
    """

    def __init__(self, n_queries: int, k: int) -> None:
        self.numbers: RowArray = np.full((n_queries, k), -1)
        self.squared: Float64Array = np.full((n_queries, k), np.inf)

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
