"""Moments of a column in blocks of rows, which are counted from the first row of the table.

This module needs numpy alone: where a cluster has parts of a table, its functions are sent as code.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from counterpoise._lib.types import Array, Float64Array

__all__ = ["Blocks", "moments_of_block"]


def moments_of_block(values: Array) -> tuple[int, float, float]:
    """Return the number, the mean and the squared deviations of values, NaN where missing."""
    values = values.astype(np.float64, copy=False)
    values = values[~np.isnan(values)]
    if not len(values):
        return 0, 0.0, 0.0
    with np.errstate(invalid="ignore", over="ignore"):  # infinite values: the caller checks
        mean = values.mean()
        deviations = values - mean
        return len(values), float(mean), float((deviations * deviations).sum())


class Blocks:
    """Columns whose rows come in parts, divided into blocks.

    Parameters
    ----------
    n_before : int, default=0
        Number of rows of the table before the first one that comes.

    Attributes
    ----------
    size : int
        Number of rows of a block.

    Examples
    --------
    >>> blocks = Blocks(n_before=Blocks.size - 1)
    >>> values = np.zeros((1, Blocks.size + 2))
    >>> [(n_rows, found.shape) for n_rows, found in blocks.add(values)]  # a row of the block before
    [(1, (1, 1)), (65536, (1, 3))]
    >>> [(n_rows, found.shape) for n_rows, found in blocks.rest()]
    [(1, (1, 1))]
    """

    # Not of the module: a class that was sent as code has a copy of what its module contains.
    size = 2**16

    def __init__(self, n_before: int = 0) -> None:
        self._n_rows = n_before % self.size
        self._is_whole = self._n_rows == 0  # whether all rows of the block came here
        self._waiting: list[Array] = []

    def add(self, values: Array) -> Iterator[tuple[int, Array]]:
        """Add rows, and yield what ends with them.

        Parameters
        ----------
        values : ndarray of shape (n_columns, n_rows)
            NaN where they are missing.

        Yields
        ------
        n_rows : int
            The size of a block for a whole block, otherwise less.
        values : ndarray of shape (n_columns, 3) or (n_columns, n_rows)
            The moments of a whole block; otherwise values.
        """
        start = 0
        while start < values.shape[1]:
            part = values[:, start : start + self.size - self._n_rows]
            self._waiting.append(part)
            self._n_rows += part.shape[1]
            start += part.shape[1]
            if self._n_rows == self.size:
                yield from self._end()

    def rest(self) -> Iterator[tuple[int, Array]]:
        """Yield the values of the last block, which is incomplete."""
        return ((part.shape[1], part) for part in self._waiting)

    def _end(self) -> Iterator[tuple[int, Array]]:
        if self._is_whole:
            yield self.size, self.moments()
        else:
            yield from self.rest()
        self._n_rows, self._is_whole, self._waiting = 0, True, []

    def moments(self) -> Float64Array:
        """Return the moments of the last block, of shape (n_columns, 3)."""
        columns = zip(*self._waiting, strict=True)
        return np.array([moments_of_block(_join(parts)) for parts in columns], np.float64)


def _join(parts: tuple[Array, ...]) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
