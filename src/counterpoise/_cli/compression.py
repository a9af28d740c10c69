"""Decompress and compress files; compression is recognized by the first bytes of a file."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

import pyarrow as pa

from counterpoise._cli.errors import FileError

__all__ = ["CODECS", "codec_of", "compressed", "decompress"]

# Suffixes, names and first bytes.
CODECS = {".gz": "gzip", ".zst": "zstd", ".zip": "zip"}
_FIRST_BYTES = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip"}


def codec_of(data: bytes) -> str | None:
    """Return the compression of a file: "gzip", "zstd", "zip" or None.

    Examples
    --------
    >>> codec_of(gzip.compress(b"a,b"))
    'gzip'
    """
    return next((name for start, name in _FIRST_BYTES.items() if data.startswith(start)), None)


def decompress(data: bytes, codec: str, file: str) -> tuple[bytes, str]:
    """Decompress a file.

    Parameters
    ----------
    data : bytes
    codec : {"gzip", "zstd", "zip"}
    file : str
        Name of the file for messages.

    Returns
    -------
    bytes
    str
        The name of the file in a zip archive; empty for other compressions.

    Raises
    ------
    FileError
        If the file is damaged, or is an archive of several files.
    """
    try:
        if codec == "zip":
            return _read_member(data, file)
        if codec == "gzip":
            return gzip.decompress(data), ""
        # A frame can omit its size, so it is read as a stream.
        return pa.CompressedInputStream(pa.BufferReader(data), "zstd").read(), ""
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise FileError(f"{file} is not a {codec} file, or is damaged ({reason}).") from None


@contextmanager
def compressed(stream: IO[bytes], codec: str | None, member: str) -> Iterator[IO[bytes]]:
    """Return a stream that writes compressed bytes to another one.

    Parameters
    ----------
    stream : binary file
    codec : {"gzip", "zstd", "zip"} or None
    member : str
        The name of the file in a zip archive.
    """
    # Without a timestamp, the same table gives the same bytes.
    if codec is None:
        yield stream
    elif codec == "gzip":
        with gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as packed:
            yield cast("IO[bytes]", packed)
    elif codec == "zip":
        entry = zipfile.ZipInfo(member)
        entry.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(stream, "w") as archive, archive.open(entry, "w") as packed:
            yield packed
    else:
        buffer = io.BytesIO()
        yield buffer
        stream.write(pa.compress(buffer.getvalue(), "zstd", asbytes=True))


def _read_member(data: bytes, file: str) -> tuple[bytes, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if "xl/workbook.xml" in names:
            raise FileError(f"{file} is an Excel workbook. Give its name the ending .xlsx.")
        # Archives of macOS have a second entry for each file, with its attributes.
        members = [name for name in names if not name.startswith("__MACOSX/")]
        if len(members) != 1:
            raise FileError(
                f"{file} is an archive of {len(members)} files; it must have one. Extract the "
                "table first."
            )
        return archive.read(members[0]), members[0]
