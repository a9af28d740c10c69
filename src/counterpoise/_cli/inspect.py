"""Options of the command `inspect`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import (
    Force,
    Ignore,
    InputFile,
    Json,
    Keep,
    Sample,
    Scale,
    Target,
)
from counterpoise._cli.errors import reported
from counterpoise._cli.options import InspectRequest, parse_scale, parse_severity
from counterpoise._cli.reading_options import ReadingOptions, with_reading_options

__all__ = ["EXAMPLES", "inspect"]

EXAMPLES = """\
\b
Examples:
  counterpoise inspect fraud.csv -t is_fraud
  counterpoise inspect fraud.csv -t is_fraud --ignore customer_id \\
      --report profile.html
  counterpoise inspect train.csv -t is_fraud --test test.csv --fail-on warning
  counterpoise inspect fraud.csv -t is_fraud --suspects suspects.csv
"""

_Test = Annotated[
    str | None,
    typer.Option(
        "--test",
        metavar="FILE",
        help="A second table, such as a test set, to compare with the first: rows in both, new "
        "categories, values out of range, different columns, shifted distributions and class "
        "shares.",
    ),
]
_Report = Annotated[
    str | None, typer.Option(metavar="FILE", help="Write the profile as a page (.html).")
]
_FailOn = Annotated[
    str | None,
    typer.Option(
        metavar="SEVERITY",
        help="End with exit code 4 if there is a finding of this severity or a higher one: note, "
        "caution or warning.",
    ),
]

_Suspects = Annotated[
    str | None,
    typer.Option(
        "--suspects",
        metavar="FILE",
        help="Write the probably mislabeled rows to a table: line, class, predicted class and "
        "probabilities, those of the smallest class first.",
    ),
]


@with_reading_options
def inspect(
    *,
    source: InputFile,
    target: Target,
    ignore: Ignore = None,
    keep: Keep = None,
    scale: Scale = "standard",
    test: _Test = None,
    suspects: _Suspects = None,
    report: _Report = None,
    fail_on: _FailOn = None,
    as_json: Json = False,
    force: Force = False,
    sample: Sample = None,
    reading: ReadingOptions,
) -> None:
    """Profile an imbalanced table before resampling it.

    Prints class sizes and imbalance ratio, feature types, missing values and duplicate rows, sample
    types of minority rows (safe, borderline, rare, outlier), columns that may contain target
    leakage, probably mislabeled rows, the resampling methods and the study that suit the table, and
    what differs in a second table.
    """
    request = InspectRequest(
        source=source,
        target=target,
        ignore=tuple(ignore or ()),
        keep=tuple(keep or ()),
        scale=parse_scale(scale),
        test=test,
        suspects=suspects,
        report=report,
        fail_on=None if fail_on is None else parse_severity(fail_on),
        json=as_json,
        force=force,
        reading=reading,
        sample=sample,
    )
    with reported("inspect"):
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.run_inspect import run_inspect  # noqa: PLC0415

        run_inspect(request)
