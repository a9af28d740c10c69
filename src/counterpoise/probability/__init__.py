"""Probabilities that stay true: prior correction, thresholds from costs, calibration measured."""

from counterpoise.metrics import brier_skill_score
from counterpoise.probability._bins import CalibrationBins, calibration_bins
from counterpoise.probability._calibration import (
    calibration_intercept,
    calibration_slope,
    expected_calibration_error,
)
from counterpoise.probability._costs import cost_threshold
from counterpoise.probability._prior import (
    PriorCorrection,
    correct_prior,
    correct_under_sampling,
    prior_shift_offset,
)

__all__ = [
    "CalibrationBins",
    "PriorCorrection",
    "brier_skill_score",
    "calibration_bins",
    "calibration_intercept",
    "calibration_slope",
    "correct_prior",
    "correct_under_sampling",
    "cost_threshold",
    "expected_calibration_error",
    "prior_shift_offset",
]
