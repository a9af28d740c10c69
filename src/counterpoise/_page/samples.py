"""Draw samples on a plane."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoise._lib.types import Float64Array
from counterpoise._page.svg import SvgCanvas

__all__ = ["draw_legend_of_types", "draw_sample", "limits_of"]


def limits_of(axis: Float64Array) -> tuple[float, float]:
    """Return the limits of an axis; extended if all values are equal."""
    low, high = float(axis.min()), float(axis.max())
    return (low, high) if low < high else (low - 1, high + 1)


def draw_sample(canvas: SvgCanvas, x: float, y: float, kind: int) -> None:
    """Draw a sample with the marker of its type: disc, diamond, triangle or cross.

    Types are numbered as in `counterpoise.profile`: safe, borderline, rare, outlier.
    """
    if kind == 0:
        canvas.dot(x, y, 4, "sample safe")
    elif kind == 1:
        canvas.path([x - 5, x, x + 5, x], [y, y - 5, y, y + 5], "sample borderline", closed=True)
    elif kind == 2:
        canvas.path([x - 5, x, x + 5], [y + 4, y - 5, y + 4], "sample rare", closed=True)
    else:
        canvas.line((x - 4, x + 4), (y - 4, y + 4), "sample outlier")
        canvas.line((x - 4, x + 4), (y + 4, y - 4), "sample outlier")


def draw_legend_of_types(canvas: SvgCanvas, counts: Mapping[str, int]) -> float:
    """Draw the marker, the name and the number of samples of each type; return the next place."""
    x = 24.0
    for kind, (name, count) in enumerate(counts.items()):
        draw_sample(canvas, x, 452, kind)
        canvas.text(x + 10, 456, f"{name} ({count})", "tick")
        x += 130
    return x
