"""Read CSV files as text.

Every field is read as text, and the types of the columns are inferred from it. Original rows are
written with their text, selected by row number, so that ``007``, ``1.50`` and ``2024-01-31`` do
not change; only synthetic rows are formatted.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv

from counterpoise._cli.csv_body import (
    LINE_END,
    CsvBody,
    find_delimiter,
    find_newline,
    skip_lines,
    unwrap_lines,
)
from counterpoise._cli.csv_errors import check_lines, check_utf8, explain
from counterpoise._cli.encodings import Encoding, decode
from counterpoise._cli.errors import FileError
from counterpoise._cli.other_formats import check_is_csv
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise.exceptions import InputError

__all__ = ["Dialect", "TextTable", "check_unique_names", "number_columns", "read_csv_text"]

_UTF8 = Encoding()
_MAX_NAMES = 5


@dataclass(frozen=True)
class Dialect:
    """The dialect of a CSV.

    Attributes
    ----------
    delimiter : str
        The character between fields.
    newline : str
        The line terminator.
    encoding : Encoding
    has_header : bool
        Whether the first line has the names of the columns.
    names_delimiter : bool
        Whether the file starts with a line such as ``sep=;``, as Excel writes it.
    """

    delimiter: str = ","
    newline: str = "\n"
    encoding: Encoding = _UTF8
    has_header: bool = True
    names_delimiter: bool = False


@dataclass(frozen=True)
class TextTable:
    """The text of a CSV.

    Attributes
    ----------
    fields : polars.DataFrame
        Columns of strings; null for an empty field, "" for an empty field in quotes.
    dialect : Dialect
    notes : tuple of str
        What was assumed, one sentence each.
    body : CsvBody
        The lines with the fields.
    """

    fields: pl.DataFrame
    dialect: Dialect
    notes: tuple[str, ...]
    body: CsvBody

    def line_of(self, row: int) -> int:
        """Return the line of the file in which a row starts."""
        return self.lines_of([row])[0]

    def lines_of(self, rows: Sequence[int]) -> list[int]:
        """Return the lines of the file in which some rows start."""
        lines, last = self.body.lines(), max(rows, default=-1)
        starts: list[int] = []
        while len(starts) <= last + self.dialect.has_header:
            start = self.body.n_skipped + lines.line_num + 1
            starts += [start] * bool(next(lines))  # empty lines are not rows
        return [starts[row + self.dialect.has_header] for row in rows]


def read_csv_text(
    data: bytes, file: str, delimiter: str | None = None, reading: ReadingOptions | None = None
) -> TextTable:
    """Read a CSV without inferring types.

    Parameters
    ----------
    data : bytes
    file : str
        Name of the file for messages.
    delimiter : str, optional
        By default comma, semicolon, tab or bar, whichever splits the first line into most fields;
        blanks, if none does.
    reading : ReadingOptions, optional

    Returns
    -------
    TextTable

    Raises
    ------
    FileError
        If the data are empty or in another encoding, or a line has more or fewer fields than the
        first.
    InputError
        If two columns have the same name.
    """
    reading = reading or ReadingOptions()
    if not reading.skip_rows and reading.comment is None:
        check_is_csv(data, file)
    text, encoding = decode(data, file, reading.encoding)
    body, named = skip_lines(CsvBody(text, file, delimiter or ""), reading)
    if not body.data.strip():
        where = " after the lines that are skipped" if text.strip() else ""
        raise FileError(f"{file} is empty{where}; a table with a header line is needed.")
    notes = () if reading.encoding is not None else _describe_encoding(file, encoding)
    try:
        unwrapped = unwrap_lines(body)
        if unwrapped is not body:
            notes += (_describe_unwrapped(file),)
        body, assumed = find_delimiter(unwrapped)
        columns = _read_columns(body, reading)
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid) as error:
        explain(body, error)
    # An empty value between blanks could not be read again.
    written = columns.body.delimiter if columns.body.delimiter != " " else ","
    dialect = Dialect(written, find_newline(text), encoding, reading.has_header, named)
    notes = (*notes, *assumed, *columns.notes)
    return TextTable(columns.fields, dialect, notes, columns.body)


def _describe_encoding(file: str, encoding: Encoding) -> tuple[str, ...]:
    name = encoding.name.upper()[:6]
    is_usual = name == "UTF-8"
    return () if is_usual else (f"{file} is read as {name}, as its byte order mark says.",)


def _describe_unwrapped(file: str) -> str:
    return (
        f"Each line of {file} is in quotation marks as a whole; they are removed, and doubled ones "
        "are read as single ones."
    )


def number_columns(width: int) -> list[str]:
    """Return names for the columns of a table without a header."""
    return [f"column_{position}" for position in range(1, width + 1)]


def check_unique_names(names: Collection[str], table: str, advice: str = "") -> None:
    """Check that no two columns have the same name.

    Parameters
    ----------
    names : collection of str
    table : str
        Name of the table for messages.
    advice : str, optional
        The end of the message.
    """
    repeated = sorted(repr(name) for name, times in Counter(names).items() if times > 1)
    if repeated:
        more = " …" if len(repeated) > _MAX_NAMES else ""
        listed = ", ".join(repeated[:_MAX_NAMES]) + more
        raise InputError(
            f"Column names must be unique; {table} has {listed} more than once.{advice}"
        )


@dataclass(frozen=True)
class _Header:
    """The names of the columns, and what the header does not have in common with the lines.

    Attributes
    ----------
    names : list of str
        As many as the lines have fields.
    n_columns : int
        Number of columns that are read; the last one may be empty.
    notes : tuple of str
    """

    names: list[str]
    n_columns: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Columns:
    """The columns of a CSV, and the lines as they were read."""

    body: CsvBody
    fields: pl.DataFrame
    notes: tuple[str, ...]


def _read_columns(body: CsvBody, reading: ReadingOptions) -> _Columns:
    header = _read_header(body, reading)
    try:
        fields = _read_fields(body, header, reading)
    except pa.ArrowInvalid:
        check_utf8(body)
        cleaned = body.without_blanks()
        if cleaned.data != body.data:
            return _read_columns(cleaned, reading)
        check_lines(body, len(header.names))
        raise
    fields = fields[:, : header.n_columns]
    fields.columns = header.names[: header.n_columns]  # a slice would rename a column without one
    return _Columns(body, fields, header.notes)


def _read_header(body: CsvBody, reading: ReadingOptions) -> _Header:
    lines = body.lines()
    first: list[str] = next(lines)
    if not reading.has_header:
        return _Header(number_columns(len(first)), len(first))
    second: list[str] = next(filter(None, lines), [])
    header = _Header(first, len(first))
    if not first[-1] and len(second) == len(first) - 1:
        note = (
            f"The header of {body.file} ends in {body.delimiter!r}, but no other line does: the "
            "empty column is ignored."
        )
        header = _Header(first[:-1], len(second), (note,))
    elif len(second) == len(first) + 1 > 2:  # a single name is rather a title
        header = _complete(first, body)
    check_unique_names(
        header.names,
        body.file,
        " If the first line is data, use --no-header; if the names are in a later line, use "
        "--skip-rows.",
    )
    return header


def _complete(names: list[str], body: CsvBody) -> _Header:
    """Return the header of lines that all have one field more: the last is empty, or a label."""
    lines = body.lines()
    next(lines)
    rows = list(filter(None, lines))
    if any(len(row) != len(names) + 1 for row in rows):
        return _Header(names, len(names))
    if not any(row[-1] for row in rows):
        note = (
            f"The lines of {body.file} end in {body.delimiter!r}, but the header does not: the "
            "empty column is ignored."
        )
        return _Header([*names, ""], len(names), (note,))
    if len({row[0] for row in rows}) < len(rows):  # labels of rows differ
        return _Header(names, len(names))
    note = (
        f"The lines of {body.file} have one field more than the header: the first one is a row "
        "label."
    )
    return _Header(["", *names], len(names) + 1, (note,))


def _read_fields(body: CsvBody, header: _Header, reading: ReadingOptions) -> pl.DataFrame:
    if body.data.count(b'"') % 2:
        check_lines(body, len(header.names))
    names = [str(position) for position in range(len(header.names))]
    # pyarrow cannot skip a header without a line end.
    data = body.data if re.search(LINE_END, body.data) else body.data + b"\n"
    # pyarrow's reader is the one that rejects a line with too few fields.
    table = pacsv.read_csv(
        pa.BufferReader(data),
        read_options=pacsv.ReadOptions(
            column_names=names,
            skip_rows_after_names=int(reading.has_header),
            block_size=1 << 24,
        ),
        parse_options=pacsv.ParseOptions(delimiter=body.delimiter, newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return pl.DataFrame(table)
