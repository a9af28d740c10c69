"""Run the command `resample` for tables that are read in batches."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from counterpoise._cli.console import noting_warnings
from counterpoise._cli.engines import Engine, connect
from counterpoise._cli.files import write_stream
from counterpoise._cli.formats import STREAM, Format, format_of
from counterpoise._cli.large_csv import LargeCsv
from counterpoise._cli.large_files import LargeFiles, is_several
from counterpoise._cli.large_frame import LargeFrame
from counterpoise._cli.large_parquet import LargeParquet
from counterpoise._cli.options import ResampleRequest
from counterpoise._cli.output_folder import is_folder, write_folder
from counterpoise._cli.prepare_resampling import errors_with_options, note, prepare
from counterpoise._cli.resampling_report import OutputCounts, report
from counterpoise._cli.row_progress import RowBars, RowCount, WatchedSource
from counterpoise._cli.sample_table import errors_of_files, open_large
from counterpoise.exceptions import InputError
from counterpoise.scale._output import LargeOutput
from counterpoise.scale._resample import resample_source

__all__ = ["run_large_resample"]

_EXAMINED = 100_000  # rows that show which columns are not features
_PARQUET = Format("parquet")

Large = LargeParquet | LargeCsv | LargeFrame


def run_large_resample(files: LargeFiles, request: ResampleRequest) -> None:
    """Run the command `resample` in batches.

    Parameters
    ----------
    files : LargeFiles
    request : ResampleRequest

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If the table cannot be resampled as requested.
    """
    start = time.monotonic()
    _check_options(files, request)
    notes: list[str] = []
    with (
        errors_of_files(f"read {files.name}, or write {request.out}"),
        connect(request.engine, request.address) as engine,
    ):
        large = _open(files, request, engine)
        head = large.head(_EXAMINED)
        note(notes, *_describe(files, large.n_rows), *head.notes)
        read_classes = partial(large.classes, request.target)
        request, sampler = prepare(head, request, notes, read_classes)
        with noting_warnings(notes), errors_with_options(request), RowBars() as bars:
            output = resample_source(
                WatchedSource(large.source, bars, large.n_rows),
                request.target,
                sampler,
                ignore=request.ignore,
                copy=request.copy,
                drop_missing_target=request.drop_missing_target,
                memory=request.memory,
                allows_disk=large.allows_disk,
            )
            _write(large, output, request, RowCount(bars, "writing", int(output.counts.sum())))
    _note_dropped(output, notes)
    report(
        _count(output),
        request,
        notes,
        has_scale="scale" in sampler.get_params(),
        speed=_describe_speed(large.n_rows, start),
    )


def _open(files: LargeFiles, request: ResampleRequest, engine: Engine | None) -> Large:
    form = _PARQUET if is_folder(request.out) else format_of(request.out, to_write=True)
    if engine is not None:
        return LargeFrame(files, engine, form)
    return open_large(files, form, request.reading, request.target)


def _write(large: Large, output: LargeOutput, request: ResampleRequest, watch: RowCount) -> None:
    if is_folder(request.out):
        write_folder(request.out, partial(large.write_parts, output, advance=watch))
    else:
        write_stream(request.out, partial(large.write, output, request.target, advance=watch))


def _check_options(files: LargeFiles, request: ResampleRequest) -> None:
    if _is_among(files, request.out):
        raise InputError(
            f"{request.out} would be one of the files of {files.name}, and be read the next time. "
            "Write it to another folder."
        )
    if request.provenance:
        raise InputError(
            f"--provenance needs the table in memory, and {files.name} is read in batches. Remove "
            "--provenance."
        )
    if request.reading.merge_classes:
        raise InputError(
            f"--merge-classes needs the table in memory, and {files.name} is read in batches."
        )


def _is_among(files: LargeFiles, out: str) -> bool:
    """Return whether the output would replace or join the files of the input."""
    if out == STREAM:
        return False
    place, paths = Path(out).resolve(), [Path(path).resolve() for path in files.paths]
    if is_folder(out) and any(place in path.parents for path in paths):
        return True
    if not is_several(files.name):
        return False  # a file can be replaced by its output
    return Path(files.name).resolve() in place.parents or place in paths


def _describe(files: LargeFiles, n_rows: int) -> Iterator[str]:
    several = f" ({len(files.paths):,} files)" if len(files.paths) > 1 else ""
    yield (
        f"{files.name}{several} is read in batches: {n_rows:,} rows. The first "
        f"{min(n_rows, _EXAMINED):,} show which columns are identifiers, free text or dates."
    )
    below = [path.removeprefix(files.name) for path in files.paths]
    in_names = sorted({name for path in below for name in re.findall(r"([^/=]+)=[^/]*/", path)})
    if in_names:
        yield (
            f"{', '.join(map(repr, in_names))} are only in the names of folders, and not read as "
            "columns."
        )


def _count(output: LargeOutput) -> OutputCounts:
    target = output.table.target
    return OutputCounts(
        before=dict(zip(target.classes, map(int, target.counts), strict=True)),
        after=dict(zip(target.classes, map(int, output.counts), strict=True)),
        parts={
            "kept": output.n_kept,
            "duplicates": output.n_duplicates,
            "synthetic": output.n_synthetic,
        },
    )


def _note_dropped(output: LargeOutput, notes: list[str]) -> None:
    n_dropped = output.table.n_rows - int(output.table.target.counts.sum())
    if n_dropped:
        rows = (
            "1 row without a class is"
            if n_dropped == 1
            else f"{n_dropped:,} rows without a class are"
        )
        note(notes, f"{rows} dropped.")


def _describe_speed(n_rows: int, start: float) -> str:
    seconds = time.monotonic() - start
    return f" in {seconds:.1f} s, {n_rows / seconds:,.0f} input rows per second"
