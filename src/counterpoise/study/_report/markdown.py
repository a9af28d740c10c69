"""The report as Markdown, for example for a pull request."""

from __future__ import annotations

import re

from counterpoise.study._conclusions import Conclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Improvement
from counterpoise.study._report.description import (
    dataset_facts,
    describe_family,
    describe_no_skill,
    describe_procedure,
)
from counterpoise.study._tables import build_grid
from counterpoise.study._text import SYMBOLS, format_number, format_signed, outcome_label

__all__ = ["render_markdown"]


def render_markdown(result: Conclusions) -> str:
    """Render a result as Markdown.

    Parameters
    ----------
    result : Conclusions

    Returns
    -------
    str
        Conclusion, table of improvements, findings and procedure. Text from the data is escaped.
    """
    verdict, *more = map(_plain, result.verdict)
    lines = [f"## {verdict}", "", *more, "", *_table(result), ""]
    lines += [
        f"{describe_no_skill(result)} {describe_family(result)}".strip(),
        "",
        "### Findings",
        "",
    ]
    lines += [
        f"- **{finding.severity}** ({finding.code}): {_plain(finding.sentence)}"
        for finding in result.findings
    ] or ["None."]
    lines += ["", "### Procedure", "", *describe_procedure(result), ""]
    facts = ", ".join(f"{_plain(name)} {_plain(value)}" for name, value in dataset_facts(result))
    versions = ", ".join(f"{name} {version}" for name, version in result.settings.versions)
    return "\n".join([*lines, f"{facts}. {versions}.", ""])


def _table(result: Conclusions) -> list[str]:
    grid = build_grid(result)
    label = METRICS[result.settings.primary_metric].label
    rows = [[label, *grid.models], ["---"] * (len(grid.models) + 1)]
    rows.append([BASELINE, *map(format_number, grid.baseline_score)])
    rows += [[method, *map(_cell, improvements)] for method, improvements in grid.rows]
    return ["| " + " | ".join(map(_plain, row)) + " |" for row in rows]


def _cell(improvement: Improvement | None) -> str:
    if improvement is None:
        return "–"
    if improvement.same_scores:
        return "same as baseline"
    interval = f"{format_signed(improvement.low)} to {format_signed(improvement.high)}"
    return f"{format_signed(improvement.value)} {SYMBOLS[outcome_label(improvement)]} ({interval})"


def _plain(text: str) -> str:
    """Escape the characters that Markdown interprets."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", text)
