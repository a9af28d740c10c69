"""A file that remembers what each arm has said, so that a study can go on where it stopped.

The first line says of which study it is. Each further line is one arm's answers in one fold, with
a checksum; a line that was cut off, as by a power cut, is left out.
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

from counterpoise._lib.types import Array
from counterpoise.comparison.records import Answers
from counterpoise.exceptions import CounterpoiseWarning, InputError

__all__ = ["Journal", "append", "head_of", "pack", "unpack"]

_FORMAT = 1


def pack(array: Array) -> dict[str, Any]:
    """Return an array as JSON can hold it, exactly."""
    data = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 1)).decode()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}


def unpack(packed: Mapping[str, Any]) -> Array:
    """Return the array that was packed."""
    cells = zlib.decompress(base64.b64decode(packed["data"]))
    return np.frombuffer(cells, np.dtype(packed["dtype"])).reshape(packed["shape"]).copy()


class Journal:
    """The journal of one study.

    Parameters
    ----------
    path : str or os.PathLike
        Made where it does not exist.
    study : mapping of str to str
        What the study is, part by part. Two studies whose parts are equal give the same answers.

    Raises
    ------
    InputError
        If the file is no journal, or that of another study.
    """

    def __init__(self, path: str | os.PathLike[str], study: Mapping[str, str]) -> None:
        self._path = Path(path)
        self._study = dict(study)
        text = self._path.read_bytes() if self._path.exists() else b""
        lines = [line for line in text.split(b"\n") if line]
        whole = [entry for entry in map(_read_line, lines) if entry is not None]
        if not whole:
            if lines and not lines[0].startswith(b'{"counterpoise study"'):
                raise InputError(
                    f"{path} is there, and is no journal of a study. Name another file."
                )
            self._start()
        else:
            self._check(whole[0])
        if len(whole) < len(lines):
            warnings.warn(
                f"{path} was cut off in the middle of {_times(len(lines) - len(whole))}; that part "
                "is done again.",
                CounterpoiseWarning,
                stacklevel=3,
            )
        self._entries = whole[1:]

    def answers(self) -> Iterator[Answers]:
        """Yield what is known already, in the order in which it became known."""
        for entry in self._entries:
            values: dict[str, Any] = {
                name: unpack(value) if isinstance(value, dict) else value
                for name, value in entry.items()
            }
            values["warnings"] = tuple(values["warnings"])
            yield Answers(**values)

    def _start(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_bytes(b"")
        _write(self._path, {"counterpoise study": _FORMAT, **self._study})

    def _check(self, head: Mapping[str, Any]) -> None:
        if "counterpoise study" not in head:
            raise InputError(f"{self._path} is no journal of a study. Name another file.")
        found = {name: value for name, value in head.items() if name != "counterpoise study"}
        other = [name for name in self._study if found.get(name) != self._study[name]]
        if head["counterpoise study"] != _FORMAT:
            other = ["format"]
        if other:
            raise InputError(
                f"{self._path} is the journal of another study: {' and '.join(other)} "
                f"{'differs' if len(other) == 1 else 'differ'}. Name another file, or remove it to "
                "begin anew."
            )


def append(path: str | os.PathLike[str], answers: Answers) -> None:
    """Write what one arm has said to a journal, at once and as a whole line.

    Several processes may write to one journal.
    """
    values = {field.name: getattr(answers, field.name) for field in fields(answers)}
    _write(path, {n: pack(v) if isinstance(v, np.ndarray) else v for n, v in values.items()})


def head_of(path: str | os.PathLike[str] | None) -> dict[str, Any]:
    """Return what a journal's first line says of its study; nothing where there is no journal."""
    if path is None or not Path(path).exists():
        return {}
    with Path(path).open("rb") as file:
        lines = (line.rstrip(b"\n") for line in file)
        return _read_line(next((line for line in lines if line), b"")) or {}


def _write(path: str | os.PathLike[str], entry: Mapping[str, Any]) -> None:
    text = json.dumps(entry)
    line = f"{text}\t{zlib.crc32(text.encode()):08x}\n".encode()
    # One call, to the end of the file: lines of several processes do not mix. A line begins on
    # its own, even behind one that was cut off.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, b"\n" + line)
    finally:
        os.close(descriptor)


def _read_line(line: bytes) -> dict[str, Any] | None:
    text, _, checksum = line.rpartition(b"\t")
    if not text or checksum != f"{zlib.crc32(text):08x}".encode():
        return None
    entry: dict[str, Any] = json.loads(text)
    return entry


def _times(count: int) -> str:
    return "a line" if count == 1 else f"{count} lines"
