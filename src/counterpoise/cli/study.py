"""The command `study`: its options."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._lib.optional_imports import require
from counterpoise.cli.arguments import Source, Target
from counterpoise.cli.errors import reported
from counterpoise.cli.options import Trial, parse_budget, parse_costs, parse_format

__all__ = ["EXAMPLES", "study"]

EXAMPLES = """\
\b
Examples:
  counterpoise study fraud.csv -t is_fraud --report report.html
  counterpoise study fraud.csv -t is_fraud --models logistic,boosting --remedies class-weight,smote
  counterpoise study visits.csv -t readmitted --groups patient --costs 1,20 --budget 10m
  counterpoise study big.csv -t y --journal big.journal --report big.md
"""

_Report = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", help="A page to write (.html), or the same as Markdown (.md) or JSON."
    ),
]
_Models = Annotated[
    str | None,
    typer.Option(metavar="NAMES", help="Of logistic, svm, forest, boosting; all by default."),
]
_Remedies = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Of class-weight, threshold, random-under, random-over, smote, borderline-smote, "
        "adasyn, smote-enn, under-ensemble; all by default. Nothing is always compared.",
    ),
]
_Headline = Annotated[
    str, typer.Option(metavar="METRIC", help="The metric that decides, named before the run.")
]
_Folds = Annotated[int, typer.Option(min=2, help="Parts that the rows are dealt into.")]
_Repeats = Annotated[int, typer.Option(min=1, help="How often they are dealt anew.")]
_Groups = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Rows that share its value stay on one side of a split."),
]
_Time = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Learn from earlier rows, be tested on later ones."),
]
_Costs = Annotated[
    str | None,
    typer.Option(metavar="ALARM,MISS", help="What a false alarm and a missed rare row cost: 1,20."),
]
_Margin = Annotated[
    float | None,
    typer.Option(help="The least gain in the headline that matters; 0.01 or 2 % by default."),
]
_Seed = Annotated[int | None, typer.Option(help="The same seed gives the same result.")]
_Jobs = Annotated[int, typer.Option(help="Folds to work on at a time; -1 for one a processor.")]
_Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN", help="A column that takes no part. May be repeated."),
]
_Journal = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Remembers what is done; a study that was stopped goes on from there.",
    ),
]
_Budget = Annotated[
    str | None, typer.Option(metavar="TIME", help="When to stop with what is known: 90s, 10m, 2h.")
]
_Format = Annotated[
    str,
    typer.Option("--format", metavar="KIND", help="What to print: text, md (Markdown) or json."),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON, as --format json does.")]
_Force = Annotated[bool, typer.Option("--force", help="Replace the report where it exists.")]


def study(
    *,
    source: Source,
    target: Target,
    report: _Report = None,
    models: _Models = None,
    remedies: _Remedies = None,
    headline: _Headline = "average_precision",
    folds: _Folds = 5,
    repeats: _Repeats = 2,
    groups: _Groups = None,
    time: _Time = None,
    costs: _Costs = None,
    margin: _Margin = None,
    seed: _Seed = None,
    jobs: _Jobs = -1,
    ignore: _Ignore = None,
    journal: _Journal = None,
    budget: _Budget = None,
    printed: _Format = "text",
    json: _Json = False,
    force: _Force = False,
) -> None:
    """See which remedy for imbalance, if any, is worth having.

    Fits models on the table as it is and under each remedy, on folds that no resampling has
    touched, and says of each remedy whether it helps, harms, makes no material difference, or
    whether these data cannot tell. No gain worth having is a normal answer.
    """
    trial = Trial(
        source=source,
        target=target,
        report=report,
        models=None if models is None else tuple(models.split(",")),
        remedies=None if remedies is None else tuple(remedies.split(",")),
        headline=headline,
        folds=(folds, repeats),
        groups=groups,
        time=time,
        costs=None if costs is None else parse_costs(costs),
        margin=margin,
        seed=seed,
        jobs=jobs,
        ignore=tuple(ignore or ()),
        journal=journal,
        budget=None if budget is None else parse_budget(budget),
        printed=parse_format("json" if json else printed),
        force=force,
    )
    with reported():
        require("polars", "the command study")
        require("pyarrow", "the command study")
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise.cli.trial import try_remedies  # noqa: PLC0415

        try_remedies(trial)
