"""The one file that touches scikit-learn's private side.

Should a release of scikit-learn move one of these, it is mended here.
"""

from __future__ import annotations

from typing import Any

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
    "constraints_of",
    "routing_enabled",
    "set_random_states",
]


def constraints_of(estimator: type[Any]) -> dict[str, Any]:
    """Return what a class of scikit-learn demands of its parameters."""
    return dict(estimator._parameter_constraints)  # noqa: SLF001
