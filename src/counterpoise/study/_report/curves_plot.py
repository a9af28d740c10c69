"""The picture of rankings: precision-recall and ROC curves, with bands of folds."""

from __future__ import annotations

import numpy as np

from counterpoise.study._conclusions import Comparison
from counterpoise.study._records import Arm
from counterpoise.study._report.curves import Band, mean_band, precision_recall_bands, roc_bands
from counterpoise.study._report.figure import Columns, Picture, best_remedy, models_of
from counterpoise.study._report.svg import Axes, Drawing

__all__ = ["draw_rankings"]

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SIDES = (
    ("precision-recall", precision_recall_bands, "recall", "precision"),
    ("ROC", roc_bands, "false alarms", "recall"),
)


def draw_rankings(result: Comparison) -> Picture | None:
    """Draw the curves of each model: as it is, and under its best remedy.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    Picture or None
        None where no model is done.
    """
    panels = [(model, _contrast(result, model)) for model in models_of(result)]
    if not panels:
        return None
    drawing = Drawing(760, 270 * len(panels))
    data = Columns("model", "remedy", "curve", "x", "y", "low", "high")
    for row, (model, arms) in enumerate(panels):
        for side, (name, bands_of, across, up) in enumerate(SIDES):
            axes = Axes(drawing, 60 + 370 * side, 36 + 270 * row, 290, 180, (0, 1), (0, 1))
            axes.frame(SHARES, SHARES, (across, f"{up}, {model}"))
            _draw_chance(result, axes, name)
            for place, arm in enumerate(arms):
                band = mean_band(bands_of(result, arm))
                _draw_band(axes, band, arm.remedy, place)
                for values in zip(band.x, band.y, band.low, band.high, strict=True):
                    data.add(model, arm.remedy, name, *values)
    title = "Precision, recall and ROC curves"
    caption = (
        "Each model as it is and under the remedy with its best mean. Lines are means over folds, "
        "bands hold eight of ten folds; the thin line is what drawing lots would do."
    )
    if result.data.positive is None:
        caption += " Of several classes: each against the rest, averaged."
    words = "; ".join(f"{model}: {' and '.join(a.remedy for a in arms)}" for model, arms in panels)
    return Picture("rankings", title, caption, drawing.svg(title, words, "rankings"), data)


def _contrast(result: Comparison, model: str) -> list[Arm]:
    best = best_remedy(result, model)
    return [result.arm(model), *([best] if best is not None else [])]


def _draw_chance(result: Comparison, axes: Axes, name: str) -> None:
    ends = np.array([0.0, 1.0])
    if name == "ROC":
        axes.curve(ends, ends, "chance")
    elif result.data.positive is not None:
        share = float(np.mean(result.data.codes == result.data.positive))
        axes.curve(ends, np.full(2, share), "chance")


def _draw_band(axes: Axes, band: Band, remedy: str, place: int) -> None:
    kind = f"series{place}"
    axes.band(band.x, band.low, band.high, f"band {kind}")
    axes.curve(band.x, band.y, f"curve {kind}")
    axes.drawing.text(axes.left + 8, axes.top + 150 + 16 * place, f"— {remedy}", f"key {kind}")
