"""Imbalanced regression: rare values of a continuous target."""

from counterpoise.regression._bins import RelevanceBin
from counterpoise.regression._gaussian_noise import GaussianNoise
from counterpoise.regression._random_over_sampler import RandomOverSampler
from counterpoise.regression._random_under_sampler import RandomUnderSampler
from counterpoise.regression._relevance import RelevanceFunction
from counterpoise.regression._smogn import SMOGN
from counterpoise.regression._smoter import SMOTER
from counterpoise.regression._weights import relevance_weights
from counterpoise.regression._wercs import WERCS

__all__ = [
    "SMOGN",
    "SMOTER",
    "WERCS",
    "GaussianNoise",
    "RandomOverSampler",
    "RandomUnderSampler",
    "RelevanceBin",
    "RelevanceFunction",
    "relevance_weights",
]
