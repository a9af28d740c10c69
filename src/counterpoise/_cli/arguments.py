"""Arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "REPLACE",
    "SEED",
    "Costs",
    "Force",
    "Format",
    "FormatJson",
    "Ignore",
    "InputFile",
    "Json",
    "Keep",
    "Parameters",
    "Positive",
    "Sample",
    "Scale",
    "SmallClasses",
    "Target",
]

SEED = "Random seed; the same seed gives the same result."
REPLACE = "Replace files that exist."

InputFile = Annotated[
    str,
    typer.Argument(
        metavar="IN",
        show_default=False,
        help="The table: .csv, .tsv, .txt, .data, .jsonl (also with .gz, .zst or .zip), .xlsx, "
        ".parquet, .arrow or .feather; - reads a CSV from standard input.",
    ),
]
Target = Annotated[
    str, typer.Option("--target", "-t", metavar="COLUMN", help="Column with the classes.")
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN", help="Column to exclude from the features. Can be repeated."),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="Column to use as a feature although it looks like an identifier, free text or dates. "
        "Can be repeated.",
    ),
]
Sample = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Read N rows of a Parquet or CSV file, or of a folder or pattern: a sample with the "
        "class shares of all rows. Of a large one, 100,000 rows are read by default.",
    ),
]
Positive = Annotated[
    str | None,
    typer.Option(metavar="CLASS", help="Positive class; by default the minority class."),
]
Scale = Annotated[
    str,
    typer.Option(
        "--scale",
        metavar="SCALE",
        help="Units of distances: standard (each numeric column divided by its standard "
        "deviation), robust (by its interquartile range) or none (original units).",
    ),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="Parameter of the method, such as k_neighbors=8. Can be repeated.",
    ),
]
SmallClasses = Annotated[
    str | None,
    typer.Option(
        "--small-classes",
        metavar="ACTION",
        help="What SMOTE and its variants do with a class that has k_neighbors rows or fewer: "
        "error (the default), skip (leave it as it is), duplicate (add duplicates of its rows) or "
        "shrink-k (use the neighbors that there are).",
    ),
]
Costs = Annotated[
    str | None,
    typer.Option(
        metavar="FP,FN",
        help="Costs of a false positive and of a false negative, for example 1,20.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Format = Annotated[
    str,
    typer.Option("--format", metavar="FORMAT", help="Output: text, md (Markdown) or json."),
]
FormatJson = Annotated[bool, typer.Option("--json", help="Print JSON; the same as --format json.")]
Force = Annotated[bool, typer.Option("--force", help=REPLACE)]
