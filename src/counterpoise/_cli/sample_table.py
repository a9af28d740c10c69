"""Read a stratified sample of a large file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import polars as pl
import pyarrow as pa

from counterpoise._array_ops import split_proportionally
from counterpoise._cli.errors import FileError
from counterpoise._cli.formats import Format
from counterpoise._cli.input_table import InputTable
from counterpoise._cli.large_csv import LargeCsv, why_not_in_batches
from counterpoise._cli.large_files import LargeFiles, find_large_files
from counterpoise._cli.large_parquet import LargeParquet
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise._lib.types import BoolArray
from counterpoise._table import EncodedTarget
from counterpoise.exceptions import InputError, UnknownColumnError
from counterpoise.scale._memory import MemoryLimit
from counterpoise.scale._rows import LargeTable
from counterpoise.scale._target import read_target

__all__ = ["errors_of_files", "open_large", "read_sample"]

_SEED = 0  # the same rows each time


def read_sample(path: str, n_rows: int, target: str, reading: ReadingOptions) -> InputTable:
    """Read a sample of a table in which each class has its share of the rows.

    Parameters
    ----------
    path : str
        A Parquet or CSV file, or a folder or pattern of them.
    n_rows : int
        Number of rows of the sample; a larger number than the table has stands for all.
    target : str
        The column of the classes.
    reading : ReadingOptions

    Returns
    -------
    InputTable

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If it cannot be read in batches.
    """
    files = find_large_files(path, option="--sample")
    assert files is not None
    obstacle = None if files.is_parquet else why_not_in_batches(files, reading)
    if obstacle is not None:
        raise InputError(f"{path} cannot be read in batches: {obstacle}. Remove --sample.")
    with errors_of_files(f"read {path}"):
        large = open_large(files, Format("arrow"), reading, target)
        names = large.source.names
        if target not in names:
            raise UnknownColumnError.among(target, names, role="target column", table=path)
        classes = read_target(large.source, target)
        limit = MemoryLimit.of(None, "The sample")
        table = LargeTable(large.source, target, classes, (), (), limit)
        rows = table.collect(_draw(classes, n_rows), names)
    note = (
        f"A sample of {len(rows):,} of the {large.n_rows:,} rows of {path} is read, with the class "
        "shares of all rows."
    )
    return InputTable(rows.to_arrow(), notes=(note,))


def open_large(
    files: LargeFiles, form: Format, reading: ReadingOptions, target: str
) -> LargeParquet | LargeCsv:
    """Open files that are read in batches.

    Parameters
    ----------
    files : LargeFiles
    form : Format
        The format of the output.
    reading : ReadingOptions
    target : str
    """
    if files.is_parquet:
        return LargeParquet(files, form)
    return LargeCsv(files, form, reading, target)


@contextmanager
def errors_of_files(action: str) -> Iterator[None]:
    """Report the errors of polars and pyarrow as errors of files.

    Raises
    ------
    FileError
        In place of them, such as "Cannot read table.parquet: …".
    """
    try:
        yield
    except (pl.exceptions.PolarsError, pa.ArrowException) as error:
        reason = str(error).partition("\n")[0]
        number = re.search(r"\(os error (\d+)\)", reason)  # polars passes it on as text
        if number is not None:
            system_error = OSError(int(number[1]), os.strerror(int(number[1])))
            raise FileError.from_os(f"Cannot {action}", system_error) from None
        raise FileError(f"Cannot {action}: {reason}") from error
    except OSError as error:
        # polars reports each layer of a failed connection on a line of its own.
        whole = error if error.errno else OSError(" ".join(str(error).split()))
        raise FileError.from_os(f"Cannot {action}", whole) from None


def _draw(target: EncodedTarget, n_rows: int) -> BoolArray:
    """Draw the rows of each class at random; each class has at least one."""
    if n_rows >= len(target.codes):
        return np.ones(len(target.codes), bool)
    rng = np.random.RandomState(_SEED)
    sizes = np.maximum(split_proportionally(target.counts.astype(np.float64), n_rows), 1)
    is_drawn = np.zeros(len(target.codes), bool)
    for code, (count, size) in enumerate(zip(target.counts, sizes, strict=True)):
        is_drawn[target.rows_of(code)[rng.permutation(count)[:size]]] = True
    return is_drawn
