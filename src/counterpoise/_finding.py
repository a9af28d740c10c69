"""What a reader should know: a coded remark with its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Severity"]

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
