"""The command `tutorial`."""

from __future__ import annotations

from json import dumps
from math import isnan
from pathlib import Path
from typing import Annotated, Any

import typer

from counterpoise._cli.arguments import Json
from counterpoise._cli.errors import reported
from counterpoise._cli.options import check_jobs

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
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FOLDER",
            help="Folder for the page, its pictures and tables; created if it does not exist.",
        ),
    ],
    seeds: Annotated[
        int,
        typer.Option(
            min=2, metavar="N", help="Number of other seeds with which to repeat the experiment."
        ),
    ] = 50,
    jobs: Annotated[
        int, typer.Option(metavar="N", help="Number of parallel jobs; -1 uses all processors.")
    ] = 1,
    json: Json = False,
) -> None:
    """Learn how to handle imbalanced data with SMOTE, on a page with pictures.

    Balances an imbalanced data set with random oversampling and SMOTE, trains an SVM on each, and
    repeats this with other seeds to compare the methods with confidence intervals. Writes the page
    index.html with its pictures (PNG) and tables (CSV) into a folder, and prints a summary.
    Existing files with the same names are replaced.
    """
    check_jobs(jobs)
    with reported():
        # Imported here so that --help does not load rich and the tutorial.
        from counterpoise._cli.console import StageBars  # noqa: PLC0415
        from counterpoise.tutorial._run import run_tutorial, summary  # noqa: PLC0415

        with StageBars() as bars:
            result = run_tutorial(out, n_seeds=seeds, n_jobs=jobs, progress=bars)
        typer.echo(_to_json(result) if json else summary(result))


def _to_json(result: Any) -> str:
    from counterpoise.tutorial._repetitions import METRICS, MODELS  # noqa: PLC0415

    means = {
        model.key: {
            metric.key: _compute_mean(result.repetitions.values(model.key, metric.key))
            for metric in METRICS
        }
        for model in MODELS
    }
    files = [str(path) for path in result.files]
    return dumps({"seeds": len(result.repetitions.seeds), "means": means, "files": files})


def _compute_mean(values: Any) -> float | None:
    """Compute the mean of the values that are not NaN; precision needs a positive prediction."""
    known = [value for value in values.tolist() if not isnan(value)]
    return sum(known) / len(known) if known else None
