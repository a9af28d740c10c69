"""Options of the command `evaluate`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import (
    SEED,
    Costs,
    Force,
    Format,
    FormatJson,
    InputFile,
    Positive,
    Target,
)
from counterpoise._cli.errors import reported
from counterpoise._cli.options import EvaluateRequest, parse_costs, parse_format
from counterpoise._cli.reading_options import ReadingOptions, with_reading_options

__all__ = ["EXAMPLES", "evaluate"]

EXAMPLES = """\
\b
Examples:
  counterpoise evaluate scored.csv -t is_fraud --score probability \\
      --report report.html
  counterpoise evaluate scored.csv -t is_fraud --score old --score new
  counterpoise evaluate visits.csv -t readmitted --positive yes --score p \\
      --groups patient --costs 1,20
  counterpoise evaluate sample.csv -t y --score p --prevalence 0.01
"""

_Scores = Annotated[
    list[str],
    typer.Option(
        "--score",
        "-s",
        metavar="COLUMN",
        help="Column with predicted probabilities of the positive class, or other scores. Repeat "
        "it to compare models; the first one is the reference.",
    ),
]
_Groups = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column of groups, such as patients, whose rows are not independent; intervals "
        "account for that.",
    ),
]
_Threshold = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="Rows with a score of at least X are predicted positive; by default 0.5 for "
        "probabilities.",
    ),
]
_Prevalences = Annotated[
    list[float] | None,
    typer.Option(
        "--prevalence",
        metavar="X",
        help="Share of the positive class in the population, between 0 and 1. Can be repeated.",
    ),
]
_Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        metavar="METRIC",
        help="Metric in which models are compared; by default average_precision. Can be repeated: "
        "the first is the primary metric, and of the others only these are reported, not all.",
    ),
]
_Margin = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="Equivalence margin of the primary metric: smallest improvement that matters.",
    ),
]
_Level = Annotated[
    float,
    typer.Option(metavar="X", help="Confidence level of the intervals, between 0 and 1."),
]
_Resamples = Annotated[int, typer.Option(metavar="N", help="Number of bootstrap resamples.")]
_Seed = Annotated[int, typer.Option(metavar="N", help=SEED)]
_Report = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write a report to this file: .html, .md or .json."),
]


@with_reading_options
def evaluate(
    *,
    source: InputFile,
    target: Target,
    scores: _Scores,
    positive: Positive = None,
    costs: Costs = None,
    groups: _Groups = None,
    threshold: _Threshold = None,
    prevalences: _Prevalences = None,
    metrics: _Metrics = None,
    margin: _Margin = None,
    confidence_level: _Level = 0.95,
    resamples: _Resamples = 1000,
    seed: _Seed = 0,
    report: _Report = None,
    printed: Format = "text",
    json: FormatJson = False,
    force: Force = False,
    reading: ReadingOptions,
) -> None:
    """Evaluate predicted probabilities of one model, or compare those of several.

    IN holds one row per sample that the models were not trained on, with its class and its scores.
    No model is fitted. Prints metrics with confidence intervals, decision thresholds, the positive
    rows among the highest scores, and the effect of another prevalence.
    """
    request = EvaluateRequest(
        source=source,
        target=target,
        scores=tuple(scores),
        positive=positive,
        costs=None if costs is None else parse_costs(costs),
        groups=groups,
        threshold=threshold,
        prevalences=tuple(prevalences) if prevalences else None,
        metrics=tuple(metrics or ("average_precision",)),
        margin=margin,
        confidence_level=confidence_level,
        resamples=resamples,
        seed=seed,
        report=report,
        printed=parse_format("json" if json else printed),
        force=force,
        reading=reading,
    )
    with reported("evaluate"):
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.run_evaluate import run_evaluate  # noqa: PLC0415

        run_evaluate(request)
