"""The figures of an evaluation: curves and calibration of each score column."""

from __future__ import annotations

import numpy as np

from counterpoise._page.figure import FigureData, ReportFigure
from counterpoise._page.svg import SvgCanvas
from counterpoise.evaluation._conclusions import EvaluationConclusions
from counterpoise.study._report.calibration_plot import PANEL as CALIBRATION_PANEL
from counterpoise.study._report.calibration_plot import draw_calibration
from counterpoise.study._report.curves import bins_of
from counterpoise.study._report.curves_plot import PANEL, draw_curves

__all__ = ["plot_calibration", "plot_curves"]

CURVES = ("precision-recall", "roc")
TITLES = ("Precision-recall curve", "ROC curve")


def plot_curves(result: EvaluationConclusions) -> ReportFigure:
    """Plot the precision-recall and ROC curves of all score columns, with confidence bands."""
    canvas = SvgCanvas(760, PANEL)
    data = FigureData("name", "curve", "x", "y", "low", "high")
    prevalence = None if result.data.positive is None else result.prevalence
    for side, curve in enumerate(CURVES):
        series = [(c.model, result.curve(c, curve)) for c in result.candidates]
        draw_curves(canvas, (0, side), TITLES[side], series, prevalence)
        for name, band in series:
            for values in zip(band.x, band.y, band.low, band.high, strict=True):
                data.add(name, curve, *values)
    title = "Precision-recall and ROC curves"
    caption = (
        f"Bands are pointwise {result.settings.confidence_level:.0%} confidence bands (bootstrap); "
        "the dashed line is the no-skill level."
    )
    if result.data.positive is None:
        caption += " For several classes: one against the rest, averaged."
    names = ", ".join(result.names)
    return ReportFigure("curves", title, caption, canvas.svg(title, names, "curves"), data)


def plot_calibration(result: EvaluationConclusions) -> ReportFigure | None:
    """Plot the calibration of each score column that has probabilities; None if none has."""
    shown = [c for c in result.candidates if c.has_probabilities and np.ptp(c.scores) > 0]
    if not shown or result.data.positive is None:
        return None
    canvas = SvgCanvas(760, CALIBRATION_PANEL * ((len(shown) + 1) // 2))
    data = FigureData("name", "predicted", "observed", "low", "high", "rows")
    for place, candidate in enumerate(shown):
        bins = bins_of(result, candidate.scores)
        draw_calibration(canvas, place, candidate.model, [("predicted", bins)])
        for values in zip(*vars(bins).values(), strict=True):
            data.add(candidate.model, *values)
    title = "Calibration"
    caption = (
        "Each bin has the same number of rows; the axes are in log-odds. Vertical lines are 95% "
        "confidence intervals of the observed frequency. Calibrated probabilities lie on the "
        "diagonal."
    )
    names = ", ".join(candidate.model for candidate in shown)
    return ReportFigure(
        "calibration", title, caption, canvas.svg(title, names, "calibration"), data
    )
