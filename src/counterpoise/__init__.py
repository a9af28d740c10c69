"""Resample imbalanced data, and measure whether it improves a classifier.

The subpackages have the names of imbalanced-learn, as in ``counterpoise.over_sampling.SMOTE``. They
are imported when they are first used; importing counterpoise itself imports no dependency.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterpoise._classifier import ResampledClassifier
    from counterpoise._function_sampler import FunctionSampler
    from counterpoise._lib.versions import show_versions
    from counterpoise._resample import resample
    from counterpoise.evaluation import evaluate
    from counterpoise.profile import inspect

    __version__: str

__all__ = [
    "FunctionSampler",
    "ResampledClassifier",
    "__version__",
    "evaluate",
    "inspect",
    "resample",
    "show_versions",
]

_MODULE_OF = {
    "FunctionSampler": "_function_sampler",
    "ResampledClassifier": "_classifier",
    "evaluate": "evaluation",
    "inspect": "profile",
    "resample": "_resample",
    "show_versions": "_lib.versions",
}
_PACKAGES = (
    "audit",
    "base",
    "batches",
    "combine",
    "datasets",
    "display",
    "ensemble",
    "evaluation",
    "exceptions",
    "metrics",
    "model_selection",
    "multilabel",
    "neighbors",
    "over_sampling",
    "pipeline",
    "probability",
    "profile",
    "regression",
    "scale",
    "study",
    "tutorial",
    "under_sampling",
    "utils",
)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return metadata.version("counterpoise")
    if name in _MODULE_OF:
        return getattr(import_module(f"counterpoise.{_MODULE_OF[name]}"), name)
    if name in _PACKAGES:
        return import_module(f"counterpoise.{name}")
    raise AttributeError(f"module 'counterpoise' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_PACKAGES])
