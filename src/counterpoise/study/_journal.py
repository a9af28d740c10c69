"""A file of finished results, from which an interrupted study resumes.

The first line identifies the study. Each further line holds the result of one candidate in one
fold, with a checksum; an incomplete line, as after a power failure, is ignored.
"""

from __future__ import annotations

import base64
import json
import os
import warnings
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from counterpoise._lib.os_errors import name_file
from counterpoise._lib.types import Array
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.study._records import FoldResult

__all__ = ["Journal", "append", "head_of", "pack", "unpack"]

_KIND, _FORMAT_VERSION = "study journal", 1
_HEAD = {"kind": _KIND, "format_version": _FORMAT_VERSION}
# What a difference from the study of a journal is called in the error message.
_LABELS = {
    "format_version": "format version",
    "positive": "positive class",
    "versions": "package versions",
}


def pack(array: Array) -> dict[str, Any]:
    """Encode an array for JSON, without loss."""
    data = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 1)).decode()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}


def unpack(packed: Mapping[str, Any]) -> Array:
    """Decode an array that `pack` encoded."""
    values = zlib.decompress(base64.b64decode(packed["data"]))
    return np.frombuffer(values, np.dtype(packed["dtype"])).reshape(packed["shape"]).copy()


class Journal:
    """The journal of one study.

    Parameters
    ----------
    path : str or os.PathLike
        Created if it does not exist.
    study : mapping of str to str
        A digest of each part of the study. Studies with equal digests have equal results.

    Raises
    ------
    InputError
        If the file is not a journal, or belongs to another study.
    """

    def __init__(self, path: str | os.PathLike[str], study: Mapping[str, str]) -> None:
        self._path = Path(path)
        self._study = dict(study)
        text = self._path.read_bytes() if self._path.exists() else b""
        lines = [line for line in text.split(b"\n") if line]
        whole = [entry for entry in map(_read_line, lines) if entry is not None]
        if not whole:
            if lines and not lines[0].startswith(json.dumps({"kind": _KIND})[:-1].encode()):
                raise InputError(
                    f"{path} exists and is not the journal of a study. Choose another file."
                )
            self._start()
        else:
            self._check(whole[0])
        if len(whole) < len(lines):
            warnings.warn(
                f"{path} has {_count_lines(len(lines) - len(whole))}; these results are computed "
                "again.",
                CounterpoiseWarning,
                stacklevel=3,
            )
        self._entries = whole[1:]

    def results(self) -> Iterator[FoldResult]:
        """Yield the stored results in the order in which they were written."""
        for entry in self._entries:
            values: dict[str, Any] = {
                name: unpack(value) if isinstance(value, dict) else value
                for name, value in entry.items()
            }
            values["warnings"] = tuple(values["warnings"])
            yield FoldResult(**values)

    def _start(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_bytes(b"")
        _write(self._path, {**_HEAD, **self._study})

    def _check(self, head: Mapping[str, Any]) -> None:
        if head.get("kind") != _KIND:
            raise InputError(f"{self._path} is not the journal of a study. Choose another file.")
        other = [name for name in self._study if head.get(name) != self._study[name]]
        if head["format_version"] != _FORMAT_VERSION:
            other = ["format_version"]
        if other:
            *first, last = (_LABELS.get(name, name) for name in other)
            names = f"{', '.join(first)} and {last}" if first else last
            is_plural = last.endswith("s") and not last.endswith("class")
            verb = "differ" if first or is_plural else "differs"
            raise InputError(
                f"{self._path} is the journal of another study: the {names} {verb}. Choose another "
                "file, or remove it to start again."
            )


def append(path: str | os.PathLike[str], result: FoldResult) -> None:
    """Append one result to a journal as a complete line.

    Several processes may write to one journal.
    """
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    _write(path, {n: pack(v) if isinstance(v, np.ndarray) else v for n, v in values.items()})


def head_of(path: str | os.PathLike[str] | None) -> dict[str, Any]:
    """Return the first line of a journal, which identifies its study; empty without a journal."""
    if path is None or not Path(path).exists():
        return {}
    with Path(path).open("rb") as file:
        lines = (line.rstrip(b"\n") for line in file)
        return _read_line(next((line for line in lines if line), b"")) or {}


def _write(path: str | os.PathLike[str], entry: Mapping[str, Any]) -> None:
    text = json.dumps(entry)
    line = f"{text}\t{zlib.crc32(text.encode()):08x}\n".encode()
    # A single write in append mode: lines of several processes do not mix. The leading line break
    # separates the line from an incomplete one.
    # Without O_BINARY, Windows would write each line break as two characters.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    try:
        with name_file(path):
            os.write(descriptor, b"\n" + line)
    finally:
        os.close(descriptor)


def _read_line(line: bytes) -> dict[str, Any] | None:
    text, _, checksum = line.rpartition(b"\t")
    if not text or checksum != f"{zlib.crc32(text):08x}".encode():
        return None
    entry: dict[str, Any] = json.loads(text)
    return entry


def _count_lines(count: int) -> str:
    return "an incomplete line" if count == 1 else f"{count} incomplete lines"
