"""Parquet files that an engine reads, and what is written from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow as pa
from polars.io.plugins import register_io_source

from counterpoise._cli.engines import Engine
from counterpoise._cli.errors import FileError
from counterpoise._cli.formats import Format
from counterpoise._cli.input_table import InputTable
from counterpoise._cli.large_files import LargeFiles
from counterpoise._cli.large_parquet import check_same_columns, sink
from counterpoise._cli.output_folder import count_rows, write_parts
from counterpoise.exceptions import InputError
from counterpoise.scale._output import LargeOutput
from counterpoise.scale._sources import Source, open_source
from counterpoise.scale._target import read_target

__all__ = ["LargeFrame"]


class LargeFrame:
    """Parquet files that an engine reads.

    Parameters
    ----------
    files : LargeFiles
    engine : Engine
    form : Format
        The format of the output, if it is a file.

    Attributes
    ----------
    n_rows : int
    source : Source
    allows_disk : bool
        See `counterpoise.scale._memory.MemoryLimit`.
    """

    allows_disk = True

    def __init__(self, files: LargeFiles, engine: Engine, form: Format) -> None:
        if not files.is_parquet:
            raise FileError(
                f"Only polars reads CSV files; {files.name} is one. Remove --engine, or convert it "
                "to Parquet."
            )
        if "://" not in files.name:
            check_same_columns(files)
        self._files, self._engine, self._form = files, engine, form
        frame = engine.read(files.paths)
        self.n_rows: int = engine.count(frame)
        if not self.n_rows:
            raise InputError(f"{files.name} has column names but no rows.")
        self.source: Source = open_source(frame)

    def head(self, n_rows: int) -> InputTable:
        """Return the first rows."""
        parts: list[Any] = []
        for batch in self.source.batches(self.source.names):
            parts.append(batch.to_arrow())
            if sum(map(len, parts)) >= n_rows:
                break
        table = pa.concat_tables(parts, promote_options="permissive").slice(0, n_rows)
        table = table.replace_schema_metadata(None)
        self._schema = pa.schema([field.with_nullable(True) for field in table.schema])
        return InputTable(table)

    def classes(self, target: str) -> list[Any]:
        """Return the distinct values of the target column."""
        return list(read_target(self.source, target, drop_missing=True).classes)

    def write(
        self, output: LargeOutput, target: str, stream: IO[bytes], advance: Callable[[int], None]
    ) -> None:
        """Write the output to a file; see `LargeParquet.write`."""
        result = open_source(output.build())
        schema = pl.DataFrame(self._schema.empty_table()).schema

        def scan(
            columns: list[str] | None, _: Any, __: int | None, ___: int | None
        ) -> Iterator[pl.DataFrame]:
            for batch in result.batches(columns or result.names):
                table = pl.DataFrame(batch.to_arrow())
                yield table.cast({name: schema[name] for name in table.columns})

        frame = register_io_source(scan, schema=schema)
        sink(frame, target, self._form, stream, advance)

    def write_parts(
        self, output: LargeOutput, folder: Path, advance: Callable[[int], None]
    ) -> None:
        """Write the output to a folder of Parquet files; see `LargeParquet.write_parts`."""
        result = output.build()
        if not self._engine.writes_folders:
            source = open_source(result)
            batches = (batch.to_arrow() for batch in source.batches(source.names))
            write_parts((one.cast(self._schema) for one in batches), self._schema, folder, advance)
            return
        self._engine.write_folder(result, folder)
        n_rows, n_written = int(output.counts.sum()), count_rows(folder)
        if n_written != n_rows:
            raise FileError(
                f"Of {n_rows:,} rows, {n_written:,} are in the folder that was written. It must be "
                "in a place that this machine and all workers share."
            )
        advance(n_rows)
