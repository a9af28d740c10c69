"""Find out whether a method for imbalanced data improves a model on your own table.

``Study().run(X, y)`` fits each model without resampling (the baseline) and with each method, on
shared cross-validation folds, and compares every method with the baseline: better, worse,
equivalent or inconclusive. ``RegressionStudy`` does the same for rare values of a continuous
target.
"""

from counterpoise.study._candidate_classifier import CandidateClassifier
from counterpoise.study._displays import CurveDisplay, ImprovementDisplay
from counterpoise.study._methods import METHODS
from counterpoise.study._metrics import METRICS
from counterpoise.study._models import MODELS
from counterpoise.study._records import (
    BestCandidate,
    Candidate,
    Costs,
    Improvement,
    Projection,
    Settings,
    TableSummary,
)
from counterpoise.study._regression.candidate import CandidateRegressor
from counterpoise.study._regression.result import RegressionResult
from counterpoise.study._regression.study import RegressionStudy
from counterpoise.study._result import StudyResult
from counterpoise.study._saved_model import SavedModel, load_model, save_model
from counterpoise.study._study import Study
from counterpoise.study._updates import StudyUpdate

__all__ = [
    "METHODS",
    "METRICS",
    "MODELS",
    "BestCandidate",
    "Candidate",
    "CandidateClassifier",
    "CandidateRegressor",
    "Costs",
    "CurveDisplay",
    "Improvement",
    "ImprovementDisplay",
    "Projection",
    "RegressionResult",
    "RegressionStudy",
    "SavedModel",
    "Settings",
    "Study",
    "StudyResult",
    "StudyUpdate",
    "TableSummary",
    "load_model",
    "save_model",
]
