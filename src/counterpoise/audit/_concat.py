"""Concatenate the targets of two tables."""

from __future__ import annotations

from typing import Any

from counterpoise._table import EncodedTarget, encode_target, target_values
from counterpoise.exceptions import InputError

__all__ = ["concat_targets"]


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
        part = target_values(target).tolist()
        if len(part) != n:
            raise InputError(
                f"{name} must have the same number of rows; they have {n:,} and {len(part):,}."
            )
        values += part
    return encode_target(values, sum(n_rows))
