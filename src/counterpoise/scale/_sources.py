"""Lazy frames of several libraries, with one interface: batches of rows in, a lazy frame out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import narwhals as nw

from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import BoolArray
from counterpoise.exceptions import InputError
from counterpoise.scale._dask import DaskSource
from counterpoise.scale._duckdb import DuckDBSource
from counterpoise.scale._pass import F, Pass
from counterpoise.scale._pyarrow import DatasetSource
from counterpoise.scale._selection import InProcess, Selected, Selection
from counterpoise.scale._spark import SparkSource

__all__ = ["Source", "open_source"]

Blocks = Callable[[], Iterator[Any]]


class Source(Protocol):
    """A table that can be read several times, each time in the same order.

    Attributes
    ----------
    names : list of str
        The columns.
    """

    names: list[str]

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        """Read some columns, a batch of rows at a time."""
        ...

    def select(self, columns: Sequence[str], selection: Selection) -> Iterator[Selected] | None:
        """Have workers select rows and measure columns, after all rows were read once.

        Returns
        -------
        iterator over Selected, or None
            None if there are no workers, or if they cannot measure the columns exactly.
        """
        ...

    def run(self, columns: Sequence[str], step: Pass[F], n_at_once: int) -> F | None:
        """Have workers run a pass over some columns, after all rows were read once.

        Parameters
        ----------
        columns : sequence of str
        step : Pass
        n_at_once : int
            Number of rows that a worker adds at once.

        Returns
        -------
        Found or None
            None if there are no workers, or if they lack counterpoise.
        """
        ...

    def complete(self, frame: Any) -> Any:
        """Return rows with all columns in their order and types; those that are absent are null."""
        ...

    def output(self, is_kept: BoolArray | None, blocks: Blocks | None) -> Any:
        """Return a lazy frame with the kept rows, followed by rows that come in blocks.

        Parameters
        ----------
        is_kept : ndarray of bool of shape (n_rows,) or None
            None keeps all rows.
        blocks : callable or None
            Returns an iterator over data frames with all columns.
        """
        ...


class PolarsSource(InProcess):
    """A LazyFrame of polars."""

    def __init__(self, frame: Any) -> None:
        self._polars = import_optional("polars", "resampling a LazyFrame")
        self._frame = frame
        self._schema = frame.collect_schema()
        self.names: list[str] = self._schema.names()

    def batches(self, columns: Sequence[str]) -> Iterator[nw.DataFrame[Any]]:
        """Read some columns, a batch of rows at a time."""
        for batch in self._frame.select(columns).collect_batches(maintain_order=True):
            yield nw.from_native(batch, eager_only=True)

    def complete(self, frame: Any) -> Any:
        """Return rows with all columns in their order and types; those that are absent are null."""
        pl = self._polars
        absent = [
            pl.lit(None, dtype).alias(name)
            for name, dtype in self._schema.items()
            if name not in frame.columns
        ]
        return frame.with_columns(absent).select(self.names).cast(dict(self._schema))

    def output(self, is_kept: BoolArray | None, blocks: Blocks | None) -> Any:
        """Return a LazyFrame with the kept rows, followed by rows that come in blocks."""
        kept = self._frame if is_kept is None else self._filter(is_kept)
        if blocks is None:
            return kept
        return self._polars.concat([kept, self._scan(blocks)])

    def _filter(self, is_kept: BoolArray) -> Any:
        pl = self._polars
        number = "row number"
        while number in self.names:
            number += " "
        choose = pl.col(number).map_batches(
            lambda rows: pl.Series(is_kept[rows.to_numpy()]), pl.Boolean, is_elementwise=True
        )
        return self._frame.with_row_index(number).filter(choose).drop(number)

    def _scan(self, blocks: Blocks) -> Any:
        """Return a LazyFrame that generates the blocks while it is read."""

        def scan(
            with_columns: list[str] | None, predicate: Any, n_rows: int | None, _: int | None
        ) -> Iterator[Any]:
            left = n_rows
            for block in blocks():
                rows = block if left is None else block[:left]
                left = None if left is None else left - len(rows)
                rows = rows if predicate is None else rows.filter(predicate)
                yield rows if with_columns is None else rows.select(with_columns)
                if left == 0:
                    return

        register = import_optional("polars.io.plugins", "resampling a LazyFrame").register_io_source
        return register(scan, schema=self._schema)


def open_source(frame: Any) -> Source:
    """Open a lazy frame.

    Parameters
    ----------
    frame : polars LazyFrame, pyarrow Dataset, DuckDB relation, or DataFrame of Dask or Spark

    Returns
    -------
    Source

    Raises
    ------
    InputError
        If it is none of these.
    """
    if nw.dependencies.is_polars_lazyframe(frame):
        return PolarsSource(frame)
    if _is_from(frame, "pyarrow") and hasattr(frame, "to_batches") and hasattr(frame, "scanner"):
        return DatasetSource(frame)
    if nw.dependencies.is_duckdb_relation(frame):
        return DuckDBSource(frame)
    if nw.dependencies.is_dask_dataframe(frame):
        return DaskSource(frame)
    if nw.dependencies.is_pyspark_dataframe(frame):
        return SparkSource(frame)
    raise InputError(
        "scale.resample needs a polars LazyFrame, a pyarrow Dataset, a DuckDB relation, or a "
        f"DataFrame of Dask or Spark; got {type(frame).__name__}. For a table in memory, use "
        "counterpoise.resample(table, target)."
    )


def _is_from(frame: Any, package: str) -> bool:
    return type(frame).__module__.partition(".")[0] == package
