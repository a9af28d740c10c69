"""Name the file in errors of the operating system."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["name_file"]


@contextmanager
def name_file(path: str | os.PathLike[str]) -> Iterator[None]:
    """Add the name of a file to errors that have none, such as those of a full disk.

    Raises
    ------
    OSError
        With the error number and the text of the original error, and the name of the file.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error
