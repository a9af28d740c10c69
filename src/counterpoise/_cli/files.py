"""Read and write tables in files; the suffix of the name sets the format, ``-`` is a CSV stream.

An output is written to a temporary file in the same folder and renamed when it is complete: a run
that fails leaves no partial file, and an existing file stays unchanged.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import IO, Any

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq

from counterpoise._cli.column_types import infer_types
from counterpoise._cli.compression import codec_of, compressed, decompress
from counterpoise._cli.console import WARNING
from counterpoise._cli.csv_text import Dialect, check_unique_names, number_columns, read_csv_text
from counterpoise._cli.encodings import Encoding
from counterpoise._cli.errors import FileError, discard_output, writing
from counterpoise._cli.formats import STREAM, Format, format_of
from counterpoise._cli.input_table import InputTable
from counterpoise._cli.merge_classes import merge_classes
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise._lib.optional_imports import import_optional
from counterpoise._page.write import write_rendered
from counterpoise.exceptions import InputError

__all__ = [
    "check_input",
    "check_output",
    "check_page",
    "check_writable",
    "display_name",
    "read_table",
    "write_lines",
    "write_page",
    "write_stream",
    "write_table",
]

_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"


def display_name(path: str) -> str:
    """Return the name of an input file in messages."""
    return "Standard input" if path == STREAM else path


def read_table(
    path: str, reading: ReadingOptions | None = None, *, target: str | None = None
) -> InputTable:
    """Read a table from a file.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard input.
    reading : ReadingOptions, optional
    target : str, optional
        The column of the classes.

    Returns
    -------
    InputTable

    Raises
    ------
    FileError
        If the file does not exist or cannot be read.
    InputError
        If two columns have the same name.
    """
    reading = reading or ReadingOptions()
    form = format_of(path)
    if path != STREAM:
        check_input(Path(path))
    try:
        if form.is_text:
            source = _read_text(path, form, reading, target)
        elif form.name == "xlsx":
            source = _read_workbook(path, reading, target)
        else:
            is_parquet = form.name == "parquet"
            table = pq.ParquetFile(path).read() if is_parquet else _read_arrow(path)
            # Without a checksum, pyarrow would read beyond the end of damaged columns.
            table.validate(full=True)
            source = InputTable(table)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _damaged(path, form.name.capitalize(), error) from None
    except OSError as error:
        raise FileError.from_os(f"Cannot read {path}", error) from None
    check_unique_names(source.columns, path)
    if reading.merge_classes and target in source.columns:
        return merge_classes(source, str(target))
    return source


def check_output(path: str, *, force: bool) -> None:
    """Check that an output can be written, before any work is done.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard output.
    force : bool
        Whether an existing file can be replaced.

    Raises
    ------
    FileError
        If the format is unknown, the folder does not exist or is not writable, or the file exists.
    """
    format_of(path, to_write=True)
    if path != STREAM:
        check_writable(Path(path), force=force)


def check_writable(out: Path, *, force: bool) -> None:
    """Check that a file can be written; see `check_output`."""
    path = str(out)
    if not out.parent.is_dir():
        raise FileError(f"Cannot write {path}: the folder {out.parent} does not exist.")
    if out.exists() and not out.is_file():
        raise FileError(f"Cannot write {path}: it exists and is not a file.")
    if out.exists() and not force:
        raise FileError(f"{path} exists. Use --force to replace it, or choose another name.")
    if not os.access(out.parent, os.W_OK):
        raise FileError(f"Cannot write {path}: no permission to write in its folder.")


def check_page(path: Path, *, force: bool) -> None:
    """Check that a page can be written; see `check_output`."""
    if path.suffix != ".html":
        raise FileError(f"{path}: the name of the page must end in .html.")
    check_writable(path, force=force)


def write_page(path: str, render: Callable[[], str]) -> None:
    """Write a page; an existing file is replaced once the new one is complete.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    with writing(path):
        write_rendered(path, {".html": render})


def write_table(path: str, table: Any, dialect: Dialect) -> None:
    """Write a table to a file that appears only when it is complete.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard output.
    table : polars.DataFrame or pyarrow.Table
    dialect : Dialect
        The dialect of a CSV; a delimiter that the suffix sets takes precedence.

    Raises
    ------
    FileError
        If the file cannot be written.
    InputError
        If the format cannot hold a column.
    """
    write_stream(path, _writer(path, table, dialect))


