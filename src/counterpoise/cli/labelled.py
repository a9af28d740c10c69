"""A table's file taken apart: columns to learn from, classes, columns that were set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from shlex import quote
from typing import Any

import polars as pl

from counterpoise.cli.console import say
from counterpoise.cli.files import Source, cells_of, read_table
from counterpoise.exceptions import ColumnKindError, InputError, LabelError, UnknownColumnError

__all__ = ["Labelled", "named_columns", "read_labelled"]


@dataclass(frozen=True)
class Labelled:
    """A table and its classes.

    Attributes
    ----------
    features : polars.DataFrame
        The columns that take part.
    labels : list or None
        The class of each row; None where no column was named.
    cells : callable
        A column's name to its values, set aside or not.
    """

    features: pl.DataFrame
    labels: list[Any] | None
    cells: Callable[[str], list[Any]]


def read_labelled(path: str, target: str | None, aside: Sequence[str] = ()) -> Labelled:
    """Read a table and take it apart.

    Parameters
    ----------
    path : str
        A file's name, or ``-`` for standard input.
    target : str or None
        The column of the classes.
    aside : sequence of str
        Columns that take no part. Columns that hold row labels join them, which is said.

    Returns
    -------
    Labelled

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If a column is unknown, or nothing is left.
    """
    source = read_table(path)
    names = source.columns
    for name in (target, *aside):
        if name is not None and name not in names:
            role = "label column" if name == target else "column"
            raise UnknownColumnError.among(name, names, role=role)
    if target in aside:
        raise InputError(f"{target!r} is the label column; it cannot be set aside.")
    if not len(source.table):
        raise InputError(f"{path} has column names, but no rows.")
    taken = _features(source, path, {*aside, *([] if target is None else [target])})
    labels = None if target is None else cells_of(source.table, target)
    features = pl.DataFrame(source.table.select(taken))  # one library, whatever the files
    return Labelled(features, labels, lambda name: cells_of(source.table, name))


def _features(source: Source, path: str, aside: set[str]) -> list[str]:
    for name in source.index_columns:
        if name not in aside:
            say(
                f"Note: column {name!r} of {path} holds row labels; it takes no part (as with "
                "--ignore)."
            )
    taken = [name for name in source.columns if name not in {*aside, *source.index_columns}]
    if not taken:
        raise InputError(f"No column of {path} is left to work on.")
    return taken


@contextmanager
def named_columns(target: str | None) -> Iterator[None]:
    """Say in the command line's words which column an error speaks of.

    Raises
    ------
    InputError
        In the place of errors about labels and kinds of columns.
    """
    try:
        yield
    except LabelError as error:
        raise InputError(f"Label column {target!r}: {error}") from error
    except ColumnKindError as error:
        options = " ".join(f"--ignore {quote(name)}" for name in error.columns)
        raise InputError(f"{error} On the command line: {options}") from error
