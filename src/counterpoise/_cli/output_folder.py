"""Write a table as a folder of Parquet files, which appears only when it is complete."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from os import access
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from counterpoise._cli.errors import FileError
from counterpoise._cli.formats import STREAM

__all__ = [
    "PART_NAME",
    "check_folder",
    "count_rows",
    "is_folder",
    "row_groups",
    "write_folder",
    "write_parts",
]

PART_NAME = "part-{:05}.parquet"
_ROW_GROUP = 2**19  # rows
_PART = 2**28  # bytes in memory, before compression
# What this program, polars, Dask and Spark write into a folder.
_WRITTEN = re.compile(r".*\.parquet|_SUCCESS|\..*\.crc")


def is_folder(path: str) -> bool:
    """Return whether an output is a folder: it ends in a slash, or is one.

    Examples
    --------
    >>> is_folder("balanced/"), is_folder("balanced.parquet")
    (True, False)
    """
    return path != STREAM and (path.endswith("/") or Path(path).is_dir())


def check_folder(path: str, *, force: bool) -> None:
    """Check that a folder can be written, before any work is done.

    Parameters
    ----------
    path : str
    force : bool
        Whether an existing folder can be replaced. It must hold nothing but Parquet files.

    Raises
    ------
    FileError
        If it cannot be written, or exists and cannot be replaced.
    """
    folder = Path(path)
    if "://" in path:
        raise FileError(f"{path} is an address. Write to a local folder, and copy it there.")
    if not folder.resolve().parent.is_dir():
        raise FileError(f"Cannot write {path}: the folder {folder.parent} does not exist.")
    if not access(folder.resolve().parent, 2):
        raise FileError(f"Cannot write {path}: no permission to write in its folder.")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileError(f"Cannot write {path}: it exists and is not a folder.")
    others = [one.name for one in folder.iterdir() if not _is_written(one)]
    if others:
        raise FileError(
            f"{path} exists and has other files than Parquet files, such as {min(others)}. Choose "
            "another name."
        )
    if not force:
        raise FileError(f"{path} exists. Use --force to replace it, or choose another name.")


def _is_written(path: Path) -> bool:
    return path.is_file() and bool(_WRITTEN.fullmatch(path.name))


def write_folder(path: str, write: Callable[[Path], None]) -> None:
    """Write a folder with a function; it appears only when it is complete.

    Parameters
    ----------
    path : str
    write : callable
        Gets an empty folder next to the final one.

    Raises
    ------
    FileError
        If the folder cannot be written.
    """
    target = Path(path).resolve()
    unfinished, replaced = (
        target.with_name(f".counterpoise-{secrets.token_hex(8)}.{state}")
        for state in ("unfinished", "replaced")
    )
    try:
        unfinished.mkdir()
        write(unfinished)
        if target.exists():
            target.rename(replaced)
        unfinished.rename(target)
    except OSError as error:
        raise FileError.from_os(f"Cannot write {path}", error) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        if replaced.exists() and not target.exists():
            replaced.rename(target)
        shutil.rmtree(replaced, ignore_errors=True)


def write_parts(
    tables: Iterable[Any], schema: Any, folder: Path, advance: Callable[[int], None]
) -> None:
    """Write rows as files of up to 256 MB in memory, numbered in their order.

    Parameters
    ----------
    tables : iterable of pyarrow.Table or pyarrow.RecordBatch
    schema : pyarrow.Schema
    folder : Path
    advance : callable
        Gets the number of rows of each batch.
    """
    groups = row_groups(tables, schema, advance)
    group = next(groups, schema.empty_table())
    n_parts = 0
    while group is not None:
        with pq.ParquetWriter(folder / PART_NAME.format(n_parts), schema) as writer:
            n_bytes = 0
            while group is not None and (not n_bytes or n_bytes + group.nbytes <= _PART):
                writer.write_table(group)
                n_bytes += group.nbytes
                group = next(groups, None)
        n_parts += 1


def row_groups(tables: Iterable[Any], schema: Any, advance: Callable[[int], None]) -> Iterator[Any]:
    """Join batches of rows to the groups in which they are written."""
    waiting: list[Any] = []
    n_rows = n_bytes = 0
    for table in _split(tables):
        if waiting and (n_rows >= _ROW_GROUP or n_bytes + table.nbytes > _PART):
            yield pa.concat_tables(waiting).unify_dictionaries()
            waiting, n_rows, n_bytes = [], 0, 0
        waiting.append(pa.Table.from_arrays(table.columns, schema=schema))
        n_rows, n_bytes = n_rows + len(table), n_bytes + table.nbytes
        advance(len(table))
    if waiting:
        yield pa.concat_tables(waiting).unify_dictionaries()


def _split(tables: Iterable[Any]) -> Iterator[Any]:
    """Split batches that alone are too large for a file."""
    for table in tables:
        size = len(table) if table.nbytes <= _PART else len(table) * _PART // table.nbytes
        for start in range(0, len(table), max(size, 1)):
            yield table.slice(start, max(size, 1))


def count_rows(folder: Path) -> int:
    """Return the number of rows of the Parquet files in a folder."""
    return sum(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))
