"""The tutorial's page: facts and pictures in, one HTML file out that needs nothing else.

The words stand in ``page.html.j2``; this file works out the numbers they quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise._lib.optional_imports import require
from counterpoise.display._style import BLUE, GREEN, INK, ORANGE, PAPER, QUIET
from counterpoise.tutorial.experiment import Boundary, Experiment
from counterpoise.tutorial.findings import find, number
from counterpoise.tutorial.luck import FLAT, METRICS, MODELS, Luck
from counterpoise.tutorial.pictures import GROUND

require("jinja2", "writing the tutorial's page")

from jinja2 import Environment, StrictUndefined  # noqa: E402

# Each colour of the pictures and its name in the style-sheet, which knows light from dark.
_COLOURS = {
    INK: "ink",
    PAPER: "paper",
    QUIET: "quiet",
    BLUE: "blue",
    ORANGE: "orange",
    GREEN: "green",
}

_TABLES = {
    "df_base.csv": "the balanced start",
    "df_imbalanced.csv": "after most of class 1 was taken away",
    "df_oversampled.csv": "balanced by repeats",
    "df_smoted_k1.csv": "SMOTE'd, k = 1",
    "df_smoted_k2.csv": "SMOTE'd, k = 2",
    "df_smoted_k8.csv": "SMOTE'd, k = 8",
    "df_smoted.csv": "the same, under the name the experiment uses",
    "luck.csv": "every score of every model and seed",
}

ALTS = {
    "base": "Scatter plot of the balanced data: two clouds side by side, a few labels exchanged.",
    "base_boundary": "The base SVM's straight boundary runs between the two clouds.",
    "imbalanced": "Scatter plot: the cloud of class 0 and ten scattered points of class 1.",
    "imbalanced_boundary": "The second SVM's whole plane, coloured by the class it predicts.",
    "oversampled": "The ten points of class 1 drawn large, each with its number of repeats.",
    "oversampled_boundary": "The over-sampled SVM's boundary, a straight line between the clouds.",
    "how_smote_works": "One observation, lines to its neighbours, and one new point on a line.",
    "smoted_k1": "k = 1: the new points lie like beads on a few lines between neighbours.",
    "smoted_k2": "k = 2: the new points form a web.",
    "smoted_k8": "k = 8: the new points fill one blob between the ten real ones.",
    "smoted_boundary": "The SMOTE'd SVM's boundary, a straight line between the clouds.",
    "boundaries": "The base boundary beside the SMOTE'd one.",
    "lines": "The boundaries of four SVMs drawn together over the base points.",
    "luck": "Dot plot: mean, interval and single seeds, for each model and metric of the table.",
}

_MACHINES = {
    "base": "base",
    "imbalanced": "imbalanced",
    "repeated": "over-sampled",
    "smoted_k1": "SMOTE'd, k = 1",
    "smoted_k2": "SMOTE'd, k = 2",
    "smoted_k8": "SMOTE'd, k = 8",
}


@dataclass(frozen=True)
class MachineRow:
    """One row of the table of the tutorial's own SVMs."""

    name: str
    boundary: Boundary
    turn: float | None  # degrees between its line and the base SVM's; None where it has no line


def render(facts: Experiment, luck: Luck, svgs: dict[str, str]) -> str:
    """Write the page.

    Parameters
    ----------
    facts : Experiment
        Of the tutorial's own seed.
    luck : Luck
        Of the other seeds.
    svgs : dict of str to str
        Each picture as an SVG element, by file name without ending; all names of ``ALTS``.

    Returns
    -------
    str
        A whole HTML document that loads nothing.

    Examples
    --------
    >>> from counterpoise.tutorial.experiment import run_experiment
    >>> from counterpoise.tutorial.luck import run_luck
    >>> svgs = dict.fromkeys(ALTS, "<svg></svg>")
    >>> render(run_experiment(), run_luck(2), svgs)[:15]
    '<!doctype html>'
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters.update(curl=_curl, number=number, percent=_percent)
    words = files("counterpoise.tutorial").joinpath("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(words).render(
        facts=facts,
        luck=luck,
        picture={name: _inline(svg, name, ALTS[name]) for name, svg in svgs.items()},
        # Shown a second time, beside the SMOTE'd one: under ids of its own.
        base_again=_inline(svgs["base_boundary"], "again", ALTS["base_boundary"]),
        finding={finding.code: finding.text for finding in find(luck)},
        machines=_rows_of_machines(facts),
        tables=_TABLES,
        alts=ALTS,
        models=MODELS,
        metrics=METRICS,
        flat=FLAT,
        versions={name: version(name) for name in ("counterpoise", "scikit-learn", "numpy")},
        **_numbers(facts),
    )


def _inline(svg: str, name: str, alt: str) -> str:
    """Fit a picture into the page: its alt text, its own ids, the page's colours, no addresses."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg).replace("xlink:href", "href")
    # The size comes from the viewBox and the column, not from points on paper.
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'id="', f'id="{name}-', svg)
    svg = svg.replace("url(#", f"url(#{name}-").replace('href="#', f'href="#{name}-')
    for colour, style_name in _COLOURS.items():
        svg = svg.replace(colour, f"var(--{style_name})")
    svg = svg.replace(f"opacity: {GROUND}", "opacity: var(--ground)")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)


def _rows_of_machines(facts: Experiment) -> list[MachineRow]:
    base = facts.boundaries["base"]
    return [
        MachineRow(name, facts.boundaries[key], _turn(facts.boundaries[key], base))
        for key, name in _MACHINES.items()
    ]


def _turn(boundary: Boundary, base: Boundary) -> float | None:
    if boundary.share_of_plane in (0.0, 1.0):
        return None
    lengths = float(np.linalg.norm(boundary.normal) * np.linalg.norm(base.normal))
    cosine = float(boundary.normal @ base.normal) / lengths
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _numbers(facts: Experiment) -> dict[str, Any]:
    repeats = facts.repeated.repeats[facts.imbalanced.labels == 1]
    majority, minority = facts.imbalanced.counts
    turns = [row.turn for row in _rows_of_machines(facts) if row.turn is not None]
    spread = {k: _spread(grown.sample.points[grown.is_new]) for k, grown in facts.smoted.items()}
    return {
        "majority_share": majority / (majority + minority),
        "n_grid": facts.boundaries["imbalanced"].predicted.size,
        "n_alarms": int(facts.boundaries["imbalanced"].predicted.sum()),
        "fewest": int(repeats.min()),
        "most": int(repeats.max()),
        "largest_turn": max(turns),
        "pairs": minority * (minority - 1) // 2,
        "spread": {**spread, "parents": _spread(facts.imbalanced.of(1))},
    }


def _spread(points: NDArray[np.float64]) -> float:
    """Total variance: the mean squared distance from the middle."""
    return float(points.var(axis=0).sum())


def _curl(text: str) -> str:
    """Typographic quotation marks and apostrophes."""
    text = re.sub(r'(^|[\s(=])"', r"\1“", text).replace('"', "”")
    return text.replace("'", "’")


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\u202f%"
