"""Render the report of an evaluation as one self-contained HTML page."""

from __future__ import annotations

from typing import Any

from counterpoise._lib.templates import render_template
from counterpoise._page.shared_values import shared_values
from counterpoise.evaluation._conclusions import EvaluationConclusions
from counterpoise.evaluation._report.figures import plot_calibration, plot_curves
from counterpoise.evaluation._tables import TextTable, build_tables
from counterpoise.study import Costs
from counterpoise.study._report.threshold_data import pack_thresholds
from counterpoise.study._text import describe_positive

__all__ = ["render"]

_PACKAGE = "counterpoise.evaluation._report"


def render(result: EvaluationConclusions) -> str:
    """Render the page.

    Parameters
    ----------
    result : EvaluationConclusions

    Returns
    -------
    str
        HTML. Text from the data is escaped, and a Content-Security-Policy allows only the page's
        own script and style.
    """
    figures = [plot_curves(result), plot_calibration(result)]
    shown = {figure.name: figure for figure in figures if figure is not None}
    data = result.data
    thresholds = (
        []
        if data.positive is None
        else [pack_thresholds(result, candidate) for candidate in result.candidates]
    )
    positive = "" if data.positive is None else data.classes[data.positive]
    negative = "" if data.positive is None else data.classes[1 - data.positive]
    values: dict[str, Any] = {
        **shared_values(shown, thresholds),
        "verdict": result.verdict,
        "positive_class": describe_positive(result.data),
        "tables": _tables_by_name(result),
        "figures": {name: shown.get(name) for name in ("curves", "calibration")},
        "thresholds": thresholds,
        "names": result.names,
        "positive": positive,
        "negative": negative,
        "costs": result.settings.costs or Costs(),
        "findings": result.findings,
        "versions": result.settings.versions,
    }
    return render_template(_PACKAGE, "page.html.j2", values)


def _tables_by_name(result: EvaluationConclusions) -> dict[str, list[TextTable]]:
    tables: dict[str, list[TextTable]] = {
        name: [] for name in ("metrics", "comparisons", "thresholds", "top", "prevalences")
    }
    for table in build_tables(result):
        tables[table.name].append(table)
    return tables
