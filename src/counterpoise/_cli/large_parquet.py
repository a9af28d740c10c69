"""Parquet files that are read in batches, and what is written from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from counterpoise._cli.append_parquet import append_rows, can_append
from counterpoise._cli.compression import compressed
from counterpoise._cli.errors import FileError
from counterpoise._cli.formats import Format
from counterpoise._cli.input_table import InputTable
from counterpoise._cli.large_files import LargeFiles
from counterpoise._cli.output_folder import row_groups, write_parts
from counterpoise.scale._output import GeneratedBlocks, LargeOutput
from counterpoise.scale._sources import Source, open_source

__all__ = ["LargeParquet", "check_same_columns", "sink", "to_arrow"]

_ROW_GROUP = 2**19


class LargeParquet:
    """Parquet files that are read in batches.

    Parameters
    ----------
    files : LargeFiles
    form : Format
        The format of the output.

    Attributes
    ----------
    n_rows : int
    source : Source
    allows_disk : bool
        Whether rows may wait on disk while the output is written.
    notes : tuple of str
        What was assumed: nothing.
    """

    allows_disk = True
    notes: tuple[str, ...] = ()

    def __init__(self, files: LargeFiles, form: Format) -> None:
        self._files, self._form = files, form
        self._frame = pl.scan_parquet(list(files.paths), hive_partitioning=False)
        self._schema = _read_schema(files, self._frame)
        self.n_rows: int = self._frame.select(pl.len()).collect().item()
        # pyarrow writes types that polars does not have, such as dictionaries, as they were.
        self._by_pyarrow = form.name == "parquet" and not _has_types(self._frame, self._schema)
        self.source: Source = open_source(
            ds.dataset(list(files.paths), format="parquet") if self._by_pyarrow else self._frame
        )

    def head(self, n_rows: int) -> InputTable:
        """Return the first rows."""
        table = self._frame.head(n_rows).collect().to_arrow()
        return InputTable(table.replace_schema_metadata(self._schema.metadata))

    def classes(self, target: str) -> list[Any]:
        """Return the distinct values of the target column."""
        return self._frame.select(pl.col(target).unique()).collect().to_series().to_list()

    def write(
        self, output: LargeOutput, target: str, stream: IO[bytes], advance: Callable[[int], None]
    ) -> None:
        """Write the output.

        Parameters
        ----------
        output : LargeOutput
        target : str
        stream : binary file
        advance : callable
            Gets the number of rows of each batch.
        """
        if self._can_append(output):
            batches = (self._as_arrow(block) for block in GeneratedBlocks(output)())
            groups = row_groups(batches, self._schema, advance)
            append_rows(self._files.paths[0], groups, stream, advance)
            return
        result = output.build()
        if self._by_pyarrow:
            _write_by_pyarrow(result, stream, advance)
        else:
            sink(result, target, self._form, stream, advance, schema=self._schema)

    def write_parts(
        self, output: LargeOutput, folder: Path, advance: Callable[[int], None]
    ) -> None:
        """Write the output to a folder of Parquet files.

        Parameters
        ----------
        output : LargeOutput
        folder : Path
        advance : callable
            Gets the number of rows of each batch.
        """
        result, schema = output.build(), _nullable(self._schema)
        batches = result if self._by_pyarrow else to_arrow(result, schema)
        write_parts(batches, schema, folder, advance)

    def _can_append(self, output: LargeOutput) -> bool:
        """Return whether the output is a single input file, followed by other rows."""
        keeps_all = self._form.name == "parquet" and output.decision.is_kept is None
        is_one = len(self._files.paths) == 1 and "://" not in self._files.name
        return keeps_all and is_one and can_append(self._files.paths[0])

    def _as_arrow(self, block: Any) -> Any:
        return block if self._by_pyarrow else block.to_arrow().cast(self._schema)


def to_arrow(frame: pl.LazyFrame, schema: Any = None) -> Iterator[Any]:
    """Yield the rows of a LazyFrame as tables of pyarrow, with the types of a schema."""
    for batch in frame.collect_batches(maintain_order=True):
        table = batch.to_arrow()
        yield table if schema is None else table.cast(schema)


def sink(
    frame: pl.LazyFrame,
    target: str,
    form: Format,
    stream: IO[bytes],
    advance: Callable[[int], None],
    *,
    schema: Any = None,
) -> None:
    """Write a LazyFrame in batches.

    Parameters
    ----------
    frame : polars.LazyFrame
    target : str
        A column, by which rows are counted.
    form : Format
    stream : binary file
    advance : callable
        Gets the number of rows of each batch.
    schema : pyarrow.Schema, optional
        The schema of a Parquet file.
    """

    def count(series: pl.Series) -> pl.Series:
        advance(len(series))
        return series

    dtype = frame.collect_schema()[target]
    frame = frame.with_columns(pl.col(target).map_batches(count, dtype, is_elementwise=True))
    if form.name == "parquet":
        schema = None if schema is None else _nullable(schema)
        frame.sink_parquet(stream, arrow_schema=schema, row_group_size=_ROW_GROUP)
    elif form.name == "arrow":
        is_packed = form.compression is not None
        frame.sink_ipc(stream, compression="lz4" if is_packed else "uncompressed")
    else:
        with compressed(stream, form.codec, "table.csv") as packed:
            if form.name == "jsonl":
                frame.sink_ndjson(packed)
            else:
                frame.sink_csv(packed, separator=form.delimiter or ",", quote_style="necessary")


def _read_schema(files: LargeFiles, frame: pl.LazyFrame) -> Any:
    if "://" in files.name:
        return pl.DataFrame(schema=frame.collect_schema()).to_arrow().schema
    return check_same_columns(files)


def check_same_columns(files: LargeFiles) -> Any:
    """Return the schema that all Parquet files have.

    Raises
    ------
    FileError
        If they differ.
    """
    schema = pq.read_schema(files.paths[0])
    for path in files.paths[1:]:
        other = pq.read_schema(path)
        # Whether a column may have nulls can differ: the output accepts them in each column.
        if (other.names, other.types) != (schema.names, schema.types):
            raise FileError(
                f"{path} has other columns than {files.paths[0]}: {_differ(schema, other)}."
            )
    return schema


def _differ(schema: Any, other: Any) -> str:
    missing = [name for name in schema.names if name not in other.names]
    if missing:
        return f"it has no column {missing[0]!r}"
    added = [name for name in other.names if name not in schema.names]
    if added:
        return f"only it has column {added[0]!r}"
    for name in schema.names:
        if schema.field(name).type != other.field(name).type:
            types = schema.field(name).type, other.field(name).type
            return f"column {name!r} is {types[1]}, not {types[0]}"
    return "their order differs"


def _has_types(frame: pl.LazyFrame, schema: Any) -> bool:
    """Return whether polars writes the types of a schema as they are."""
    written = pl.DataFrame(schema=frame.collect_schema()).to_arrow().schema
    return bool(written.types == schema.types)


def _write_by_pyarrow(reader: Any, stream: IO[bytes], advance: Callable[[int], None]) -> None:
    schema = _nullable(reader.schema)
    with pq.ParquetWriter(stream, schema) as writer:
        for table in row_groups(reader, schema, advance):
            writer.write_table(table)


def _nullable(schema: Any) -> Any:
    """Return a schema in which each column may have nulls, as in synthetic rows."""
    return pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
