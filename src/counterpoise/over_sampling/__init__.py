"""Oversampling: add samples to the minority classes."""

from counterpoise.over_sampling._adasyn import ADASYN
from counterpoise.over_sampling._assembled_smote import AssembledSMOTE
from counterpoise.over_sampling._borderline_smote import BorderlineSMOTE
from counterpoise.over_sampling._ccr import CCR
from counterpoise.over_sampling._dbsmote import DBSMOTE
from counterpoise.over_sampling._gaussian_smote import GaussianSMOTE
from counterpoise.over_sampling._geometric_smote import GeometricSMOTE
from counterpoise.over_sampling._kmeans_smote import KMeansSMOTE
from counterpoise.over_sampling._lee import Lee
from counterpoise.over_sampling._loras import LoRAS
from counterpoise.over_sampling._lvq_smote import LVQSMOTE
from counterpoise.over_sampling._mwmote import MWMOTE
from counterpoise.over_sampling._polynom_fit_smote import PolynomFitSMOTE
from counterpoise.over_sampling._prowsyn import ProWSyn
from counterpoise.over_sampling._random_over_sampler import RandomOverSampler
from counterpoise.over_sampling._random_smote import RandomSMOTE
from counterpoise.over_sampling._rose import ROSE
from counterpoise.over_sampling._safe_level_smote import SafeLevelSMOTE
from counterpoise.over_sampling._smobd import SMOBD
from counterpoise.over_sampling._smote import SMOTE
from counterpoise.over_sampling._smote_n import SMOTEN
from counterpoise.over_sampling._smote_nc import SMOTENC
from counterpoise.over_sampling._smote_rsb import SMOTERSB
from counterpoise.over_sampling._svm_smote import SVMSMOTE

__all__ = [
    "ADASYN",
    "CCR",
    "DBSMOTE",
    "LVQSMOTE",
    "MWMOTE",
    "ROSE",
    "SMOBD",
    "SMOTE",
    "SMOTEN",
    "SMOTENC",
    "SMOTERSB",
    "SVMSMOTE",
    "AssembledSMOTE",
    "BorderlineSMOTE",
    "GaussianSMOTE",
    "GeometricSMOTE",
    "KMeansSMOTE",
    "Lee",
    "LoRAS",
    "PolynomFitSMOTE",
    "ProWSyn",
    "RandomOverSampler",
    "RandomSMOTE",
    "SafeLevelSMOTE",
]
