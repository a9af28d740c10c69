"""Read the target of a table in batches: one code a row, and the classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.types import Array, BoolArray, IntArray
from counterpoise._table import EncodedTarget, encode_distinct
from counterpoise.exceptions import InputError, TargetError
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
        is_missing = _find_missing(series)
        if is_missing.any():
            n_missing += int(is_missing.sum())
            first_missing = (
                n_rows + int(is_missing.argmax()) if first_missing < 0 else first_missing
            )
        parts.append(_encode(series, is_missing, found))
        n_rows += len(series)
    _check_missing(name, n_missing, first_missing, drop_missing=drop_missing)
    return _sort_classes(name, parts, found)


def _find_missing(series: nw.Series[Any]) -> BoolArray:
    is_missing = series.is_null()
    if series.dtype.is_float():
        is_missing = is_missing | series.is_nan().fill_null(True)
    mask: BoolArray = is_missing.to_numpy()
    return mask


def _encode(series: nw.Series[Any], is_missing: BoolArray, found: dict[Any, int]) -> IntArray:
    """Return codes in the order of `found`, to which new classes are added; −1 if missing."""
    present = series if not is_missing.any() else series.filter((~is_missing).tolist())
    codes = np.full(len(series), -1, np.int16)
    if len(present):
        classes, positions = encode_distinct(present)
        known = np.array([found.setdefault(label, len(found)) for label in classes])
        if len(found) > np.iinfo(np.int16).max:
            raise TargetError(
                f"The target column {series.name!r} has more than {np.iinfo(np.int16).max:,} "
                "classes. Is it the right column?"
            )
        codes[~is_missing] = known[positions]
    return codes if len(found) > np.iinfo(np.int8).max else codes.astype(np.int8)


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
