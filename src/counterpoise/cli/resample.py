"""The command `resample`: its options."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._lib.optional_imports import require
from counterpoise.cli.arguments import Source, Target
from counterpoise.cli.errors import reported
from counterpoise.cli.options import Request, parse_parameters, parse_strategy

__all__ = ["EXAMPLES", "resample"]

EXAMPLES = """\
\b
Examples:
  counterpoise resample fraud.csv -t is_fraud -o balanced.csv
  counterpoise resample fraud.csv -t is_fraud -o balanced.parquet \\
      --param k_neighbors=8 --ignore customer_id --copy country --seed 1 --provenance
  counterpoise resample people.csv -t income -o people.csv --force --method random-under
  zcat big.csv.gz | counterpoise resample - -t y -o - --strategy 0.5 > balanced.csv
"""


_Out = Annotated[
    str,
    typer.Option(
        "--out",
        "-o",
        metavar="OUT",
        help="The file to write, of any of these kinds; - for a CSV to standard output.",
    ),
]
_Method = Annotated[
    str,
    typer.Option(
        metavar="METHOD",
        help="New rows: smote, smote-nc (numbers and categories), smote-n (categories), "
        "borderline-smote, svm-smote, kmeans-smote, adasyn. Repeated rows: random-over. Fewer "
        "rows: random-under, cluster-centroids, near-miss, tomek-links, enn, repeated-enn, "
        "all-knn, condensed, one-sided, neighbourhood-cleaning, hardness. Both: smote-enn, "
        "smote-tomek.",
    ),
]
_Param = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="A parameter of the method, such as k_neighbors=8. May be repeated.",
    ),
]
_Strategy = Annotated[
    str,
    typer.Option(
        metavar="STRATEGY",
        help="The rows wanted: auto, minority, 'not majority' or all; a ratio such as 0.5; or "
        "rows by class, as a=100,b=50 or '{\"a\": 100}'.",
    ),
]
_Seed = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=0, max=2**32 - 1, help="Seed of the draws: the same seed, the same rows."
    ),
]
_Ignore = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="Leave a column, such as an identifier or a date, out of distances; it is empty in "
        "new rows. May be repeated.",
    ),
]
_Copy = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="Leave a column out of distances; a new row has the value of the row it started "
        "from. May be repeated.",
    ),
]
_Provenance = Annotated[
    bool,
    typer.Option(
        "--provenance",
        help="Add columns that say where each row came from: provenance_row (its row in IN, from "
        "0; -1 if new), provenance_base and _partner (the rows a new row lies between), _weight "
        "(how far from base to partner), _is_new.",
    ),
]
_Json = Annotated[
    bool,
    typer.Option("--json", help="Print the counts as JSON on standard output; OUT is a file then."),
]
_Force = Annotated[
    bool, typer.Option("--force", help="Replace OUT where it exists; it may be IN itself.")
]


def resample(
    *,
    source: Source,
    target: Target,
    out: _Out,
    method: _Method = "smote",
    param: _Param = None,
    strategy: _Strategy = "auto",
    seed: _Seed = None,
    ignore: _Ignore = None,
    copy: _Copy = None,
    provenance: _Provenance = False,
    json: _Json = False,
    force: _Force = False,
) -> None:
    """Balance the classes of a table.

    The rows of IN that stay leave as they came: those of a CSV with their very text, those of other
    files with their types. In a CSV a column of numbers with leading zeros (007) counts as text.
    Class counts before and after go to standard error.
    """
    if json and out == "-":
        raise typer.BadParameter("OUT cannot be - beside it: both print.", param_hint="--json")
    parameters = parse_parameters(param or [])
    parameters |= {"sampling_strategy": parse_strategy(strategy), "random_state": seed}
    request = Request(
        source=source,
        out=out,
        target=target,
        method=method,
        parameters=parameters,
        ignore=tuple(ignore or ()),
        copy=tuple(copy or ()),
        provenance=provenance,
        json=json,
        force=force,
    )
    with reported():
        require("polars", "the command resample")
        require("pyarrow", "the command resample")
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise.cli.balance import balance  # noqa: PLC0415

        balance(request)
