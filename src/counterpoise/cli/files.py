"""Tables in files, by the ending of the file's name; ``-`` is a standard stream, in CSV.

An output is written under another name in the same folder, and renamed when it is whole: a run
that breaks leaves no half file behind, and what was there before stays.
"""

from __future__ import annotations

import contextlib
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

from counterpoise.cli.errors import FileError
from counterpoise.cli.text import Dialect, infer_types, read_text, refuse_repeated
from counterpoise.exceptions import InputError

__all__ = [
    "STREAM",
    "Format",
    "Source",
    "cells_of",
    "check_output",
    "check_place",
    "format_of",
    "read_table",
    "write_table",
]

STREAM = "-"


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    name : {"csv", "parquet", "arrow"}
    delimiter : str, optional
        What stands between the cells of a CSV, where the file's name says it.
    gzipped : bool
        Whether a CSV is compressed.
    compression : str, optional
        How an Arrow file is compressed.
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
class Source:
    """A table as it was read.

    Attributes
    ----------
    table : polars.DataFrame or pyarrow.Table
        Its values.
    cells : polars.DataFrame or None
        Its cells as they were written, of a CSV.
    dialect : Dialect
        How a CSV that is written from it shall look.
    """

    table: Any
    cells: pl.DataFrame | None = None
    dialect: Dialect = _PLAIN

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        names = self.table.column_names if self.cells is None else self.table.columns
        return list(names)

    @property
    def index_columns(self) -> list[str]:
        """The columns that hold row labels: pandas' index, a first column without a name."""
        if self.cells is not None:
            return [name for name in self.columns[:1] if not name]
        written = (self.table.schema.pandas_metadata or {}).get("index_columns", [])
        return [name for name in written if name in self.columns]


def format_of(path: str) -> Format:
    """Return the format that a file's name stands for.

    Parameters
    ----------
    path : str

    Returns
    -------
    Format

    Raises
    ------
    FileError
        If its ending is none that is known.

    Examples
    --------
    >>> format_of("fraud.parquet").name
    'parquet'
    """
    if path == STREAM:
        return _FORMATS[".csv"]
    for ending, form in _FORMATS.items():
        if path.lower().endswith(ending):
            return form
    raise FileError(
        f"{path}: the ending does not say what kind of table it is. "
        f"Use one of {', '.join(_FORMATS)}, or - for a stream of CSV."
    )


def cells_of(table: Any, column: str) -> list[Any]:
    """Return the values of one column of a polars or pyarrow table."""
    values = table[column]
    cells: list[Any] = values.to_list() if isinstance(values, pl.Series) else values.to_pylist()
    return cells


def read_table(path: str) -> Source:
    """Read a table.

    Parameters
    ----------
    path : str
        A file's name, or ``-`` for standard input.

    Returns
    -------
    Source

    Raises
    ------
    FileError
        If there is no such file, or it cannot be read.
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
    refuse_repeated(table.column_names, path)
    return Source(table)


def check_output(path: str, *, force: bool) -> None:
    """Refuse an output that cannot be written, before any work is done.

    Parameters
    ----------
    path : str
        A file's name, or ``-`` for standard output.
    force : bool
        Whether a file of that name may be replaced.

    Raises
    ------
    FileError
        If the format is unknown, the folder is not there or not writable, or the file exists.
    """
    format_of(path)
    if path != STREAM:
        check_place(Path(path), force=force)


def check_place(out: Path, *, force: bool) -> None:
    """Refuse a file that cannot be written; see `check_output`."""
    path = str(out)
    if not out.parent.is_dir():
        raise FileError(f"Cannot write {path}: there is no folder {out.parent}.")
    if out.exists() and not out.is_file():
        raise FileError(f"Cannot write {path}: it exists and is not a file.")
    if out.exists() and not force:
        raise FileError(f"{path} exists. Use --force to replace it, or choose another name.")
    if not os.access(out.parent, os.W_OK):
        raise FileError(f"Cannot write {path}: no permission to write in its folder.")


def write_table(path: str, table: Any, dialect: Dialect) -> None:
    """Write a table, whole or not at all.

    Parameters
    ----------
    path : str
        A file's name, or ``-`` for standard output.
    table : polars.DataFrame or pyarrow.Table
    dialect : Dialect
        How a CSV shall look; a delimiter that the file's name says comes first.

    Raises
    ------
    FileError
        If it cannot be written.
    InputError
        If a column cannot be held by the format.
    """
    write = _writer(format_of(path), table, dialect)
    try:
        with _standard_output() if path == STREAM else _replacing(Path(path)) as stream:
            write(stream)
    except OSError as error:
        name = "standard output" if path == STREAM else path
        raise FileError.from_os(f"Cannot write {name}", error) from None


def _check_input(path: Path) -> None:
    if path.is_dir():
        raise FileError(f"{path} is a folder, and a file is needed.")
    if path.exists():
        return
    if not path.parent.is_dir():
        raise FileError(f"There is no file {path}; there is no folder {path.parent} either.")
    names = [neighbor.name for neighbor in path.parent.iterdir()]
    near = get_close_matches(path.name, names, n=3, cutoff=0.5)
    hint = " or ".join(str(path.parent / name) for name in near)
    raise FileError(f"There is no file {path}.{f' Did you mean {hint}?' if near else ''}")


def _read_csv(path: str, form: Format) -> Source:
    data = sys.stdin.buffer.read() if path == STREAM else Path(path).read_bytes()
    if form.gzipped:
        data = gzip.decompress(data)
    text = read_text(data, "Standard input" if path == STREAM else path, form.delimiter)
    # The tabs of a .tsv belong to its name: a .csv that is written from it has commas.
    dialect = replace(text.dialect, delimiter=",") if form.delimiter else text.dialect
    return Source(infer_types(text.cells), text.cells, dialect)


def _read_arrow(path: str) -> Any:
    with pa.OSFile(path) as file:
        try:
            return pa.ipc.open_file(file).read_all()
        except pa.ArrowInvalid:  # the streaming format goes by the same endings
            file.seek(0)
            return pa.ipc.open_stream(file).read_all()


def _writer(form: Format, table: Any, dialect: Dialect) -> Callable[[IO[bytes]], None]:
    if form.name == "csv":
        frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
        _refuse_unfit(frame)
        return partial(_write_csv, frame, form, dialect)
    arrow = table.to_arrow() if isinstance(table, pl.DataFrame) else table
    return partial(_write_parquet if form.name == "parquet" else _write_arrow, arrow, form)


def _refuse_unfit(frame: pl.DataFrame) -> None:
    unfit = [
        f"{name!r} ({dtype})"
        for name, dtype in frame.schema.items()
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object)
    ]
    if unfit:
        raise InputError(
            f"A CSV cannot hold column {', '.join(unfit)}. Write .parquet, or drop the column."
        )


def _write_csv(frame: pl.DataFrame, form: Format, dialect: Dialect, stream: IO[bytes]) -> None:
    # Without a time stamp the same table gives the same bytes.
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
    """Open a file that takes its name, or the place of an older one, when it is whole."""
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
    except OSError:
        # Python would try again at its end, and print a second message.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
