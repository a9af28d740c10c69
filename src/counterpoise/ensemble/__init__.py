"""Ensembles whose base estimators are trained on balanced samples.

Base estimators get their samples in the container of `X`: of a pandas or polars data frame they get
a data frame, and can select columns by name or read categorical columns.
"""

from counterpoise.ensemble._balance_cascade import BalanceCascadeClassifier
from counterpoise.ensemble._balanced_bagging import BalancedBaggingClassifier
from counterpoise.ensemble._balanced_random_forest import BalancedRandomForestClassifier
from counterpoise.ensemble._easy_ensemble import EasyEnsembleClassifier
from counterpoise.ensemble._rus_boost import RUSBoostClassifier
from counterpoise.ensemble._self_paced import SelfPacedEnsembleClassifier
from counterpoise.ensemble._smote_bagging import SMOTEBaggingClassifier
from counterpoise.ensemble._smote_boost import SMOTEBoostClassifier

__all__ = [
    "BalanceCascadeClassifier",
    "BalancedBaggingClassifier",
    "BalancedRandomForestClassifier",
    "EasyEnsembleClassifier",
    "RUSBoostClassifier",
    "SMOTEBaggingClassifier",
    "SMOTEBoostClassifier",
    "SelfPacedEnsembleClassifier",
]
