"""Plot of the error by target value: baseline and best method of each model."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise._page.figure import FigureData, ReportFigure
from counterpoise._page.svg import Axes, SvgCanvas, round_ticks
from counterpoise.metrics import BinError, error_per_bin
from counterpoise.study._methods import BASELINE
from counterpoise.study._records import Candidate
from counterpoise.study._regression.conclusions import RegressionConclusions
from counterpoise.study._regression.text import format_value
from counterpoise.study._report.shown_candidates import best_method, models_of

__all__ = ["plot_errors"]

PANEL = 290.0
N_BINS = 10


def plot_errors(result: RegressionConclusions) -> ReportFigure | None:
    """Plot the error in each range of the target.

    Parameters
    ----------
    result : RegressionConclusions

    Returns
    -------
    ReportFigure or None
        None if no model is finished.
    """
    panels = {model: _errors(result, model) for model in models_of(result)}
    if not panels:
        return None
    canvas = SvgCanvas(760, PANEL * ((len(panels) + 1) // 2))
    data = FigureData("model", "method", "low", "high", "samples", "rmse", "mean_error")
    limit = _limit(panels)
    for place, (model, series) in enumerate(panels.items()):
        _draw_panel(canvas, place, model, series, limit)
        for method, bins in series.items():
            for part in bins:
                row = part.low, part.high, part.count, part.root_mean_squared_error, part.mean_error
                data.add(model, method, *row)
    title = "Error by target value"
    caption = (
        f"Root mean squared error (RMSE) of out-of-fold predictions in {N_BINS} ranges of the "
        "target, of each model without resampling (baseline) and with its best method. Ranges "
        "with few samples vary a lot."
    )
    texts = "; ".join(f"{model}: {' and '.join(series)}" for model, series in panels.items())
    return ReportFigure("errors", title, caption, canvas.svg(title, texts, "errors"), data)


def _errors(result: RegressionConclusions, model: str) -> dict[str, list[BinError]]:
    """Return the errors by range of the baseline and of the best method."""
    best = best_method(result, model)
    shown = [result.candidate(model), *([] if best is None else [best])]
    return {candidate.method: _bin_errors(result, candidate) for candidate in shown}


def _bin_errors(result: RegressionConclusions, candidate: Candidate) -> list[BinError]:
    edges = np.linspace(result.data.values.min(), result.data.values.max(), N_BINS + 1)
    predicted = candidate.scores[..., 0]
    tested = ~np.isnan(predicted)
    true = np.broadcast_to(result.data.values, predicted.shape)[tested]
    return [part for part in error_per_bin(true, predicted[tested], bins=edges) if part.count]


def _limit(panels: dict[str, dict[str, list[BinError]]]) -> float:
    return max(
        part.root_mean_squared_error
        for series in panels.values()
        for bins in series.values()
        for part in bins
    )


def _draw_panel(
    canvas: SvgCanvas, place: int, title: str, series: dict[str, list[BinError]], limit: float
) -> None:
    corner = 66 + 370 * (place % 2), 56 + PANEL * (place // 2)
    bins = series[BASELINE]
    axes = Axes(canvas, *corner, 284, 180, (bins[0].low, bins[-1].high), (0, 1.05 * limit))
    ticks = round_ticks(*axes.x), round_ticks(*axes.y)
    axes.frame(*ticks, ("target value", "RMSE"), format_value, title=title)
    curves = [_points(parts) for parts in series.values()]
    for number, (x, y) in enumerate(curves):
        axes.curve(x, y, f"curve series{number}")
        for at_x, at_y in zip(axes.across(x), axes.up(y), strict=True):
            canvas.dot(float(at_x), float(at_y), 3, f"point series{number}")
    axes.legend(list(series), curves)


def _points(bins: list[BinError]) -> tuple[Float64Array, Float64Array]:
    """Return the middle of each range and its error."""
    x = np.array([(part.low + part.high) / 2 for part in bins])
    return x, np.array([part.root_mean_squared_error for part in bins])
