"""What the parameters that many samplers share may be, for ``_parameter_constraints``."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from counterpoise._lib.sklearn_private import HasMethods, Interval, StrOptions

__all__ = ["JOBS", "NEIGHBORS", "SCALE"]

NEIGHBORS: list[Any] = [
    Interval(Integral, 1, None, closed="left"),
    HasMethods(["fit", "kneighbors"]),
]
SCALE: list[Any] = [StrOptions({"standard", "robust"}), None]
JOBS: list[Any] = [Integral, None]
