"""Values that wait on disk, because they do not fit into memory."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from threading import Lock
from typing import Any

__all__ = ["Spill"]


class Spill:
    """Values on disk, in an unnamed temporary file that the system removes with the process.

    Examples
    --------
    >>> spill = Spill()
    >>> spill.add("even", 2), spill.add("odd", 3), spill.add("even", 4)
    (None, None, None)
    >>> list(spill.read("even"))
    [2, 4]
    """

    def __init__(self) -> None:
        # Without a name in any folder, it leaves nothing behind even if the process is killed.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._places: dict[Any, list[tuple[int, int]]] = {}
        self._end = 0
        self._lock = Lock()  # a lazy frame may be read by several threads

    def add(self, key: Any, value: Any) -> None:
        """Write a value, after the others with the same key.

        Raises
        ------
        OSError
            If the disk is full, with the folder and how to choose another one.
        """
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            try:
                self._file.seek(self._end)
                self._file.write(data)
                self._file.flush()
            except OSError as error:
                raise OSError(error.errno, _explain(error)) from None
            self._places.setdefault(key, []).append((self._end, len(data)))
            self._end += len(data)

    def read(self, key: Any) -> Iterator[Any]:
        """Yield the values of a key in the order in which they were written."""
        for start, length in self._places.get(key, ()):
            with self._lock:
                self._file.seek(start)
                data = self._file.read(length)
            yield pickle.loads(data)  # noqa: S301  # our own bytes


def _explain(error: OSError) -> str:
    return (
        f"{error.strerror} in {tempfile.gettempdir()}, where rows wait that do not fit into "
        "memory. Choose another folder with the environment variable TMPDIR, for example "
        "TMPDIR=/var/tmp, or raise the memory limit"
    )
