"""Turn every failure into one readable message on standard error and an exit code."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

import typer

from counterpoise._lib.optional_imports import import_optional
from counterpoise.exceptions import CounterpoiseWarning, InputError

__all__ = ["FINDINGS", "FileError", "discard_output", "reported", "writing"]

DATA, FILE, FINDINGS, BUG, INTERRUPTED, CLOSED_PIPE = 1, 3, 4, 70, 130, 141


class FileError(Exception):
    """A file cannot be read or written."""

    @classmethod
    def from_os(cls, action: str, error: OSError) -> FileError:
        """Create the error from an error of the operating system.

        Parameters
        ----------
        action : str
            What failed, such as ``"Cannot write out.csv"``.
        error : OSError

        Returns
        -------
        FileError
        """
        # polars passes system errors on as text that ends with the error number.
        reason = error.strerror or re.sub(r" \(os error \d+\)$", "", str(error))
        return cls(f"{action}: {reason[:1].lower()}{reason[1:]}.")


@contextmanager
def reported(reader: str | None = None) -> Iterator[None]:
    """Report an exception as one message with an exit code, and print warnings as one line.

    Parameters
    ----------
    reader : str, optional
        The name of a command that reads files; the packages that it needs must be installed.

    Raises
    ------
    typer.Exit
        With the exit code.
    """
    with warnings.catch_warnings():
        warnings.showwarning = _print_warning
        warnings.simplefilter("always", CounterpoiseWarning)
        try:
            if reader is not None:
                for package in ("polars", "pyarrow"):
                    import_optional(package, f"the command {reader}")
            yield
        except KeyboardInterrupt:
            _fail(INTERRUPTED, "Interrupted.")
        except (SystemExit, typer.Exit):
            raise
        except BrokenPipeError:
            discard_output()
            raise typer.Exit(CLOSED_PIPE) from None  # as a program that SIGPIPE ends
        except BaseException as error:  # a panic inside polars is not an Exception
            if os.environ.get("COUNTERPOISE_TRACEBACK"):
                raise
            _report(error)


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Name a file in errors of the operating system as one that cannot be written."""
    try:
        yield
    except OSError as error:
        raise FileError.from_os(f"Cannot write {path}", error) from error


def discard_output(stream: TextIO | None = None) -> None:
    """Discard what is left for a stream, by default standard output.

    At exit, Python would flush it and fail again.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def _report(error: BaseException) -> NoReturn:
    # Imported here because it loads scikit-learn, which --help does not need.
    from counterpoise._lib.sklearn_private import InvalidParameterError  # noqa: PLC0415

    if isinstance(error, FileError):
        _fail(FILE, str(error))
    if isinstance(error, OSError):
        # An OSError without a number has been raised with a complete message.
        action = f"Cannot use {error.filename}" if error.filename else "Cannot read or write"
        reported_error = FileError.from_os(action, error) if error.errno else error
        _fail(FILE, str(reported_error))
    # A missing optional package raises an ImportError that contains the install command.
    is_missing_extra = type(error) is ImportError
    if is_missing_extra or isinstance(error, InputError | InvalidParameterError):
        _fail(DATA, str(error))
    if isinstance(error, MemoryError):
        _fail(DATA, "There is not enough memory for the table.")
    first_line = str(error).partition("\n")[0]
    _fail(
        BUG,
        f"This is a bug in counterpoise; please report it. {type(error).__name__}: {first_line} "
        "(Set COUNTERPOISE_TRACEBACK=1 to see where.)",
    )


def _fail(code: int, message: str) -> NoReturn:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(code)


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    typer.echo(f"Warning: {message}", err=True)
