"""The result of an evaluation as plain text, and as an HTML fragment for notebooks."""

from __future__ import annotations

from html import escape

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
    """Render the positive class, the conclusions and the metrics as HTML without style or script.

    Text from the data is escaped.
    """
    first, *rest = result.verdict
    positive = describe_positive(result.data)
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in (positive, *rest))
    table = build_tables(result)[0]
    rows = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for name, *cells in table.lines
    )
    head = "".join(f"<th>{escape(name)}</th>" for name in table.head)
    return (
        f"<div><p><strong>{escape(first)}</strong></p>{paragraphs}"
        f"<table><tr>{head}</tr>{rows}</table></div>"
    )


def _lines(table: TextTable) -> list[str]:
    """Return the lines of a table with aligned columns."""
    rows = [table.head, *table.lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in rows
    ]
