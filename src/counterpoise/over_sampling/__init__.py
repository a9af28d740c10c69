"""Oversampling: add samples to the minority classes."""

from counterpoise.over_sampling._adasyn import ADASYN
from counterpoise.over_sampling._assembled_smote import AssembledSMOTE
from counterpoise.over_sampling._borderline_smote import BorderlineSMOTE
from counterpoise.over_sampling._ccr import CCR
from counterpoise.over_sampling._geometric_smote import GeometricSMOTE
from counterpoise.over_sampling._kmeans_smote import KMeansSMOTE
from counterpoise.over_sampling._lee import Lee
from counterpoise.over_sampling._lvq_smote import LVQSMOTE
from counterpoise.over_sampling._polynom_fit_smote import PolynomFitSMOTE
from counterpoise.over_sampling._prowsyn import ProWSyn
from counterpoise.over_sampling._random_over_sampler import RandomOverSampler
from counterpoise.over_sampling._smobd import SMOBD
from counterpoise.over_sampling._smote import SMOTE
from counterpoise.over_sampling._smote_n import SMOTEN
from counterpoise.over_sampling._smote_nc import SMOTENC
from counterpoise.over_sampling._svm_smote import SVMSMOTE

__all__ = [
    "ADASYN",
    "CCR",
    "LVQSMOTE",
    "SMOBD",
    "SMOTE",
    "SMOTEN",
    "SMOTENC",
    "SVMSMOTE",
    "AssembledSMOTE",
    "BorderlineSMOTE",
    "GeometricSMOTE",
    "KMeansSMOTE",
    "Lee",
    "PolynomFitSMOTE",
    "ProWSyn",
    "RandomOverSampler",
]
