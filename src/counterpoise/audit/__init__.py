"""Audits: quality of synthetic samples, and leakage from resampling before the split."""

from counterpoise.audit._leakage import LeakageReport, leakage
from counterpoise.audit._records import (
    ClassAudit,
    ColumnChange,
    LeakageCheck,
    RegionValidity,
    TwoSampleTest,
    Validity,
)
from counterpoise.audit._synthetic_samples import SyntheticSamplesReport, synthetic_samples

__all__ = [
    "ClassAudit",
    "ColumnChange",
    "LeakageCheck",
    "LeakageReport",
    "RegionValidity",
    "SyntheticSamplesReport",
    "TwoSampleTest",
    "Validity",
    "leakage",
    "synthetic_samples",
]