def write_stream(path: str, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file with a function; the file appears only when it is complete.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard output.
    write : callable
        Gets a binary file.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    try:
        with _standard_output() if path == STREAM else _replacing(Path(path)) as stream:
            write(stream)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard output" if path == STREAM else path
        raise FileError.from_os(f"Cannot write {name}", error) from None


def check_input(path: Path) -> None:
    """Check that an input exists and is a file; the error has similar names."""
    if path.is_dir():
        raise FileError(f"{path} is a folder; a file is needed.")
    if path.exists():
        return
    if not path.parent.is_dir():
        raise FileError(f"The file {path} does not exist; nor does the folder {path.parent}.")
    names = [neighbor.name for neighbor in path.parent.iterdir()]
    near = get_close_matches(path.name, names, n=3, cutoff=0.75)
    hint = " or ".join(str(path.parent / name) for name in near)
    raise FileError(f"The file {path} does not exist.{f' Did you mean {hint}?' if near else ''}")


def _read_text(path: str, form: Format, reading: ReadingOptions, target: str | None) -> InputTable:
    data = sys.stdin.buffer.read() if path == STREAM else Path(path).read_bytes()
    name = display_name(path)
    notes: tuple[str, ...] = ()
    codec = form.codec or codec_of(data)
    if codec is not None:
        data, member = decompress(data, codec, name)
        if codec == "zip":
            form = format_of(member)
            if not form.is_text:
                raise FileError(f"{name} is an archive of {member}. Extract it first.")
        if form.codec is None:
            notes = (f"{name} is compressed with {codec}.",)
    source = (
        _read_jsonl(data, name)
        if form.name == "jsonl"
        else _read_csv(data, name, form, reading, target)
    )
    return replace(source, notes=(*notes, *source.notes))


def _read_csv(
    data: bytes, name: str, form: Format, reading: ReadingOptions, target: str | None
) -> InputTable:
    text = read_csv_text(data, name, form.delimiter, reading)
    typed = infer_types(text.fields, reading, target=target, line_of=text.line_of)
    # The delimiter of a .tsv follows from its suffix: a .csv that is written from it has commas.
    dialect = replace(text.dialect, delimiter=",") if form.delimiter else text.dialect
    notes = (*text.notes, *_check_header(typed.values, name, reading), *typed.notes)
    return InputTable(typed.values, text.fields, dialect, typed.styles, notes, text.lines_of)


def _check_header(values: pl.DataFrame, name: str, reading: ReadingOptions) -> tuple[str, ...]:
    """Note a header that looks like data: numbers wherever the column has numbers."""
    numeric = [column for column, dtype in values.schema.items() if dtype.is_numeric()]
    is_number = all(re.fullmatch(_NUMBER, column.strip()) for column in numeric)
    counted = [str(position) for position in range(len(values.columns))]
    is_counted = all(column in counted for column in numeric)  # as pandas names columns
    if not (reading.has_header and numeric and is_number) or is_counted:
        return ()
    names = ", ".join(values.columns[:5])
    note = (
        f"{WARNING}The header of {name} looks like data ({names}{' …' * (values.width > 5)}). If "
        "the first line is data, use --no-header."
    )
    return (note,)


def _read_jsonl(data: bytes, name: str) -> InputTable:
    try:
        frame = pl.read_ndjson(data, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(name, "JSON Lines", error) from None
    return InputTable(frame.to_arrow(), lines=lambda rows: [row + 1 for row in rows])


def _read_workbook(path: str, reading: ReadingOptions, target: str | None) -> InputTable:
    excel = import_optional("fastexcel", "reading .xlsx files")
    try:
        names = excel.read_excel(path).sheet_names
        skip = "header_row" if reading.has_header else "skip_rows"
        frame = pl.read_excel(
            path,
            has_header=reading.has_header,
            read_options={skip: reading.skip_rows},
            infer_schema_length=None,
        )
    except (pl.exceptions.PolarsError, excel.FastExcelError) as error:
        raise _damaged(path, "workbook", error) from None
    if not reading.has_header:
        frame.columns = number_columns(frame.width)
    texts = frame.select(cs.string())
    typed = infer_types(texts, reading, target=target)
    others = "" if len(names) == 1 else f", the first of {len(names)}"
    note = f"Sheet {names[0]!r} of {path} is read{others}."
    table = frame.with_columns(typed.values.iter_columns()).to_arrow()
    return InputTable(table, notes=(note, *typed.notes))


def _damaged(path: str, kind: str, error: Exception) -> FileError:
    reason = str(error).partition("\n")[0]
    return FileError(f"{path} is not a {kind} file, or is damaged ({reason}).")


def _read_arrow(path: str) -> Any:
    with pa.OSFile(path) as file:
        try:
            return pa.ipc.open_file(file).read_all()
        except pa.ArrowInvalid:  # the streaming format has the same suffixes
            file.seek(0)
            return pa.ipc.open_stream(file).read_all()


def _writer(path: str, table: Any, dialect: Dialect) -> Callable[[IO[bytes]], None]:
    form = format_of(path, to_write=True)
    if form.is_text:
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
        if form.name == "csv":
            _check_csv_types(frame)
        return partial(_write_text, frame, form, dialect, _member_name(path, form))
    arrow = table.to_arrow() if isinstance(table, pl.DataFrame) else table
    return partial(_write_parquet if form.name == "parquet" else _write_arrow, arrow, form)


def _member_name(path: str, form: Format) -> str:
    name = Path(path).stem if form.codec == "zip" else path
    return name if Path(name).suffix else f"{name}.csv"


def _check_csv_types(frame: pl.DataFrame) -> None:
    unsupported = [
        f"{name!r} ({dtype})"
        for name, dtype in frame.schema.items()
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object)
    ]
    if unsupported:
        raise InputError(
            f"A CSV cannot hold column {', '.join(unsupported)}. Write .parquet, or drop the "
            "column."
        )


def _write_text(
    frame: pl.DataFrame, form: Format, dialect: Dialect, member: str, stream: IO[bytes]
) -> None:
    with compressed(stream, form.codec, member) as packed:
        if form.name == "jsonl":
            frame.write_ndjson(packed)
        elif dialect.encoding == Encoding():
            _write_csv(frame, form, dialect, packed)
        else:
            buffer = io.BytesIO()
            _write_csv(frame, form, dialect, buffer)
            packed.write(dialect.encoding.encode(buffer.getvalue()))


def _write_csv(frame: pl.DataFrame, form: Format, dialect: Dialect, stream: IO[bytes]) -> None:
    delimiter = form.delimiter or dialect.delimiter
    if dialect.names_delimiter:
        stream.write(f"sep={delimiter}{dialect.newline}".encode())
    write_lines(frame, stream, delimiter, dialect, include_header=dialect.has_header)


def write_lines(
    frame: pl.DataFrame,
    stream: IO[bytes],
    delimiter: str,
    dialect: Dialect,
    *,
    include_header: bool = False,
) -> None:
    """Write rows as lines of a CSV."""
    frame.write_csv(
        stream,
        separator=delimiter,
        line_terminator=dialect.newline,
        include_header=include_header,
        quote_style="necessary",
    )


def _write_parquet(table: Any, _form: Format, stream: IO[bytes]) -> None:
    pq.write_table(table, stream)


def _write_arrow(table: Any, form: Format, stream: IO[bytes]) -> None:
    options = pa.ipc.IpcWriteOptions(compression=form.compression)
    table = table.unify_dictionaries()  # the file format holds one dictionary a column
    with pa.ipc.new_file(stream, table.schema, options=options) as writer:
        writer.write_table(table)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that replaces `path` when it is complete."""
    target = Path(os.path.realpath(path))
    unfinished = target.with_name(f".counterpoise-{secrets.token_hex(8)}.unfinished")
    try:
        with unfinished.open("xb") as stream:
            if target.exists():
                shutil.copymode(target, unfinished)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as error:
        discard_output()
        if error.errno == errno.EPIPE or "os error 32" in str(error):  # polars has no numbers
            raise BrokenPipeError from error
        raise
