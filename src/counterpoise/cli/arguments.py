"""What several commands take, spelled the same."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Source", "Target"]

Source = Annotated[
    str,
    typer.Argument(
        metavar="IN",
        show_default=False,
        help="The table: .csv, .tsv (also .gz), .parquet, .arrow or .feather; - for a CSV from "
        "standard input.",
    ),
]
Target = Annotated[
    str, typer.Option("--target", "-t", metavar="LABEL", help="The column with the classes.")
]
