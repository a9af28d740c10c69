"""The command `tutorial`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterpoise.cli.errors import reported

__all__ = ["EXAMPLES", "tutorial"]

EXAMPLES = """\
\b
Examples:
  counterpoise tutorial --out tutorial
  counterpoise tutorial --out quick --seeds 5 --jobs -1
"""


def tutorial(
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the page, the pictures and the tables.")
    ],
    seeds: Annotated[
        int, typer.Option(min=2, help="How many other seeds to repeat the experiment with.")
    ] = 50,
    jobs: Annotated[
        int | None, typer.Option(help="Seeds to work on at a time; -1 for one a processor.")
    ] = None,
) -> None:
    """Balance a data set, compare its models, and see why it matters.

    Writes one page, index.html, with its pictures (PNG) and tables (CSV) beside it, and prints the
    table of results. Files of the same names in the folder are replaced.
    """
    with reported():
        # Imported here so that --help loads neither rich nor the tutorial.
        from counterpoise.cli.console import StageBars  # noqa: PLC0415
        from counterpoise.tutorial import run_tutorial, summary  # noqa: PLC0415

        with StageBars() as bars:
            result = run_tutorial(out, n_seeds=seeds, n_jobs=jobs, progress=bars)
        typer.echo(summary(result))
