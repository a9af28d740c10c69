"""Render the report on synthetic samples as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from counterpoise._lib.findings import Finding
from counterpoise._lib.format_text import format_percent
from counterpoise._lib.templates import render_template
from counterpoise._page.figure import ReportFigure
from counterpoise._page.samples import limits_of
from counterpoise._page.shared_values import shared_values
from counterpoise._page.svg import Axes, SvgCanvas
from counterpoise.audit._class_table import HEADINGS, format_class, format_rate
from counterpoise.audit._projection import KINDS, SampleProjection
from counterpoise.audit._records import ClassAudit, Validity
from counterpoise.profile._neighborhoods import SAMPLE_TYPES

__all__ = ["render"]

_STYLES = ("majority", "sample safe", "synthetic", "sample invalid")


def render(
    *,
    summary: tuple[str, ...],
    classes: tuple[ClassAudit, ...],
    projection: SampleProjection,
    findings: tuple[Finding, ...],
    not_validated: str,
    study_command: str,
) -> str:
    """Render the page.

    Parameters
    ----------
    summary : tuple of str
        Conclusion and number of synthetic rows.
    classes : tuple of ClassAudit
    projection : SampleProjection
    findings : tuple of Finding
    not_validated : str
        Why the validity of a class was not measured; empty if it was.
    study_command : str
        Command or code that starts a study.

    Returns
    -------
    str
        HTML. Text from the data is escaped, and a Content-Security-Policy allows only the page's
        own script and style.
    """
    figure = _plot(projection)
    values = {
        **shared_values({figure.name: figure}, []),
        "summary": summary,
        "headings": HEADINGS,
        "classes": [(audit.label, list(format_class(audit))) for audit in classes],
        "sample_types": SAMPLE_TYPES,
        "regions": [
            (audit.label, _format_regions(audit.validity))
            for audit in classes
            if audit.validity is not None
        ],
        "figure": figure,
        "findings": findings,
        "study_command": study_command,
        "procedure": list(_describe_procedure(classes, not_validated)),
    }
    return render_template("counterpoise.audit", "page.html.j2", values)


# ---- Tables ----


def _format_regions(validity: Validity) -> list[tuple[str, str, str]]:
    """Return the rate, its interval and the share of synthetic rows for each sample type."""
    known = {region.sample_type: region for region in validity.regions}
    return [
        (*format_rate(known[name].invalid_rate), f"{format_percent(known[name].share)} of rows")
        if name in known
        else ("–", "", "")
        for name in SAMPLE_TYPES
    ]


# ---- Figure ----


def _plot(shown: SampleProjection) -> ReportFigure:
    canvas = SvgCanvas(760, 480)
    x_limits, y_limits = (limits_of(axis) for axis in shown.positions.T)
    axes = Axes(canvas, 20, 20, 720, 400, x_limits, y_limits)
    x, y = axes.across(shown.positions[:, 0]), axes.up(shown.positions[:, 1])
    for kind, at_x, at_y in zip(shown.kinds.tolist(), x.tolist(), y.tolist(), strict=True):
        _draw_sample(canvas, at_x, at_y, kind)
    counts = np.bincount(shown.kinds, minlength=len(KINDS))
    for kind, name in enumerate(KINDS):
        _draw_sample(canvas, 24 + 180 * kind, 452, kind)
        canvas.text(36 + 180 * kind, 456, f"{name} ({counts[kind]:,})", "tick")
    title = "Original and synthetic rows"
    how = (
        "The sampler got a part of the original rows; the others decide which synthetic rows are "
        "invalid."
        if shown.is_withheld
        else "The original rows decide which synthetic rows are invalid, including those that they "
        "were generated from: too few are marked."
    )
    caption = (
        f"Two principal components, which explain {shown.explained_variance:.0%} of the variance "
        f"of the scaled features. {how} At most 500 rows of each kind are shown."
    )
    names = [KINDS[kind] for kind in shown.kinds]
    data: dict[str, list[Any]] = {
        "kind": names,
        "x": _round(shown.positions[:, 0]),
        "y": _round(shown.positions[:, 1]),
    }
    return ReportFigure("map", title, caption, canvas.svg(title, caption, "map"), data)


def _round(values: Any) -> list[float]:
    rounded: list[float] = values.round(5).tolist()
    return rounded


def _draw_sample(canvas: SvgCanvas, x: float, y: float, kind: int) -> None:
    """Draw a sample: a gray, blue or green disc, or a cross if it is invalid."""
    if kind < len(KINDS) - 1:
        canvas.dot(x, y, (2, 3.5, 2.2)[kind], _STYLES[kind])
        return
    canvas.line((x - 3.5, x + 3.5), (y - 3.5, y + 3.5), _STYLES[kind])
    canvas.line((x - 3.5, x + 3.5), (y + 3.5, y - 3.5), _STYLES[kind])


# ---- Procedure ----


def _describe_procedure(classes: tuple[ClassAudit, ...], not_validated: str) -> Iterator[str]:
    measured = [audit.validity for audit in classes if audit.validity is not None]
    if not_validated:
        yield not_validated
    if measured and measured[0].n_splits > 1:
        yield (
            f"The rows of each class were split into random halves {measured[0].n_splits} times. "
            "The sampler got one half, and at most 1,000 of the synthetic rows of each class were "
            "evaluated with the other half. The rates describe a sampler that has half of the rows."
        )
    elif measured:
        yield "At most 1,000 synthetic rows of each class were evaluated with the withheld rows."
    yield (
        "Distances are Euclidean, in standard deviations of the columns before resampling (in "
        "original units for a sparse table); two different categories, or a missing value, add a "
        "constant. "
        "Confidence intervals take into "
        "account that many synthetic rows are generated from one row, or have the same nearest row."
    )
    yield (
        "The two-sample test compares the synthetic rows, at most one for each row that they are "
        "generated from, with withheld rows of the class: the area under the ROC curve of a random "
        "forest is 0.5 if it cannot distinguish them."
    )
