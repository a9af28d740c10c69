"""Audits: what made rows are like, and whether a split leaks."""

from counterpoise.audit._leakage import LeakageReport, leakage
from counterpoise.audit._made_facts import ClassAudit, ColumnChange, TwoSample
from counterpoise.audit._made_rows import MadeRowsReport, made_rows
from counterpoise.audit._mark import Mark

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
