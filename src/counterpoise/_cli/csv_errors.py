"""Explain why the lines of a CSV cannot be read."""

from __future__ import annotations

import csv
import re
from typing import NoReturn

from counterpoise._cli.csv_body import LINE_END, CsvBody
from counterpoise._cli.encodings import raise_undecodable
from counterpoise._cli.errors import FileError

__all__ = ["check_lines", "check_utf8", "explain"]

_COMMENTS = ("#", "%", "//")
_LONGEST = 60


def explain(body: CsvBody, error: Exception) -> NoReturn:
    """Raise an error that explains why the lines could not be read.

    Raises
    ------
    FileError
        Always.
    """
    check_utf8(body)
    raise FileError(
        f"{body.file} cannot be read as CSV: {str(error).partition(chr(10))[0]}"
    ) from None


def check_utf8(body: CsvBody) -> None:
    """Raise an error for the first byte that is not UTF-8."""
    try:
        body.data.decode()
    except UnicodeDecodeError as error:
        line = body.n_skipped + len(re.findall(LINE_END, body.data[: error.start])) + 1
        raise_undecodable(body.data, body.file, error.start, line)


def check_lines(body: CsvBody, width: int) -> None:
    """Raise an error for the first line with a wrong number of fields or an unclosed quote."""
    lines = body.lines(strict=True)
    start = body.n_skipped + 1
    is_first = True
    try:
        for fields in lines:
            # The header may have one name more, which is empty.
            if fields and len(fields) != width and not is_first:
                raise _wrong_width(body, fields, start, width)
            start, is_first = body.n_skipped + lines.line_num + 1, False
    except csv.Error as error:
        raise FileError(
            f"{body.file}, line {start}: a quotation mark is opened but not closed ({error})."
        ) from None


def _wrong_width(body: CsvBody, fields: list[str], line: int, width: int) -> FileError:
    text = repr(body.delimiter.join(fields))
    excerpt = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    found = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
    return FileError(
        f"{body.file}, line {line}: {found}, but the header has {width} ({excerpt}). "
        f"{_advice(body, len(fields), line, width)}"
    )


def _advice(body: CsvBody, n_fields: int, line: int, width: int) -> str:
    comment = next((mark for mark in _COMMENTS if body.data.startswith(mark.encode())), None)
    if comment is not None:
        return f'If lines that start with {comment!r} are comments, use --comment "{comment}".'
    if n_fields < width:
        return "Fix the line, or remove it."
    if width == 1:
        return f"If the table starts in line {line}, use --skip-rows {line - 1}."
    return f"Fix the line, or put quotes around fields that contain {body.delimiter!r}."
