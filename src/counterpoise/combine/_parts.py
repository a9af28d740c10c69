"""What the combined samplers share: the makers and cleaners that they are given, or their own."""

from __future__ import annotations

from typing import Any

from sklearn.base import clone

from counterpoise.base import BaseSampler
from counterpoise.neighbors import Scale
from counterpoise.over_sampling import SMOTE, SMOTENC
from counterpoise.table import Kind, Table
from counterpoise.targets import SamplingStrategy

__all__ = ["cleaner_of", "maker_of"]


def maker_of(
    given: Any, table: Table, sampling_strategy: SamplingStrategy, scale: Scale
) -> BaseSampler:
    """Return a clone of what was given, or SMOTE; SMOTENC for a table with nominal columns."""
    if given is not None:
        fresh: BaseSampler = clone(given)
        return fresh
    nominal = any(column.kind is Kind.NOMINAL for column in table.columns)
    sampler = SMOTENC if nominal else SMOTE
    return sampler(sampling_strategy=sampling_strategy, scale=scale)


def cleaner_of(
    given: Any, default: type[BaseSampler], n_jobs: int | None, scale: Scale
) -> BaseSampler:
    """Return a clone of what was given, or the default cleaner for all classes."""
    if given is not None:
        fresh: BaseSampler = clone(given)
        return fresh
    make: Any = default
    cleaner: BaseSampler = make(sampling_strategy="all", n_jobs=n_jobs, scale=scale)
    return cleaner
