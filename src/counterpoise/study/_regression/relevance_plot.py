"""Plot of the relevance function over the distribution of the target."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise._page.figure import FigureData, ReportFigure
from counterpoise._page.svg import Axes, SvgCanvas, round_ticks
from counterpoise.study._regression.conclusions import RegressionConclusions
from counterpoise.study._regression.target import THRESHOLD
from counterpoise.study._regression.text import format_value

__all__ = ["plot_relevance"]

N_BINS, MAX_POINTS = 40, 300
SHARES = (0.0, 0.5, 1.0)


def plot_relevance(result: RegressionConclusions) -> ReportFigure:
    """Plot how many samples have each target value, and the relevance of the values.

    Parameters
    ----------
    result : RegressionConclusions

    Returns
    -------
    ReportFigure
    """
    data = result.data
    counts, edges = np.histogram(data.values, N_BINS)
    canvas = SvgCanvas(760, 290)
    axes = Axes(canvas, 60, 36, 660, 190, (float(edges[0]), float(edges[-1])), (0, 1))
    ticks = round_ticks(*axes.x)
    axes.frame(ticks, SHARES, ("target value", "relevance"), format_value)
    _draw_bars(axes, edges, counts / counts.max())
    values, relevance = _curve(result)
    axes.curve(np.array(axes.x), np.full(2, THRESHOLD), "no-skill")
    axes.curve(values, relevance, "curve series1")
    title = "Relevance of the target's values"
    caption = (
        f"The line is the relevance of a target value ({data.relevance_method}). Values above the "
        f"dashed line, with a relevance of at least {THRESHOLD:g}, are rare. Bars show how many "
        f"samples have these values; the highest is {counts.max():,} samples."
    )
    table = FigureData("target", "relevance")
    for value, share in zip(values, relevance, strict=True):
        table.add(value, share)
    return ReportFigure("relevance", title, caption, canvas.svg(title, caption, "relevance"), table)


def _draw_bars(axes: Axes, edges: Float64Array, heights: Float64Array) -> None:
    left, bottom = axes.across(edges), axes.top + axes.height
    for place, height in enumerate(heights):
        top = float(axes.up(height))
        size = float(left[place + 1] - left[place]) - 1, bottom - top
        axes.canvas.box((float(left[place]), top), size, "majority")


def _curve(result: RegressionConclusions) -> tuple[Float64Array, Float64Array]:
    """Return distinct target values and their relevance, at most `MAX_POINTS`."""
    values, first = np.unique(result.data.values, return_index=True)
    chosen = np.unique(np.linspace(0, len(values) - 1, MAX_POINTS).astype(np.intp))
    return values[chosen], result.data.relevance[first[chosen]]
