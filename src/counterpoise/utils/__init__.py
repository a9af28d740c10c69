"""For those who build on counterpoise: what its samplers check with, and checks for samplers."""

from counterpoise.utils._discovery import all_estimators
from counterpoise.utils._validation import (
    check_neighbors_object,
    check_sampling_strategy,
    check_target_type,
)

__all__ = [
    "all_estimators",
    "check_neighbors_object",
    "check_sampling_strategy",
    "check_target_type",
]
