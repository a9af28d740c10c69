"""The command `inspect`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import Source, Target
from counterpoise._cli.errors import reported
from counterpoise._lib.optional_imports import import_optional

__all__ = ["EXAMPLES", "inspect"]

EXAMPLES = """\
\b
Examples:
  counterpoise inspect fraud.csv -t is_fraud
  counterpoise inspect fraud.csv -t is_fraud --ignore customer_id --json
"""


def inspect(
    *,
    source: Source,
    target: Target,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Column to leave out. May be repeated."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the profile as JSON instead of text.")
    ] = False,
) -> None:
    """Profile an imbalanced table before resampling it.

    Prints class sizes and imbalance ratio, feature types, missing values and duplicate rows, sample
    types of minority rows (safe, borderline, rare, outlier), columns that may contain target
    leakage, and the resampling methods and the study that suit the table.
    """
    with reported():
        import_optional("polars", "the command inspect")
        import_optional("pyarrow", "the command inspect")
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.labeled_table import errors_with_columns, read_labeled_table  # noqa: PLC0415
        from counterpoise.profile import inspect as build_profile  # noqa: PLC0415

        table = read_labeled_table(source, target, ignore or ())
        with errors_with_columns(target):
            profile = build_profile(table.features, table.labels)
        typer.echo(profile.to_json() if json else str(profile))
