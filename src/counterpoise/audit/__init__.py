"""Audits: what made rows are like, and whether a split leaks."""

from counterpoise.audit._leakage import LeakageReport, leakage
from counterpoise.audit._records import ClassAudit, ColumnChange, Mark, TwoSample
from counterpoise.audit._synthetic_samples import MadeRowsReport, made_rows

__all__ = [
    "ClassAudit",
    "ColumnChange",
    "LeakageReport",
    "MadeRowsReport",
    "Mark",
    "TwoSample",
    "leakage",
    "made_rows",
]
