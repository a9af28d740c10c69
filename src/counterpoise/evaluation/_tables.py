"""The tables of an evaluation as texts, for pages, Markdown, notebooks and terminals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._lib.format_text import format_number, format_percent, format_signed
from counterpoise._table import make_frame
from counterpoise.evaluation._records import ThresholdChoice
from counterpoise.evaluation._scores import EvaluationScores
from counterpoise.evaluation._text import (
    chosen_by_text,
    describe_intervals,
    describe_prevalences,
    describe_thresholds,
    format_positives,
    format_range,
    format_threshold,
    metric_label,
)
from counterpoise.study._metrics import metric_named
from counterpoise.study._text import SYMBOLS, outcome_label

__all__ = ["TextTable", "build_frame", "build_tables", "metric_table"]

Cell = tuple[str, str]  # the value, and its interval or ""


@dataclass(frozen=True)
class TextTable:
    """A table of texts.

    Attributes
    ----------
    name, title : str
    head : tuple of str
        The heading of each column.
    rows : tuple of (str, tuple of (str, str))
        The name of each row, and its entries: a value and its interval, which can be empty.
    note : str
        What to know when reading the table.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    note: str = ""

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """The rows as texts, with intervals in parentheses."""
        return [
            (name, *(f"{value} ({limits})" if limits else value for value, limits in cells))
            for name, cells in self.rows
        ]


def build_tables(result: EvaluationScores) -> list[TextTable]:
    """Build all tables that have rows, in the order of the report."""
    tables = [
        metric_table(result),
        _comparison_table(result),
        *_threshold_tables(result),
        _top_table(result),
        *_prevalence_tables(result),
    ]
    return [table for table in tables if table.rows]


def metric_table(result: EvaluationScores) -> TextTable:
    """Build the table of metrics (rows) by score column."""
    rows = []
    for name in result.settings.metrics:
        metric = metric_named(name)
        estimates = [result.metric(name, column) for column in result.names]
        if not all(np.isnan(estimate.value) for estimate in estimates):
            cells = tuple((format_number(e.value), format_range(e.low, e.high)) for e in estimates)
            rows.append((metric_label(result, metric), cells))
    return TextTable(
        "metrics", "Metrics", ("metric", *result.names), tuple(rows), describe_intervals(result)
    )


def _comparison_table(result: EvaluationScores) -> TextTable:
    settings = result.settings
    metric = metric_named(settings.primary_metric)
    rows = tuple(
        (
            item.name,
            (
                (format_number(item.score), ""),
                ("same scores", "")
                if item.same_scores
                else (
                    format_signed(item.value),
                    format_range(item.low, item.high, signed=True),
                ),
                ("", "")
                if item.same_scores
                else (f"{SYMBOLS[outcome_label(item)]} {outcome_label(item)}", ""),
            ),
        )
        for item in result.comparisons
    )
    note = ""
    if rows:
        margin = result.comparisons[0].margin
        simultaneous = ", and intervals are simultaneous" if len(rows) > 1 else ""
        note = (
            f"Reference: {result.names[0]}, {metric.label} "
            f"{format_number(result.comparisons[0].reference_score)}. A positive value is an "
            f"improvement. Rows are paired{simultaneous}. The equivalence margin, the smallest "
            f"improvement that matters, is {margin:.3g}."
        )
    title = f"Comparison with {result.names[0]}"
    return TextTable(
        "comparisons", title, ("model", metric.label, "improvement", "outcome"), rows, note
    )


def _threshold_tables(result: EvaluationScores) -> list[TextTable]:
    """Build a table of thresholds for each score column; the last one has the note."""
    has_costs = result.settings.costs is not None
    head = ("chosen by", "threshold", "metric", "precision", "recall", "predicted positive")
    tables = []
    for name in result.names:
        rows = tuple(
            (chosen_by_text(choice), _threshold_cells(choice, has_costs=has_costs))
            for choice in result.thresholds
            if choice.name == name
        )
        title = "Decision thresholds" + ("" if len(result.names) == 1 else f" of {name}")
        note = describe_thresholds(result) if name == result.names[-1] else ""
        costs = ("cost per row",) if has_costs else ()
        tables.append(TextTable("thresholds", title, (*head, *costs), rows, note))
    return tables


def _threshold_cells(choice: ThresholdChoice, *, has_costs: bool) -> tuple[Cell, ...]:
    limits = (
        ""
        if np.isnan(choice.low) or choice.low == choice.high
        else f"{format_threshold(choice.low)} to {format_threshold(choice.high)}"
    )
    shares = (choice.precision, choice.recall, choice.predicted_positive)
    return (
        (format_threshold(choice.threshold), limits),
        (format_number(choice.value), ""),
        *((_percent(share), "") for share in shares),
        *([(format_number(choice.cost), "")] if has_costs else []),
    )


def _top_table(result: EvaluationScores) -> TextTable:
    """Build the table of the highest scores; with more columns for a single score column."""
    is_single = len(result.names) == 1
    by_share: dict[str, list[Cell]] = {}
    for top in result.top_shares:
        cells = by_share.setdefault(f"top {top.share:.0%} ({top.n_selected:,.0f} rows)", [])
        cells += [
            (format_positives(top.n_positive), ""),
            (format_percent(top.recall), _percent_range(top.low, top.high)),
        ]
        if is_single:
            cells += [(format_percent(top.precision), ""), (f"{top.lift:.1f}", "")]
    head = (
        ("positive rows", "share of all", "precision", "lift")
        if is_single
        else tuple(
            f"{name}: {what}" for name in result.names for what in ("positive rows", "share")
        )
    )
    return TextTable(
        "top",
        "Positive rows among the highest scores",
        ("highest scores", *head),
        tuple((name, tuple(cells)) for name, cells in by_share.items()),
    )


def _prevalence_tables(result: EvaluationScores) -> list[TextTable]:
    """Build a table for average precision and one for precision, with a column per score column."""
    average: dict[str, list[Cell]] = {}
    precision: dict[str, list[Cell]] = {}
    for effect in result.prevalence_effects:
        here = " (as here)" if np.isclose(effect.prevalence, result.prevalence) else ""
        name = format_percent(effect.prevalence) + here
        limits = effect.average_precision_low, effect.average_precision_high
        average.setdefault(name, []).append(
            (format_number(effect.average_precision), format_range(*limits))
        )
        limits = effect.precision_low, effect.precision_high
        precision.setdefault(name, []).append((_percent(effect.precision), _percent_range(*limits)))
    columns = [("average precision", average), ("precision at the threshold in use", precision)]
    if all(result.threshold_of(candidate) is None for candidate in result.candidates):
        del columns[1]
    return [
        TextTable(
            "prevalences",
            f"{what[0].upper()}{what[1:]} at another prevalence",
            ("prevalence", *result.names),
            tuple((name, tuple(cells)) for name, cells in rows.items()),
            describe_prevalences() if place == len(columns) - 1 else "",
        )
        for place, (what, rows) in enumerate(columns)
    ]


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else format_percent(share)


def _percent_range(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"{format_percent(low)} to {format_percent(high)}"


def build_frame(result: EvaluationScores, backend: str) -> Any:
    """Build the data frame of `Evaluation.to_frame`."""
    columns = {
        field: [getattr(estimate, field) for estimate in result.metrics]
        for field in ("name", "metric", "value", "low", "high")
    }
    return make_frame(columns, backend, "Evaluation.to_frame")
