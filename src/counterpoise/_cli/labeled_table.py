"""Read a table and split it into features, classes and excluded columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from shlex import quote
from typing import Any

import polars as pl

from counterpoise._cli.all_rows import AllRows
from counterpoise._cli.console import WARNING, say_notes
from counterpoise._cli.files import display_name, read_table
from counterpoise._cli.input_table import InputTable, column_values
from counterpoise._cli.reading_options import ReadingOptions
from counterpoise._cli.sample_table import IsContinuous, find_sampled_files, read_sample
from counterpoise.exceptions import FeatureTypeError, InputError, TargetError, UnknownColumnError

__all__ = [
    "LabeledTable",
    "errors_with_columns",
    "format_target_error",
    "read_labeled_table",
    "read_test_table",
]


@dataclass(frozen=True)
class LabeledTable:
    """A table with its classes.

    Attributes
    ----------
    features : polars.DataFrame
        The features.
    labels : list or None
        The class of each row; None if no target column was given.
    values_of : callable
        Maps the name of any column to its values.
    notes : tuple of str
        What was assumed about the file, one sentence each.
    left_out : dict of str to str
        Row labels and empty columns, and why they are left out.
    lines : callable or None
        Maps row numbers to the lines of a file of text in which the rows start.
    all_rows : AllRows or None
        Counts of the whole table, if this is a sample of it.
    """

    features: pl.DataFrame
    labels: list[Any] | None
    values_of: Callable[[str], list[Any]]
    notes: tuple[str, ...]
    left_out: dict[str, str]
    lines: Callable[[Sequence[int]], list[int]] | None = None
    all_rows: AllRows | None = None


def read_labeled_table(
    path: str,
    target: str | None,
    ignored: Sequence[str] = (),
    reading: ReadingOptions | None = None,
    *,
    sample: int | None = None,
    sample_large: bool = False,
    is_continuous: IsContinuous | None = None,
) -> LabeledTable:
    """Read a table and split it into features and target.

    Parameters
    ----------
    path : str
        A file name, or ``-`` for standard input.
    target : str or None
        The column of the classes.
    ignored : sequence of str
        Columns to exclude from the features. Columns of row labels are excluded too, with a note.
    reading : ReadingOptions, optional
    sample : int, optional
        Number of rows of a sample, which is read instead of the whole table.
    sample_large : bool, default=False
        Whether a sample of a large file is read without `sample`.
    is_continuous : callable, optional
        As in `read_sample`.

    Returns
    -------
    LabeledTable

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If a column is unknown, or no feature is left.
    """
    all_rows, reading = None, reading or ReadingOptions()
    is_sampled = sample is not None or (
        sample_large and find_sampled_files(path, reading) is not None
    )
    if is_sampled and target is not None:
        drawn = read_sample(path, sample, target, reading, is_continuous)
        source, all_rows = drawn.rows, drawn.all_rows
    else:
        source = read_table(path, reading, target=target)
    names = source.columns
    for name in (target, *ignored):
        if name is not None and name not in names:
            role = "target column" if name == target else "column"
            raise UnknownColumnError.among(name, names, role=role, table=display_name(path))
    if target in ignored:
        raise InputError(f"{target!r} is the target column; it cannot be ignored.")
    return replace(_split(source, path, target, ignored), all_rows=all_rows)


def read_test_table(
    path: str, target: str, ignored: Sequence[str], reading: ReadingOptions
) -> LabeledTable:
    """Read a second table, which may lack the target and the ignored columns.

    The parameters and errors are those of `read_labeled_table`. The notes name the file.
    """
    source, path = read_table(path, reading, target=target), display_name(path)
    labels = column_values(source.table, target) if target in source.columns else []
    notes = [_name_file(note, path) for note in source.notes]
    if all(label is None for label in labels):
        what = "no row has a class" if labels else f"there is no column {target!r}"
        notes.append(f"{path}: {what}; class shares are not compared.")
    ignored = [name for name in ignored if name in source.columns]
    known = target if target in source.columns else None
    table = _split(replace(source, notes=tuple(notes)), path, known, ignored)
    return table if any(label is not None for label in labels) else replace(table, labels=None)


def _name_file(note: str, path: str) -> str:
    """Name the file in a note, if it does not."""
    if path in note:
        return note
    is_warning = note.startswith(WARNING)
    return f"{WARNING if is_warning else ''}{path}: {note.removeprefix(WARNING)}"


def _split(
    source: InputTable, path: str, target: str | None, ignored: Sequence[str]
) -> LabeledTable:
    """Split a table into features and target, and print its notes."""
    if not len(source.table):
        raise InputError(f"{display_name(path)} has column names but no rows.")
    excluded = {*ignored, *([] if target is None else [target])}
    left_out = {name: why for name, why in source.not_features.items() if name not in excluded}
    ignored_notes = [
        f"column {name!r} of {path} {reason}; it is ignored, as with --ignore."
        for name, reason in left_out.items()
    ]
    say_notes([*source.notes, *ignored_notes])
    names = [name for name in source.columns if name not in {*excluded, *left_out}]
    if not names:
        raise InputError(f"No feature of {path} is left.")
    return LabeledTable(
        features=pl.DataFrame(source.table.select(names)),  # one library, whatever the files
        labels=None if target is None else column_values(source.table, target),
        values_of=lambda name: column_values(source.table, name),
        notes=(*source.notes, *ignored_notes),
        left_out=left_out,
        lines=source.lines,
    )


@contextmanager
def errors_with_columns(target: str | None) -> Iterator[None]:
    """Add column names and command-line options to errors about the target and feature types.

    Raises
    ------
    InputError
        In place of errors about the target or the type of a feature.
    """
    try:
        yield
    except TargetError as error:
        raise InputError(format_target_error(target, error)) from error
    except FeatureTypeError as error:
        options = " ".join(f"--ignore {quote(name)}" for name in error.columns)
        raise InputError(f"{error.problem} Use {options}." if options else str(error)) from error
    except InputError as error:
        if not str(error).startswith("X "):
            raise
        raise InputError(f"The table {str(error).removeprefix('X ')}") from error


def format_target_error(target: str | None, error: TargetError) -> str:
    """Return the message of an error about `y` as one about the target column of a file."""
    message = str(error)
    if message.startswith("y "):
        return f"Target column {target!r} {message[2:]}"
    return f"Target column {target!r}: {message}"
