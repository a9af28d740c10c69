"""Imbalanced regression: rare values of a continuous target."""

from counterpoise.regression._relevance import RelevanceFunction
from counterpoise.regression._weights import relevance_weights

__all__ = [
    "RelevanceFunction",
    "relevance_weights",
]
