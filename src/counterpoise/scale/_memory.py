"""How many rows may be in memory."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from counterpoise.exceptions import InputError

__all__ = ["MemoryLimit", "format_bytes", "machine_memory", "parse_bytes"]

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
# A number takes 8 bytes in the frame, 8 in the search index and 8 in what is being built from it.
_BYTES_PER_VALUE = 24
_SHARE = 0.5  # of the memory of the machine, unless a limit is given
_MIN_ROWS_AT_ONCE = 2**16


@dataclass(frozen=True)
class MemoryLimit:
    """The memory that rows may take.

    Attributes
    ----------
    n_bytes : int
    purpose : str
        What the rows are needed for, in messages.
    allows_disk : bool
        Whether rows that do not fit may wait on disk.
    """

    n_bytes: int
    purpose: str = "This"
    allows_disk: bool = True

    @classmethod
    def of(
        cls, limit: int | str | None, purpose: str = "This", *, allows_disk: bool = True
    ) -> MemoryLimit:
        """Return a limit from what the user gives: bytes, a text such as "2GB", or None."""
        n_bytes = int(_SHARE * machine_memory()) if limit is None else parse_bytes(str(limit))
        return cls(n_bytes, purpose, allows_disk)

    def fits(self, n_rows: int, n_columns: int) -> bool:
        """Return whether rows fit into memory."""
        return _bytes_of(n_rows, n_columns) <= self.n_bytes

    def describe_need(self, n_rows: int, n_columns: int) -> str:
        """Describe the memory that rows would need."""
        needed = format_bytes(_bytes_of(n_rows, n_columns))
        return (
            f"{self.purpose} needs {n_rows:,} rows with {n_columns} columns in memory, about "
            f"{needed}; the limit is {format_bytes(self.n_bytes)}."
        )

    def check(self, n_rows: int, n_columns: int) -> None:
        """Check that rows fit into memory.

        Raises
        ------
        InputError
            With the memory that they would need.
        """
        if not self.fits(n_rows, n_columns):
            raise InputError(
                f"{self.describe_need(n_rows, n_columns)} Raise it, {_example(n_rows, n_columns)}, "
                "leave out columns, or use RandomUnderSampler, which needs the class counts only."
            )

    def check_disk(self, n_rows: int, n_columns: int) -> None:
        """Check that rows may wait on disk.

        Raises
        ------
        InputError
            With what to do.
        """
        if not self.allows_disk:
            raise InputError(
                f"{self.describe_need(n_rows, n_columns)} They can wait on disk, but not if a CSV "
                "is written from a CSV, as their text is needed. Write Parquet, for example "
                f"-o resampled.parquet, or raise the limit, {_example(n_rows, n_columns)}."
            )

    def rows_at_once(self, n_columns: int) -> int:
        """Return how many rows of a pass over the table are searched at once."""
        return max(_MIN_ROWS_AT_ONCE, self.n_bytes // (4 * _BYTES_PER_VALUE * max(n_columns, 1)))


def _bytes_of(n_rows: int, n_columns: int) -> int:
    return n_rows * n_columns * _BYTES_PER_VALUE


def _example(n_rows: int, n_columns: int) -> str:
    larger = format_bytes(2 * _bytes_of(n_rows, n_columns)).replace(" ", "")
    return f'for example memory="{larger}"'


def parse_bytes(text: str) -> int:
    """Parse a number of bytes.

    Raises
    ------
    InputError
        If the text has another form.

    Examples
    --------
    >>> parse_bytes("2GB"), parse_bytes("500 MB")
    (2000000000, 500000000)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?\s*", text, re.IGNORECASE)
    size = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if size <= 0:
        raise InputError(f"The memory limit must be a size such as 2GB or 500MB; got {text!r}.")
    return size


def format_bytes(size: float) -> str:
    """Format a number of bytes.

    Examples
    --------
    >>> format_bytes(2_400_000_000), format_bytes(5_000)
    ('2.4 GB', '5 KB')
    """
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def machine_memory() -> int:
    """Return the memory of the machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
