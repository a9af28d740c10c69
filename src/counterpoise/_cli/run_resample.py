"""Run the command `resample`: read a table, resample it, write it, print the class counts."""

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

from counterpoise._cli.console import print_counts, say
from counterpoise._cli.csv_text import format_rows
from counterpoise._cli.files import (
    STREAM,
    InputTable,
    check_output,
    column_values,
    format_of,
    read_table,
    write_table,
)
from counterpoise._cli.options import ResampleRequest, resolve_class_names
from counterpoise._resample import make_sampler, resample_with_provenance
from counterpoise._table import Provenance
from counterpoise.exceptions import (
    FeatureTypeError,
    InputError,
    TargetError,
    TooFewSamplesError,
    UnknownColumnError,
)

__all__ = ["run_resample"]


def run_resample(request: ResampleRequest) -> None:
    """Run the command `resample`.

    Parameters
    ----------
    request : ResampleRequest

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the table cannot be resampled as requested.
    """
    check_output(request.out, force=request.force)
    source = read_table(request.source)
    request = _ignore_index(source, request)
    _check_columns(source, request)
    result, provenance = _resample(source, request)
    before = _count(source.table, request.target)
    after = _count(result, request.target)
    _write(source, result, provenance, request)
    parts = _count_by_origin(provenance)
    if request.json:
        counts = {"before": _by_name(before), "after": _by_name(after)}
        typer.echo(json.dumps({"out": request.out, "target": request.target, **counts, **parts}))
        return
    print_counts(request.target, before, after)
    say(_closing_line(provenance, parts, request.out))


def _by_name(counts: dict[Any, int]) -> dict[str, int]:
    return {str(name): count for name, count in counts.items()}


def _count_by_origin(provenance: Provenance) -> dict[str, int]:
    kept = provenance.row[~provenance.is_synthetic]
    distinct = len(np.unique(kept))
    return {
        "kept": distinct,
        "duplicates": len(kept) - distinct,
        "synthetic": len(provenance) - len(kept),
    }


def _closing_line(provenance: Provenance, parts: dict[str, int], out: str) -> str:
    counts = ", ".join(f"{rows:,} {origin}" for origin, rows in parts.items() if rows)
    where = "standard output" if out == STREAM else out
    return f"Wrote {where}: {len(provenance):,} rows ({counts})"


def _ignore_index(source: InputTable, request: ResampleRequest) -> ResampleRequest:
    """Ignore columns of row labels, as pandas writes its index into files."""
    named = {request.target, *request.ignore, *request.copy}
    index = [name for name in source.index_columns if name not in named]
    for name in index:
        say(f"Note: column {name!r} holds row labels; it is ignored (as with --ignore).")
    return replace(request, ignore=(*request.ignore, *index))


def _check_columns(source: InputTable, request: ResampleRequest) -> None:
    names = source.columns
    for name in (*request.ignore, *request.copy):
        if name not in names:
            raise UnknownColumnError.among(name, names)
    both = set(request.ignore) & set(request.copy)
    if both:
        raise InputError(f"Column {min(both)!r} is given to both --ignore and --copy; choose one.")
    excluded = {*request.ignore, *request.copy}
    if request.target in excluded:
        raise InputError(
            f"{request.target!r} is the target column; it cannot be ignored or copied."
        )
    if not len(source.table):
        raise InputError(f"{request.source} has column names but no rows.")
    if request.target in names and not set(names) - excluded - {request.target}:
        raise InputError(
            f"No feature is left: apart from the target column {request.target!r}, the table has "
            f"{'only ignored or copied columns' if excluded else 'no column'}."
        )


def _resample(source: InputTable, request: ResampleRequest) -> tuple[Any, Provenance]:
    sampler = make_sampler(request.method, **_parameters(source, request))
    try:
        return resample_with_provenance(
            source.table, request.target, sampler, ignore=request.ignore, copy=request.copy
        )
    except TargetError as error:
        raise InputError(f"Target column {request.target!r}: {error}") from error
    except FeatureTypeError as error:
        raise InputError(f"{error} {_advice(error.columns)}") from error
    except TooFewSamplesError as error:
        smaller = f"--param {error.parameter}={error.count - 1}, or " if error.count > 1 else ""
        raise InputError(f"{error} On the command line: {smaller}--method random-over.") from error


def _parameters(source: InputTable, request: ResampleRequest) -> dict[str, Any]:
    by_class = any(isinstance(value, dict) for value in request.parameters.values())
    if not by_class or request.target not in source.columns:
        return request.parameters
    return resolve_class_names(request.parameters, column_values(source.table, request.target))


def _advice(columns: tuple[str, ...]) -> str:
    options = " ".join(f"--ignore {quote(name)}" for name in columns[:3])
    more = " ..." if len(columns) > 3 else ""
    return (
        f"On the command line: exclude {'it' if len(columns) == 1 else 'them'} with "
        f"{options}{more} (empty in synthetic rows) or with --copy (value of the base row), or use "
        "--method random-over."
    )


def _count(table: Any, label: str) -> dict[Any, int]:
    return dict(sorted(Counter(column_values(table, label)).items()))


def _write(source: InputTable, result: Any, provenance: Provenance, request: ResampleRequest) -> None:
    if source.texts is not None and format_of(request.out).name == "csv":
        result = format_rows(
            source.texts,
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
    """Restore what a schema holds beyond types: enums of polars, metadata of pandas."""
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
