"""What the command `resample` does: read a table, balance it, write it, say what changed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from shlex import quote
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import typer

from counterpoise._resample import make_sampler, resample_with_provenance
from counterpoise.cli.console import print_counts, say
from counterpoise.cli.files import (
    STREAM,
    Source,
    cells_of,
    check_output,
    format_of,
    read_table,
    write_table,
)
from counterpoise.cli.options import Request, name_classes
from counterpoise.cli.text import spell_rows
from counterpoise.exceptions import (
    ColumnKindError,
    InputError,
    LabelError,
    TooFewRowsError,
    UnknownColumnError,
)
from counterpoise.table import Provenance

__all__ = ["balance"]


def balance(request: Request) -> None:
    """Do what was asked.

    Parameters
    ----------
    request : Request

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the table cannot be balanced so.
    """
    check_output(request.out, force=request.force)
    source = read_table(request.source)
    request = _without_index(source, request)
    _check_columns(source, request)
    result, provenance = _resample(source, request)
    before = _count(source.table, request.target)
    after = _count(result, request.target)
    _write(source, result, provenance, request)
    parts = _parts(provenance)
    if request.json:
        counts = {"before": _by_name(before), "after": _by_name(after)}
        typer.echo(json.dumps({"out": request.out, "target": request.target, **counts, **parts}))
        return
    print_counts(request.target, before, after)
    say(_closing_line(provenance, parts, request.out))


def _by_name(counts: dict[Any, int]) -> dict[str, int]:
    return {str(name): count for name, count in counts.items()}


def _parts(provenance: Provenance) -> dict[str, int]:
    kept = provenance.row[~provenance.is_new]
    distinct = len(np.unique(kept))
    return {
        "kept": distinct,
        "repeated": len(kept) - distinct,
        "new": len(provenance) - len(kept),
    }


def _closing_line(provenance: Provenance, parts: dict[str, int], out: str) -> str:
    told = ", ".join(f"{rows:,} {what}" for what, rows in parts.items() if rows)
    where = "standard output" if out == STREAM else out
    return f"Wrote {where}: {len(provenance):,} rows ({told})"


def _without_index(source: Source, request: Request) -> Request:
    """Leave row labels, which pandas writes beside the data, out of distances."""
    named = {request.target, *request.ignore, *request.copy}
    index = [name for name in source.index_columns if name not in named]
    for name in index:
        say(f"Note: column {name!r} holds row labels; it takes no part (as with --ignore).")
    return replace(request, ignore=(*request.ignore, *index))


def _check_columns(source: Source, request: Request) -> None:
    names = source.columns
    for name in (*request.ignore, *request.copy):
        if name not in names:
            raise UnknownColumnError.among(name, names)
    both = set(request.ignore) & set(request.copy)
    if both:
        raise InputError(f"Column {min(both)!r} can be ignored or copied, not both.")
    aside = {*request.ignore, *request.copy}
    if request.target in aside:
        raise InputError(f"{request.target!r} is the label column; it cannot be set aside.")
    if not len(source.table):
        raise InputError(f"{request.source} has column names, but no rows.")
    if request.target in names and not set(names) - aside - {request.target}:
        raise InputError(
            f"Nothing is left to work on: besides the label column {request.target!r} the table "
            f"has {'only columns that are set aside' if aside else 'no column'}."
        )


def _resample(source: Source, request: Request) -> tuple[Any, Provenance]:
    sampler = make_sampler(request.method, **_parameters(source, request))
    try:
        return resample_with_provenance(
            source.table, request.target, sampler, ignore=request.ignore, copy=request.copy
        )
    except LabelError as error:
        raise InputError(f"Label column {request.target!r}: {error}") from error
    except ColumnKindError as error:
        raise InputError(f"{error} {_remedy(error.columns)}") from error
    except TooFewRowsError as error:
        smaller = f"--param {error.parameter}={error.count - 1}, or " if error.count > 1 else ""
        raise InputError(f"{error} On the command line: {smaller}--method random-over.") from error


def _parameters(source: Source, request: Request) -> dict[str, Any]:
    by_class = any(isinstance(value, dict) for value in request.parameters.values())
    if not by_class or request.target not in source.columns:
        return request.parameters
    return name_classes(request.parameters, cells_of(source.table, request.target))


def _remedy(columns: tuple[str, ...]) -> str:
    options = " ".join(f"--ignore {quote(name)}" for name in columns[:3])
    more = " ..." if len(columns) > 3 else ""
    return (
        f"On the command line: set {'it' if len(columns) == 1 else 'them'} aside with "
        f"{options}{more} (empty in new rows) or with --copy (the value of the row they start "
        "from), or use --method random-over."
    )


def _count(table: Any, label: str) -> dict[Any, int]:
    return dict(sorted(Counter(cells_of(table, label)).items()))


def _write(source: Source, result: Any, provenance: Provenance, request: Request) -> None:
    if source.cells is not None and format_of(request.out).name == "csv":
        result = spell_rows(
            source.cells,
            source.table,
            result,
            provenance,
            label=request.target,
            ignore=request.ignore,
            copy=request.copy,
        )
    elif isinstance(result, pa.Table):
        result = _with_metadata(result, source.table.schema)
    if request.provenance:
        result = _with_provenance(result, provenance)
    write_table(request.out, result, source.dialect)


def _with_metadata(table: Any, schema: Any) -> Any:
    """Give a table back what its schema says beyond types: polars' enums, pandas' notes."""
    fields = [
        field.with_type(column.type).with_nullable(field.nullable or column.null_count > 0)
        for field, column in zip(schema, table.columns, strict=True)
    ]
    return pa.Table.from_arrays(table.columns, schema=pa.schema(fields, schema.metadata))


def _with_provenance(table: Any, provenance: Provenance) -> Any:
    names = table.columns if isinstance(table, pl.DataFrame) else table.column_names
    columns = provenance.to_frame("polars").with_columns(pl.col("weight").fill_nan(None))
    prefix = "provenance_"
    while any(prefix + name in names for name in columns.columns):
        prefix = f"_{prefix}"
    columns = columns.rename(lambda name: prefix + name)
    if isinstance(table, pl.DataFrame):
        return table.hstack(columns)
    for column in columns.iter_columns():
        table = table.append_column(column.name, column.to_arrow())
    return table
