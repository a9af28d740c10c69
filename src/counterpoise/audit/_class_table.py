"""The table of the classes that have synthetic samples, for pages and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from counterpoise._lib.format_text import format_number, format_percent
from counterpoise.audit._records import ClassAudit
from counterpoise.metrics import ConfidenceInterval

__all__ = ["HEADINGS", "format_class", "format_rate"]

HEADINGS = (
    "original",
    "synthetic",
    "invalid",
    "original rows invalid",
    "difference, percentage points",
    "among withheld rows of other classes",
    "duplicates",
    "distance to the nearest original row",
    "ROC AUC of a two-sample test",
)


def format_class(audit: ClassAudit) -> Iterator[tuple[str, str]]:
    """Yield the entries of a class: each a value, and its confidence interval or comparison."""
    yield f"{audit.n_original:,}", ""
    yield f"{audit.n_synthetic:,}", ""
    validity = audit.validity
    if validity is None:
        yield from [("–", "")] * 4
    else:
        yield format_rate(validity.invalid_rate)
        yield format_rate(validity.invalid_rate_original)
        value, low, high = (format_number(100 * share, 1) for share in validity.excess)
        yield value, f"[{low}, {high}]"
        yield format_rate(validity.hidden_rate)
    yield f"{audit.n_duplicates:,}", ""
    original = format_number(audit.nearest_distance_original, 2)
    yield format_number(audit.nearest_distance, 2), f"original rows: {original}"
    test = None if validity is None else validity.two_sample
    yield ("–", "") if test is None else (f"{test.auc:.2f}", f"p = {test.p_value:.2g}")


def format_rate(rate: ConfidenceInterval) -> tuple[str, str]:
    """Return a rate and its confidence interval, which is empty if there is none."""
    if isnan(rate.value):
        return "–", ""
    return format_percent(rate.value), f"[{format_percent(rate.low)}, {format_percent(rate.high)}]"
