"""An estimate, and between which bounds the truth may lie."""

from __future__ import annotations

from typing import NamedTuple

from scipy.special import ndtri

from counterpoise.exceptions import InputError
from counterpoise.metrics._opening import require_number

__all__ = ["Interval", "normal_quantile", "require_level"]


class Interval(NamedTuple):
    """An estimate with a lower and an upper bound.

    Attributes
    ----------
    value : float
        The estimate.
    low, high : float
        The bounds, with the estimate between them.
    """

    value: float
    low: float
    high: float


def require_level(level: object) -> float:
    """Return the probability with which an interval shall hold the truth."""
    number = require_number(level, "level")
    if not 0 < number < 1:
        raise InputError(f"level must lie between 0 and 1; got {number:g}. Write 95 % as 0.95.")
    return number


def normal_quantile(level: float) -> float:
    """Return how many standard deviations to each side hold a share of the normal distribution."""
    return float(ndtri((1 + level) / 2))
