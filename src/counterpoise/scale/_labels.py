"""Encode labels that come in parts, with the classes that were met so far."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np

from counterpoise._lib.types import BoolArray, IntArray
from counterpoise._table import encode_distinct
from counterpoise.exceptions import TargetError

__all__ = ["encode_labels", "find_missing"]


def find_missing(labels: nw.Series[Any]) -> BoolArray:
    """Return whether each label is missing."""
    is_missing = labels.is_null()
    if labels.dtype.is_float():
        is_missing = is_missing | labels.is_nan().fill_null(True)
    mask: BoolArray = is_missing.to_numpy()
    return mask


def encode_labels(labels: nw.Series[Any], is_missing: BoolArray, found: dict[Any, int]) -> IntArray:
    """Return the codes of labels by `found`, to which new classes are added; −1 if missing."""
    present = labels if not is_missing.any() else labels.filter((~is_missing).tolist())
    codes = np.full(len(labels), -1, np.int16)
    if len(present):
        classes, positions = encode_distinct(present)
        known = np.array([found.setdefault(label, len(found)) for label in classes])
        if len(found) > np.iinfo(np.int16).max:
            raise TargetError(
                f"The target column {labels.name!r} has more than {np.iinfo(np.int16).max:,} "
                "classes. Is it the right column?"
            )
        codes[~is_missing] = known[positions]
    return codes if len(found) > np.iinfo(np.int8).max else codes.astype(np.int8)
