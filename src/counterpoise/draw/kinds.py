"""What kind a row is, by how many of its neighbours are of other classes.

Reference: Han, Wang and Mao (2005), doi:10.1007/11538059_91.
"""

from __future__ import annotations

from counterpoise._lib.types import BoolArray, IntArray

__all__ = ["is_danger", "is_noise"]


def is_danger(n_foreign: IntArray, m: int) -> BoolArray:
    """Say of rows whether half of their neighbours or more, but not all, are of other classes.

    Parameters
    ----------
    n_foreign : ndarray of int of shape (n_rows,)
        How many of the neighbours of each are of other classes.
    m : int
        How many neighbours each has.

    Returns
    -------
    ndarray of bool of shape (n_rows,)
    """
    danger: BoolArray = (2 * n_foreign >= m) & (n_foreign < m)
    return danger


def is_noise(n_foreign: IntArray, m: int) -> BoolArray:
    """Say of rows whether all of their neighbours are of other classes."""
    noise: BoolArray = n_foreign == m
    return noise
