"""The result as an HTML fragment for notebooks, and as plain text for terminals."""

from __future__ import annotations

from html import escape

from counterpoise._lib.format_text import format_number, format_signed
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._records import Improvement
from counterpoise.study._tables import build_improvement_table
from counterpoise.study._text import SYMBOLS, metric_heading, outcome_label

__all__ = ["to_snippet", "to_text"]


def to_snippet(result: StudyConclusions) -> str:
    """Render conclusion and improvements as HTML without style or script.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    str
        Text from the data is escaped.
    """
    rows = _rows(result)
    first, *rest = result.verdict
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in (result.target_text.sentence, *rest))
    table = "".join(_html_row(row, "th" if place == 0 else "td") for place, row in enumerate(rows))
    return (
        f"<div><p><strong>{escape(first)}</strong></p>{paragraphs}<table>{table}</table>"
        f"<p><small>{escape(_legend())}</small></p></div>"
    )


def to_text(result: StudyConclusions) -> str:
    """Render conclusion and improvements as plain text.

    Parameters
    ----------
    result : StudyResult

    Returns
    -------
    str
    """
    rows = _rows(result)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in rows
    ]
    return "\n".join([result.target_text.sentence, *result.verdict, "", *lines, "", _legend()])


def _rows(result: StudyConclusions) -> list[list[str]]:
    """Return the table of improvements as texts; the first row is the heading."""
    table = build_improvement_table(result)
    rows = [[metric_heading(result.primary_metric), *table.models]]
    decimals = result.decimals(result.primary_metric.name)
    rows.append([BASELINE, *(format_number(score, decimals) for score in table.baseline_score)])
    rows += [
        [method, *(_improvement_text(item, decimals) for item in improvements)]
        for method, improvements in table.rows
    ]
    return rows


def _improvement_text(improvement: Improvement | None, decimals: int) -> str:
    if improvement is None or improvement.same_scores:
        return "–"
    return f"{format_signed(improvement.value, decimals)} {SYMBOLS[outcome_label(improvement)]}"


def _legend() -> str:
    return "; ".join(f"{symbol} {outcome}" for outcome, symbol in SYMBOLS.items())


def _html_row(cells: list[str], tag: str) -> str:
    name, *rest = cells
    others = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in rest)
    return f"<tr><th>{escape(name)}</th>{others}</tr>"
