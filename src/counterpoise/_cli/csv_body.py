"""The lines of a CSV: those that are skipped, delimiters, quotation marks around whole lines."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from counterpoise._cli.reading_options import ReadingOptions

__all__ = ["LINE_END", "CsvBody", "find_delimiter", "find_newline", "skip_lines", "unwrap_lines"]

LINE_END = rb"(?:\r\n|\r|\n)"
_DELIMITERS = ",;\t|"
_QUOTED = rb'"[^"]*"'  # also the parts of a field with doubled quotation marks
_N_EXAMINED = 50  # lines that show whether blanks separate columns


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
        n_skipped = self.n_skipped + len(re.findall(LINE_END, start))
        return replace(self, data=self.data[len(start) :], n_skipped=n_skipped)

    def replace_outside_quotes(self, pattern: bytes, text: bytes) -> CsvBody:
        """Replace what matches a regular expression, except between quotation marks."""

        def replacement(found: re.Match[bytes]) -> bytes:
            return found[0] if found[0].startswith(b'"') else text

        return replace(self, data=re.sub(_QUOTED + b"|" + pattern, replacement, self.data))

    def without_blanks(self) -> CsvBody:
        """Return the lines, empty if they had only blanks; line numbers do not change."""
        blank = rb" " if self.delimiter == "\t" else rb"[ \t]"
        return self.replace_outside_quotes(rb"(?<=[\r\n])%b+(?=[\r\n]|\Z)" % blank, b"")

    def n_fields(self, delimiter: str) -> int:
        """Return the number of fields of the first line."""
        return len(next(self.lines(delimiter)))


def find_newline(data: bytes) -> str:
    """Return the line terminator of a CSV; that of the first line, if they differ."""
    end = data.find(b"\n")
    if end < 0:
        return "\r" if b"\r" in data else "\n"
    return "\r\n" if data[end - 1 : end] == b"\r" else "\n"


def skip_lines(body: CsvBody, reading: ReadingOptions) -> tuple[CsvBody, bool]:
    """Skip lines before the header, blank ones too, and comments; return whether one is sep=."""
    body = body.without(rb"(?:[^\r\n]*(?:%b|\Z)){%d}" % (LINE_END, reading.skip_rows))
    if reading.comment is not None:
        comment = rb"%b[^\r\n]*" % re.escape(reading.comment.encode())
        body = body.without(rb"(?:%b(?:%b|\Z))*" % (comment, LINE_END))
        # The line ends stay, so that the numbers of the following lines do not change.
        body = replace(body, data=re.sub(rb"(?<=[\r\n])%b" % comment, b"", body.data))
    body = body.without(rb"(?:[ \t]*%b)+" % LINE_END)
    named = re.match(rb"sep=([^\r\n])%b" % LINE_END, body.data, re.IGNORECASE)
    if named is None:
        return body, False
    return replace(body.without(re.escape(named[0])), delimiter=named[1].decode()), True


def unwrap_lines(body: CsvBody) -> CsvBody:
    """Remove quotation marks around whole lines; without any, return the same object."""
    if not body.data.startswith(b'"') or any(body.n_fields(mark) != 1 for mark in _DELIMITERS):
        return body
    header = next(body.lines(","))[0]
    if not any(mark in header for mark in _DELIMITERS):
        return body
    rows = list(body.lines(","))
    if any(len(row) > 1 for row in rows):
        return body
    end = find_newline(body.data)
    return replace(body, data="".join(f"{''.join(row)}{end}" for row in rows).encode())


def find_delimiter(body: CsvBody) -> tuple[CsvBody, tuple[str, ...]]:
    """Set the delimiter: the one that splits the first line into most fields.

    Parameters
    ----------
    body : CsvBody
        Its delimiter is used if it is not empty and splits the first line, or no other does.

    Returns
    -------
    CsvBody
        If columns are separated by blanks, each run of blanks is one.
    tuple of str
        What was assumed, one sentence each.
    """
    given = body.delimiter
    if given and body.n_fields(given) > 1:
        return body, ()
    most = max(_DELIMITERS, key=body.n_fields)
    if body.n_fields(most) > 1:
        note = f"{body.file} has no {given!r} between its columns, but {most!r}."
        return replace(body, delimiter=most), (note,) * bool(given)
    if given:
        return body, ()
    by_blanks = _separate_by_blanks(body)
    if by_blanks is None:
        return replace(body, delimiter=most), ()
    return by_blanks, (f"The columns of {body.file} are separated by blanks.",)


def _separate_by_blanks(body: CsvBody) -> CsvBody | None:
    """Return the lines with one blank between fields; None if the columns would not fit."""
    stripped = body.replace_outside_quotes(rb"(?<![^\r\n])[ \t]+|[ \t]+(?=[\r\n]|\Z)", b"")
    separated = replace(stripped.replace_outside_quotes(rb"[ \t]+", b" "), delimiter=" ")
    header, *widths = [
        len(fields) for fields in islice(filter(None, separated.lines()), _N_EXAMINED)
    ]
    fits = len(set(widths)) == 1 and header > 1 and widths[0] in (header, header + 1)
    return separated if fits else None
