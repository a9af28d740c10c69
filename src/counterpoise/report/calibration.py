"""The picture of calibration: probabilities beside frequencies, raw and corrected."""

from __future__ import annotations

import numpy as np
from scipy.special import logit

from counterpoise._lib.types import Float64Array
from counterpoise.comparison import Comparison
from counterpoise.comparison.remedies import NOTHING
from counterpoise.probability import CalibrationBins
from counterpoise.report.curves import bins_of
from counterpoise.report.drawing import Axes, Drawing
from counterpoise.report.picture import Columns, Picture, models_of

__all__ = ["draw_calibration"]

# Rare classes live near 0: log odds give them room.
TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99)
LEAST = 0.0005
ENDS = float(logit(LEAST)), -float(logit(LEAST))


def draw_calibration(result: Comparison) -> Picture | None:
    """Draw each model as it is, under the remedy that bends it most, and that corrected.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    Picture or None
        None where no model gives probabilities, or there are more than two classes.
    """
    models = [model for model in models_of(result) if result.arm(model).probable]
    if not models or result.data.positive is None:
        return None
    drawing = Drawing(760, 290 * ((len(models) + 1) // 2))
    data = Columns("model", "series", "said", "happened", "low", "high", "rows")
    for place, model in enumerate(models):
        corner = 60 + 370 * (place % 2), 36 + 290 * (place // 2)
        axes = Axes(drawing, *corner, 290, 200, ENDS, ENDS)
        ticks = logit(TICKS)
        names = "probability that is said", f"share that happened, {model}"
        axes.frame(ticks, ticks, names, lambda at: f"{1 / (1 + np.exp(-at)):.3g}")
        axes.curve(np.array(ENDS), np.array(ENDS), "chance")
        for number, (name, bins) in enumerate(_series(result, model)):
            _draw_bins(axes, bins, name, number)
            for values in zip(*vars(bins).values(), strict=True):
                data.add(model, name, *values)
    title = "Calibration, raw and corrected"
    caption = (
        "Bins of equally many rows, on a scale of log odds; upright lines are 95 % intervals of "
        "the share. On the diagonal, what is said happens. The remedy shown is the one that bends "
        "most; beside it, corrected for the shares of the classes that it was trained on."
    )
    words = "; ".join(
        dict.fromkeys(f"{m}, {s}" for m, s in zip(data["model"], data["series"], strict=True))
    )
    return Picture("calibration", title, caption, drawing.svg(title, words, "calibration"), data)


def _draw_bins(axes: Axes, bins: CalibrationBins, name: str, number: int) -> None:
    kind = f"series{number}"
    said, happened, low, high = map(_log_odds, (bins.said, bins.happened, bins.low, bins.high))
    for at, least, most in zip(axes.across(said), axes.up(low), axes.up(high), strict=True):
        axes.drawing.line((at, at), (least, most), f"whisker {kind}")
    axes.curve(said, happened, f"curve {kind}")
    for x, y in zip(axes.across(said), axes.up(happened), strict=True):
        axes.drawing.dot(x, y, 3, f"point {kind}")
    axes.drawing.text(axes.left + 8, axes.top + 16 + 16 * number, f"— {name}", f"key {kind}")


def _log_odds(share: Float64Array) -> Float64Array:
    odds: Float64Array = logit(np.clip(share, LEAST, 1 - LEAST))
    return odds


def _series(result: Comparison, model: str) -> list[tuple[str, CalibrationBins]]:
    shown = [(NOTHING, bins_of(result, result.arm(model).scores))]
    arms = [arm for arm in result.arms if arm.model == model and arm.status == "done"]
    arms = [arm for arm in arms if arm.probable and arm.remedy not in (NOTHING, "threshold")]
    if not arms:
        return shown
    offsets = [abs(np.nanmean(result.values("calibration_intercept", arm))) for arm in arms]
    bent = arms[int(np.argmax(offsets))]
    mended = bins_of(result, result.corrected(bent))
    bins = bins_of(result, bent.scores)
    return [*shown, (bent.remedy, bins), (f"{bent.remedy}, corrected", mended)]
