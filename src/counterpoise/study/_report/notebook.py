"""The result as an HTML fragment for notebooks."""

from __future__ import annotations

from html import escape

from counterpoise.study._conclusions import Conclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Improvement
from counterpoise.study._tables import build_grid
from counterpoise.study._text import SYMBOLS, format_number, format_signed, outcome_label

__all__ = ["to_snippet"]


def to_snippet(result: Conclusions) -> str:
    """Render conclusion and improvements as HTML without style or script.

    Parameters
    ----------
    result : Conclusions

    Returns
    -------
    str
        Text from the data is escaped.
    """
    grid = build_grid(result)
    rows = [[METRICS[result.settings.primary_metric].label, *grid.models]]
    rows.append([BASELINE, *map(format_number, grid.baseline_score)])
    rows += [[method, *map(_cell, improvements)] for method, improvements in grid.rows]
    first, *rest = result.verdict
    paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in rest)
    table = "".join(_row(row, "th" if place == 0 else "td") for place, row in enumerate(rows))
    legend = escape("; ".join(f"{symbol} {outcome}" for outcome, symbol in SYMBOLS.items()))
    return (
        f"<div><p><strong>{escape(first)}</strong></p>{paragraphs}<table>{table}</table>"
        f"<p><small>{legend}</small></p></div>"
    )


def _cell(improvement: Improvement | None) -> str:
    if improvement is None or improvement.same_scores:
        return "–"
    return f"{format_signed(improvement.value)} {SYMBOLS[outcome_label(improvement)]}"


def _row(cells: list[str], tag: str) -> str:
    name, *rest = cells
    others = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in rest)
    return f"<tr><th>{escape(name)}</th>{others}</tr>"
