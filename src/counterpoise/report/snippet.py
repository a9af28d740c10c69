"""A result as a piece of HTML, for notebooks."""

from __future__ import annotations

from html import escape

from counterpoise.comparison import METRICS, Comparison
from counterpoise.comparison.remedies import NOTHING
from counterpoise.comparison.words import MARKS, figure, short_word, signed

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
    headline = result.settings.headline
    models = [model for model, _ in result.settings.models if model != "dummy"]
    gains = {(gain.model, gain.remedy): gain for gain in result.verdicts}
    scores = result.table()
    rows = [[METRICS[headline].label, *models]]
    rows.append([NOTHING, *(figure(scores[model, NOTHING][headline]) for model in models)])
    for remedy, _ in result.settings.remedies[1:]:
        found = [gains.get((model, remedy)) for model in models]
        told = (
            "–" if gain is None or gain.same else f"{signed(gain.value)} {MARKS[short_word(gain)]}"
            for gain in found
        )
        rows.append([remedy, *told])
    first, *rest = result.verdict
    paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in rest)
    table = "".join(_row(row, "th" if place == 0 else "td") for place, row in enumerate(rows))
    marks = escape("; ".join(f"{mark} {word}" for word, mark in MARKS.items()))
    return (
        f"<div><p><strong>{escape(first)}</strong></p>{paragraphs}<table>{table}</table>"
        f"<p><small>{marks}</small></p></div>"
    )


def _row(cells: list[str], tag: str) -> str:
    name, *rest = cells
    others = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in rest)
    return f"<tr><th>{escape(name)}</th>{others}</tr>"
