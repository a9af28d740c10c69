"""Plot of improvements over the baseline with confidence intervals and the margin."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.format_text import format_signed
from counterpoise._page.figure import ReportFigure
from counterpoise._page.svg import Axes, SvgCanvas, round_up
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._records import Improvement
from counterpoise.study._text import (
    SYMBOLS,
    candidate_name,
    describe_margin,
    improvement_name,
    outcome_label,
)

__all__ = ["plot_improvements"]

TOP, ROW, GAP = 30.0, 20.0, 26.0
COLUMNS = (
    "model",
    "method",
    "baseline_score",
    "score",
    "value",
    "low",
    "high",
    "margin",
    "p_value",
)


def plot_improvements(result: StudyConclusions) -> ReportFigure | None:
    """Plot all confirmatory improvements.

    Parameters
    ----------
    result : StudyConclusions

    Returns
    -------
    ReportFigure or None
        None if nothing was tested.
    """
    improvements = [item for item in result.improvements if not item.same_scores]
    if not improvements:
        return None
    metric = result.primary_metric
    name, decimals = improvement_name(metric), result.decimals(metric.name)
    margin = describe_margin(result.settings.margins[metric.name], metric)
    models = list(dict.fromkeys(improvement.model for improvement in improvements))
    canvas = SvgCanvas(760, TOP + ROW * len(improvements) + GAP * len(models) + 54)
    axes = _axes(canvas, improvements, f"{name} over the baseline")
    y = TOP
    for model in models:
        y += GAP
        canvas.text(8, y - 6, model, "group")
        for improvement in (item for item in improvements if item.model == model):
            _draw_improvement(axes, improvement, y + 6)
            y += ROW
    title = f"{name[0].upper()}{name[1:]} over the baseline"
    texts = (
        f"{candidate_name(g.model, g.method)} {format_signed(g.value, decimals)}, "
        f"{outcome_label(g)}"
        for g in improvements
    )
    caption = (
        f"Points are improvements; lines are {result.settings.confidence_level:.0%} confidence "
        "intervals, simultaneous. The gray band is the equivalence margin, "
        f"±{margin}: smaller differences do not matter."
    )
    data = {
        name: [getattr(improvement, name) for improvement in improvements]
        for name in (*COLUMNS, "outcome")
    }
    return ReportFigure(
        "improvements", title, caption, canvas.svg(title, "; ".join(texts), "improvements"), data
    )


def _axes(canvas: SvgCanvas, improvements: list[Improvement], label: str) -> Axes:
    """Draw the scale, the margin and the line at zero."""
    margin = improvements[0].margin
    # Wider intervals are cut off.
    limit = max(1.0, *(abs(improvement.baseline_score) for improvement in improvements))
    low = min(-margin, *(max(improvement.low, -limit) for improvement in improvements))
    high = max(margin, *(min(improvement.high, limit) for improvement in improvements))
    step = round_up((high - low) / 6)
    low, high = step * np.floor(low / step), step * np.ceil(high / step)
    height = canvas.height - TOP - 44
    axes = Axes(canvas, 150, TOP, 440, height, (low, high), (0, 1))
    left, right, zero = (float(axes.across(value)) for value in (-margin, margin, 0.0))
    canvas.box((left, TOP), (right - left, height), "margin")
    ticks = np.arange(low, high + step / 2, step).round(10) + 0.0  # no negative zero
    axes.frame(ticks, (), (label, ""))
    canvas.line((zero, zero), (TOP, TOP + height), "zero")
    return axes


def _draw_improvement(axes: Axes, improvement: Improvement, y: float) -> None:
    canvas, kind = axes.canvas, improvement.outcome
    low, at, high = (
        float(axes.across(np.clip(value, *axes.x)))
        for value in (improvement.low, improvement.value, improvement.high)
    )
    canvas.text(140, y + 4, improvement.method, "tick end")
    canvas.line((low, high), (y, y), f"interval {kind}")
    if axes.x[0] <= improvement.value <= axes.x[1]:
        canvas.dot(at, y, 4, f"point {kind}")
    outcome = outcome_label(improvement)
    canvas.text(604, y + 4, f"{SYMBOLS[outcome]} {outcome}", f"tick outcome {kind}")
