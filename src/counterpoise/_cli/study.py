"""Options of the command `study`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import InputFile, Target
from counterpoise._cli.errors import reported
from counterpoise._cli.options import StudyRequest, parse_budget, parse_costs, parse_format
from counterpoise._lib.optional_imports import import_optional

__all__ = ["EXAMPLES", "study"]

EXAMPLES = """\
\b
Examples:
  counterpoise study fraud.csv -t is_fraud --report report.html
  counterpoise study fraud.csv -t is_fraud --models logistic,boosting --methods class-weight,smote
  counterpoise study visits.csv -t readmitted --groups patient --costs 1,20 --budget 10m
  counterpoise study big.csv -t y --journal big.journal --report big.md
"""

_Report = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write a report to this file: .html, .md or .json."),
]
_Models = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Comma-separated models: logistic, svm, forest, boosting. All by default.",
    ),
]
_Methods = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Comma-separated methods: class-weight, threshold, random-under, random-over, smote, "
        "borderline-smote, adasyn, smote-enn, under-ensemble. All by default. Each is compared "
        "with the baseline (no resampling).",
    ),
]
_Metric = Annotated[
    str,
    typer.Option(
        "--metric",
        metavar="METRIC",
        help="Primary metric, in which methods are compared: average_precision, roc_auc, "
        "log_loss, brier, balanced_accuracy, geometric_mean, f1, matthews or expected_cost.",
    ),
]
_Folds = Annotated[int, typer.Option(metavar="N", min=2, help="Number of cross-validation folds.")]
_Repeats = Annotated[
    int, typer.Option(metavar="N", min=1, help="Number of repeats of the cross-validation.")
]
_Groups = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Column of groups; rows of a group stay in one fold."),
]
_Time = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN", help="Column of times; train on earlier rows, test on later ones."
    ),
]
_Costs = Annotated[
    str | None,
    typer.Option(
        metavar="FP,FN",
        help="Costs of a false positive and of a false negative, for example 1,20.",
    ),
]
_Margin = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="Equivalence margin: smallest improvement that matters; by default 0.01, or 2% of "
        "the baseline for log loss, Brier score and expected cost.",
    ),
]
_Seed = Annotated[
    int | None, typer.Option(metavar="N", help="Random seed; the same seed gives the same result.")
]
_Jobs = Annotated[
    int, typer.Option(metavar="N", help="Number of parallel jobs; -1 uses all processors.")
]
_Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN", help="Column to exclude from the features. Can be repeated."),
]
_Journal = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Store finished results in this file; an interrupted study resumes from it.",
    ),
]
_Budget = Annotated[str | None, typer.Option(metavar="TIME", help="Time limit: 90s, 10m, 2h.")]
_Format = Annotated[
    str,
    typer.Option("--format", metavar="FORMAT", help="Output: text, md (Markdown) or json."),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON; the same as --format json.")]
_Force = Annotated[bool, typer.Option("--force", help="Replace an existing report.")]


def study(
    *,
    source: InputFile,
    target: Target,
    report: _Report = None,
    models: _Models = None,
    methods: _Methods = None,
    primary_metric: _Metric = "average_precision",
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
    """Compare methods for imbalanced data by cross-validation.

    Fits each model without resampling (the baseline) and with each method, on shared folds whose
    test part is never resampled. The result for each method is better, worse, equivalent or
    inconclusive. That no method improves the model is a common result.
    """
    if margin is not None and not margin > 0:
        raise typer.BadParameter(f"--margin must be above 0; got {margin:g}.")
    if jobs < 1 and jobs != -1:
        raise typer.BadParameter(f"--jobs must be -1 or at least 1; got {jobs}.")
    request = StudyRequest(
        source=source,
        target=target,
        report=report,
        models=None if models is None else tuple(models.split(",")),
        methods=None if methods is None else tuple(methods.split(",")),
        primary_metric=primary_metric,
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
        import_optional("polars", "the command study")
        import_optional("pyarrow", "the command study")
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.run_study import run_study  # noqa: PLC0415

        run_study(request)
