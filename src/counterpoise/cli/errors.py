"""Every failure becomes one readable message on standard error and one exit code."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from counterpoise.exceptions import CounterpoiseWarning, InputError

__all__ = ["FileError", "reported"]

DATA, FILE, BUG, INTERRUPTED = 1, 3, 70, 130


class FileError(Exception):
    """A file cannot be read or written; the message says which, why and what to do."""

    @classmethod
    def from_os(cls, action: str, error: OSError) -> FileError:
        """Word what the operating system said.

        Parameters
        ----------
        action : str
            What failed, such as ``"Cannot write out.csv"``.
        error : OSError

        Returns
        -------
        FileError
        """
        # Polars passes the system's errors on as text, with their number behind it.
        said = error.strerror or re.sub(r" \(os error \d+\)$", "", str(error))
        return cls(f"{action}: {said[:1].lower()}{said[1:]}.")


@contextmanager
def reported() -> Iterator[None]:
    """Turn whatever goes wrong inside into one message and an exit code; print warnings plainly.

    Raises
    ------
    typer.Exit
        With the exit code.
    """
    with warnings.catch_warnings():
        warnings.showwarning = _print_warning
        warnings.simplefilter("always", CounterpoiseWarning)
        try:
            yield
        except KeyboardInterrupt:
            _fail(INTERRUPTED, "Interrupted.")
        except (SystemExit, typer.Exit):
            raise
        except BaseException as error:  # a panic inside polars is no Exception
            if os.environ.get("COUNTERPOISE_TRACEBACK"):
                raise
            _report(error)


def _report(error: BaseException) -> NoReturn:
    # Imported here because it brings scikit-learn, which a mere --help can do without.
    from counterpoise._lib.sklearn_private import InvalidParameterError  # noqa: PLC0415

    if isinstance(error, FileError):
        _fail(FILE, str(error))
    if isinstance(error, OSError):
        # Without a number it is not the system's but the library's own wording.
        said = FileError.from_os(f"Cannot use {error.filename}", error) if error.errno else error
        _fail(FILE, str(said))
    # An optional package that is missing comes as an ImportError with the install command.
    is_missing_extra = type(error) is ImportError
    if is_missing_extra or isinstance(error, InputError | InvalidParameterError):
        _fail(DATA, str(error))
    if isinstance(error, MemoryError):
        _fail(DATA, "The table needs more memory than there is.")
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
