"""The report as Markdown, for a pull request."""

from __future__ import annotations

import re

from counterpoise.study._conclusions import Comparison
from counterpoise.study._methods import NOTHING
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Gain
from counterpoise.study._report.description import chance_of, facts_of, family_of, method_of
from counterpoise.study._tables import grid_of
from counterpoise.study._text import MARKS, figure, short_word, signed

__all__ = ["render_markdown"]


def render_markdown(result: Comparison) -> str:
    """Return a result as Markdown.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    str
        The verdict, the table of gains, findings and method. What comes from the data is escaped.
    """
    verdict, *more = map(_plain, result.verdict)
    lines = [f"## {verdict}", "", *more, "", *_table(result), ""]
    lines += [f"{chance_of(result)} {family_of(result)}".strip(), "", "### Findings", ""]
    lines += [
        f"- **{finding.severity}** ({finding.code}): {_plain(finding.sentence)}"
        for finding in result.findings
    ] or ["None."]
    lines += ["", "### Method", "", *method_of(result), ""]
    facts = ", ".join(f"{_plain(name)} {_plain(value)}" for name, value in facts_of(result))
    versions = ", ".join(f"{name} {version}" for name, version in result.settings.versions)
    return "\n".join([*lines, f"{facts}. {versions}.", ""])


def _table(result: Comparison) -> list[str]:
    grid = grid_of(result)
    label = METRICS[result.settings.headline].label
    rows = [[label, *grid.models], ["---"] * (len(grid.models) + 1)]
    rows.append([NOTHING, *map(figure, grid.baseline)])
    rows += [[remedy, *map(_cell, gains)] for remedy, gains in grid.rows]
    return ["| " + " | ".join(map(_plain, row)) + " |" for row in rows]


def _cell(gain: Gain | None) -> str:
    if gain is None:
        return "–"
    if gain.same:
        return "same scores"
    interval = f"{signed(gain.low)} to {signed(gain.high)}"
    return f"{signed(gain.value)} {MARKS[short_word(gain)]} ({interval})"


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", text)
