"""What one search for leaked rows found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterpoise._lib.types import RowArray

__all__ = ["LeakKind", "Mark"]

LeakKind = Literal["copies", "segments"]


@dataclass(frozen=True)
class Mark:
    """What one search for leaked rows found.

    Attributes
    ----------
    kind : {"copies", "segments"}
        Test rows equal to a training row, or between two training rows.
    found : bool or None
        Whether they tell of a leak; None where that cannot be told.
    rows : ndarray of int of shape (n_concerned,)
        The test rows concerned, from 0, ascending: whether they tell of a leak or come by nature.
    n_examined : int
        How many test rows were looked at.
    expected : float
        How many of them would be concerned without a leak: of copies, in a random split of the
        same rows; of segments, by chance.
    sentence : str
        The finding in plain words.
    """

    kind: LeakKind
    found: bool | None
    rows: RowArray
    n_examined: int
    expected: float
    sentence: str
