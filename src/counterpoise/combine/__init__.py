"""Several samplers as one."""

from counterpoise.combine._chain import Chain
from counterpoise.combine._smote_enn import SMOTEENN
from counterpoise.combine._smote_tomek import SMOTETomek

__all__ = ["SMOTEENN", "Chain", "SMOTETomek"]
