"""The command `audit`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._require import require
from counterpoise.cli.errors import reported

__all__ = ["EXAMPLES", "audit"]

EXAMPLES = """\
\b
Examples:
  counterpoise audit fraud.csv balanced.csv -t is_fraud
  counterpoise audit --leakage train.csv test.csv -t is_fraud
  counterpoise audit --leakage train.parquet test.parquet --json
"""

_KINDS = ".csv, .tsv (also .gz), .parquet, .arrow or .feather"


def audit(
    *,
    first: Annotated[
        str,
        typer.Argument(
            metavar="BEFORE",
            show_default=False,
            help=f"The table before it was resampled; with --leakage, the training rows: {_KINDS}.",
        ),
    ],
    second: Annotated[
        str,
        typer.Argument(
            metavar="AFTER",
            show_default=False,
            help="The table afterwards; with --leakage, the test rows.",
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            "-t",
            metavar="LABEL",
            help="The column with the classes; with --leakage it can be left out, and less can be "
            "told.",
        ),
    ] = None,
    leakage: Annotated[
        bool,
        typer.Option(
            "--leakage", help="Look for test rows made of training rows, before the split."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything that was measured, as JSON.")
    ] = False,
) -> None:
    """Say what made rows are like, or whether a split leaks.

    Without --leakage, what the rows of AFTER are like that are not in BEFORE: whether they lie
    among other classes, copy rows, leave their class's range, and what they change. The answer goes
    to standard output; whatever it is, the exit code is 0.
    """
    if target is None and not leakage:
        raise typer.BadParameter(
            "name the column with the classes, as -t LABEL; only --leakage can do without.",
            param_hint="--target",
        )
    with reported():
        require("polars", "the command audit")
        require("pyarrow", "the command audit")
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise.cli.audit_report import print_audit  # noqa: PLC0415

        print_audit(first, second, target, leakage=leakage, as_json=as_json)
