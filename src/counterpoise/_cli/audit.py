"""The command `audit`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import Json
from counterpoise._cli.errors import reported
from counterpoise._lib.optional_imports import import_optional

__all__ = ["EXAMPLES", "audit"]

EXAMPLES = """\
\b
Examples:
  counterpoise audit fraud.csv balanced.csv -t is_fraud
  counterpoise audit --leakage train.csv test.csv -t is_fraud
  counterpoise audit --leakage train.parquet test.parquet --json
"""

_FORMATS = ".csv, .tsv (also .gz), .parquet, .arrow or .feather"


def audit(
    *,
    first: Annotated[
        str,
        typer.Argument(
            metavar="BEFORE",
            show_default=False,
            help=f"Table before resampling; with --leakage, the training set. Formats: {_FORMATS}.",
        ),
    ],
    second: Annotated[
        str,
        typer.Argument(
            metavar="AFTER",
            show_default=False,
            help="Table after resampling; with --leakage, the test set.",
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            "-t",
            metavar="COLUMN",
            help="Column with the classes. Optional with --leakage, but it makes the checks more "
            "sensitive.",
        ),
    ] = None,
    leakage: Annotated[
        bool,
        typer.Option(
            "--leakage",
            help="Check a training set and a test set for leakage from resampling before the "
            "split.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Audit synthetic rows, or detect leakage between a training set and a test set.

    Without --leakage, measures the rows of AFTER that are not in BEFORE: whether their nearest
    neighbors are of another class, whether they duplicate rows or leave the range of their class,
    and how they change its distribution. The exit code is 0 whatever the audit finds.
    """
    if target is None and not leakage:
        raise typer.BadParameter(
            "name the target column with -t COLUMN; it is optional only with --leakage.",
            param_hint="--target",
        )
    with reported():
        import_optional("polars", "the command audit")
        import_optional("pyarrow", "the command audit")
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.audit_report import print_audit  # noqa: PLC0415

        print_audit(first, second, target, leakage=leakage, as_json=as_json)
