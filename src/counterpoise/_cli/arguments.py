"""Arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Source", "Target"]

Source = Annotated[
    str,
    typer.Argument(
        metavar="IN",
        show_default=False,
        help="The table: .csv, .tsv (also .gz), .parquet, .arrow or .feather; - reads a CSV from "
        "standard input.",
    ),
]
Target = Annotated[
    str, typer.Option("--target", "-t", metavar="COLUMN", help="Column with the classes.")
]
