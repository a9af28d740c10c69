"""Lines of a CSV that are copied as bytes, without a look at their fields.

This is right where each line is a row: without quotation marks, between which there can be line
ends, and without empty lines, which are not rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoise._lib.types import BoolArray

__all__ = ["are_rows", "iter_blocks", "select_lines"]


def iter_blocks(file: Any, size: int) -> Iterator[bytes]:
    """Yield blocks of whole lines, about as large as a size in bytes, or as one line."""
    parts: list[bytes] = []
    while data := file.read(size):
        lines, feed, rest = data.rpartition(b"\n")
        if feed:
            yield b"".join([*parts, lines, feed])
            parts = []
        parts.append(rest)
    if any(parts):
        yield b"".join(parts)


def are_rows(block: bytes, newline: bytes) -> bool:
    r"""Return whether each line of a block is a row that ends with a newline.

    Examples
    --------
    >>> are_rows(b"1,2\n3,4\n", b"\n"), are_rows(b"1,2\r\n3,4\n", b"\n")
    (True, False)
    """
    n_lines = block.count(newline)
    return (
        block.endswith(newline)
        and block.count(b"\n") == n_lines
        and block.count(b"\r") == n_lines * newline.count(b"\r")
        and b'"' not in block
        and newline * 2 not in block
        and not block.startswith(newline)
    )


def select_lines(block: bytes, is_wanted: BoolArray) -> bytes:
    r"""Return some of the lines of a block.

    Parameters
    ----------
    block : bytes
    is_wanted : ndarray of bool of shape (n_lines,)

    Examples
    --------
    >>> select_lines(b"1,2\n3,4\n", np.array([False, True]))
    b'3,4\n'
    """
    if is_wanted.all():
        return block
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate([[0], ends])
    lines = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(block)]
    )
    wanted = lines.filter(pa.array(is_wanted))
    return wanted.buffers()[2].to_pybytes() if len(wanted) else b""
