"""Oversampling: add samples to the minority classes."""

from counterpoise.over_sampling._adasyn import ADASYN
from counterpoise.over_sampling._borderline_smote import BorderlineSMOTE
from counterpoise.over_sampling._dbsmote import DBSMOTE
from counterpoise.over_sampling._gaussian_smote import GaussianSMOTE
from counterpoise.over_sampling._kmeans_smote import KMeansSMOTE
from counterpoise.over_sampling._loras import LoRAS
from counterpoise.over_sampling._mwmote import MWMOTE
from counterpoise.over_sampling._random_over_sampler import RandomOverSampler
from counterpoise.over_sampling._random_smote import RandomSMOTE
from counterpoise.over_sampling._rose import ROSE
from counterpoise.over_sampling._safe_level_smote import SafeLevelSMOTE
from counterpoise.over_sampling._smote import SMOTE
from counterpoise.over_sampling._smote_n import SMOTEN
from counterpoise.over_sampling._smote_nc import SMOTENC
from counterpoise.over_sampling._smote_rsb import SMOTERSB
from counterpoise.over_sampling._svm_smote import SVMSMOTE

__all__ = [
    "ADASYN",
    "DBSMOTE",
    "MWMOTE",
    "ROSE",
    "SMOTE",
    "SMOTEN",
    "SMOTENC",
    "SMOTERSB",
    "SVMSMOTE",
    "BorderlineSMOTE",
    "GaussianSMOTE",
    "KMeansSMOTE",
    "LoRAS",
    "RandomOverSampler",
    "RandomSMOTE",
    "SafeLevelSMOTE",
]
