"""The picture of gains: an interval for each remedy and model, beside the margin."""

from __future__ import annotations

import numpy as np

from counterpoise.study._conclusions import Comparison
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Gain
from counterpoise.study._report.figure import Picture
from counterpoise.study._report.svg import Axes, Drawing
from counterpoise.study._text import MARKS, figure, short_word, signed

__all__ = ["draw_gains"]

TOP, ROW, GAP = 30.0, 20.0, 26.0
COLUMNS = ("model", "remedy", "baseline", "score", "value", "low", "high", "margin", "p_value")


def draw_gains(result: Comparison) -> Picture | None:
    """Draw every gain of the family.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    Picture or None
        None where nothing was tested.
    """
    gains = [gain for gain in result.verdicts if not gain.same]
    if not gains:
        return None
    label = METRICS[result.settings.headline].label
    models = list(dict.fromkeys(gain.model for gain in gains))
    drawing = Drawing(760, TOP + ROW * len(gains) + GAP * len(models) + 54)
    axes = _axes(drawing, gains, f"gain in {label} over nothing")
    y = TOP
    for model in models:
        y += GAP
        drawing.text(8, y - 6, model, "group")
        for gain in (gain for gain in gains if gain.model == model):
            _draw_gain(axes, gain, y + 6)
            y += ROW
    title = f"Gains in {label} over nothing"
    words = (f"{g.model} with {g.remedy} {signed(g.value)}, {short_word(g)}" for g in gains)
    caption = (
        f"Points are gains, lines their {result.settings.level:.0%} intervals for all comparisons "
        f"together. The band is the margin, ±{figure(gains[0].margin)}: what lies within it does "
        "not matter."
    )
    data = {name: [getattr(gain, name) for gain in gains] for name in (*COLUMNS, "word")}
    return Picture("gains", title, caption, drawing.svg(title, "; ".join(words), "gains"), data)


def _axes(drawing: Drawing, gains: list[Gain], label: str) -> Axes:
    """Draw the scale, the margin and the line of no gain."""
    margin = gains[0].margin
    low = min(-margin, *(max(gain.low, -1.0) for gain in gains))
    high = max(margin, *(min(gain.high, 1.0) for gain in gains))
    step = _round_up((high - low) / 6)
    low, high = step * np.floor(low / step), step * np.ceil(high / step)
    height = drawing.height - TOP - 44
    axes = Axes(drawing, 150, TOP, 440, height, (low, high), (0, 1))
    left, right, zero = (float(axes.across(value)) for value in (-margin, margin, 0.0))
    drawing.box((left, TOP), (right - left, height), "margin")
    ticks = np.arange(low, high + step / 2, step).round(10) + 0.0  # no negative zero
    axes.frame(ticks, (), (label, ""))
    drawing.line((zero, zero), (TOP, TOP + height), "zero")
    return axes


def _draw_gain(axes: Axes, gain: Gain, y: float) -> None:
    drawing, kind = axes.drawing, gain.word.split()[0]
    low, at, high = (
        float(axes.across(np.clip(value, *axes.x))) for value in (gain.low, gain.value, gain.high)
    )
    drawing.text(140, y + 4, gain.remedy, "tick end")
    drawing.line((low, high), (y, y), f"interval {kind}")
    if axes.x[0] <= gain.value <= axes.x[1]:
        drawing.dot(at, y, 4, f"point {kind}")
    word = short_word(gain)
    drawing.text(604, y + 4, f"{MARKS[word]} {word}", f"tick word {kind}")


def _round_up(rough: float) -> float:
    """Return the next round number."""
    power = 10 ** np.floor(np.log10(max(rough, 1e-6)))
    return float(power * next(step for step in (1, 2, 5, 10) if step * power >= rough))
