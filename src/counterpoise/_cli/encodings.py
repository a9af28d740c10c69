"""Encodings of text files: byte order marks, conversion to UTF-8 and back, likely encodings."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import NoReturn

from counterpoise._cli.errors import FileError

__all__ = ["Encoding", "decode", "raise_undecodable"]

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # it starts as the mark of UTF-16 does
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file.

    Attributes
    ----------
    name : str
    mark : bytes
        The byte order mark at the start of the file, if it has one.
    """

    name: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: bytes) -> bytes:
        """Encode UTF-8 text as the file was."""
        return self.mark + (text if self.name == "utf-8" else text.decode().encode(self.name))


def decode(data: bytes, file: str, encoding: str | None) -> tuple[bytes, Encoding]:
    """Convert a file to UTF-8 without a byte order mark.

    Parameters
    ----------
    data : bytes
    file : str
        Name of the file for messages.
    encoding : str or None
        By default UTF-8, or the encoding of the byte order mark.

    Returns
    -------
    bytes
        UTF-8, unless the file is in another encoding than it should be, which its reader finds.
    Encoding

    Raises
    ------
    FileError
        If the file is not in the given encoding.
    """
    mark, marked = next(
        ((mark, name) for mark, name in _MARKS.items() if data.startswith(mark)), (b"", None)
    )
    name = codecs.lookup(encoding or marked or "utf-8").name
    if marked is not None and name in (marked, marked[:-3], f"{marked}-sig"):
        name = marked  # UTF-16 with the byte order that the mark gives
    else:
        name = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(name, name)
        mark = b""
    body = data.removeprefix(mark)
    if name == "utf-8":
        if _guess_utf16(body):
            raise_undecodable(body, file, body.index(b"\0"), 1)
        return body, Encoding(name, mark)
    try:
        return body.decode(name).encode(), Encoding(name, mark)
    except UnicodeError as error:
        raise FileError(
            f"{file} is not encoded in {encoding or name} ({error}). Use another --encoding."
        ) from None


def raise_undecodable(data: bytes, file: str, start: int, line: int) -> NoReturn:
    """Raise an error that names the byte that is not UTF-8, and the likely encoding.

    Raises
    ------
    FileError
        Always.
    """
    likely = _guess(data)
    raise FileError(
        f"{file} is not UTF-8: line {line} contains the byte 0x{data[start]:02X}. It is probably "
        f"{likely}: use --encoding {likely}."
    ) from None


def _guess(data: bytes) -> str:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return _guess_utf16(data) or "latin-1"
    return _guess_utf16(data) or "cp1252"


def _guess_utf16(data: bytes) -> str | None:
    """Return UTF-16 if about half of the bytes are zero, as in Western text; None otherwise."""
    zeros = [data[start:10_000:2].count(0) for start in (0, 1)]
    if max(zeros) <= len(data[:10_000]) / 4:
        return None
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
