"""A result as a piece of HTML, for notebooks."""

from __future__ import annotations

from html import escape

from counterpoise.study._conclusions import Comparison
from counterpoise.study._methods import NOTHING
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Gain
from counterpoise.study._tables import grid_of
from counterpoise.study._text import MARKS, figure, short_word, signed

__all__ = ["to_snippet"]


def to_snippet(result: Comparison) -> str:
    """Return verdict and gains as HTML without style or script.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    str
        What comes from the data is escaped.
    """
    grid = grid_of(result)
    rows = [[METRICS[result.settings.headline].label, *grid.models]]
    rows.append([NOTHING, *map(figure, grid.baseline)])
    rows += [[remedy, *map(_cell, gains)] for remedy, gains in grid.rows]
    first, *rest = result.verdict
    paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in rest)
    table = "".join(_row(row, "th" if place == 0 else "td") for place, row in enumerate(rows))
    marks = escape("; ".join(f"{mark} {word}" for word, mark in MARKS.items()))
    return (
        f"<div><p><strong>{escape(first)}</strong></p>{paragraphs}<table>{table}</table>"
        f"<p><small>{marks}</small></p></div>"
    )


def _cell(gain: Gain | None) -> str:
    if gain is None or gain.same:
        return "–"
    return f"{signed(gain.value)} {MARKS[short_word(gain)]}"


def _row(cells: list[str], tag: str) -> str:
    name, *rest = cells
    others = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in rest)
    return f"<tr><th>{escape(name)}</th>{others}</tr>"
