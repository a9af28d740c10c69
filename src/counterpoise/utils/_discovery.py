"""Which samplers there are."""

from __future__ import annotations

from importlib import import_module

from counterpoise.base import BaseSampler

__all__ = ["all_estimators"]

_HOMES = ("over_sampling", "under_sampling", "combine", "function_sampler")


def all_estimators() -> list[tuple[str, type[BaseSampler]]]:
    """Return the name and the class of each public sampler, by name.

    Returns
    -------
    list of (str, type)

    Examples
    --------
    >>> dict(all_estimators())["SMOTE"]
    <class 'counterpoise.over_sampling._smote.SMOTE'>
    """
    modules = [import_module(f"counterpoise.{home}") for home in _HOMES]
    found = ((name, getattr(module, name)) for module in modules for name in module.__all__)
    return sorted(
        (name, sampler)
        for name, sampler in found
        if isinstance(sampler, type) and issubclass(sampler, BaseSampler)
    )
