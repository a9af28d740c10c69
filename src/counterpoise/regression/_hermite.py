"""Monotone cubic interpolation through points with given or estimated slopes.

Reference: Fritsch and Carlson (1980), doi:10.1137/0717021.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import Float64Array

__all__ = ["MonotoneCubic"]


@dataclass(frozen=True)
class MonotoneCubic:
    """Cubic Hermite polynomials that are monotone between points, and constant beyond them.

    Attributes
    ----------
    x, value, slope : ndarray of float64 of shape (n_points,)
        The points, with ascending x; the slopes after they were limited.
    """

    x: Float64Array
    value: Float64Array
    slope: Float64Array

    @classmethod
    def through(
        cls, x: Float64Array, value: Float64Array, slope: Float64Array | None = None
    ) -> MonotoneCubic:
        """Interpolate points, with slopes limited so that no interval has an extremum inside.

        Parameters
        ----------
        x, value : ndarray of float64 of shape (n_points,)
        slope : ndarray of float64 of shape (n_points,) or None, default=None
            None means 0 at both ends, and the mean of both adjacent secants between them.
        """
        secant = np.diff(value) / np.diff(x)
        if slope is None:
            slope = np.concatenate([[0.0], (secant[1:] + secant[:-1]) / 2, [0.0]])
        return cls(x, value, _limit_slopes(slope, secant))

    def __call__(self, at: Float64Array) -> Float64Array:
        """Return the values at some points."""
        at = np.clip(at, self.x[0], self.x[-1])
        left = np.clip(np.searchsorted(self.x, at, side="right") - 1, 0, len(self.x) - 2)
        width = np.diff(self.x)[left]
        t = (at - self.x[left]) / width
        return (
            self.value[left] * (1 + 2 * t) * (1 - t) ** 2
            + self.value[left + 1] * t**2 * (3 - 2 * t)
            + width * t * (1 - t) * (self.slope[left] * (1 - t) - self.slope[left + 1] * t)
        )


def _limit_slopes(slope: Float64Array, secant: Float64Array) -> Float64Array:
    """Limit slopes to the region in which a cubic is monotone: a circle of radius 3."""
    limited = slope.astype(np.float64)
    for i, rise in enumerate(secant.tolist()):
        ends = limited[i : i + 2]
        if rise == 0:
            ends[:] = 0
            continue
        ends[ends * rise < 0] = 0
        length = float(np.hypot(*(ends / rise)))
        if length > 3:
            ends *= 3 / length
    return limited
