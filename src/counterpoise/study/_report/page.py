"""Render the report as one self-contained HTML page."""

from __future__ import annotations

from typing import Any, get_args

from counterpoise._lib.format_text import format_number, format_signed
from counterpoise._lib.templates import render_template
from counterpoise._page.shared_values import shared_values
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._records import Improvement, Probabilities
from counterpoise.study._report.calibration_plot import plot_calibration_curves
from counterpoise.study._report.curves_plot import plot_curves
from counterpoise.study._report.description import (
    describe_columns,
    describe_data,
    describe_intervals,
    describe_no_skill,
    describe_procedure,
    outcome_legend,
)
from counterpoise.study._report.improvement_plot import plot_improvements
from counterpoise.study._report.projection_plot import plot_projection
from counterpoise.study._report.threshold_data import MAX_THRESHOLDS, threshold_candidates
from counterpoise.study._tables import build_improvement_table
from counterpoise.study._text import (
    SYMBOLS,
    candidate_name,
    format_interval,
    metric_heading,
    outcome_label,
)

__all__ = ["render"]

_PACKAGE = "counterpoise.study._report"


def render(result: StudyConclusions) -> str:
    """Render the page.

    Parameters
    ----------
    result : StudyConclusions

    Returns
    -------
    str
        HTML. Text from the data is escaped, and a Content-Security-Policy allows only the page's
        own script and style.
    """
    plots = (plot_improvements, plot_curves, plot_calibration_curves, plot_projection)
    figures = [plot(result) for plot in plots]
    shown = {figure.name: figure for figure in figures if figure is not None}
    thresholds = threshold_candidates(result)
    values = {
        **shared_values(shown, thresholds),
        "figures": {
            name: shown.get(name)
            for name in ("improvements", "curves", "calibration", "projection")
        },
        "thresholds": thresholds,
        **_texts(result, thresholds),
        **_tables(result),
    }
    return render_template(_PACKAGE, "page.html.j2", values)


def _texts(result: StudyConclusions, thresholds: list[dict[str, Any]]) -> dict[str, Any]:
    data, settings = result.data, result.settings
    two = data.positive is not None
    return {
        "verdict": result.verdict,
        "description": describe_data(result),
        "primary_metric": result.primary_metric.label,
        "heading": metric_heading(result.primary_metric),
        "no_skill": describe_no_skill(result),
        "intervals": describe_intervals(result),
        "legend": outcome_legend(),
        "findings": result.findings,
        "procedure": describe_procedure(result),
        "costs": settings.costs,
        "positive": data.classes[data.positive] if data.positive is not None else "",
        "negative": data.classes[1 - data.positive] if data.positive is not None else "",
        "no_thresholds": "No candidate is finished."
        if two
        else f"There are {len(data.classes)} classes.",
        "selection": ""
        if len(data.codes) <= MAX_THRESHOLDS
        else f" ({MAX_THRESHOLDS:,} thresholds are shown)",
        "names": [candidate_name(item["model"], item["method"]) for item in thresholds],
        "all_models": settings.models,
        "all_methods": settings.methods,
        "columns": describe_columns(result),
        "versions": settings.versions,
    }


def _tables(result: StudyConclusions) -> dict[str, Any]:
    settings, table = result.settings, build_improvement_table(result)
    descriptions = dict(settings.methods)
    return {
        "models": table.models,
        "baseline_score": [format_number(score) for score in table.baseline_score],
        "improvements": [
            (
                method,
                descriptions[method],
                [
                    _table_entry(result, improvement, model, method)
                    for model, improvement in zip(table.models, improvements, strict=True)
                ],
            )
            for method, improvements in table.rows
        ],
        "labels": [result.metric(name).label for name in settings.metrics],
        "tables": [
            (
                kind,
                [
                    (
                        candidate_name(model, method),
                        [format_number(row[name]) for name in settings.metrics],
                    )
                    for (model, method), row in result.table(probabilities=kind).items()
                ],
            )
            for kind in get_args(Probabilities)
        ],
    }


def _table_entry(
    result: StudyConclusions, improvement: Improvement | None, model: str, method: str
) -> dict[str, Any]:
    if improvement is None:
        status = {(c.model, c.method): c.status for c in result.candidates}
        return {"improvement": None, "text": status.get((model, method), "–")}
    if improvement.same_scores:
        return {"improvement": None, "text": "same as baseline"}
    return {
        "improvement": improvement,
        "kind": improvement.outcome,
        "value": format_signed(improvement.value),
        "outcome": f"{SYMBOLS[outcome_label(improvement)]} {outcome_label(improvement)}",
        "interval": format_interval(improvement),
    }
