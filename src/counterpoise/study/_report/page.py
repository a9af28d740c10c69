"""Render the report as one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any

import numpy as np

from counterpoise._lib.optional_imports import import_optional
from counterpoise.study._conclusions import Conclusions
from counterpoise.study._metrics import METRICS
from counterpoise.study._records import Improvement
from counterpoise.study._report.calibration_plot import plot_calibration_curves
from counterpoise.study._report.curves_plot import plot_curves
from counterpoise.study._report.description import (
    dataset_facts,
    describe_family,
    describe_no_skill,
    describe_procedure,
)
from counterpoise.study._report.figure import ReportFigure
from counterpoise.study._report.improvement_plot import plot_improvements
from counterpoise.study._report.projection_plot import plot_projection
from counterpoise.study._report.threshold_data import MAX_THRESHOLDS, threshold_candidates
from counterpoise.study._tables import build_grid
from counterpoise.study._text import SYMBOLS, format_number, format_signed, outcome_label

import_optional("jinja2", "writing a study's page")

from jinja2 import Environment, StrictUndefined  # noqa: E402

__all__ = ["render"]


def render(result: Conclusions) -> str:
    """Render the page.

    Parameters
    ----------
    result : Conclusions

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
    style, script = _read("page.css"), _read("page.js")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_read("page.html.j2")).render(
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=_embedded(shown, thresholds),
        figures={
            name: shown.get(name)
            for name in ("improvements", "curves", "calibration", "projection")
        },
        thresholds=thresholds,
        **_texts(result),
        **_tables(result),
    )


def _read(name: str) -> str:
    return files("counterpoise.study._report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(figures: dict[str, ReportFigure], thresholds: list[dict[str, Any]]) -> str:
    facts = {
        "figures": {name: figure.data for name, figure in figures.items()},
        "thresholds": thresholds,
    }
    # Text from the data must not close the script element.
    return json.dumps(facts, separators=(",", ":")).replace("<", "\\u003c")


def _texts(result: Conclusions) -> dict[str, Any]:
    data, settings = result.data, result.settings
    two = data.positive is not None
    return {
        "verdict": result.verdict,
        "facts": dataset_facts(result),
        "primary_metric": METRICS[settings.primary_metric].label,
        "no_skill": describe_no_skill(result),
        "family": describe_family(result),
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
        "all_models": settings.models,
        "all_methods": settings.methods,
        "columns": data.columns,
        "versions": settings.versions,
    }


def _tables(result: Conclusions) -> dict[str, Any]:
    settings, grid = result.settings, build_grid(result)
    return {
        "models": grid.models,
        "baseline_score": [_number(score) for score in grid.baseline_score],
        "improvements": [
            (
                method,
                [
                    _cell(result, improvement, model, method)
                    for model, improvement in zip(grid.models, improvements, strict=True)
                ],
            )
            for method, improvements in grid.rows
        ],
        "labels": [METRICS[name].label for name in settings.metrics],
        "tables": [
            (
                kind,
                [
                    (f"{model}, {method}", [_number(row[name]) for name in settings.metrics])
                    for (model, method), row in result.table(corrected=kind == "corrected").items()
                ],
            )
            for kind in ("uncorrected", "corrected")
        ],
    }


def _cell(
    result: Conclusions, improvement: Improvement | None, model: str, method: str
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
        "interval": f"{format_signed(improvement.low)} to {format_signed(improvement.high)}",
    }


def _number(value: float) -> str:
    return "–" if np.isnan(value) else format_number(value).replace("-", "−")
