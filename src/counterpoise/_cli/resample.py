"""Options of the command `resample`."""

from __future__ import annotations

from shlex import quote
from typing import Annotated

import typer

from counterpoise._cli.arguments import (
    REPLACE,
    SEED,
    InputFile,
    Keep,
    Parameters,
    Scale,
    SmallClasses,
    Target,
)
from counterpoise._cli.errors import reported
from counterpoise._cli.options import (
    ResampleRequest,
    parse_engine,
    parse_parameters,
    parse_scale,
    parse_seed,
    parse_small_classes,
    parse_strategy,
)
from counterpoise._cli.reading_options import ReadingOptions, with_reading_options

__all__ = ["EXAMPLES", "resample"]

EXAMPLES = """\
\b
Examples:
  counterpoise resample fraud.csv -t is_fraud -o balanced.csv
  counterpoise resample fraud.csv -t is_fraud -o balanced.parquet \\
      --param k_neighbors=8 --ignore customer_id --copy country --provenance
  counterpoise resample people.csv -t income -o people.csv --force \\
      --method random-under
  counterpoise resample transactions/ -t is_fraud -o balanced/ \\
      --strategy 0.1 --memory 2GB
  zcat big.csv.gz | counterpoise resample - -t y -o - > balanced.csv
"""


# The headings of --list-methods, by the family or the package of the sampler.
_HEADINGS = {
    "over-sampling": "Oversampling",
    "under-sampling": "Undersampling",
    "clean-sampling": "Cleaning",
    "combine": "Combined",
}
# The methods that are used most come first, in this order; the others follow by name.
_USED_MOST = (
    "smote",
    "smote-nc",
    "smote-n",
    "random-over",
    "borderline-smote",
    "adasyn",
    "svm-smote",
    "kmeans-smote",
    "random-under",
    "near-miss",
    "tomek-links",
    "enn",
    "smote-enn",
)


def _list_methods(wanted: bool) -> None:
    if not wanted:
        return
    # Imported here so that --help does not load scikit-learn.
    from counterpoise._resample import METHODS, family_of  # noqa: PLC0415

    width = max(map(len, METHODS))
    groups: dict[str, list[str]] = {heading: [] for heading in _HEADINGS.values()}
    for name in [*_USED_MOST, *sorted(set(METHODS).difference(_USED_MOST))]:
        package = METHODS[name].__module__.split(".")[1]
        key = package if package in _HEADINGS else family_of(name)
        groups[_HEADINGS[str(key)]].append(name)
    for heading, names in groups.items():
        typer.echo(f"{heading}:")
        for name in names:
            description = (METHODS[name].__doc__ or "").partition("\n")[0]
            typer.echo(f"  {name:{width}}  {description}")
    raise typer.Exit


_Out = Annotated[
    str,
    typer.Option(
        "--out",
        "-o",
        metavar="OUT",
        help="The file to write, in one of these formats except .xlsx; a name that ends in / is a "
        "folder of Parquet files; - writes a CSV to standard output.",
    ),
]
_Method = Annotated[
    str,
    typer.Option(
        metavar="METHOD",
        help="Resampling method, such as smote (SMOTENC or SMOTEN if the table has categorical "
        "columns), random-over, random-under, enn or smote-tomek, in any common spelling. "
        "--list-methods prints all.",
    ),
]
_ListMethods = Annotated[
    bool,
    typer.Option(
        "--list-methods",
        callback=_list_methods,
        is_eager=True,
        help="Print all methods with a description, and exit.",
    ),
]
_Strategy = Annotated[
    str,
    typer.Option(
        metavar="STRATEGY",
        help="Classes to resample, a ratio such as 0.5, or rows by class: a=100,b=50 or "
        "'{\"a\": 100}'. Oversampling: minority, 'not majority', all. Undersampling: majority, "
        "'not minority', all. Cleaning methods take no class sizes.",
    ),
]
_Seed = Annotated[
    int | None,
    typer.Option(metavar="N", help=SEED),
]
_Ignore = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="Column to exclude from the features. Can be repeated. It is empty in synthetic rows.",
    ),
]
_Copy = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="Column to exclude from the features. Can be repeated. A synthetic row gets the value "
        "of its base row.",
    ),
]


