"""Options of the command `study`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import (
    SEED,
    Costs,
    Force,
    Format,
    FormatJson,
    Ignore,
    InputFile,
    Keep,
    Positive,
)
from counterpoise._cli.errors import reported
from counterpoise._cli.options import (
    StudyRequest,
    parse_budget,
    parse_costs,
    parse_format,
    parse_relevance,
    parse_task,
)
from counterpoise._cli.reading_options import ReadingOptions, with_reading_options

__all__ = ["EXAMPLES", "study"]

EXAMPLES = """\
\b
Examples:
  counterpoise study fraud.csv -t is_fraud --report report.html --open
  counterpoise study fraud.csv -t is_fraud \\
      --models logistic,boosting --methods class-weight,smote
  counterpoise study visits.csv -t readmitted --groups patient --budget 10m
  counterpoise study big.csv -t y --journal big.journal --report big.md
  counterpoise study heart.csv -t disease --positive yes --costs 1,20 \\
      --metric recall --metric precision
  counterpoise study messages.csv -t spam --text message
  counterpoise study fraud.csv -t is_fraud --save-model model.skops
  counterpoise study houses.csv -t price --task regression
"""


def _list_names(wanted: bool) -> None:
    if not wanted:
        return
    # Imported here so that --help does not load scikit-learn.
    from counterpoise.study._names import describe_names  # noqa: PLC0415

    typer.echo(describe_names())
    raise typer.Exit


_Target = Annotated[
    str,
    typer.Option(
        "--target",
        "-t",
        metavar="COLUMN",
        help="Column of the target: classes, or the numbers of a regression.",
    ),
]
_Task = Annotated[
    str,
    typer.Option(
        metavar="TASK",
        help="Kind of target: classification, regression, or auto, which takes a column of many "
        "distinct numbers as a continuous target.",
    ),
]
_Relevance = Annotated[
    str | None,
    typer.Option(
        metavar="RELEVANCE",
        help="Which values of a continuous target are rare: boxplot (beyond its whiskers), density "
        "(where there are few samples), or points of VALUE:RELEVANCE, such as 0:0,100:1, with a "
        "relevance from 0 to 1; values of at least 0.8 are rare. By default boxplot, or density "
        "if there are no outliers.",
    ),
]
_Report = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write a report to this file: .html, .md or .json."),
]
_SaveModel = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Fit the recommended model on all rows, and save it to this .skops file for "
        "counterpoise predict.",
    ),
]
_Models = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Comma-separated models: logistic, svm, forest, boosting (these by default), "
        "neighbors, naive-bayes, lightgbm, xgboost, catboost, or module:Class.",
    ),
]
_Methods = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Comma-separated methods: class-weight, threshold, random-under, random-over, smote, "
        "borderline-smote, adasyn, smote-enn, under-ensemble (these by default), or any other that "
        "--list prints. Each is compared with the baseline (no resampling). For a continuous "
        "target, other models and methods are used; see --list.",
    ),
]
_List = Annotated[
    bool,
    typer.Option(
        "--list",
        callback=_list_names,
        is_eager=True,
        help="Print all models, methods and metrics, and exit.",
    ),
]
_Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        metavar="METRIC",
        help="Primary metric, in which methods are compared: average_precision (default), roc_auc, "
        "log_loss, brier, balanced_accuracy, geometric_mean, f1, precision, recall, matthews, "
        "cohen_kappa, expected_cost, f2 (the F-score with beta 2), or a classification scorer of "
        "scikit-learn; for a continuous target relevance_weighted_rmse (default), sera, rare_rmse, "
        "rmse, mae or r2. Can be repeated: the first is the primary metric, the others are "
        "reported.",
    ),
]
_Folds = Annotated[int, typer.Option(metavar="N", min=2, help="Number of cross-validation folds.")]
_Repeats = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Number of repeats of the cross-validation; by default 2, or 1 if the table has more "
        "than 20,000 rows.",
    ),
]
_Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Use all rows and 2 repeats. By default, a stratified sample of 20,000 rows of a "
        "larger table is used, so that the study takes minutes.",
    ),
]
_Sample = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Use N rows of a Parquet or CSV file, or of a folder or pattern: a sample with the "
        "class shares of all rows. By default, 20,000 rows of a larger table are used.",
    ),
]
_Open = Annotated[
    bool, typer.Option("--open", help="Open the report in the browser; needs --report FILE.html.")
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
_TimeFormat = Annotated[
    str | None,
    typer.Option(
        metavar="FORMAT",
        help="Format of the times, such as %d/%m/%y; by default ISO 8601, or the only other one "
        "that fits all times.",
    ),
]
_Margin = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="Equivalence margin: smallest improvement that matters; by default 0.01, or 2% of "
        "the baseline for log loss, Brier score, expected cost and errors of a regression.",
    ),
]
_Seed = Annotated[
    int | None, typer.Option(metavar="N", help=f"{SEED} By default 0, or that of the journal.")
]
_Jobs = Annotated[
    int, typer.Option(metavar="N", help="Number of parallel jobs; -1 uses all processors.")
]
_TextColumns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="Column of free text to read by TF-IDF; by default free text is left out. Can be "
        "repeated.",
    ),
]
_Journal = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Store finished results in this file; an interrupted study resumes from it.",
    ),
]
_Budget = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Time limit: 90s, 10m, 2h. What is known by then is reported."
    ),
]


@with_reading_options
def study(
    *,
    source: InputFile,
    target: _Target,
    task: _Task = "auto",
    report: _Report = None,
    save_model: _SaveModel = None,
    models: _Models = None,
    methods: _Methods = None,
    list_names: _List = False,  # noqa: ARG001 (handled by its callback)
    metrics: _Metrics = None,
    relevance: _Relevance = None,
    positive: Positive = None,
    folds: _Folds = 5,
    repeats: _Repeats = None,
    groups: _Groups = None,
    time: _Time = None,
    time_format: _TimeFormat = None,
    costs: Costs = None,
    margin: _Margin = None,
    seed: _Seed = None,
    jobs: _Jobs = -1,
    ignore: Ignore = None,
    keep: Keep = None,
    text: _TextColumns = None,
    journal: _Journal = None,
    budget: _Budget = None,
    printed: Format = "text",
    json: FormatJson = False,
    force: Force = False,
    sample: _Sample = None,
    full: _Full = False,
    opens: _Open = False,
    reading: ReadingOptions,
) -> None:
    """Compare methods for imbalanced data by cross-validation.

    Fits each model without resampling (the baseline) and with each method, on shared folds whose
    test part is never resampled. The result for each method is better, worse, equivalent or
    inconclusive. That no method improves the model is a common result. A column of many distinct
    numbers is a continuous target, whose rare values matter.
    """
    if full and sample is not None:
        raise typer.BadParameter("--full uses all rows; remove it, or --sample.")
    if opens and not (report or "").endswith(".html"):
        raise typer.BadParameter("--open shows a page. Add a report, such as --report study.html.")
    request = StudyRequest(
        source=source,
        target=target,
        task=parse_task(task),
        report=report,
        save_model=save_model,
        models=None if models is None else tuple(models.split(",")),
        methods=None if methods is None else tuple(methods.split(",")),
        metrics=tuple(metrics or ()),
        relevance=None if relevance is None else parse_relevance(relevance),
        positive=positive,
        folds=folds,
        repeats=repeats,
        groups=groups,
        time=time,
        time_format=time_format,
        costs=None if costs is None else parse_costs(costs),
        margin=margin,
        seed=seed,
        jobs=jobs,
        ignore=tuple(ignore or ()),
        keep=tuple(keep or ()),
        text=tuple(text or ()),
        journal=journal,
        budget=None if budget is None else parse_budget(budget),
        printed=parse_format("json" if json else printed),
        force=force,
        reading=reading,
        sample=sample,
        full=full,
        opens=opens,
    )
    with reported("study"):
        # Packages are imported after the first line, because it takes seconds.
        typer.echo(f"Reading {'standard input' if source == '-' else source} …", err=True)
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.run_study import run_study  # noqa: PLC0415

        run_study(request)
