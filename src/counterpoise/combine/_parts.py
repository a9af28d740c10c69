"""What the combined samplers share."""

from __future__ import annotations

from counterpoise.base import BaseSampler
from counterpoise.neighbors import Scale
from counterpoise.over_sampling import SMOTE, SMOTENC
from counterpoise.table import Kind, Table
from counterpoise.targets import SamplingStrategy

__all__ = ["smote_for"]


def smote_for(table: Table, sampling_strategy: SamplingStrategy, scale: Scale) -> BaseSampler:
    """Return SMOTE, or SMOTENC for a table in which columns are nominal."""
    nominal = any(column.kind is Kind.NOMINAL for column in table.columns)
    sampler = SMOTENC if nominal else SMOTE
    return sampler(sampling_strategy=sampling_strategy, scale=scale)
