"""Which samplers there are."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from counterpoise.base import SamplerMixin
from counterpoise.exceptions import InputError

__all__ = ["all_estimators"]

_HOMES = ("over_sampling", "under_sampling", "combine", "function_sampler")


def all_estimators(
    type_filter: str | Sequence[str] | None = None,
) -> list[tuple[str, type[SamplerMixin]]]:
    """List the public samplers.

    Parameters
    ----------
    type_filter : "sampler", a list of it, or None, default=None
        What to list. There is nothing but samplers, so that both give the same.

    Returns
    -------
    list of (str, type)
        Names and classes, sorted by name.

    Raises
    ------
    InputError
        If another type is asked for.

    Examples
    --------
    >>> [name for name, _ in all_estimators() if name.endswith("OverSampler")]
    ['RandomOverSampler']
    """
    types = [type_filter] if isinstance(type_filter, str) else type_filter or []
    if any(wanted != "sampler" for wanted in types):
        raise InputError(f"type_filter must be 'sampler' or None; got {type_filter!r}.")
    homes = [import_module(f"counterpoise.{home}") for home in _HOMES]
    members = {name: getattr(home, name) for home in homes for name in home.__all__}
    return sorted((name, cls) for name, cls in members.items() if issubclass(cls, SamplerMixin))
