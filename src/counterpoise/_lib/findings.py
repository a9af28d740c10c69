"""What a reader should know: a coded remark with its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Severity", "gravest_first", "remark"]

Severity = Literal["note", "caution", "warning"]


@dataclass(frozen=True)
class Finding:
    """A remark about data, new rows, a split or a study.

    Attributes
    ----------
    code : str
        Which remark it is, for programs.
    severity : {"note", "caution", "warning"}
        Good to know; judge with care; act on it.
    sentence : str
        The remark in plain words, with its numbers.
    anchor : str
        Where docs/findings.md explains it.
    """

    code: str
    severity: Severity
    sentence: str
    anchor: str


_GRAVITY: dict[Severity, int] = {"warning": 0, "caution": 1, "note": 2}


def remark(code: str, severity: Severity, sentence: str) -> Finding:
    """Return a finding, explained in docs/findings.md under its code."""
    return Finding(code, severity, sentence, f"docs/findings.md#{code}")


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity; those of one severity stay in their order."""
    return tuple(sorted(findings, key=lambda finding: _GRAVITY[finding.severity]))
