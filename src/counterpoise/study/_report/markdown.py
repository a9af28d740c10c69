"""The report as Markdown, for example for a pull request."""

from __future__ import annotations

import re

from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._records import Improvement
from counterpoise.study._report.description import (
    describe_data,
    describe_intervals,
    describe_no_skill,
    describe_procedure,
    outcome_legend,
)
from counterpoise.study._tables import build_improvement_table
from counterpoise.study._text import SYMBOLS, format_interval, metric_heading, outcome_label

__all__ = ["escape_markdown", "render_markdown"]


def render_markdown(result: StudyConclusions) -> str:
    """Render a result as Markdown.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    str
        Conclusion, table of improvements, findings and procedure. Text from the data is escaped.
    """
    verdict, *more = map(escape_markdown, result.verdict)
    positive = escape_markdown(result.target_text.sentence)
    lines = [f"## {verdict}", "", positive, *more, "", *_table(result), ""]
    notes = f"{describe_no_skill(result)} {describe_intervals(result)}".strip()
    lines += [escape_markdown(notes), ""]
    lines += [*(f"- {entry}" for entry in outcome_legend()), "", "### Findings", ""]
    lines += [
        f"- **{finding.severity}** ({finding.code}): {escape_markdown(finding.sentence)}"
        for finding in result.findings
    ] or ["None."]
    lines += ["", "### Procedure", "", *map(escape_markdown, describe_procedure(result)), ""]
    data = ", ".join(
        f"{escape_markdown(name)}: {escape_markdown(value)}"
        for name, value in describe_data(result)
    )
    versions = ", ".join(f"{name} {version}" for name, version in result.settings.versions)
    return "\n".join([*lines, f"{data}. {versions}.", ""])


def _table(result: StudyConclusions) -> list[str]:
    table = build_improvement_table(result)
    heading = metric_heading(result.primary_metric)
    rows = [[heading, *table.models], ["---"] * (len(table.models) + 1)]
    decimals = result.decimals(result.primary_metric.name)
    rows.append([BASELINE, *(format_number(score, decimals) for score in table.baseline_score)])
    rows += [
        [method, *(_improvement_text(item, decimals) for item in improvements)]
        for method, improvements in table.rows
    ]
    return ["| " + " | ".join(map(escape_markdown, row)) + " |" for row in rows]


def _improvement_text(improvement: Improvement | None, decimals: int) -> str:
    if improvement is None:
        return "–"
    if improvement.same_scores:
        return "same as baseline"
    symbol = SYMBOLS[outcome_label(improvement)]
    value, interval = improvement.value, format_interval(improvement, decimals)
    return f"{format_signed(value, decimals)} {symbol} ({interval})"


def escape_markdown(text: str) -> str:
    """Escape the characters that Markdown interprets."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", text)
