"""Concatenate the targets of tables, and find the rows that one has in excess of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import IntArray, RowArray
from counterpoise._table import EncodedTarget, encode_target, target_values
from counterpoise.exceptions import InputError

__all__ = ["check_lengths", "concat_targets", "find_excess"]


def concat_targets(
    targets: tuple[Any, Any], n_rows: tuple[int, int], names: tuple[str, str]
) -> EncodedTarget:
    """Concatenate and encode the targets of two tables.

    Parameters
    ----------
    targets : tuple of array-like
        Class labels of each table.
    n_rows : tuple of int
        Number of rows of each table.
    names : tuple of str
        Names of each table and its target, for error messages.

    Returns
    -------
    EncodedTarget

    Raises
    ------
    InputError
        If a table and its target differ in length.
    """
    values: list[Any] = []
    for target, n, name in zip(targets, n_rows, names, strict=True):
        values += check_lengths(target, n, name)
    return encode_target(values, sum(n_rows))


def check_lengths(target: Any, n_rows: int, name: str) -> list[Any]:
    """Return the class labels of a table.

    Parameters
    ----------
    target : array-like
    n_rows : int
        Number of rows of the table.
    name : str
        Name of the table and its target, for the message.

    Raises
    ------
    InputError
        If the table and its target differ in length.
    """
    values: list[Any] = target_values(target).tolist()
    if len(values) != n_rows:
        raise InputError(
            f"{name} must have the same number of rows; they have {n_rows:,} and {len(values):,}."
        )
    return values


def find_excess(groups: IntArray, n_before: int) -> RowArray:
    """Find the rows of a second table in excess of the equal rows of a first one.

    Parameters
    ----------
    groups : ndarray of int of shape (n_rows,)
        Group numbers, equal for equal rows; the rows of the first table come first.
    n_before : int
        Number of rows of the first table.

    Returns
    -------
    ndarray of int
        Row numbers, ascending.
    """
    after = groups[n_before:]
    n_equal = np.bincount(groups[:n_before], minlength=int(groups.max()) + 1)
    order = np.argsort(after, kind="stable")
    ordered = after[order]
    is_first = np.r_[True, ordered[1:] != ordered[:-1]]
    start = np.maximum.accumulate(np.where(is_first, np.arange(len(ordered)), 0))
    is_in_excess = np.arange(len(ordered)) - start >= n_equal[ordered]
    return np.sort(order[is_in_excess]) + n_before
