"""Tools for developers of samplers: validation of parameters, and checks of samplers."""

from counterpoise.utils.discovery import all_estimators
from counterpoise.utils.validation import (
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
