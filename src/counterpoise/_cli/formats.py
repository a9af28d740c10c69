"""File formats by the suffix of the name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterpoise._cli.compression import CODECS
from counterpoise._cli.errors import FileError

__all__ = ["STREAM", "Format", "format_of"]

STREAM = "-"


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : {"csv", "jsonl", "parquet", "arrow", "xlsx"}
    delimiter : str, optional
        The delimiter of a CSV, if the suffix determines it.
    codec : {"gzip", "zstd", "zip"}, optional
        The compression of a text file.
    compression : str, optional
        The compression inside an Arrow file.
    """

    name: str
    delimiter: str | None = None
    codec: str | None = None
    compression: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether the file is text, which can be compressed."""
        return self.name in ("csv", "jsonl")


_FORMATS = {
    ".csv": Format("csv"),
    ".tsv": Format("csv", "\t"),
    ".txt": Format("csv"),
    ".data": Format("csv"),
    ".dat": Format("csv"),
    ".jsonl": Format("jsonl"),
    ".ndjson": Format("jsonl"),
    ".parquet": Format("parquet"),
    ".arrow": Format("arrow"),
    ".feather": Format("arrow", compression="lz4"),  # as other writers of Feather do
    ".xlsx": Format("xlsx"),
}


def format_of(path: str, *, to_write: bool = False) -> Format:
    """Return the format of a file from its suffix.

    Parameters
    ----------
    path : str
    to_write : bool, default=False
        Whether the file is an output.

    Returns
    -------
    Format

    Raises
    ------
    FileError
        If the suffix is unknown, or files of this format cannot be written.

    Examples
    --------
    >>> format_of("fraud.parquet").name, format_of("fraud.csv.gz").codec
    ('parquet', 'gzip')
    """
    if path == STREAM:
        return _FORMATS[".csv"]
    name = path.lower()
    outer = next((suffix for suffix in CODECS if name.endswith(suffix)), "")
    inner = name.removesuffix(outer)
    form = next((form for suffix, form in _FORMATS.items() if inner.endswith(suffix)), None)
    if form is None and outer == ".zip":  # its member has the suffix
        form = _FORMATS[".csv"]
    if form is None or (outer and not form.is_text):
        raise FileError(f"{path}: unknown file format. {_describe_suffixes(to_write=to_write)}")
    if to_write and form.name == "xlsx":
        raise FileError(
            f"{path}: workbooks can be read, but not written. {_describe_suffixes(to_write=True)}"
        )
    return replace(form, codec=CODECS.get(outer))


def _describe_suffixes(*, to_write: bool) -> str:
    suffixes = [
        suffix for suffix, form in _FORMATS.items() if not (to_write and form.name == "xlsx")
    ]
    return (
        f"The name must end in one of {', '.join(suffixes)}; text files can also end in "
        f"{', '.join(CODECS)}. Use - for a stream of CSV."
    )
