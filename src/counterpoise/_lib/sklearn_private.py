"""Private names of scikit-learn, imported here and nowhere else.

If a release of scikit-learn moves one of them, only this file needs a change. The names of its
models and pipelines are imported when they are first used: samplers need none of them, and the
command line would wait for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sklearn.utils import _safe_indexing as safe_indexing
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
from sklearn.utils.validation import _num_samples as num_samples

if TYPE_CHECKING:
    from sklearn.ensemble._base import _set_random_states as set_random_states
    from sklearn.pipeline import _final_estimator_has as final_estimator_has
    from sklearn.pipeline import _fit_transform_one as fit_transform_one
    from sklearn.pipeline import _name_estimators as name_estimators
    from sklearn.tree._tree import NODE_DTYPE, TREE_LEAF, TREE_UNDEFINED, Tree

__all__ = [
    "NODE_DTYPE",
    "TREE_LEAF",
    "TREE_UNDEFINED",
    "HasMethods",
    "Interval",
    "InvalidParameterError",
    "StrOptions",
    "Tree",
    "diagram_of_steps",
    "final_estimator_has",
    "fit_transform_one",
    "full_repr",
    "has_callbacks",
    "name_estimators",
    "num_samples",
    "parameter_constraints",
    "print_elapsed_time",
    "routing_enabled",
    "safe_indexing",
    "scorer_parts",
    "set_random_states",
]

_IMPORTED_LATE = {
    "NODE_DTYPE": ("sklearn.tree._tree", "NODE_DTYPE"),
    "TREE_LEAF": ("sklearn.tree._tree", "TREE_LEAF"),
    "TREE_UNDEFINED": ("sklearn.tree._tree", "TREE_UNDEFINED"),
    "Tree": ("sklearn.tree._tree", "Tree"),
    "final_estimator_has": ("sklearn.pipeline", "_final_estimator_has"),
    "fit_transform_one": ("sklearn.pipeline", "_fit_transform_one"),
    "name_estimators": ("sklearn.pipeline", "_name_estimators"),
    "set_random_states": ("sklearn.ensemble._base", "_set_random_states"),
}


def __getattr__(name: str) -> Any:
    if name not in _IMPORTED_LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, private_name = _IMPORTED_LATE[name]
    return getattr(import_module(module), private_name)


# scikit-learn routes metadata only to the methods in these lists, which lack fit_resample.
for _known in (METHODS, SIMPLE_METHODS):
    if "fit_resample" not in _known:  # imbalanced-learn adds it as well
        _known.append("fit_resample")

# Requests that were created earlier, or unpickled, have no entry for it: it is added on access.
_missing = cached_property(lambda self: MethodMetadataRequest(self.owner, "fit_resample"))
_missing.__set_name__(MetadataRequest, "fit_resample")
MetadataRequest.fit_resample = _missing


def diagram_of_steps(steps: Sequence[Any]) -> Any:
    """Return the diagram that notebooks show of steps, each an estimator or a text."""
    # Imported late: it reads files of styles, which only notebooks need.
    block = import_module("sklearn.utils._repr_html.estimator")._VisualBlock  # noqa: SLF001
    return block("serial", list(steps))


def full_repr(value: Any) -> str:
    """Return the representation of an estimator, or of another object, without an ellipsis.

    scikit-learn leaves out what is beyond 700 characters, or 30 elements of a parameter.
    """
    printer: Any = import_module("sklearn.utils._pprint")._EstimatorPrettyPrinter  # noqa: SLF001
    text: str = printer(compact=True, indent=1, indent_at_name=True).pformat(value)
    return text


def parameter_constraints(estimator: type[Any]) -> dict[str, Any]:
    """Return the parameter constraints of a scikit-learn estimator class."""
    return dict(estimator._parameter_constraints)  # noqa: SLF001


def has_callbacks(estimator: Any) -> bool:
    """Return whether callbacks were set on the estimator itself (scikit-learn 1.9 or later)."""
    attributes = vars(estimator)
    return bool(attributes.get("_skl_callbacks")) and "_parent_callback_ctx" not in attributes


def scorer_parts(scorer: Any) -> tuple[Any, int, dict[str, Any], Any]:
    """Return the metric of a scorer, its sign, its parameters and its prediction methods."""
    return scorer._score_func, scorer._sign, dict(scorer._kwargs), scorer._response_method  # noqa: SLF001
