"""The classes of two tables as those of one."""

from __future__ import annotations

from typing import Any

from counterpoise.exceptions import InputError
from counterpoise.table import Labels, label_values, open_labels

__all__ = ["stack_labels"]


def stack_labels(parts: tuple[Any, Any], n_rows: tuple[int, int], names: tuple[str, str]) -> Labels:
    """Open the classes of two tables as those of one, the first table's first.

    Parameters
    ----------
    parts : tuple of array-like
        The class of each row of each table.
    n_rows : tuple of int
        How many rows each table has.
    names : tuple of str
        What the two are called, for messages.

    Returns
    -------
    Labels

    Raises
    ------
    InputError
        If a table and its classes differ in length.
    """
    stacked: list[Any] = []
    for part, n, name in zip(parts, n_rows, names, strict=True):
        values = label_values(part).tolist()
        if len(values) != n:
            raise InputError(
                f"X and y must have as many rows as each other; of {name} they have {n:,} and "
                f"{len(values):,}."
            )
        stacked += values
    return open_labels(stacked, sum(n_rows))
