"""CSV files that are read in batches, and what is written from them.

Types are inferred from all lines, as for a file in memory, in a pass of its own. Kept rows are
written with their text.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
from polars.io.plugins import register_io_source

from counterpoise._cli.column_types import cast_types, infer_types
from counterpoise._cli.compression import codec_of, compressed
from counterpoise._cli.csv_lines import are_rows, iter_blocks, select_lines
from counterpoise._cli.csv_rows import RowFormatter
from counterpoise._cli.csv_text import Dialect, TextTable, read_csv_text
from counterpoise._cli.errors import FileError
from counterpoise._cli.files import write_lines
from counterpoise._cli.formats import Format, format_of
from counterpoise._cli.input_table import InputTable
from counterpoise._cli.large_files import LargeFiles
from counterpoise._cli.large_parquet import sink, to_arrow
from counterpoise._cli.output_folder import write_parts
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise._lib.read_ahead import read_ahead
from counterpoise._lib.types import BoolArray
from counterpoise.scale._out_of_core import RowGroups
from counterpoise.scale._output import LargeOutput
from counterpoise.scale._sources import Source, open_source

__all__ = ["LargeCsv", "why_not_in_batches"]

_START = 2**18  # bytes that show the header and the delimiter
_BLOCK = 2**21  # bytes that are read at once, for each 500 columns
_LONG_INTEGER = 10**18  # not exact as a float


def why_not_in_batches(files: LargeFiles, reading: ReadingOptions) -> str | None:
    """Return why CSV files cannot be read in batches; None if they can."""
    if reading.needs_whole_file:
        return "options that describe its lines need the whole file"
    start = _read_start(files.paths[0], reading)
    dialect = start.dialect
    is_plain = dialect.encoding.name == "utf-8" and not dialect.names_delimiter
    if start.notes or start.body.n_skipped or not is_plain:
        return "its header, delimiter or encoding is unusual, and needs the whole file"
    return None


def _read_start(path: str, reading: ReadingOptions) -> TextTable:
    """Read the first lines, up to one that ends outside quotation marks."""
    try:
        with _open_bytes(path) as file:
            data = file.read(_START)
    except OSError as error:
        raise _explain(path, error) from None
    end = data.rfind(b"\n") + 1 if len(data) == _START else len(data)
    while end and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return read_csv_text(data[: end or len(data)], path, format_of(path).delimiter, reading)


class LargeCsv:
    """CSV files that are read in batches.

    Parameters
    ----------
    files : LargeFiles
    form : Format
        The format of the output.
    reading : ReadingOptions
    target : str

    Attributes
    ----------
    n_rows : int
    source : Source
    allows_disk : bool
        Whether rows may wait on disk while the output is written; a CSV needs their text.
    notes : tuple of str
        The columns of text that are nearly numbers.
    """

    def __init__(
        self, files: LargeFiles, form: Format, reading: ReadingOptions, target: str
    ) -> None:
        self._files, self._form, self._reading, self._target = files, form, reading, target
        self.allows_disk = form.name != "csv"
        self._start = _read_start(files.paths[0], reading)
        self._dialect = self._start.dialect
        self._names = self._start.fields.columns
        for path in files.paths[1:]:
            start = _read_start(path, reading)
            if start.body.n_skipped:
                raise FileError(f"{path} starts with an empty line. Remove it, or read it alone.")
            _check_names(path, start.fields.columns, files, self._names)
        self._spellings: dict[str, dict[bool, str]] = {}
        self._number_notes: dict[str, str] = {}
        self.n_rows, self._dtypes = self._infer()
        self._frame = register_io_source(self._scan, schema=self._dtypes)
        self.source: Source = open_source(self._frame)

    def head(self, n_rows: int) -> InputTable:
        """Return the first rows."""
        parts = [self._start.fields.clear()]
        for part in self._text_batches():
            parts.append(part)
            if sum(map(len, parts)) >= n_rows:
                break
        texts = pl.concat(parts)[:n_rows]
        notes = infer_types(texts, self._reading, target=self._target).missing_notes
        return InputTable(self._cast(texts), texts, self._dialect, notes=(*notes, *self.notes))

    @property
    def notes(self) -> tuple[str, ...]:
        """The columns of text that are nearly numbers, in the first part with an exception."""
        are_text = (name for name, dtype in self._dtypes.items() if dtype == pl.String)
        return tuple(self._number_notes[name] for name in are_text if name in self._number_notes)

    def classes(self, target: str) -> list[Any]:
        """Return the distinct values of the target column."""
        return self._frame.select(pl.col(target).unique()).collect().to_series().to_list()

    def write(
        self, output: LargeOutput, target: str, stream: IO[bytes], advance: Callable[[int], None]
    ) -> None:
        """Write the output; see `LargeParquet.write`."""
        if self._form.name == "csv":
            with compressed(stream, self._form.codec, "table.csv") as packed:
                self._write_text(output, packed, advance)
        else:
            sink(output.build(), target, self._form, stream, advance)

    def write_parts(
        self, output: LargeOutput, folder: Path, advance: Callable[[int], None]
    ) -> None:
        """Write the typed output to a folder; see `LargeParquet.write_parts`."""
        schema = pl.DataFrame(schema=self._dtypes).to_arrow().schema
        write_parts(to_arrow(output.build(), schema), schema, folder, advance)

    def _infer(self) -> tuple[int, dict[str, pl.DataType]]:
        """Return the number of rows, and the type that the values of each column have."""
        found: dict[str, set[pl.DataType]] = {name: set() for name in self._names}
        has_long = dict.fromkeys(self._names, False)
        n_rows = 0
        for texts in self._text_batches():
            first_line = n_rows + 1 + self._dialect.has_header
            typed = infer_types(
                texts, self._reading, target=self._target, line_of=first_line.__add__
            )
            n_rows += len(texts)
            self._number_notes = {**typed.number_notes, **self._number_notes}
            for values in typed.values.iter_columns():
                if values.null_count() < len(values):
                    found[values.name].add(values.dtype)
                    has_long[values.name] |= _has_long_integer(values)
                if values.dtype == pl.Boolean:
                    self._find_spellings(values, texts.get_column(values.name))
        return n_rows, {name: _common_type(found[name], has_long[name]) for name in self._names}

    def _find_spellings(self, values: pl.Series, texts: pl.Series) -> None:
        """Find how true and false are written first in the file, as synthetic rows have them."""
        spellings = self._spellings.setdefault(values.name, {})
        for value in {True, False} - set(spellings):
            rows = (values == value).arg_true()
            if len(rows):
                spellings[value] = texts[int(rows[0])]

    def _cast(self, texts: pl.DataFrame) -> pl.DataFrame:
        return cast_types(texts, self._dtypes, self._reading, target=self._target)

    def _scan(
        self, columns: list[str] | None, predicate: Any, n_rows: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        """Yield typed rows, for a LazyFrame."""
        left = self.n_rows if n_rows is None else n_rows
        for texts in self._text_batches(columns):
            typed = self._cast(texts[:left])
            left -= len(typed)
            yield typed if predicate is None else typed.filter(predicate)
            if left == 0:
                return

    def _text_batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield all rows as text."""
        return read_ahead(self._read_texts(self._names if columns is None else list(columns)))

    def _read_texts(self, wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        for path in self._files.paths:
            try:
                batches = _open_text(
                    _open_bytes(path), wanted, self._start, skips=self._dialect.has_header
                )
                yield from filter(len, map(_to_polars, batches))
            except (pa.ArrowInvalid, OSError) as error:
                raise _explain(path, error) from None

    def _write_text(
        self, output: LargeOutput, stream: IO[bytes], advance: Callable[[int], None]
    ) -> None:
        delimiter = self._form.delimiter or self._dialect.delimiter

        def write(rows: pl.DataFrame, dialect: Dialect = self._dialect, **header: bool) -> None:
            write_lines(rows, stream, delimiter, dialect, **header)
            advance(len(rows))

        stream.write(self._dialect.encoding.mark)
        write(self._start.fields.clear(), include_header=self._dialect.has_header)
        rows, needed = output.decision.rows, np.zeros(self.n_rows, bool)
        assert not isinstance(rows, RowGroups)  # see `allows_disk`
        needed[output.decision.duplicates] = True
        if rows is not None:
            needed[rows.numbers] = True
        output.table.memory.check(int(needed.sum()), len(self._names))
        if delimiter == self._dialect.delimiter and self._lines_are_rows():
            texts = self._copy_kept(output.decision.is_kept, needed, stream, advance)
        else:
            texts = self._write_kept(output.decision.is_kept, needed, write)
        place = np.cumsum(needed) - 1
        for positions in output.duplicate_blocks():
            write(texts[place[output.distinct_duplicates[positions]]])
        if rows is not None:
            formatter = RowFormatter(
                texts[place[rows.numbers]],
                rows.frame.to_native(),
                self._target,
                {},
                frozenset(output.table.ignore),
                frozenset(output.table.copy),
                self._spellings,
            )
            for block in read_ahead(formatter.format(*new) for new in output.synthetic_blocks()):
                write(block)

    def _write_kept(
        self, is_kept: BoolArray | None, needed: BoolArray, write: Callable[[pl.DataFrame], None]
    ) -> pl.DataFrame:
        """Write the kept rows, and return the text of the rows that are needed afterwards."""
        texts, start = [self._start.fields.clear()], 0
        for batch in self._text_batches():
            stop = start + len(batch)
            write(batch if is_kept is None else batch.filter(pl.Series(is_kept[start:stop])))
            if needed[start:stop].any():
                texts.append(batch.filter(pl.Series(needed[start:stop])))
            start = stop
        return pl.concat(texts)

    def _copy_kept(
        self,
        is_kept: BoolArray | None,
        needed: BoolArray,
        stream: IO[bytes],
        advance: Callable[[int], None],
    ) -> pl.DataFrame:
        """Do what `_write_kept` does, for files whose lines are rows."""
        wanted, start = [], 0
        for block in self._blocks():
            stop = start + block.count(b"\n")
            stream.write(block if is_kept is None else select_lines(block, is_kept[start:stop]))
            advance(stop - start if is_kept is None else int(is_kept[start:stop].sum()))
            wanted.append(select_lines(block, needed[start:stop]))
            start = stop
        texts = [self._start.fields.clear()]
        if any(wanted):
            lines = pa.BufferReader(b"".join(wanted))
            texts += map(_to_polars, _open_text(lines, self._names, self._start, skips=False))
        return pl.concat(texts)

    def _lines_are_rows(self) -> bool:
        n_lines, newline = 0, self._dialect.newline.encode()
        for block in self._blocks():
            n_lines += block.count(newline)
            if not are_rows(block, newline):
                return False
        return n_lines == self.n_rows

    def _blocks(self) -> Iterator[bytes]:
        """Yield the lines after the headers."""
        for path in self._files.paths:
            with _open_bytes(path) as file:
                blocks = iter_blocks(file, _block_size(self._names))
                first = next(blocks, b"").removeprefix(codecs.BOM_UTF8)
                if self._dialect.has_header:
                    first = first.partition(b"\n")[2]
                yield from chain([first] if first else [], blocks)


def _explain(path: str, error: Exception) -> Exception:
    """Return an error that names the file, and what to do."""
    if isinstance(error, OSError) and error.errno:
        return error
    if "invalid UTF8" in str(error):
        return FileError(
            f"{path} is not UTF-8. Give it alone and without --memory, with --encoding, for "
            "example --encoding cp1252."
        )
    reason = str(error).removeprefix("CSV parse error: ")
    return FileError(f"{path} is damaged, or is no CSV: {reason}")


def _open_bytes(path: str) -> Any:
    """Open a file, and decompress it while it is read, as its first bytes say."""
    with Path(path).open("rb") as file:
        codec = codec_of(file.read(4))
    return pa.input_stream(path, compression=codec)


def _open_text(file: Any, wanted: Sequence[str], start: TextTable, *, skips: bool) -> Any:
    names = start.fields.columns
    return pacsv.open_csv(
        file,
        read_options=pacsv.ReadOptions(
            column_names=names,
            skip_rows_after_names=int(skips),
            block_size=_block_size(names),
            use_threads=False,
        ),
        parse_options=pacsv.ParseOptions(delimiter=start.body.delimiter, newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            include_columns=wanted,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _block_size(names: Sequence[str]) -> int:
    return _BLOCK * (1 + len(names) // 500)


def _to_polars(batch: pa.RecordBatch) -> pl.DataFrame:
    return pl.DataFrame(pa.Table.from_batches([batch]))


def _has_long_integer(values: pl.Series) -> bool:
    if values.dtype != pl.Int64:
        return False
    low, high = int(values.min() or 0), int(values.max() or 0)  # type: ignore[arg-type]
    return max(-low, high) >= _LONG_INTEGER


def _common_type(found: set[pl.DataType], has_long_integer: bool) -> pl.DataType:
    """Return the type of a column from those of its parts, as `infer_types` would."""
    if not found:
        return pl.Float64()
    if len(found) == 1:
        return next(iter(found))
    is_number = found == {pl.Int64(), pl.Float64()}
    return pl.Float64() if is_number and not has_long_integer else pl.String()


def _check_names(
    path: str, names: Sequence[str], files: LargeFiles, expected: Sequence[str]
) -> None:
    if list(names) != list(expected):
        odd = [name for name in names if name not in expected]
        odd += [name for name in expected if name not in names]
        what = f"one of them has no column {odd[0]!r}" if odd else "their order differs"
        raise FileError(f"{path} has other columns than {files.paths[0]}: {what}.")
