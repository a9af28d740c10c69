"""The report of an evaluation as Markdown."""

from __future__ import annotations

from counterpoise.evaluation._conclusions import EvaluationConclusions
from counterpoise.evaluation._tables import TextTable, build_tables
from counterpoise.study._report.markdown import escape_markdown
from counterpoise.study._text import describe_positive

__all__ = ["render_markdown"]


def render_markdown(result: EvaluationConclusions) -> str:
    """Render an evaluation as Markdown; text from the data is escaped.

    Parameters
    ----------
    result : EvaluationConclusions

    Returns
    -------
    str
        Conclusions, positive class, tables and findings.
    """
    verdict, *more = map(escape_markdown, result.verdict)
    lines = [f"## {verdict}", "", escape_markdown(describe_positive(result.data)), *more, ""]
    for table in build_tables(result):
        lines += [f"### {escape_markdown(table.title)}", "", *_rows(table), ""]
        lines += [escape_markdown(table.note), ""] if table.note else []
    lines += ["### Findings", ""]
    lines += [
        f"- **{finding.severity}** ({finding.code}): {escape_markdown(finding.sentence)}"
        for finding in result.findings
    ] or ["None."]
    versions = ", ".join(f"{name} {version}" for name, version in result.settings.versions)
    return "\n".join([*lines, "", f"{versions}.", ""])


def _rows(table: TextTable) -> list[str]:
    rows = [table.head, ("---",) * len(table.head), *table.lines]
    return ["| " + " | ".join(map(escape_markdown, row)) + " |" for row in rows]
