"""The command `inspect`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._lib.optional_imports import require
from counterpoise.cli.arguments import Source, Target
from counterpoise.cli.errors import reported

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
        typer.Option(metavar="COLUMN", help="A column that takes no part. May be repeated."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the profile as JSON.")] = False,
) -> None:
    """See what a table is like before anything is done to it.

    Classes and their ratio, columns as the samplers will see them, missing and repeated rows, how
    hard the rare rows are, what may have leaked from the answer, and which methods and studies
    the table allows.
    """
    with reported():
        require("polars", "the command inspect")
        require("pyarrow", "the command inspect")
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise.cli.labeled_table import errors_with_columns, read_labeled_table  # noqa: PLC0415
        from counterpoise.profile import inspect as look_at  # noqa: PLC0415

        table = read_labeled_table(source, target, ignore or ())
        with errors_with_columns(target):
            profile = look_at(table.features, table.labels)
        typer.echo(profile.to_json() if json else str(profile))
