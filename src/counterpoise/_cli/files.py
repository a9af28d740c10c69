"""Read and write tables in files; the suffix of the name sets the format, ``-`` is a CSV stream.

An output is written to a temporary file in the same folder and renamed when it is complete: a run
that fails leaves no partial file, and an existing file stays unchanged.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import secrets
import shutil
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from counterpoise._cli.csv_text import Dialect, check_unique_names, infer_types, read_csv_text
from counterpoise._cli.errors import FileError, discard_output
from counterpoise.exceptions import InputError

__all__ = [
    "STREAM",
    "Format",
    "InputTable",
    "check_output",
    "check_writable",
    "column_values",
    "display_name",
    "format_of",
    "read_table",
    "write_table",
]

STREAM = "-"


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : {"csv", "parquet", "arrow"}
    delimiter : str, optional
        The delimiter of a CSV, if the suffix determines it.
    gzipped : bool
        Whether a CSV is compressed with gzip.
    compression : str, optional
        The compression of an Arrow file.
    """

    name: str
    delimiter: str | None = None
    gzipped: bool = False
    compression: str | None = None


_FORMATS = {
    ".csv": Format("csv"),
    ".csv.gz": Format("csv", gzipped=True),
    ".tsv": Format("csv", "\t"),
    ".tsv.gz": Format("csv", "\t", gzipped=True),
    ".parquet": Format("parquet"),
    ".arrow": Format("arrow"),
    ".feather": Format("arrow", compression="lz4"),  # as other writers of Feather do
}


_PLAIN = Dialect()


@dataclass(frozen=True)
class InputTable:
    """A table that was read from a file.

    Attributes
    ----------
    table : polars.DataFrame or pyarrow.Table
        The typed values.
    texts : polars.DataFrame or None
        The original text of each field, for a CSV.
    dialect : Dialect
        The dialect for a CSV that is written from it.
    """

    table: Any
    texts: pl.DataFrame | None = None
    dialect: Dialect = _PLAIN

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        names = self.table.column_names if self.texts is None else self.table.columns
        return list(names)

    @property
    def index_columns(self) -> list[str]:
        """The columns of row labels: the index of pandas, or a first column without a name."""
        if self.texts is not None:
            return [name for name in self.columns[:1] if not name]
        written = (self.table.schema.pandas_metadata or {}).get("index_columns", [])
        return [name for name in written if name in self.columns]


def format_of(path: str) -> Format:
    """Return the format of a file from its suffix.

    Parameters
    ----------
    path : str

    Returns
    -------
    Format

    Raises
    ------
    FileError
        If the suffix is unknown.

    Examples
    --------
    >>> format_of("fraud.parquet").name
    'parquet'
    """
    if path == STREAM:
        return _FORMATS[".csv"]
    for suffix, form in _FORMATS.items():
        if path.lower().endswith(suffix):
            return form
    raise FileError(
        f"{path}: unknown file format. The name must end in one of {', '.join(_FORMATS)}, or be - "
        "for a stream of CSV."
    )


def display_name(path: str) -> str:
    """Return the name of an input file in messages."""
    return "Standard input" if path == STREAM else path


def column_values(table: Any, column: str) -> list[Any]:
    """Return the values of one column of a polars or pyarrow table."""
    values = table[column]
    listed: list[Any] = values.to_list() if isinstance(values, pl.Series) else values.to_pylist()
    return listed


def read_table(path: str) -> InputTable:
    """Read a table from a file.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard input.

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
    form = format_of(path)
    if path != STREAM:
        _check_input(Path(path))
    try:
        if form.name == "csv":
            return _read_csv(path, form)
        table = pq.ParquetFile(path).read() if form.name == "parquet" else _read_arrow(path)
    except (pa.ArrowException, EOFError, zlib.error, gzip.BadGzipFile) as error:
        kind = "gzip" if form.gzipped else form.name.capitalize()
        raise FileError(
            f"{path} is not a {kind} file, or is damaged ({str(error).partition(chr(10))[0]})."
        ) from None
    except OSError as error:
        raise FileError.from_os(f"Cannot read {path}", error) from None
    check_unique_names(table.column_names, path)
    return InputTable(table)


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
    format_of(path)
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
    write = _writer(format_of(path), table, dialect)
    try:
        with _standard_output() if path == STREAM else _replacing(Path(path)) as stream:
            write(stream)
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard output" if path == STREAM else path
        raise FileError.from_os(f"Cannot write {name}", error) from None


def _check_input(path: Path) -> None:
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


def _read_csv(path: str, form: Format) -> InputTable:
    data = sys.stdin.buffer.read() if path == STREAM else Path(path).read_bytes()
    if form.gzipped:
        data = gzip.decompress(data)
    text = read_csv_text(data, display_name(path), form.delimiter)
    # The delimiter of a .tsv follows from its suffix: a .csv that is written from it has commas.
    dialect = replace(text.dialect, delimiter=",") if form.delimiter else text.dialect
    return InputTable(infer_types(text.fields), text.fields, dialect)


def _read_arrow(path: str) -> Any:
    with pa.OSFile(path) as file:
        try:
            return pa.ipc.open_file(file).read_all()
        except pa.ArrowInvalid:  # the streaming format has the same suffixes
            file.seek(0)
            return pa.ipc.open_stream(file).read_all()


def _writer(form: Format, table: Any, dialect: Dialect) -> Callable[[IO[bytes]], None]:
    if form.name == "csv":
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
        _check_csv_types(frame)
        return partial(_write_csv, frame, form, dialect)
    arrow = table.to_arrow() if isinstance(table, pl.DataFrame) else table
    return partial(_write_parquet if form.name == "parquet" else _write_arrow, arrow, form)


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


def _write_csv(frame: pl.DataFrame, form: Format, dialect: Dialect, stream: IO[bytes]) -> None:
    # Without a timestamp, the same table gives the same bytes.
    zipped = gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) if form.gzipped else None
    with zipped or contextlib.nullcontext():
        frame.write_csv(
            cast("IO[bytes]", zipped or stream),
            separator=form.delimiter or dialect.delimiter,
            line_terminator=dialect.newline,
            include_bom=dialect.has_bom,
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
