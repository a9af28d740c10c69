"""Pictures in scikit-learn's style: each draws on axes of yours, and hands back its data."""

from counterpoise.display._boundary import BoundaryDisplay
from counterpoise.display._calibration import CalibrationDisplay
from counterpoise.display._resampling import ResamplingDisplay

__all__ = ["BoundaryDisplay", "CalibrationDisplay", "ResamplingDisplay"]
