"""Plots in the style of scikit-learn's displays; each has the plotted values as `data`."""

from counterpoise.display._boundary import BoundaryDisplay
from counterpoise.display._calibration import CalibrationDisplay
from counterpoise.display._resampling import ResamplingDisplay

__all__ = ["BoundaryDisplay", "CalibrationDisplay", "ResamplingDisplay"]
