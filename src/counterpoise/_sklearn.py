"""The one file that touches scikit-learn's private side.

Should a release of scikit-learn move one of these, it is mended here.
"""

from __future__ import annotations

from sklearn.ensemble._base import _set_random_states as set_random_states
from sklearn.utils._metadata_requests import _routing_enabled as routing_enabled
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    InvalidParameterError,
    StrOptions,
)

__all__ = [
    "HasMethods",
    "Interval",
    "InvalidParameterError",
    "StrOptions",
    "routing_enabled",
    "set_random_states",
]
