"""The one file that touches scikit-learn's private side.

Should a release of scikit-learn move one of these, it is mended here.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sklearn.ensemble._base import _set_random_states as set_random_states
from sklearn.pipeline import _final_estimator_has as final_estimator_has
from sklearn.pipeline import _fit_transform_one as fit_transform_one
from sklearn.pipeline import _name_estimators as name_estimators
from sklearn.utils import _safe_indexing as rows_of
from sklearn.utils._metadata_requests import (
    METHODS,
    SIMPLE_METHODS,
    MetadataRequest,
    MethodMetadataRequest,
)
from sklearn.utils._metadata_requests import _routing_enabled as routing_enabled
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    InvalidParameterError,
    StrOptions,
)
from sklearn.utils._user_interface import _print_elapsed_time as print_elapsed_time
from sklearn.utils.validation import _num_samples as count_rows

__all__ = [
    "HasMethods",
    "Interval",
    "InvalidParameterError",
    "StrOptions",
    "constraints_of",
    "count_rows",
    "final_estimator_has",
    "fit_transform_one",
    "has_callbacks",
    "name_estimators",
    "print_elapsed_time",
    "routing_enabled",
    "rows_of",
    "set_random_states",
]

# Metadata are routed to methods that scikit-learn knows, and it knows of no samplers.
for _known in (METHODS, SIMPLE_METHODS):
    if "fit_resample" not in _known:  # imbalanced-learn adds it, too
        _known.append("fit_resample")

# Requests that were made before, or come out of a pickle, have none for it.
_missing = cached_property(lambda self: MethodMetadataRequest(self.owner, "fit_resample"))
_missing.__set_name__(MetadataRequest, "fit_resample")
MetadataRequest.fit_resample = _missing


def constraints_of(estimator: type[Any]) -> dict[str, Any]:
    """Return what a class of scikit-learn demands of its parameters."""
    return dict(estimator._parameter_constraints)  # noqa: SLF001


def has_callbacks(estimator: Any) -> bool:
    """Say whether an estimator was given callbacks itself, as it can be since scikit-learn 1.9."""
    given = vars(estimator)
    return bool(given.get("_skl_callbacks")) and "_parent_callback_ctx" not in given
