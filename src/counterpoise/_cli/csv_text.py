"""Read CSV files as text.

Every field is read as text, and the types of the columns are inferred from it. Original rows are
written with their text, selected by row number, so that ``007``, ``1.50`` and ``2024-01-31`` do
not change; only synthetic rows are formatted.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv

from counterpoise._cli.encodings import Encoding, decode, raise_undecodable
from counterpoise._cli.errors import FileError
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise.exceptions import InputError

__all__ = ["Dialect", "TextTable", "check_unique_names", "number_columns", "read_csv_text"]

_DELIMITERS = ",;\t|"
_LINE_END = rb"(?:\r\n|\r|\n)"
_UTF8 = Encoding()


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


@dataclass(frozen=True)
class CsvBody:
    """The lines of a CSV that have fields, in UTF-8.

    Attributes
    ----------
    data : bytes
    file : str
        Name of the file for messages.
    delimiter : str
    n_skipped : int
        Number of lines of the file before them.
    """

    data: bytes
    file: str
    delimiter: str = ""
    n_skipped: int = 0

    def lines(self, delimiter: str | None = None, *, strict: bool = False) -> Any:
        """Return a reader that yields the fields of each line."""
        csv.field_size_limit(max(csv.field_size_limit(), len(self.data)))  # long documents
        text = io.TextIOWrapper(io.BytesIO(self.data), encoding="utf-8", newline="")
        return csv.reader(text, delimiter=delimiter or self.delimiter, strict=strict)

    def without(self, pattern: bytes) -> CsvBody:
        """Return the lines without the start that matches a regular expression."""
        found = re.match(pattern, self.data)
        start = found[0] if found else b""
        n_skipped = self.n_skipped + len(re.findall(_LINE_END, start))
        return replace(self, data=self.data[len(start) :], n_skipped=n_skipped)

    def split_most(self) -> str:
        """Return the delimiter that splits the first line into most fields."""
        return max(_DELIMITERS, key=lambda mark: len(next(self.lines(mark))))


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
        By default comma, semicolon, tab or bar, whichever splits the first line into most fields.
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
    text, encoding = decode(data, file, reading.encoding)
    notes = []
    if encoding.name.startswith("utf-16") and reading.encoding is None:
        notes.append(f"{file} is read as UTF-16, as its byte order mark says.")
    newline = _newline(text)
    body, named = _skip_lines(CsvBody(text, file, delimiter or ""), reading)
    if not body.data.strip():
        where = "" if len(body.data) == len(text) else " after the lines that are skipped"
        raise FileError(f"{file} is empty{where}; a table with a header line is needed.")
    try:
        unwrapped = _unwrap(body)
        if unwrapped is not body:
            notes.append(
                f"Each line of {file} is in quotation marks as a whole; they are removed, and "
                "doubled ones are read as single ones."
            )
        body = replace(unwrapped, delimiter=unwrapped.delimiter or unwrapped.split_most())
        names, trailing = _read_names(body, reading)
        fields = _read_fields(body, len(names), reading)
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid) as error:
        _explain(body, error)
    if trailing:
        notes.append(
            f"The header of {file} ends in {body.delimiter!r}, but no other line does: the empty "
            "column is ignored."
        )
    fields.columns = names
    dialect = Dialect(body.delimiter, newline, encoding, reading.has_header, named)
    return TextTable(fields, dialect, tuple(notes), body)


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
        raise InputError(
            f"Column names must be unique; {table} has {', '.join(repeated)} more than once."
            f"{advice}"
        )


def _skip_lines(body: CsvBody, reading: ReadingOptions) -> tuple[CsvBody, bool]:
    """Skip lines before the header and comments; return whether a line names the delimiter."""
    body = body.without(rb"(?:[^\r\n]*(?:%b|\Z)){%d}" % (_LINE_END, reading.skip_rows))
    if reading.comment is not None:
        comment = rb"%b[^\r\n]*" % re.escape(reading.comment.encode())
        body = body.without(rb"(?:%b(?:%b|\Z))*" % (comment, _LINE_END))
        # The line ends stay, so that the numbers of the following lines do not change.
        body = replace(body, data=re.sub(rb"(?<=[\r\n])%b" % comment, b"", body.data))
    named = re.match(rb"sep=([^\r\n])%b" % _LINE_END, body.data, re.IGNORECASE)
    if named is None:
        return body, False
    return replace(body.without(re.escape(named[0])), delimiter=named[1].decode()), True


def _unwrap(body: CsvBody) -> CsvBody:
    """Remove quotation marks around whole lines; without any, return the same object."""
    if not body.data.startswith(b'"') or any(
        len(next(body.lines(mark))) != 1 for mark in _DELIMITERS
    ):
        return body
    header = next(body.lines(","))[0]
    if not any(mark in header for mark in _DELIMITERS):
        return body
    rows = list(body.lines(","))
    if any(len(row) > 1 for row in rows):
        return body
    end = _newline(body.data)
    return replace(body, data="".join(f"{''.join(row)}{end}" for row in rows).encode())


def _read_names(body: CsvBody, reading: ReadingOptions) -> tuple[list[str], bool]:
    """Return the names of the columns, and whether the header ends in an empty one too many."""
    lines = body.lines()
    first = next(lines)
    if not first:
        raise FileError(f"{body.file} starts with an empty line; a header line is needed.")
    if not reading.has_header:
        return number_columns(len(first)), False
    second: list[str] = next(filter(None, lines), [])
    trailing = not first[-1] and len(second) == len(first) - 1
    names = first[:-1] if trailing else first
    check_unique_names(names, body.file, " If the first line is data, use --no-header.")
    return names, trailing


def _read_fields(body: CsvBody, width: int, reading: ReadingOptions) -> pl.DataFrame:
    if body.data.count(b'"') % 2:
        _check_lines(body, width)
    names = [str(position) for position in range(width)]
    # pyarrow's reader is the one that rejects a line with too few fields.
    try:
        table = pacsv.read_csv(
            pa.BufferReader(body.data),
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
    except pa.ArrowInvalid:
        _check_utf8(body)
        _check_lines(body, width)
        raise
    return pl.DataFrame(table)


def _newline(data: bytes) -> str:
    end = data.find(b"\n")
    if end < 0:
        return "\r" if b"\r" in data else "\n"
    return "\r\n" if data[end - 1 : end] == b"\r" else "\n"


def _explain(body: CsvBody, error: Exception) -> NoReturn:
    """Raise an error that explains why the lines could not be read."""
    _check_utf8(body)
    raise FileError(
        f"{body.file} cannot be read as CSV: {str(error).partition(chr(10))[0]}"
    ) from None


def _check_utf8(body: CsvBody) -> None:
    try:
        body.data.decode()
    except UnicodeDecodeError as error:
        line = body.n_skipped + len(re.findall(_LINE_END, body.data[: error.start])) + 1
        raise_undecodable(body.data, body.file, error.start, line)


def _check_lines(body: CsvBody, width: int) -> None:
    """Raise an error for the first line with a wrong number of fields or an unclosed quote."""
    lines = body.lines(strict=True)
    start = body.n_skipped + 1
    is_first = True
    try:
        for fields in lines:
            # The header may have one name more, which is empty.
            if fields and len(fields) != width and not is_first:
                raise FileError(
                    f"{body.file}, line {start}: {len(fields)} fields, but the header has "
                    f"{width}. Fix the line, or put quotes around fields that contain "
                    f"{body.delimiter!r}."
                )
            start, is_first = body.n_skipped + lines.line_num + 1, False
    except csv.Error as error:
        raise FileError(
            f"{body.file}, line {start}: a quotation mark is opened but not closed ({error})."
        ) from None
