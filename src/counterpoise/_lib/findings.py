"""Findings: remarks about data or results, with a code, a severity and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from counterpoise._lib.html_fragment import details, fragment, items

__all__ = [
    "SEVERITIES",
    "Finding",
    "Findings",
    "Severity",
    "create_finding",
    "finding_details",
    "finding_items",
    "format_finding",
    "select_severe",
    "sort_by_severity",
]

Severity = Literal["note", "caution", "warning"]
SEVERITIES: tuple[Severity, ...] = ("note", "caution", "warning")


@dataclass(frozen=True)
class Finding:
    """A finding about data, synthetic samples, a split or a study.

    Attributes
    ----------
    code : str
        Identifier of the finding, for programs.
    severity : {"note", "caution", "warning"}
        A note informs, a caution limits how results can be interpreted, and a warning requires
        an action.
    sentence : str
        The finding in one sentence, with its numbers.
    anchor : str
        Link to the explanation in docs/findings.md.
    """

    code: str
    severity: Severity
    sentence: str
    anchor: str


class Findings(tuple[Finding, ...]):
    """Findings; printed as lines, and shown as a list in notebooks."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(format_finding, self))

    def _repr_html_(self) -> str:
        return fragment(finding_items(self) if self else "No findings.")


def create_finding(code: str, severity: Severity, sentence: str) -> Finding:
    """Create a finding, with a link to the explanation of its code in docs/findings.md."""
    return Finding(code, severity, sentence, f"docs/findings.md#{code}")


def format_finding(finding: Finding) -> str:
    """Format a finding with its severity and its code, under which docs/findings.md explains it.

    Examples
    --------
    >>> format_finding(create_finding("balanced", "note", "All classes have the same size."))
    'note (balanced): All classes have the same size.'
    """
    return f"{finding.severity} ({finding.code}): {finding.sentence}"


def finding_items(findings: Sequence[Finding]) -> str:
    """Return findings as a list in HTML."""
    return items([format_finding(finding) for finding in findings])


def finding_details(findings: Sequence[Finding]) -> str:
    """Return findings as a list that is hidden until the reader opens it; empty without any."""
    if not findings:
        return ""
    return details(f"Findings ({len(findings)})", finding_items(findings))


def sort_by_severity(findings: Iterable[Finding]) -> Findings:
    """Sort findings by severity, the most severe first; the order of equals stays."""
    return Findings(sorted(findings, key=lambda finding: -SEVERITIES.index(finding.severity)))


def select_severe(findings: Iterable[Finding], severity: Severity) -> tuple[Finding, ...]:
    """Select the findings of a severity or of a higher one."""
    least = SEVERITIES.index(severity)
    return tuple(one for one in findings if SEVERITIES.index(one.severity) >= least)
