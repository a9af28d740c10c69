"""Calibration plot: predicted probabilities against observed frequencies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import logit

from counterpoise._lib.types import Float64Array
from counterpoise._page.figure import FigureData, ReportFigure
from counterpoise._page.svg import Axes, SvgCanvas
from counterpoise.probability import CalibrationBins
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._report.curves import bins_of
from counterpoise.study._report.shown_candidates import models_of, other_candidates

__all__ = ["PANEL", "draw_calibration", "plot_calibration_curves"]

# Probabilities of a minority class are near 0, where log-odds show more detail.
TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99)
PANEL = 310.0
SMALLEST = 0.0005
LIMITS = float(logit(SMALLEST)), -float(logit(SMALLEST))


def plot_calibration_curves(result: StudyConclusions) -> ReportFigure | None:
    """Plot each model: baseline, and its least calibrated method before and after calibration.

    Parameters
    ----------
    result : StudyConclusions

    Returns
    -------
    ReportFigure or None
        None if no model has probabilities, or there are more than two classes.
    """
    models = [model for model in models_of(result) if result.candidate(model).has_probabilities]
    if not models or result.data.positive is None:
        return None
    canvas = SvgCanvas(760, PANEL * ((len(models) + 1) // 2))
    data = FigureData("model", "series", "predicted", "observed", "low", "high", "rows")
    for place, model in enumerate(models):
        series = _series(result, model)
        draw_calibration(canvas, place, model, series)
        for name, bins in series:
            for values in zip(*vars(bins).values(), strict=True):
                data.add(model, name, *values)
    title = "Calibration of predicted, corrected and calibrated probabilities"
    caption = (
        "Each bin has the same number of samples; the axes are in log-odds. Vertical lines are 95% "
        "confidence intervals of the observed frequency. Perfectly calibrated probabilities lie "
        "on the diagonal. For each model: the baseline, the method with the largest "
        "miscalibration, and that method after prior correction and after calibration, each fold "
        "with the predictions in the other folds."
    )
    texts = "; ".join(
        dict.fromkeys(f"{m}: {s}" for m, s in zip(data["model"], data["series"], strict=True))
    )
    return ReportFigure(
        "calibration", title, caption, canvas.svg(title, texts, "calibration"), data
    )


def draw_calibration(
    canvas: SvgCanvas, place: int, title: str, series: Sequence[tuple[str, CalibrationBins]]
) -> None:
    """Draw calibration curves into one of the panels of a canvas, two in a row.

    Parameters
    ----------
    canvas : SvgCanvas
    place : int
        The number of the panel.
    title : str
    series : sequence of (str, CalibrationBins)
        Name and bins of each curve.
    """
    corner = 60 + 370 * (place % 2), 56 + PANEL * (place // 2)
    axes = Axes(canvas, *corner, 290, 200, LIMITS, LIMITS)
    ticks = logit(TICKS)
    names = "predicted probability", "observed frequency"
    axes.frame(ticks, ticks, names, lambda at: f"{1 / (1 + np.exp(-at)):.3g}", title=title)
    axes.curve(np.array(LIMITS), np.array(LIMITS), "no-skill")
    for number, (_, bins) in enumerate(series):
        _draw_bins(axes, bins, f"series{number}")
    diagonal = np.linspace(*LIMITS, 50)
    drawn = [tuple(map(_log_odds, (b.predicted, b.observed))) for _, b in series]
    axes.legend([name for name, _ in series], [(diagonal, diagonal), *drawn])


def _draw_bins(axes: Axes, bins: CalibrationBins, kind: str) -> None:
    predicted, observed, low, high = map(
        _log_odds, (bins.predicted, bins.observed, bins.low, bins.high)
    )
    for at, bottom, top in zip(axes.across(predicted), axes.up(low), axes.up(high), strict=True):
        axes.canvas.line((at, at), (bottom, top), f"whisker {kind}")
    axes.curve(predicted, observed, f"curve {kind}")
    for x, y in zip(axes.across(predicted), axes.up(observed), strict=True):
        axes.canvas.dot(x, y, 3, f"point {kind}")


def _log_odds(share: Float64Array) -> Float64Array:
    odds: Float64Array = logit(np.clip(share, SMALLEST, 1 - SMALLEST))
    return odds


def _series(result: StudyConclusions, model: str) -> list[tuple[str, CalibrationBins]]:
    shown = [(BASELINE, bins_of(result, result.candidate(model).scores))]
    candidates = [c for c in other_candidates(result, model) if c.has_probabilities]
    if not candidates:
        return shown
    offsets = [
        abs(np.nanmean(result.values("calibration_intercept", candidate)))
        for candidate in candidates
    ]
    miscalibrated = candidates[int(np.argmax(offsets))]
    name = miscalibrated.method
    return [
        *shown,
        (name, bins_of(result, miscalibrated.scores)),
        (f"{name}, corrected", bins_of(result, result.scores_of(miscalibrated, "corrected"))),
        (f"{name}, calibrated", bins_of(result, result.scores_of(miscalibrated, "calibrated"))),
    ]
