"""Calibrated probabilities: out-of-fold calibration, prior correction, cost-based thresholds."""

from counterpoise.metrics import brier_skill_score
from counterpoise.probability._calibrated_classifier import CalibratedClassifier, calibrate
from counterpoise.probability._calibration import (
    CalibrationBins,
    calibration_bins,
    calibration_intercept,
    calibration_slope,
    expected_calibration_error,
)
from counterpoise.probability._cost_threshold import cost_threshold
from counterpoise.probability._prior import (
    PriorCorrection,
    correct_prior,
    correct_undersampling,
    prior_shift_offset,
)

__all__ = [
    "CalibratedClassifier",
    "CalibrationBins",
    "PriorCorrection",
    "brier_skill_score",
    "calibrate",
    "calibration_bins",
    "calibration_intercept",
    "calibration_slope",
    "correct_prior",
    "correct_undersampling",
    "cost_threshold",
    "expected_calibration_error",
    "prior_shift_offset",
]
