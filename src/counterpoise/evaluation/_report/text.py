"""The result of an evaluation as plain text, and as HTML for notebooks."""

from __future__ import annotations

from counterpoise._lib.findings import finding_details
from counterpoise._lib.html_fragment import (
    details,
    fragment,
    html_table,
    paragraphs,
)
from counterpoise.evaluation._conclusions import EvaluationConclusions
from counterpoise.evaluation._tables import TextTable, build_tables
from counterpoise.study._text import describe_positive

__all__ = ["to_snippet", "to_text"]


def to_text(result: EvaluationConclusions) -> str:
    """Render the positive class, the conclusions and the tables as plain text."""
    parts = [describe_positive(result.data), *result.verdict]
    for table in build_tables(result):
        parts += ["", table.title, *_lines(table)]
    return "\n".join(parts)


def to_snippet(result: EvaluationConclusions) -> str:
    """Render the positive class, the conclusions, the metrics and the findings for notebooks."""
    first, *rest = result.verdict
    metrics, *others = build_tables(result)
    return fragment(
        *paragraphs((first, describe_positive(result.data), *rest), first_is_bold=True),
        _to_html(metrics),
        *(details(one.title, _to_html(one)) for one in others),
        finding_details(result.findings),
    )


def _to_html(shown: TextTable) -> str:
    return html_table(shown.head, shown.rows, shown.title) + "".join(paragraphs([shown.note]))


def _lines(table: TextTable) -> list[str]:
    """Return the lines of a table with aligned columns."""
    rows = [table.head, *table.lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in rows
    ]
