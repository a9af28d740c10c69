"""Evaluate predicted probabilities of models that exist already, without fitting a model.

``evaluate(y, probabilities)`` returns metrics, curves, calibration, thresholds and comparisons with
confidence intervals.
"""

from counterpoise.evaluation._evaluate import evaluate
from counterpoise.evaluation._records import (
    Comparison,
    EvaluationSettings,
    MetricEstimate,
    PrevalenceEffect,
    ThresholdChoice,
    TopShare,
)
from counterpoise.evaluation._result import Evaluation

__all__ = [
    "Comparison",
    "Evaluation",
    "EvaluationSettings",
    "MetricEstimate",
    "PrevalenceEffect",
    "ThresholdChoice",
    "TopShare",
    "evaluate",
]
