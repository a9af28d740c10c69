"""How a file is to be read, and the options of the commands that set it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from shlex import quote
from typing import Annotated, Any

import typer

__all__ = ["ReadingOptions", "with_reading_options"]


@dataclass(frozen=True)
class ReadingOptions:
    """How a file is to be read.

    Attributes
    ----------
    encoding : str or None
        The encoding of a CSV; by default UTF-8, or UTF-16 if a byte order mark says so.
    decimal, thousands : str or None
        The decimal separator and the thousands separator of numbers in a CSV. If one of them is
        given, currency and percent signs of numbers are ignored.
    missing_values : tuple of str
        Further markers of missing values in columns of numbers.
    has_header : bool
        Whether the first line has the names of the columns.
    skip_rows : int
        Number of lines before the header that are not read.
    comment : str or None
        Lines that start with this text are not read.
    merge_classes : bool
        Whether classes that differ only in case or spaces are one class.
    text_columns : frozenset of str
        Columns that hold text, whatever is in them. The rows that a model predicts must not depend
        on each other.
    """

    encoding: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    missing_values: tuple[str, ...] = ()
    has_header: bool = True
    skip_rows: int = 0
    comment: str | None = None
    merge_classes: bool = False
    text_columns: frozenset[str] = frozenset()

    @property
    def needs_whole_file(self) -> bool:
        """Whether a CSV must be in memory as a whole to be read in this way."""
        return any((self.encoding, self.decimal, self.thousands, self.skip_rows, self.comment))

    def to_arguments(self) -> list[str]:
        """Return the options as they are written on the command line."""
        values = {
            "--encoding": self.encoding,
            "--decimal": self.decimal,
            "--thousands": self.thousands,
            "--skip-rows": str(self.skip_rows) if self.skip_rows else None,
            "--comment": self.comment,
        }
        return [
            *(f"{option} {quote(value)}" for option, value in values.items() if value is not None),
            *(f"--missing-values {quote(marker)}" for marker in self.missing_values),
            *([] if self.has_header else ["--no-header"]),
            *(["--merge-classes"] if self.merge_classes else []),
        ]


_Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Encoding of a CSV, such as cp1252 or utf-16; by default UTF-8."
    ),
]
_Decimal = Annotated[
    str | None, typer.Option(metavar="MARK", help='Decimal separator of numbers, such as ",".')
]
_Thousands = Annotated[
    str | None,
    typer.Option(
        metavar="MARK",
        help='Thousands separator of numbers, such as "." or " ". With it or --decimal, currency '
        "and percent signs are ignored.",
    ),
]
_MissingValues = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TEXT",
        help="A further marker of missing values in columns of numbers. Can be repeated.",
    ),
]
_NoHeader = Annotated[
    bool,
    typer.Option(
        "--no-header", help="The first line is data; columns are named column_1, column_2 …"
    ),
]
_SkipRows = Annotated[
    int, typer.Option(metavar="N", min=0, help="Number of lines before the header to skip.")
]
_Comment = Annotated[
    str | None, typer.Option(metavar="TEXT", help='Skip lines that start with this, such as "#".')
]
_MergeClasses = Annotated[
    bool,
    typer.Option(
        "--merge-classes",
        help="Read classes that differ only in case or spaces as one class, with the spelling of "
        "the most frequent one.",
    ),
]


def _read_options(
    *,
    encoding: _Encoding = None,
    decimal: _Decimal = None,
    thousands: _Thousands = None,
    missing_values: _MissingValues = None,
    no_header: _NoHeader = False,
    skip_rows: _SkipRows = 0,
    comment: _Comment = None,
    merge_classes: _MergeClasses = False,
) -> ReadingOptions:
    """Return the options for reading files."""
    _check_encoding(encoding)
    _check_separators(decimal, thousands)
    return ReadingOptions(
        encoding=encoding,
        decimal=decimal,
        thousands=thousands,
        missing_values=tuple(marker.strip() for marker in missing_values or ()),
        has_header=not no_header,
        skip_rows=skip_rows,
        comment=comment or None,
        merge_classes=merge_classes,
    )


def _check_encoding(encoding: str | None) -> None:
    if encoding is None:
        return
    try:
        "".encode(encoding)  # fails for codecs that are not of text, such as base64
    except LookupError:
        raise typer.BadParameter(
            f"unknown encoding {encoding!r}; use for example cp1252, latin-1 or utf-16.",
            param_hint="--encoding",
        ) from None


def _check_separators(decimal: str | None, thousands: str | None) -> None:
    for option, mark in {"--decimal": decimal, "--thousands": thousands}.items():
        if mark is not None and (len(mark) != 1 or mark.isalnum()):
            raise typer.BadParameter(
                f'the separator must be one character, such as ","; got {mark!r}.',
                param_hint=option,
            )
    if thousands is not None and thousands == (decimal or "."):
        raise typer.BadParameter(
            f"--decimal and --thousands must differ; both are {thousands!r}. For numbers such as "
            '1.234,5 use --decimal "," --thousands ".".',
            param_hint="--thousands",
        )


def with_reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options for reading files to a command, which gets them as `reading`."""
    added = signature(_read_options, eval_str=True).parameters
    own = signature(command, eval_str=True)

    @wraps(command)
    def wrapper(**arguments: Any) -> None:
        reading = _read_options(**{name: arguments.pop(name) for name in added})
        command(**arguments, reading=reading)

    parameters = [
        *(parameter for name, parameter in own.parameters.items() if name != "reading"),
        *added.values(),
    ]
    vars(wrapper)["__signature__"] = own.replace(parameters=parameters)
    return wrapper
