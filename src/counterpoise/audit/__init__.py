"""Audits: what new rows are like, and whether a split leaks."""

from counterpoise.audit._leakage import LeakageReport, leakage
from counterpoise.audit._mark import Mark

__all__ = ["LeakageReport", "Mark", "leakage"]
