"""Render the report as one self-contained HTML page."""

from __future__ import annotations

from typing import Any

from sklearn.base import is_classifier

from counterpoise._lib.findings import select_severe
from counterpoise._lib.format_text import format_number, format_signed
from counterpoise._lib.templates import render_template
from counterpoise._page.figure import ReportFigure
from counterpoise._page.shared_values import shared_values
from counterpoise.exceptions import InputError
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._recommendation import python_lines
from counterpoise.study._records import Improvement
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
    ADVICE,
    SYMBOLS,
    candidate_name,
    format_interval,
    metric_heading,
    outcome_label,
    split_label,
)

__all__ = ["PACKAGE", "page_values", "render"]

PACKAGE = "counterpoise.study._report"


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
    thresholds = threshold_candidates(result)
    figures = {
        name: plot(result)
        for name, plot in zip(
            ("improvements", "curves", "calibration", "projection"), plots, strict=True
        )
    }
    values = {
        **page_values(result, figures, thresholds),
        "thresholds": thresholds,
        **_threshold_texts(result, thresholds),
    }
    return render_template(PACKAGE, "classes.html.j2", values)


def page_values(
    result: StudyConclusions,
    figures: dict[str, ReportFigure | None],
    thresholds: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the values that the page of every study needs (page.html.j2).

    Parameters
    ----------
    result : StudyConclusions
    figures : dict of str to ReportFigure or None
        By name, which is also the name in the page.
    thresholds : list of dict
        From `threshold_candidates`.
    """
    shown = {name: figure for name, figure in figures.items() if figure is not None}
    return {
        **shared_values(shown, thresholds),
        "figures": figures,
        **_texts(result),
        **_tables(result),
        **_model_texts(result),
    }


def _texts(result: StudyConclusions) -> dict[str, Any]:
    settings = result.settings
    return {
        "verdict": result.verdict,
        "lead": [split_label(sentence) for sentence in result.verdict[1:]],
        "advice": f"{ADVICE}:",
        "description": describe_data(result),
        "primary_metric": result.primary_metric.label,
        "heading": metric_heading(result.primary_metric),
        "no_skill": describe_no_skill(result),
        "intervals": describe_intervals(result),
        "legend": outcome_legend(),
        "findings": result.findings,
        "warnings": select_severe(result.findings, "warning"),
        "procedure": describe_procedure(result),
        "all_models": settings.models,
        "all_methods": settings.methods,
        "columns": describe_columns(result),
        "versions": settings.versions,
    }


def _threshold_texts(result: StudyConclusions, thresholds: list[dict[str, Any]]) -> dict[str, Any]:
    data = result.data
    two = data.positive is not None
    return {
        "costs": result.settings.costs,
        "positive": data.classes[data.positive] if data.positive is not None else "",
        "negative": data.classes[1 - data.positive] if data.positive is not None else "",
        "no_thresholds": "No candidate is finished."
        if two
        else f"There are {len(data.classes)} classes.",
        "selection": ""
        if len(data.codes) <= MAX_THRESHOLDS
        else f" ({MAX_THRESHOLDS:,} thresholds are shown)",
        "names": [candidate_name(item["model"], item["method"]) for item in thresholds],
    }


def _tables(result: StudyConclusions) -> dict[str, Any]:
    settings, table = result.settings, build_improvement_table(result)
    descriptions = dict(settings.methods)
    decimals = {name: result.decimals(name) for name in settings.metrics}
    return {
        "models": table.models,
        "baseline_score": [
            format_number(score, decimals[settings.primary_metric])
            for score in table.baseline_score
        ],
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
                        [
                            format_number(row[name], result.decimals(name))
                            for name in settings.metrics
                        ],
                    )
                    for (model, method), row in result.table(probabilities=kind).items()
                ],
            )
            for kind in result.probability_kinds
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
    decimals = result.decimals(improvement.metric)
    return {
        "improvement": improvement,
        "kind": improvement.outcome,
        "value": format_signed(improvement.value, decimals),
        "outcome": f"{SYMBOLS[outcome_label(improvement)]} {outcome_label(improvement)}",
        "interval": format_interval(improvement, decimals),
    }


def _model_texts(result: Any) -> dict[str, Any]:
    """Return the code of the recommended candidate, or why there is none."""
    try:
        estimator = result.make_estimator()
        name = candidate_name(*result.recommended)
    except InputError as reason:
        return {"python_lines": "", "no_model": str(reason)}
    calibrated = ", and calibrates probabilities on out-of-fold predictions"
    return {
        "python_lines": python_lines(estimator),
        "recommended": name,
        "kind": "classifier" if is_classifier(estimator) else "regressor",
        "calibrates": calibrated if is_classifier(estimator) else "",
    }
