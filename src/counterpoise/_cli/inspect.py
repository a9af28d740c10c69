"""The command `inspect`."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from counterpoise._cli.arguments import ForceReport, Ignore, InputFile, Json, Scale, Target
from counterpoise._cli.errors import reported
from counterpoise._cli.options import parse_scale
from counterpoise._cli.reading_options import ReadingOptions, with_reading_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterpoise.profile import DataProfile

__all__ = ["EXAMPLES", "inspect"]

EXAMPLES = """\
\b
Examples:
  counterpoise inspect fraud.csv -t is_fraud
  counterpoise inspect fraud.csv -t is_fraud --ignore customer_id --json
  counterpoise inspect fraud.csv -t is_fraud --suspects suspects.csv
"""

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
    scale: Scale = "standard",
    suspects: _Suspects = None,
    json: Json = False,
    force: ForceReport = False,
    reading: ReadingOptions,
) -> None:
    """Profile an imbalanced table before resampling it.

    Prints class sizes and imbalance ratio, feature types, missing values and duplicate rows, sample
    types of minority rows (safe, borderline, rare, outlier), columns that may contain target
    leakage, probably mislabeled rows, and the resampling methods and the study that suit the table.
    """
    units = parse_scale(scale)
    with reported("inspect"):
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.console import add_notes  # noqa: PLC0415
        from counterpoise._cli.files import check_output  # noqa: PLC0415
        from counterpoise._cli.labeled_table import errors_with_columns, read_labeled_table  # noqa: PLC0415
        from counterpoise._cli.suspects import write_suspects  # noqa: PLC0415
        from counterpoise.profile import inspect as build_profile  # noqa: PLC0415

        if suspects is not None:
            check_output(suspects, force=force)
        table = read_labeled_table(source, target, ignore or (), reading)
        with errors_with_columns(target):
            profile = build_profile(table.features, table.labels, scale=units)
        if json:
            typer.echo(add_notes(profile.to_json(), table.notes))
        else:
            options = [
                *(f"--ignore {quote(name)}" for name in ignore or ()),
                *reading.to_arguments(),
            ]
            typer.echo(_to_text(profile, source, target, options))
        if suspects is not None:
            write_suspects(suspects, profile, table)


def _to_text(profile: DataProfile, source: str, target: str, given: Sequence[str]) -> str:
    """Return the profile as text, with the suggested study as a command that can be copied."""
    from counterpoise.profile import format_profile  # noqa: PLC0415

    study = profile.study
    if study is None:
        return format_profile(profile)
    options = [
        f"{quote(source)} -t {quote(target)}",
        *given,
        f"--methods {','.join(study.methods)}",
        f"--folds {study.n_folds} --repeats {study.n_repeats}",
    ]
    grouping = (
        "add --groups COLUMN, with a column that has the same value for all duplicates of a row"
    )
    return format_profile(profile, ("counterpoise study", *options), grouping)
