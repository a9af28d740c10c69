"""Run the command `resample`: read a table, resample it, write it, print the class counts."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from shlex import quote
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import typer

from counterpoise._cli.console import noting_warnings, print_counts, say, say_notes
from counterpoise._cli.csv_rows import format_rows
from counterpoise._cli.files import check_output, display_name, read_table, write_table
from counterpoise._cli.formats import STREAM, format_of
from counterpoise._cli.input_table import InputTable, column_values
from counterpoise._cli.labeled_table import format_target_error
from counterpoise._cli.options import ResampleRequest, resolve_class_names
from counterpoise._resample import (
    METHODS,
    exclude_non_features,
    family_of,
    make_sampler,
    resample_with_provenance,
    resolve_method,
    select_method,
)
from counterpoise._table import Provenance
from counterpoise.base import BaseSampler
from counterpoise.exceptions import (
    SMALL_CLASSES,
    FeatureTypeError,
    InputError,
    TargetError,
    TooFewSamplesError,
    UnknownColumnError,
)
from counterpoise.neighbors._space import UNITS

__all__ = ["format_size_error", "name_methods", "run_resample"]

_SMALL_CLASSES = "--small-classes shrink-k (or duplicate, or skip)"


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
    request = replace(request, method=resolve_method(request.method))
    source = read_table(request.source, request.reading, target=request.target)
    notes: list[str] = []
    _note(notes, *source.notes)
    request = _ignore_index(source, request, notes)
    _check_columns(source, request)
    with noting_warnings(notes):
        request = _exclude_non_features(source, request)
        request = _select_method(source, request, notes)
        sampler = make_sampler(request.method, **_parameters(source, request))
        result, provenance = _resample(source, request, sampler)
    before = _count(source.table, request.target)
    after = _count(result, request.target)
    _write(source, result, provenance, request)
    parts = _count_by_origin(provenance)
    if request.json:
        counts = {"before": _by_name(before), "after": _by_name(after)}
        head = {"out": request.out, "target": request.target, "method": request.method}
        typer.echo(json.dumps({**head, **counts, **parts, "notes": notes}))
        return
    print_counts(request.target, before, after)
    if "scale" in sampler.get_params():
        say(f"Distances: {UNITS[request.scale]}. --scale none|standard|robust changes this.")
    say(_closing_line(provenance, parts, request.out))


def _note(notes: list[str], *added: str) -> None:
    """Print notes, and add them to those in the JSON."""
    say_notes(added)
    notes += added


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


def _ignore_index(
    source: InputTable, request: ResampleRequest, notes: list[str]
) -> ResampleRequest:
    """Ignore columns of row labels, as pandas writes its index into files, and empty columns."""
    named = {request.target, *request.ignore, *request.copy, *request.keep}
    left_out = {name: why for name, why in source.not_features.items() if name not in named}
    for name, reason in left_out.items():
        _note(notes, f"column {name!r} {reason}; it is ignored, as with --ignore.")
    return replace(request, ignore=(*request.ignore, *left_out))


def _check_columns(source: InputTable, request: ResampleRequest) -> None:
    names, file = source.columns, display_name(request.source)
    for name in (*request.ignore, *request.copy, *request.keep):
        if name not in names:
            raise UnknownColumnError.among(name, names, table=file)
    if request.target not in names:
        raise UnknownColumnError.among(request.target, names, role="target column", table=file)
    both = set(request.ignore) & set(request.copy)
    if both:
        raise InputError(f"Column {min(both)!r} is given to both --ignore and --copy; choose one.")
    kept = set(request.keep) & {*request.ignore, *request.copy}
    if kept:
        raise InputError(
            f"Column {min(kept)!r} is given to --keep, and to --ignore or --copy; choose one."
        )
    excluded = {*request.ignore, *request.copy}
    if request.target in excluded:
        raise InputError(
            f"{request.target!r} is the target column; it cannot be ignored or copied."
        )
    if not len(source.table):
        raise InputError(f"{file} has column names but no rows.")
    if not set(names) - excluded - {request.target}:
        raise InputError(
            f"No feature is left: apart from the target column {request.target!r}, the table has "
            f"{'only ignored or copied columns' if excluded else 'no column'}."
        )


def _exclude_non_features(source: InputTable, request: ResampleRequest) -> ResampleRequest:
    ignore, copy = exclude_non_features(
        source.table,
        request.target,
        request.method,
        request.parameters,
        ignore=request.ignore,
        copy=request.copy,
        keep=request.keep,
    )
    return replace(request, ignore=ignore, copy=copy)


def _select_method(
    source: InputTable, request: ResampleRequest, notes: list[str]
) -> ResampleRequest:
    method = select_method(
        source.table, request.target, request.method, ignore=request.ignore, copy=request.copy
    )
    if method == request.method:
        return request
    name = METHODS[method].__name__
    features = "all features" if method == "smote-n" else "some features"
    _note(notes, f"method smote is {name} for this table: {features} are categorical.")
    return replace(request, method=method)


def _resample(
    source: InputTable, request: ResampleRequest, sampler: BaseSampler
) -> tuple[Any, Provenance]:
    is_cleaning = family_of(request.method) == "clean-sampling"
    if is_cleaning and not isinstance(request.parameters["sampling_strategy"], str):
        raise InputError(f"{request.method} takes no class sizes. Remove --strategy.")
    try:
        return resample_with_provenance(
            source.table, request.target, sampler, ignore=request.ignore, copy=request.copy
        )
    except TargetError as error:
        raise InputError(format_target_error(request.target, error)) from error
    except FeatureTypeError as error:
        raise InputError(_format_type_error(error)) from error
    except TooFewSamplesError as error:
        raise InputError(
            format_size_error(request.method, error, small_classes=_SMALL_CLASSES)
        ) from error
    except InputError as error:
        message = re.sub(r"^X\b", lambda _: display_name(request.source), str(error))
        message = re.sub(r"\bsampling_strategy=", "--strategy ", message)
        message = re.sub(r"\bsampling_strategy\b", "--strategy", message)
        message = message.replace(f"pass {SMALL_CLASSES}", f"use {_SMALL_CLASSES}")
        raise InputError(message) from error


def _parameters(source: InputTable, request: ResampleRequest) -> dict[str, Any]:
    parameters = request.parameters
    known = inspect.signature(METHODS[request.method]).parameters
    if "small_classes" in parameters and "small_classes" not in known:
        raise InputError(
            "--small-classes is for SMOTE and its variants; remove it for --method "
            f"{request.method}."
        )
    if "scale" in known:
        parameters = {**parameters, "scale": request.scale}
    by_class = any(isinstance(value, dict) for value in parameters.values())
    if not by_class or request.target not in source.columns:
        return parameters
    return resolve_class_names(parameters, column_values(source.table, request.target))


def _format_type_error(error: FeatureTypeError) -> str:
    """Return the message with the option that fixes it: another method, or columns to exclude."""
    if not error.columns:
        return str(error)
    if error.advice.startswith("Use "):
        return f"{error.problem} Use --method {name_methods(error.advice.removeprefix('Use '))}"
    return f"{error.problem} Use {_exclude(error.columns)}."  # no method supports their type


def _exclude(columns: Sequence[str]) -> str:
    copy, ignore = (
        " ".join(f"{option} {quote(name)}" for name in columns) for option in ("--copy", "--ignore")
    )
    return f"{copy} (value of the base row) or {ignore} (empty in synthetic rows)"


def name_methods(advice: str) -> str:
    """Replace the names of samplers by those of methods."""
    names = {sampler.__name__: method for method, sampler in METHODS.items()}
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), advice)


def format_size_error(method: str, error: TooFewSamplesError, *, small_classes: str = "") -> str:
    """Return the message with what fixes it; `small_classes` is the option of that name."""
    known = inspect.signature(METHODS[method]).parameters
    is_undersampling = family_of(method) == "under-sampling"
    ways = [f"--method random-{'under' if is_undersampling else 'over'}"]
    if small_classes and "small_classes" in known:
        ways.insert(0, small_classes)
    if error.parameter in known and error.max_neighbors > 0:
        ways.insert(0, f"--param {error.parameter}={error.max_neighbors}")
    return f"{error.problem} Use {', or '.join(ways)}."


def _count(table: Any, label: str) -> dict[Any, int]:
    return dict(sorted(Counter(column_values(table, label)).items()))


def _write(
    source: InputTable, result: Any, provenance: Provenance, request: ResampleRequest
) -> None:
    if source.texts is not None and format_of(request.out).name == "csv":
        result = format_rows(
            source.texts,
            source.table,
            result,
            provenance,
            label=request.target,
            styles=source.styles,
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
