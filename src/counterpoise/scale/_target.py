"""Read the target of a table in batches: one code a row, and the classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, IntArray
from counterpoise._table import EncodedTarget
from counterpoise.exceptions import InputError, TargetError
from counterpoise.scale._labels import encode_labels, find_missing
from counterpoise.scale._sources import Source

__all__ = ["read_target"]


def read_target(source: Source, name: str, *, drop_missing: bool = False) -> EncodedTarget:
    """Encode the target of a table.

    Parameters
    ----------
    source : Source
    name : str
        The target column.
    drop_missing : bool, default=False
        Whether rows without a class are dropped. Their code is then the number of classes.

    Returns
    -------
    EncodedTarget
        Its `source` is None: the target is not in memory.

    Raises
    ------
    TargetError
        If there are fewer than two classes, or rows without a class that are not dropped.
    """
    found: dict[Any, int] = {}  # in the order in which classes are met
    parts: list[IntArray] = []
    n_rows = n_missing = 0
    first_missing = -1
    for batch in source.batches([name]):
        series = batch.get_column(name)
        is_missing = find_missing(series)
        if is_missing.any():
            n_missing += int(is_missing.sum())
            first_missing = (
                n_rows + int(is_missing.argmax()) if first_missing < 0 else first_missing
            )
        parts.append(encode_labels(series, is_missing, found))
        n_rows += len(series)
    _check_missing(name, n_missing, first_missing, drop_missing=drop_missing)
    return _sort_classes(name, parts, found)


def _check_missing(name: str, n_missing: int, first: int, *, drop_missing: bool) -> None:
    if n_missing and not drop_missing:
        rows = "1 row" if n_missing == 1 else f"{n_missing:,} rows"
        raise TargetError(
            f"The target column {name!r} has {rows} without a class, the first in row {first:,} "
            "(counted from 0). Pass drop_missing_target=True to drop such rows, or assign a class "
            "to them."
        )


def _sort_classes(name: str, parts: list[IntArray], found: Mapping[Any, int]) -> EncodedTarget:
    if not parts:
        raise InputError(f"The table has no rows, so the target column {name!r} has no classes.")
    codes: Array = np.concatenate(parts)
    classes = sorted(found)
    if len(classes) < 2:
        only = f"it has only {classes[0]!r}" if classes else "it has none"
        raise TargetError(f"The target column {name!r} needs more than 1 class; {only}.")
    sorted_code = np.empty(len(classes) + 1, codes.dtype)  # the last one is that of missing classes
    sorted_code[[found[label] for label in classes]] = np.arange(len(classes))
    sorted_code[-1] = len(classes)
    codes = sorted_code[codes]
    counts = np.bincount(codes, minlength=len(classes))[: len(classes)]
    return EncodedTarget(codes, tuple(classes), counts, None, has_index=False)
