"""Which samplers there are."""

from __future__ import annotations

from importlib import import_module

from counterpoise.base import SamplerMixin

__all__ = ["all_estimators"]

_HOMES = ("over_sampling", "under_sampling", "combine", "function_sampler")


def all_estimators() -> list[tuple[str, type[SamplerMixin]]]:
    """List the public samplers.

    Returns
    -------
    list of (str, type)
        Names and classes, sorted by name.

    Examples
    --------
    >>> [name for name, _ in all_estimators() if name.endswith("OverSampler")]
    ['RandomOverSampler']
    """
    homes = [import_module(f"counterpoise.{home}") for home in _HOMES]
    members = {name: getattr(home, name) for home in homes for name in home.__all__}
    return sorted((name, cls) for name, cls in members.items() if issubclass(cls, SamplerMixin))
