"""Types of arrays, random states and callbacks."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.floating[Any]]
Float64Array = NDArray[np.float64]
IntArray = NDArray[np.integer[Any]]
RowArray = NDArray[np.intp]

Seed = int | np.random.RandomState | None


class Progress(Protocol):
    """A function that reports the progress of a computation with several stages.

    It is called in the thread of the caller: with ``done=0`` when a stage starts, after each step,
    and with ``done == total`` when the stage is finished.
    """

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report that `done` of `total` steps of a stage are finished."""
