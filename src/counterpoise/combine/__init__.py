"""Combinations of samplers: oversampling followed by cleaning, and chains of any samplers."""

from counterpoise.combine._chain import Chain
from counterpoise.combine._smote_enn import SMOTEENN
from counterpoise.combine._smote_ipf import SMOTEIPF
from counterpoise.combine._smote_tomek import SMOTETomek

__all__ = ["SMOTEENN", "SMOTEIPF", "Chain", "SMOTETomek"]
