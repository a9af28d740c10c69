"""Oversampling: add samples to the minority classes."""

from counterpoise.over_sampling._adasyn import ADASYN
from counterpoise.over_sampling._borderline_smote import BorderlineSMOTE
from counterpoise.over_sampling._kmeans_smote import KMeansSMOTE
from counterpoise.over_sampling._random_over_sampler import RandomOverSampler
from counterpoise.over_sampling._smote import SMOTE
from counterpoise.over_sampling._smote_n import SMOTEN
from counterpoise.over_sampling._smote_nc import SMOTENC
from counterpoise.over_sampling._svm_smote import SVMSMOTE

__all__ = [
    "ADASYN",
    "SMOTE",
    "SMOTEN",
    "SMOTENC",
    "SVMSMOTE",
    "BorderlineSMOTE",
    "KMeansSMOTE",
    "RandomOverSampler",
]
