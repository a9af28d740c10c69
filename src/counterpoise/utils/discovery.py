"""List of all samplers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from counterpoise.base import SamplerMixin
from counterpoise.exceptions import InputError

__all__ = ["all_estimators"]

_MODULES = ("over_sampling", "under_sampling", "combine", "_function_sampler")


def all_estimators(
    type_filter: str | Sequence[str] | None = None,
) -> list[tuple[str, type[SamplerMixin]]]:
    """List all public samplers for one class per sample.

    Those for several labels per sample are in `counterpoise.multilabel`.

    Parameters
    ----------
    type_filter : "sampler", list of str or None, default=None
        The type of estimators to list. "sampler" and None both list all samplers; the parameter
        exists for compatibility with imbalanced-learn.

    Returns
    -------
    list of (str, type)
        Names and classes, sorted by name.

    Raises
    ------
    InputError
        If `type_filter` is another type.

    Examples
    --------
    >>> [name for name, _ in all_estimators() if name.endswith("OverSampler")]
    ['RandomOverSampler']
    """
    types = [type_filter] if isinstance(type_filter, str) else type_filter or []
    if any(estimator_type != "sampler" for estimator_type in types):
        raise InputError(f"type_filter must be 'sampler' or None; got {type_filter!r}.")
    modules = [import_module(f"counterpoise.{name}") for name in _MODULES]
    members = {name: getattr(module, name) for module in modules for name in module.__all__}
    return sorted((name, cls) for name, cls in members.items() if issubclass(cls, SamplerMixin))
