"""Over-sampling: more rows of the small classes."""

from counterpoise.over_sampling._random_over_sampler import RandomOverSampler
from counterpoise.over_sampling._smote import SMOTE

__all__ = ["SMOTE", "RandomOverSampler"]
