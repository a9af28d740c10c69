"""Plot of minority samples by sample type, with synthetic samples and their sources."""

from __future__ import annotations

import numpy as np

from counterpoise._page.figure import ReportFigure
from counterpoise._page.samples import draw_legend_of_types, draw_sample, limits_of
from counterpoise._page.svg import Axes, SvgCanvas
from counterpoise.profile._neighborhoods import SAMPLE_TYPES
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._records import Projection

__all__ = ["plot_projection"]

MAJORITY = "majority class"


def plot_projection(result: StudyConclusions) -> ReportFigure | None:
    """Plot the projection of the samples.

    Parameters
    ----------
    result : StudyConclusions

    Returns
    -------
    ReportFigure or None
        None if the study has no projection.
    """
    shown = result.projection
    if shown is None:
        return None
    canvas = SvgCanvas(760, 480)
    across, up = (limits_of(axis) for axis in shown.positions.T)
    axes = Axes(canvas, 20, 20, 720, 400, across, up)
    _draw_rows(axes, shown)
    counts = {
        name: int((shown.sample_types == kind).sum()) for kind, name in enumerate(SAMPLE_TYPES)
    }
    _draw_legend(canvas, counts)
    title = "Minority samples by sample type, with synthetic samples of SMOTE"
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    caption = (
        f"Two principal components, which explain {shown.explained_variance:.0%} of the variance "
        f"of the scaled features. Sample types by five nearest neighbors: {listed}. Small dots "
        "are synthetic samples; lines connect them to their base sample and neighbor."
    )
    names = [SAMPLE_TYPES[kind] if kind >= 0 else MAJORITY for kind in shown.sample_types]
    positions = np.concatenate([shown.positions, shown.synthetic]).round(5)
    data = {
        "what": [*names, *["synthetic"] * len(shown.synthetic)],
        "row": [*shown.rows.tolist(), *[None] * len(shown.synthetic)],
        "x": positions[:, 0].tolist(),
        "y": positions[:, 1].tolist(),
    }
    return ReportFigure(
        "projection", title, caption, canvas.svg(title, caption, "projection"), data
    )


def _draw_rows(axes: Axes, shown: Projection) -> None:
    canvas = axes.canvas
    x, y = axes.across(shown.positions[:, 0]), axes.up(shown.positions[:, 1])
    for place in np.flatnonzero(shown.sample_types < 0):
        canvas.dot(x[place], y[place], 2, "majority")
    new_x, new_y = axes.across(shown.synthetic[:, 0]), axes.up(shown.synthetic[:, 1])
    for i, sources in enumerate(shown.sources):
        for source in sources[sources >= 0]:
            canvas.line((new_x[i], x[source]), (new_y[i], y[source]), "source")
        canvas.dot(new_x[i], new_y[i], 2.2, "synthetic")
    for place in np.flatnonzero(shown.sample_types >= 0):
        draw_sample(canvas, float(x[place]), float(y[place]), int(shown.sample_types[place]))


def _draw_legend(canvas: SvgCanvas, counts: dict[str, int]) -> None:
    x = draw_legend_of_types(canvas, counts)
    canvas.dot(x, 452, 2.2, "synthetic")
    canvas.text(x + 10, 456, "synthetic", "tick")
    canvas.dot(x + 90, 452, 2, "majority")
    canvas.text(x + 100, 456, MAJORITY, "tick")
