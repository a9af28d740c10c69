"""Plot of precision-recall and ROC curves with the range of the folds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise._page.figure import FigureData, ReportFigure
from counterpoise._page.svg import Axes, SvgCanvas
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._records import Candidate
from counterpoise.study._report.curves import (
    CurveBand,
    mean_band,
    precision_recall_bands,
    roc_bands,
)
from counterpoise.study._report.shown_candidates import best_method, models_of

__all__ = ["PANEL", "SIDES", "draw_curves", "plot_curves"]

Points = tuple[Float64Array, Float64Array]

PANEL = 290.0
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SIDES = (
    ("precision-recall", precision_recall_bands, "recall", "precision"),
    ("ROC", roc_bands, "false positive rate", "recall"),
)


def plot_curves(result: StudyConclusions) -> ReportFigure | None:
    """Plot the curves of each model: baseline and best method.

    Parameters
    ----------
    result : StudyConclusions

    Returns
    -------
    ReportFigure or None
        None if no model is finished.
    """
    panels = [(model, _shown_candidates(result, model)) for model in models_of(result)]
    if not panels:
        return None
    canvas = SvgCanvas(760, PANEL * len(panels))
    data = FigureData("model", "method", "curve", "x", "y", "low", "high")
    positive = result.data.positive
    prevalence = None if positive is None else float(np.mean(result.data.codes == positive))
    for row, (model, candidates) in enumerate(panels):
        names = [candidate.method for candidate in candidates]
        for side, (name, bands_of, _, _) in enumerate(SIDES):
            bands = [mean_band(bands_of(result, candidate)) for candidate in candidates]
            draw_curves(
                canvas, (row, side), model, list(zip(names, bands, strict=True)), prevalence
            )
            for candidate, band in zip(candidates, bands, strict=True):
                for values in zip(band.x, band.y, band.low, band.high, strict=True):
                    data.add(model, candidate.method, name, *values)
    title = "Precision, recall and ROC curves"
    caption = (
        "Each model without resampling (baseline) and with its best method. Lines are means over "
        "folds, bands contain 80% of the folds, and the dashed line is the no-skill level."
    )
    if result.data.positive is None:
        caption += " For several classes: one against the rest, averaged."
    texts = "; ".join(
        f"{model}: {' and '.join(a.method for a in candidates)}" for model, candidates in panels
    )
    return ReportFigure("curves", title, caption, canvas.svg(title, texts, "curves"), data)


def _shown_candidates(result: StudyConclusions, model: str) -> list[Candidate]:
    best = best_method(result, model)
    return [result.candidate(model), *([best] if best is not None else [])]


def draw_curves(
    canvas: SvgCanvas,
    place: tuple[int, int],
    title: str,
    series: Sequence[tuple[str, CurveBand]],
    prevalence: float | None,
) -> None:
    """Draw curves of one type into a panel of a canvas.

    Parameters
    ----------
    canvas : SvgCanvas
    place : (int, int)
        The row of the panel, and its side: 0 for precision-recall curves, 1 for ROC curves.
    title : str
    series : sequence of (str, CurveBand)
        Name and curve of each series.
    prevalence : float or None
        The no-skill level of precision; None for several classes, which have none.
    """
    row, side = place
    axes = Axes(canvas, 60 + 370 * side, 56 + PANEL * row, 290, 180, (0, 1), (0, 1))
    axes.frame(SHARES, SHARES, SIDES[side][2:], title=title)
    no_skill = _draw_no_skill(axes, prevalence, is_roc=side == 1)
    curves = _draw_bands(axes, [band for _, band in series])
    axes.legend([name for name, _ in series], [*no_skill, *curves])


def _draw_no_skill(axes: Axes, prevalence: float | None, *, is_roc: bool) -> list[Points]:
    """Draw the no-skill level; return its points, none for precision of several classes."""
    if prevalence is None and not is_roc:
        return []
    x = np.linspace(0, 1, 50)
    level = x if is_roc else np.full(len(x), prevalence)
    axes.curve(x, level, "no-skill")
    return [(x, level)]


def _draw_bands(axes: Axes, bands: list[CurveBand]) -> list[Points]:
    """Draw curves with their bands; return their points."""
    for place, band in enumerate(bands):
        axes.band(band.x, band.low, band.high, f"band series{place}")
        axes.curve(band.x, band.y, f"curve series{place}")
    return [(band.x, y) for band in bands for y in (band.low, band.y, band.high)]
