"""Files that are read in batches: which ones, and whether they fit together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from counterpoise._cli.errors import FileError
from counterpoise._cli.files import check_input
from counterpoise._cli.formats import STREAM, format_of

__all__ = ["LargeFiles", "find_large_files", "is_several"]

_MANY_VALUES = 2**25  # of a Parquet file: 256 MB of numbers
_MANY_BYTES = 2**26  # of a CSV, whose text takes several times as much in memory
_COMPRESSION = 4  # about how many times smaller a compressed CSV is
_SUFFIXES = (
    ".parquet",
    *(
        f"{text}{codec}"
        for text in (".csv", ".tsv", ".txt", ".data", ".dat")
        for codec in ("", ".gz", ".zst")
    ),
)


@dataclass(frozen=True)
class LargeFiles:
    """Files of one format that are read in batches, as one table.

    Attributes
    ----------
    name : str
        What the user gave, for messages.
    paths : tuple of str
    is_parquet : bool
        Whether they are Parquet files; otherwise CSV.
    """

    name: str
    paths: tuple[str, ...]
    is_parquet: bool


def is_several(path: str) -> bool:
    """Return whether a path stands for a table of several files, or on another machine."""
    return "://" in path or Path(path).is_dir() or (_has_wildcard(path) and not Path(path).exists())


def find_large_files(path: str, *, advice: str | None = None) -> LargeFiles | None:
    """Return the files of a table that is to be read in batches, or None.

    Parameters
    ----------
    path : str
        A file, a folder, a pattern such as ``data/*.parquet``, or an address.
    advice : str, optional
        What to change so that the file need not be read in batches, such as "Remove --memory"; a
        file of any size is then read in batches.

    Raises
    ------
    FileError
        If there is no such file, or if files of several formats are found.
    """
    if path == STREAM:
        if advice is not None:
            raise FileError("Standard input cannot be read in batches; give a file.")
        return None
    paths = _find_paths(path)
    formats = {form.name: one for one in paths for form in (format_of(one),)}
    if len(formats) > 1:
        first, second = sorted(formats.values())[:2]
        raise FileError(f"The files of {path} differ in format: {first} and {second}.")
    is_zip = any(format_of(one).codec == "zip" for one in paths)  # its contents are at its end
    if is_zip or not formats.keys() <= {"parquet", "csv"}:
        if advice is None and not is_several(path):
            return None
        advice = "Give one file" if is_several(path) else advice
        raise FileError(
            f"{path} cannot be read in batches; only Parquet and CSV files can, the latter also "
            f"with .gz or .zst. {advice}."
        )
    files = LargeFiles(path, tuple(paths), "parquet" in formats)
    if "://" in path and not files.is_parquet:
        raise FileError(f"{path}: only Parquet files can be read from an address. Download it.")
    return files if advice is not None or is_several(path) or _is_large(files) else None


def _find_paths(path: str) -> list[str]:
    if "://" in path:
        return [path]
    if not is_several(path):
        format_of(path)  # an unknown format is the first thing to report
        check_input(Path(path))
        return [path]
    folder = Path(path)
    if folder.is_dir():
        found = [one for one in folder.rglob("*") if one.name.lower().endswith(_SUFFIXES)]
    else:
        found = list(_glob(path))
    paths = sorted(
        str(one) for one in found if one.is_file() and not one.name.startswith((".", "_"))
    )
    if not paths:
        raise FileError(f"{path} has no Parquet or CSV files.")
    return paths


def _has_wildcard(path: str) -> bool:
    return any(mark in path for mark in "*?[")


def _glob(path: str) -> Any:
    parts = Path(path).parts
    first = next(i for i, part in enumerate(parts) if _has_wildcard(part))
    return Path(*parts[:first]).glob(str(Path(*parts[first:])))


def _is_large(files: LargeFiles) -> bool:
    (path,) = files.paths
    if not Path(path).is_file():
        return False  # the reader of small files explains what is wrong
    if not files.is_parquet:
        size = Path(path).stat().st_size
        return size * (1 if format_of(path).codec is None else _COMPRESSION) > _MANY_BYTES
    try:
        about = pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return False
    return bool(about.num_rows * about.num_columns > _MANY_VALUES)
