"""Run the command `resample`: read a table, resample it, write it, print the class counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from counterpoise._cli.console import noting_warnings
from counterpoise._cli.csv_rows import format_rows
from counterpoise._cli.files import check_output, read_table, write_table
from counterpoise._cli.formats import format_of
from counterpoise._cli.input_table import InputTable, free_prefix
from counterpoise._cli.large_csv import why_not_in_batches
from counterpoise._cli.large_files import LargeFiles, find_large_files, is_several
from counterpoise._cli.options import ResampleRequest
from counterpoise._cli.output_folder import check_folder, is_folder
from counterpoise._cli.prepare_resampling import errors_with_options, note, prepare
from counterpoise._cli.resampling_report import OutputCounts, report
from counterpoise._cli.run_large_resample import run_large_resample
from counterpoise._resample import resample_with_provenance, resolve_method
from counterpoise._table import Provenance
from counterpoise.exceptions import InputError
from counterpoise.scale._memory import parse_bytes

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
    if request.memory is not None:
        parse_bytes(request.memory)  # fails before anything is read
    if is_folder(request.out):
        check_folder(request.out, force=request.force)
    else:
        check_output(request.out, force=request.force)
    request = replace(request, method=resolve_method(request.method))
    large = _find_large_files(request)
    if large is not None:
        run_large_resample(large, request)
        return
    source = read_table(request.source, request.reading, target=request.target)
    notes: list[str] = []
    note(notes, *source.notes)
    request, sampler = prepare(source, request, notes)
    with noting_warnings(notes), errors_with_options(request):
        result, provenance = resample_with_provenance(
            source.table, request.target, sampler, ignore=request.ignore, copy=request.copy
        )
    counts = OutputCounts(
        before=_count(source.table, request.target),
        after=_count(result, request.target),
        parts=_count_by_origin(provenance),
    )
    _write(source, result, provenance, request)
    report(counts, request, notes, has_scale="scale" in sampler.get_params())


def _find_large_files(request: ResampleRequest) -> LargeFiles | None:
    """Return the files if they are to be read in batches."""
    advice = _advise_on_batches(request)
    must = advice is not None or is_several(request.source)
    files = find_large_files(request.source, advice=advice)
    if files is None or (request.provenance and not must):
        return None
    obstacle = None if files.is_parquet else why_not_in_batches(files, request.reading)
    if obstacle is None:
        return files
    if must:
        raise InputError(
            f"{files.paths[0]} cannot be read in batches: {obstacle}. {advice or 'Give one file'}."
        )
    return None


def _advise_on_batches(request: ResampleRequest) -> str | None:
    """Return what to change so that a file need not be read in batches; None if it need not."""
    if is_folder(request.out):
        return "Write a file, such as -o out.parquet"
    options = {
        "--engine": request.engine != "polars",
        "--memory": request.memory is not None,
        "--drop-missing-target": request.drop_missing_target,
    }
    return next((f"Remove {option}" for option, is_given in options.items() if is_given), None)


def _count_by_origin(provenance: Provenance) -> dict[str, int]:
    kept = provenance.row[~provenance.is_synthetic]
    distinct = int((np.bincount(kept) > 0).sum())
    return {
        "kept": distinct,
        "duplicates": len(kept) - distinct,
        "synthetic": len(provenance) - len(kept),
    }


def _count(table: Any, label: str) -> dict[Any, int]:
    counts = pl.DataFrame(table.select([label]))[label].value_counts().iter_rows()
    return dict(sorted(counts))


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
    prefix = free_prefix("provenance_", columns.columns, names)
    columns = columns.rename(lambda name: prefix + name)
    if isinstance(table, pl.DataFrame):
        return table.hstack(columns)
    for column in columns.iter_columns():
        table = table.append_column(column.name, column.to_arrow())
    return table
