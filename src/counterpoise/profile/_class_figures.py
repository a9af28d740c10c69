"""Figures of the profile's page: class sizes with sample types, and samples on a plane."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.format_text import format_percent
from counterpoise._page.figure import FigureData, ReportFigure
from counterpoise._page.samples import draw_legend_of_types, draw_sample, limits_of
from counterpoise._page.svg import Axes, SvgCanvas
from counterpoise.profile._neighborhoods import SAMPLE_TYPES
from counterpoise.profile._records import (
    ClassProjection,
    ClassSummary,
    Measurements,
    SampleTypeCounts,
)
from counterpoise.profile._text import format_count, shorten

__all__ = ["plot_classes", "plot_projection"]

_MAX_CLASSES = 20
_WIDTH, _HEIGHT = 760, 26  # of the figure, and of the bar of a class
_BARS, _TYPES = (150, 230), (540, 200)  # left end and width
_MAX_LABEL = 20
_LARGEST = "largest class"


def plot_classes(data: Measurements) -> ReportFigure:
    """Plot the number of rows of each class, and the shares of its sample types."""
    shown = sorted(data.classes, key=lambda one: -one.n_rows)[:_MAX_CLASSES]
    types = {counts.label: counts for counts in data.sample_types}
    canvas = SvgCanvas(_WIDTH, 34 + _HEIGHT * len(shown) + (34 if types else 6))
    canvas.text(_BARS[0], 18, "rows", "label")
    if types:
        canvas.text(_TYPES[0], 18, "sample types", "label")
        _draw_legend(canvas, 34 + _HEIGHT * len(shown) + 18)
    for place, summary in enumerate(shown):
        top = 30 + _HEIGHT * place
        _draw_size(canvas, top, summary, shown[0].n_rows)
        if summary.label in types:
            _draw_types(canvas, top, types[summary.label])
    title = "Number of rows and sample types of each class"
    n_more = len(data.classes) - len(shown)
    more = f" {format_count(n_more, 'smaller class', 'smaller classes')} not shown." * (n_more > 0)
    caption = (
        "Sample types by the 5 nearest neighbors: with 4 or 5 of the same class, a row is safe; "
        f"with 1 to 3, borderline; in an isolated pair, rare; with none, an outlier.{more}"
        if types
        else f"Number of rows of each class.{more}"
    )
    return ReportFigure(
        "classes", title, caption, canvas.svg(title, caption, "classes"), _list_classes(data)
    )


def _list_classes(data: Measurements) -> FigureData:
    types = {counts.label: counts for counts in data.sample_types}
    table = FigureData("class", "rows", "share", *SAMPLE_TYPES)
    for summary in data.classes:
        counts = types.get(summary.label)
        parts = ["" if counts is None else getattr(counts, name) for name in SAMPLE_TYPES]
        table.add(str(summary.label), summary.n_rows, summary.share, *parts)
    return table


def _draw_size(canvas: SvgCanvas, top: float, summary: ClassSummary, largest: int) -> None:
    left, width = _BARS
    canvas.text(left - 8, top + 15, shorten(str(summary.label), _MAX_LABEL), "tick end")
    length = max(width * summary.n_rows / largest, 1)
    canvas.box((left, top + 3), (length, _HEIGHT - 9), "bar")
    text = f"{summary.n_rows:,} ({format_percent(summary.share)})"
    canvas.text(left + length + 6, top + 15, text, "tick")


def _draw_types(canvas: SvgCanvas, top: float, counts: SampleTypeCounts) -> None:
    left, width = _TYPES
    for name in SAMPLE_TYPES:
        length = width * getattr(counts, name) / counts.n_evaluated
        if length:
            canvas.box((left, top + 3), (length, _HEIGHT - 9), f"part {name}")
        left += length


def _draw_legend(canvas: SvgCanvas, baseline: float) -> None:
    left = 360.0
    for name in SAMPLE_TYPES:
        canvas.box((left, baseline - 10), (11, 11), f"part {name}")
        canvas.text(left + 16, baseline, name, "tick")
        left += 34 + 7 * len(name)


def plot_projection(shown: ClassProjection | None) -> ReportFigure | None:
    """Plot samples on a plane; None if there are none."""
    if shown is None:
        return None
    canvas = SvgCanvas(_WIDTH, 480)
    across, up = (limits_of(axis) for axis in shown.positions.T)
    axes = Axes(canvas, 20, 20, 720, 400, across, up)
    x, y = axes.across(shown.positions[:, 0]), axes.up(shown.positions[:, 1])
    for kind, at_x, at_y in zip(shown.sample_types.tolist(), x.tolist(), y.tolist(), strict=True):
        if kind < 0:
            canvas.dot(at_x, at_y, 2, "majority")
        else:
            draw_sample(canvas, at_x, at_y, kind)
    counts = {name: int((shown.sample_types == i).sum()) for i, name in enumerate(SAMPLE_TYPES)}
    left = draw_legend_of_types(canvas, counts)
    canvas.dot(left, 452, 2, "majority")
    canvas.text(left + 10, 456, _LARGEST, "tick")
    title = "Map of the classes (PCA)"
    caption = (
        f"Two principal components, which explain {shown.explained_variance:.0%} of the variance "
        "of the scaled features. Rows of all classes but the largest have a marker for their "
        "sample type. At most 500 of them, and 500 rows of the largest class, are shown."
    )
    return ReportFigure("map", title, caption, canvas.svg(title, caption, "map"), _list(shown))


def _list(shown: ClassProjection) -> FigureData:
    table = FigureData("row", "what", "x", "y")
    names = np.array([*SAMPLE_TYPES, _LARGEST])[shown.sample_types]
    for row, name, (x, y) in zip(shown.rows, names.tolist(), shown.positions, strict=True):
        table.add(row, name, x, y)
    return table
