"""The map: rows in two dimensions by kind, with new rows and lines to their parents."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.comparison import Comparison, Map
from counterpoise.report.drawing import Axes, Drawing
from counterpoise.report.picture import Picture

__all__ = ["draw_map"]

KINDS = ("safe", "borderline", "rare", "outlier")
COMMON = "common class"


def draw_map(result: Comparison) -> Picture | None:
    """Draw the map.

    Parameters
    ----------
    result : Comparison

    Returns
    -------
    Picture or None
        None where the study has left none.
    """
    shown = result.map
    if shown is None:
        return None
    drawing = Drawing(760, 480)
    across, up = (_reach(axis) for axis in shown.places.T)
    axes = Axes(drawing, 20, 20, 720, 400, across, up)
    _draw_rows(axes, shown)
    counts = {name: int((shown.kinds == kind).sum()) for kind, name in enumerate(KINDS)}
    _draw_key(drawing, counts)
    title = "Rows of the rarer classes, by kind, and what SMOTE makes of them"
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    caption = (
        f"Two principal components: {shown.explained:.0%} of the variance of columns on one scale. "
        f"Of the rows shown, by their five nearest others: {told}. New rows, the small dots, hang "
        "by lines on their two parents."
    )
    names = [KINDS[kind] if kind >= 0 else COMMON for kind in shown.kinds]
    places = np.concatenate([shown.places, shown.new]).round(5)
    data = {
        "what": [*names, *["new"] * len(shown.new)],
        "row": [*shown.rows.tolist(), *[None] * len(shown.new)],
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
    }
    return Picture("map", title, caption, drawing.svg(title, caption, "map"), data)


def _reach(axis: Float64Array) -> tuple[float, float]:
    """Return the ends of a scale; of one place alone, some room around it."""
    low, high = float(axis.min()), float(axis.max())
    return (low, high) if low < high else (low - 1, high + 1)


def _draw_rows(axes: Axes, shown: Map) -> None:
    drawing = axes.drawing
    x, y = axes.across(shown.places[:, 0]), axes.up(shown.places[:, 1])
    for place in np.flatnonzero(shown.kinds < 0):
        drawing.dot(x[place], y[place], 2, "common")
    new_x, new_y = axes.across(shown.new[:, 0]), axes.up(shown.new[:, 1])
    for number, parents in enumerate(shown.parents):
        for parent in parents[parents >= 0]:
            drawing.line((new_x[number], x[parent]), (new_y[number], y[parent]), "parent")
        drawing.dot(new_x[number], new_y[number], 2.2, "new")
    for place in np.flatnonzero(shown.kinds >= 0):
        _draw_kind(drawing, float(x[place]), float(y[place]), int(shown.kinds[place]))


def _draw_kind(drawing: Drawing, x: float, y: float, kind: int) -> None:
    """Draw a row by a shape of its own: disc, diamond, triangle or cross."""
    if kind == 0:
        drawing.dot(x, y, 4, "kind safe")
    elif kind == 1:
        drawing.path([x - 5, x, x + 5, x], [y, y - 5, y, y + 5], "kind borderline", closed=True)
    elif kind == 2:
        drawing.path([x - 5, x, x + 5], [y + 4, y - 5, y + 4], "kind few", closed=True)
    else:
        drawing.line((x - 4, x + 4), (y - 4, y + 4), "kind outlier")
        drawing.line((x - 4, x + 4), (y + 4, y - 4), "kind outlier")


def _draw_key(drawing: Drawing, counts: dict[str, int]) -> None:
    x = 24.0
    for kind, (name, count) in enumerate(counts.items()):
        _draw_kind(drawing, x, 452, kind)
        drawing.text(x + 10, 456, f"{name} ({count})", "tick")
        x += 130
    drawing.dot(x, 452, 2.2, "new")
    drawing.text(x + 10, 456, "new", "tick")
    drawing.dot(x + 70, 452, 2, "common")
    drawing.text(x + 80, 456, COMMON, "tick")
