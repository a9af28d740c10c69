"""Options of the command `audit`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import (
    SEED,
    Force,
    Ignore,
    Json,
    Keep,
    Parameters,
    Scale,
    SmallClasses,
)
from counterpoise._cli.errors import reported
from counterpoise._cli.options import (
    AuditRequest,
    parse_parameters,
    parse_scale,
    parse_small_classes,
    parse_strategy,
)
from counterpoise._cli.reading_options import ReadingOptions, with_reading_options

__all__ = ["EXAMPLES", "audit"]

EXAMPLES = """\
\b
Examples:
  counterpoise audit fraud.csv -t is_fraud --method smote --report audit.html
  counterpoise audit fraud.csv balanced.csv -t is_fraud --withheld test.csv
  counterpoise audit --leakage train.csv test.csv -t is_fraud
  counterpoise audit --leakage train.parquet test.parquet --json
"""


_Before = Annotated[
    str,
    typer.Argument(
        metavar="BEFORE",
        show_default=False,
        help="Table before resampling; with --leakage, the training set. The formats are those of "
        "counterpoise resample.",
    ),
]
_After = Annotated[
    str | None,
    typer.Argument(
        metavar="[AFTER]",
        show_default=False,
        help="Table after resampling, unless --method is given; with --leakage, the test set.",
    ),
]
_Target = Annotated[
    str | None,
    typer.Option(
        "--target",
        "-t",
        metavar="COLUMN",
        help="Column with the classes. Optional with --leakage, but it makes the checks more "
        "sensitive.",
    ),
]
_Method = Annotated[
    str | None,
    typer.Option(
        metavar="METHOD",
        help="Audit this resampling method instead of its output; counterpoise resample "
        "--list-methods prints all.",
    ),
]
_Strategy = Annotated[
    str, typer.Option(metavar="STRATEGY", help="As in counterpoise resample, for --method.")
]
_Withheld = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Original rows that the sampler has not seen, such as a test set, to evaluate the "
        "synthetic rows with.",
    ),
]
_Splits = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=1,
        help="With --method: number of random splits into halves, one for the sampler and one to "
        "evaluate its synthetic rows with.",
    ),
]
_Seed = Annotated[int, typer.Option(metavar="N", help=SEED)]
_Report = Annotated[
    str | None, typer.Option(metavar="FILE", help="Write a page to this file (.html).")
]
_Leakage = Annotated[
    bool,
    typer.Option(
        "--leakage",
        help="Check a training set and a test set for leakage from resampling before the split.",
    ),
]


@with_reading_options
def audit(
    *,
    before: _Before,
    after: _After = None,
    target: _Target = None,
    method: _Method = None,
    param: Parameters = None,
    strategy: _Strategy = "auto",
    small_classes: SmallClasses = None,
    scale: Scale = "standard",
    withheld: _Withheld = None,
    splits: _Splits = 10,
    seed: _Seed = 0,
    ignore: Ignore = None,
    keep: Keep = None,
    report: _Report = None,
    leakage: _Leakage = False,
    as_json: Json = False,
    force: Force = False,
    reading: ReadingOptions,
) -> None:
    """Audit synthetic rows, or detect leakage between a training set and a test set.

    Without --leakage, measures how many synthetic rows are invalid: the nearest original row that
    the sampler has not seen is of another class. This needs --method or --withheld. Also measures
    duplicates, distances to original rows, values out of range, and how the distribution of a
    class changes. The exit code is 0 whatever the audit finds.
    """
    parameters = parse_parameters(param or [])
    if small_classes is not None:
        parameters["small_classes"] = parse_small_classes(small_classes)
    request = AuditRequest(
        before=before,
        after=after,
        withheld=withheld,
        target=target,
        leakage=leakage,
        method=method,
        parameters={**parameters, "sampling_strategy": parse_strategy(strategy)},
        scale=parse_scale(scale),
        n_splits=splits,
        seed=seed,
        ignore=tuple(ignore or ()),
        keep=tuple(keep or ()),
        report=report,
        json=as_json,
        force=force,
        reading=reading,
    )
    with reported("audit"):
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.run_audit import run_audit  # noqa: PLC0415

        run_audit(request)
