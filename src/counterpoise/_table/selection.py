"""Select the columns that a user gives by name, by position or as a mask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from counterpoise._table.columns import feature_positions
from counterpoise._table.records import Table
from counterpoise.exceptions import InputError, UnknownColumnError

__all__ = ["select_columns"]


def select_columns(table: Table, wanted: Any, parameter: str) -> list[int]:
    """Return the positions of the selected feature columns.

    Parameters
    ----------
    table : Table
    wanted : str, or sequence of str, int or bool
        Column names, positions among the features (negative ones count from the end), or a boolean
        mask of the features.
    parameter : str
        The name of the parameter in error messages.

    Returns
    -------
    list of int
        Sorted, without duplicates.

    Raises
    ------
    UnknownColumnError
        If a name is not in the table.
    InputError
        If a position is out of range, or a mask has the wrong length.
    """
    features = feature_positions(table)
    entries = [wanted] if isinstance(wanted, str) else _as_list(wanted, parameter)
    if entries and all(isinstance(entry, bool | np.bool_) for entry in entries):
        if len(entries) != len(features):
            raise InputError(
                f"{parameter} as a mask must have one entry for each of the {len(features)} "
                f"columns; it has {len(entries)}."
            )
        return [j for j, chosen in zip(features, entries, strict=True) if chosen]
    names = {table.columns.names[j]: j for j in features}
    return sorted({_position(names, features, entry, parameter) for entry in entries})


def _as_list(wanted: Any, parameter: str) -> list[Any]:
    if not isinstance(wanted, Iterable):
        raise InputError(
            f"{parameter} must be a list of column names or positions; got {wanted!r}."
        )
    return list(wanted)


def _position(
    names: Mapping[object, int], features: Sequence[int], entry: Any, parameter: str
) -> int:
    is_number = isinstance(entry, int | np.integer) and not isinstance(entry, bool | np.bool_)
    if is_number:
        if not -len(features) <= entry < len(features):
            raise InputError(
                f"{parameter} names column {entry}; all features must be in "
                f"[0, {len(features) - 1}], as the table has {len(features)} columns."
            )
        return features[int(entry)]
    if entry not in names:
        raise UnknownColumnError.among(entry, list(names))
    return names[entry]
