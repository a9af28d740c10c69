"""The command `tutorial`."""

from __future__ import annotations

from json import dumps
from math import isnan
from pathlib import Path
from typing import Annotated, Any

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
    json: Annotated[
        bool, typer.Option("--json", help="Print the table of results and the files as JSON.")
    ] = False,
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
        typer.echo(_as_json(result) if json else summary(result))


def _as_json(result: Any) -> str:
    from counterpoise.tutorial.luck import METRICS, MODELS  # noqa: PLC0415

    means = {
        model.key: {
            metric.key: _mean(result.luck.values(model.key, metric.key)) for metric in METRICS
        }
        for model in MODELS
    }
    files = [str(path) for path in result.files]
    return dumps({"seeds": len(result.luck.seeds), "means": means, "files": files})


def _mean(values: Any) -> float | None:
    """Return the mean of what is defined; a precision is not where nothing is called minority."""
    known = [value for value in values.tolist() if not isnan(value)]
    return sum(known) / len(known) if known else None
