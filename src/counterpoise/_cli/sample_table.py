"""Read a stratified sample of a large file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from counterpoise._array_ops import stratified_sample
from counterpoise._cli.all_rows import AllRows, CountingSource
from counterpoise._cli.errors import FileError
from counterpoise._cli.formats import Format
from counterpoise._cli.input_table import InputTable
from counterpoise._cli.large_csv import LargeCsv, why_not_in_batches
from counterpoise._cli.large_files import LargeFiles, find_large_files, is_several
from counterpoise._cli.large_parquet import LargeParquet
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._table import EncodedTarget
from counterpoise.exceptions import InputError, TargetError, UnknownColumnError
from counterpoise.scale._memory import MemoryLimit
from counterpoise.scale._rows import LargeTable
from counterpoise.scale._target import read_target

__all__ = [
    "SAMPLE_SEED",
    "IsContinuous",
    "Sample",
    "encode_percentiles",
    "errors_of_files",
    "find_sampled_files",
    "open_large",
    "read_sample",
]

SAMPLE_SEED = 0  # the same rows each time
_DEFAULT_SIZE = 100_000
_N_STRATA = 100  # of a continuous target

IsContinuous = Callable[[Sequence[Any]], bool]


@dataclass(frozen=True)
class Sample:
    """A sample of a table.

    Attributes
    ----------
    rows : InputTable
    all_rows : AllRows or None
        Counts of the whole table; None if the sample has all of its rows.
    """

    rows: InputTable
    all_rows: AllRows | None


def find_sampled_files(path: str, reading: ReadingOptions) -> LargeFiles | None:
    """Return the files of which a sample is read without an option: those that are large.

    Parameters
    ----------
    path : str
    reading : ReadingOptions
        With options that need the whole file, it is read as a whole.
    """
    files = find_large_files(path)
    if files is None or reading.merge_classes:
        return None
    is_readable = files.is_parquet or why_not_in_batches(files, reading) is None
    return files if is_readable or is_several(path) else None


def read_sample(
    path: str,
    n_rows: int | None,
    target: str,
    reading: ReadingOptions,
    is_continuous: IsContinuous | None = None,
) -> Sample:
    """Read a sample of a table in which each class has its share of the rows.

    Parameters
    ----------
    path : str
        A Parquet or CSV file, or a folder or pattern of them.
    n_rows : int or None
        Number of rows of the sample; a larger number than the table has stands for all. None is
        100,000, and the note names the option that changes it.
    target : str
        The column of the classes.
    reading : ReadingOptions
    is_continuous : callable, optional
        Maps the first values of a target of numbers to whether it is continuous. Each percentile
        of a continuous target has its share of the rows.

    Returns
    -------
    Sample

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If it cannot be read in batches, or the sample does not fit into memory.
    """
    files = find_large_files(path, advice="Remove --sample")
    assert files is not None
    _check_reading(files, reading)
    with errors_of_files(f"read {path}"):
        large = open_large(files, Format("arrow"), reading, target)
        names = large.source.names
        if target not in names:
            raise UnknownColumnError.among(target, names, role="target column", table=path)
        source = CountingSource(large.source)
        numbers = None if is_continuous is None else _read_numbers(source, target, is_continuous)
        classes = _read_classes(source, target) if numbers is None else encode_percentiles(numbers)
        rng = np.random.RandomState(SAMPLE_SEED)
        is_drawn = stratified_sample(classes.codes, n_rows or _DEFAULT_SIZE, rng)
        limit = MemoryLimit.of(None)
        if not limit.fits(int(is_drawn.sum()), len(names)):
            raise InputError(
                f"{is_drawn.sum():,} rows of {path} do not fit into memory. Choose a smaller "
                "--sample, for example --sample 100000."
            )
        rows = LargeTable(source, target, classes, (), (), limit).collect(is_drawn, names)
    table = rows.to_arrow()
    if is_drawn.all():
        return Sample(
            InputTable(table, notes=(f"All {len(rows):,} rows of {path} are read.", *large.notes)),
            None,
        )
    shares = ", with the class shares of all rows" if numbers is None else ""
    note = (
        f"A sample of {len(rows):,} of the {large.n_rows:,} rows of {path} is read{shares}."
        f"{'' if n_rows else ' --sample N reads N rows.'}"
    )
    totals = source.totals(target, classes)
    all_rows = totals if numbers is None else replace(totals, classes={})
    return Sample(InputTable(table, notes=(note, *large.notes)), all_rows)


def encode_percentiles(values: Float64Array) -> EncodedTarget:
    """Encode a continuous target by its percentiles; missing values are in the last one."""
    ranks = values.argsort(kind="stable").argsort(kind="stable")
    codes: IntArray = ranks * _N_STRATA // len(values)
    counts = np.bincount(codes, minlength=_N_STRATA)
    return EncodedTarget(codes, tuple(range(_N_STRATA)), counts, None, False)


def _read_numbers(
    source: CountingSource, target: str, is_continuous: IsContinuous
) -> Float64Array | None:
    """Return the values of a continuous target; None for classes, after one batch."""
    parts: list[Float64Array] = []
    for batch in source.batches([target]):
        values = pl.DataFrame(batch.to_arrow())[target]
        if not values.dtype.is_numeric() or not (parts or is_continuous(values.to_list())):
            return None
        parts.append(values.cast(pl.Float64).fill_null(float("nan")).to_numpy())
    return np.concatenate(parts) if parts else None


def _check_reading(files: LargeFiles, reading: ReadingOptions) -> None:
    obstacle = None if files.is_parquet else why_not_in_batches(files, reading)
    if reading.merge_classes:
        obstacle = "--merge-classes needs the whole file"
    if obstacle is not None:
        raise InputError(f"{files.name} cannot be read in batches: {obstacle}. Remove --sample.")


def _read_classes(source: CountingSource, target: str) -> EncodedTarget:
    try:
        return read_target(source, target)
    except TargetError as error:
        message = str(error).replace("Pass drop_missing_target=True to drop such rows, or a", "A")
        raise InputError(message) from error


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
