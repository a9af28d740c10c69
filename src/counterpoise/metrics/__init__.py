"""Metrics for imbalanced classification and regression, with confidence intervals and scorers."""

from counterpoise.metrics._brier import balanced_brier_score, brier_skill_score
from counterpoise.metrics._confidence_interval import ConfidenceInterval, confidence_interval
from counterpoise.metrics._cost import expected_cost
from counterpoise.metrics._geometric_mean import geometric_mean_score
from counterpoise.metrics._index_balanced_accuracy import make_index_balanced_accuracy
from counterpoise.metrics._macro_absolute_error import macro_averaged_mean_absolute_error
from counterpoise.metrics._matthews import matthews_interval
from counterpoise.metrics._ranking import (
    AveragePrecisionSkill,
    average_precision_skill,
    gain_at,
    lift_at,
    precision_at_recall,
    recall_at_precision,
)
from counterpoise.metrics._regression import (
    BinError,
    error_per_bin,
    relevance_weighted_mean_absolute_error,
    relevance_weighted_mean_squared_error,
    sera,
)
from counterpoise.metrics._report import classification_report_imbalanced
from counterpoise.metrics._scorers import get_scorer, get_scorer_names
from counterpoise.metrics._sensitivity_specificity import (
    sensitivity_score,
    sensitivity_specificity_support,
    specificity_score,
)
from counterpoise.metrics._utility import (
    utility_f1_score,
    utility_precision_score,
    utility_recall_score,
)

__all__ = [
    "AveragePrecisionSkill",
    "BinError",
    "ConfidenceInterval",
    "average_precision_skill",
    "balanced_brier_score",
    "brier_skill_score",
    "classification_report_imbalanced",
    "confidence_interval",
    "error_per_bin",
    "expected_cost",
    "gain_at",
    "geometric_mean_score",
    "get_scorer",
    "get_scorer_names",
    "lift_at",
    "macro_averaged_mean_absolute_error",
    "make_index_balanced_accuracy",
    "matthews_interval",
    "precision_at_recall",
    "recall_at_precision",
    "relevance_weighted_mean_absolute_error",
    "relevance_weighted_mean_squared_error",
    "sensitivity_score",
    "sensitivity_specificity_support",
    "sera",
    "specificity_score",
    "utility_f1_score",
    "utility_precision_score",
    "utility_recall_score",
]
