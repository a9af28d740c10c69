"""Render a data profile as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from counterpoise._lib.findings import Finding, select_severe
from counterpoise._lib.format_text import format_percent
from counterpoise.profile._class_figures import plot_classes, plot_projection
from counterpoise.profile._records import Measurements
from counterpoise.profile._sections import FINDINGS, Section, build_sections
from counterpoise.profile._text import format_count, format_ratio

__all__ = ["render_page"]


def render_page(
    data: Measurements,
    findings: tuple[Finding, ...],
    command: Sequence[str] = (),
    grouping: str = "pass groups to run",
    further: Sequence[Section] = (),
) -> str:
    """Render the page.

    Parameters
    ----------
    data : Measurements
    findings : tuple of Finding
    command, grouping
        As in `build_sections`.
    further : sequence of Section, default=()
        Sections to add at the end.

    Returns
    -------
    str
        HTML. Text from the data is escaped, and a Content-Security-Policy allows only the page's
        own script and style.
    """
    # Imported here, so that profiles do not need jinja2.
    from counterpoise._lib.templates import render_template  # noqa: PLC0415
    from counterpoise._page.shared_values import shared_values  # noqa: PLC0415

    figures = [plot_classes(data), plot_projection(data.projection)]
    shown = {figure.name: figure for figure in figures if figure is not None}
    sections = build_sections(data, findings, command, grouping)
    conclusion, *rest = _conclude(data, findings)
    values = {
        **shared_values(shown, []),
        "conclusion": conclusion,
        "lead": rest,
        "facts": list(_describe_facts(data)),
        "findings": findings,
        "figures": list(shown.values()),
        "sections": [
            *(_add_uses(section, data) for section in sections if section.title != FINDINGS),
            *further,
        ],
    }
    return render_template("counterpoise.profile", "page.html.j2", values)


def _add_uses(section: Section, data: Measurements) -> Section:
    """Add to the table of columns how each is used."""
    if data.sparse is not None or not section.title.startswith("Columns"):
        return section
    uses = [
        "feature" if one.left_out is None else f"left out ({one.left_out})" for one in data.columns
    ]
    rows = tuple((*row, use) for row, use in zip(section.rows, uses, strict=True))
    return replace(section, heading=(*section.heading, "use in distances"), rows=rows)


def _conclude(data: Measurements, findings: tuple[Finding, ...]) -> Iterator[str]:
    n_warnings = len(select_severe(findings, "warning"))
    n_cautions = len(select_severe(findings, "caution")) - n_warnings
    if n_warnings:
        yield f"{format_count(n_warnings, 'warning')} to act on before training a model"
    elif data.imbalance_ratio == 1:
        yield "Balanced classes: resampling is not needed"
    elif n_cautions:
        yield f"No warnings, {format_count(n_cautions, 'caution')}"
    else:
        yield "No warnings and no cautions"
    smallest = data.smallest_class
    if data.imbalance_ratio > 1:
        yield (
            f"The smallest class, {smallest.label!r}, has "
            f"{format_count(smallest.n_rows, 'row')} ({format_percent(smallest.share)}); the "
            f"imbalance ratio is {format_ratio(data.imbalance_ratio)}."
        )
    if data.study is not None:
        yield (
            "Resampling does not always improve a model. The suggested study compares methods with "
            "the baseline (no resampling)."
        )


def _describe_facts(data: Measurements) -> Iterator[tuple[str, str]]:
    yield "rows", f"{data.n_rows:,}"
    yield "columns", f"{data.n_columns:,}"
    yield "classes", f"{len(data.classes):,}"
    yield "imbalance ratio", format_ratio(data.imbalance_ratio)
    if data.n_missing:
        yield "missing values", f"{data.n_missing:,}"
    if data.duplicates.n_duplicates:
        yield "duplicate rows", f"{data.duplicates.n_duplicates:,}"
    if data.shift is not None:
        yield "rows of the test set", f"{data.shift.n_rows:,}"