def _refuse_text(columns: list[str] | None) -> None:
    if columns:
        raise typer.BadParameter(
            "text cannot be resampled: free text is empty in synthetic rows. Use --copy "
            f"{quote(columns[0])} to copy the text of the base row. Only study has --text."
        )


_TextColumns = Annotated[
    list[str] | None, typer.Option("--text", hidden=True, callback=_refuse_text)
]
_Provenance = Annotated[
    bool,
    typer.Option(
        "--provenance",
        help="Add columns with the origin of each row: provenance_row (its row in IN, from 0; -1 "
        "if synthetic), provenance_base and _neighbor (the two rows that a synthetic row lies "
        "between), _weight (its position between them, 0 to 1), _is_synthetic.",
    ),
]
_Memory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="Memory that rows may take, such as 2GB; the table is then read in batches. Large "
        "Parquet and CSV files, folders and patterns are always read in batches.",
    ),
]
_Engine = Annotated[
    str,
    typer.Option(
        metavar="ENGINE",
        help="What reads and writes a table in batches: polars, duckdb, dask or spark. The others "
        "than polars read Parquet files.",
    ),
]
_Master = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="The master of Spark, such as spark://host:7077 or local[4]; by default this machine.",
    ),
]
_Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="The scheduler of Dask, such as tcp://host:8786; by default this machine.",
    ),
]
_DropMissingTarget = Annotated[
    bool,
    typer.Option(
        "--drop-missing-target", help="Drop the rows without a class, and report their number."
    ),
]
_Json = Annotated[
    bool,
    typer.Option(
        "--json", help="Print JSON instead of text, to standard output; OUT must be a file."
    ),
]
_Force = Annotated[bool, typer.Option("--force", help=f"{REPLACE} OUT can be IN itself.")]


@with_reading_options
def resample(
    *,
    source: InputFile,
    target: Target,
    out: _Out,
    method: _Method = "smote",
    list_methods: _ListMethods = False,  # noqa: ARG001 (handled by its callback)
    param: Parameters = None,
    strategy: _Strategy = "auto",
    small_classes: SmallClasses = None,
    scale: Scale = "standard",
    seed: _Seed = None,
    ignore: _Ignore = None,
    copy: _Copy = None,
    keep: Keep = None,
    text: _TextColumns = None,  # noqa: ARG001 (refused by its callback)
    provenance: _Provenance = False,
    memory: _Memory = None,
    engine: _Engine = "polars",
    master: _Master = None,
    scheduler: _Scheduler = None,
    drop_missing_target: _DropMissingTarget = False,
    json: _Json = False,
    force: _Force = False,
    reading: ReadingOptions,
) -> None:
    """Resample a table so that its classes are balanced.

    Original rows are written unchanged: rows of a CSV keep their text, rows of other files their
    types. In a CSV, a column of numbers with leading zeros (007) is text. Columns that look like
    identifiers or free text are not features, and are empty in synthetic rows; dates are those of
    the base row. Class counts before and after, and what is assumed about IN, are printed to
    standard error.
    """
    if json and out == "-":
        raise typer.BadParameter(
            "--json and -o - both write to standard output; give OUT a file name.",
            param_hint="--json",
        )
    parameters = parse_parameters(param or [])
    parameters |= {"sampling_strategy": parse_strategy(strategy), "random_state": parse_seed(seed)}
    if small_classes is not None:
        parameters["small_classes"] = parse_small_classes(small_classes)
    engine, address = parse_engine(engine, master=master, scheduler=scheduler)
    request = ResampleRequest(
        source=source,
        out=out,
        target=target,
        method=method,
        parameters=parameters,
        scale=parse_scale(scale),
        ignore=tuple(ignore or ()),
        copy=tuple(copy or ()),
        keep=tuple(keep or ()),
        provenance=provenance,
        json=json,
        force=force,
        reading=reading,
        memory=memory,
        engine=engine,
        address=address,
        drop_missing_target=drop_missing_target,
    )
    with reported("resample"):
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.run_resample import run_resample  # noqa: PLC0415

        run_resample(request)
