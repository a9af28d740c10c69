"""Print messages to standard error; standard output is reserved for tables and results."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from counterpoise._lib.format_text import format_duration
from counterpoise.exceptions import CounterpoiseWarning

__all__ = [
    "WARNING",
    "OutputConsole",
    "StageBars",
    "add_notes",
    "noting_warnings",
    "print_counts",
    "say",
    "say_notes",
]

WARNING = "Warning: "  # the start of a note that needs an action
_MAX_CLASSES = 20
_UNLIMITED = 100_000  # columns of a console


class PlainConsole(Console):
    """A console that prints text as it is: names of classes may look like markup or emoji."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)


class OutputConsole(PlainConsole):
    """A console for results, on standard output.

    In files, lines have no blanks at their ends, and tables are as wide as they need.
    """

    def print(self, *objects: Any, **options: Any) -> None:
        """Print objects; see `rich.console.Console.print`."""
        if self.is_terminal:
            super().print(*objects, **options)
            return
        with self.capture() as captured:
            super().print(*objects, **options)
        self.file.write(re.sub(r" +$", "", captured.get(), flags=re.MULTILINE))

    def print_columns(self, build: Callable[[Sequence[int]], Table], n_columns: int) -> None:
        """Print a table, in blocks of columns below each other if the terminal is too narrow.

        Parameters
        ----------
        build : callable
            Builds the table of some columns, given by their numbers.
        n_columns : int
        """
        width = self.width
        self.width = _UNLIMITED
        for n_blocks in range(1, n_columns + 1):
            parts = np.array_split(np.arange(n_columns), n_blocks)
            tables = [build(part.tolist()) for part in parts]
            if not self.is_terminal or all(self.measure(t).maximum <= width for t in tables):
                break
        if self.is_terminal:
            self.width = width
        for number, table in enumerate(tables):
            if number:
                self.print()
            self.print(table)
        self.width = width

    def on_broken_pipe(self) -> None:
        """Raise the error, which the command handles as it does without a console."""
        raise BrokenPipeError


def say(message: str) -> None:
    """Print a line without formatting."""
    _console().print(message, soft_wrap=True)


def say_notes(notes: Sequence[str]) -> None:
    """Print what was assumed about a file."""
    for note in notes:
        say(note if note.startswith(WARNING) else f"Note: {note}")


def add_notes(text: str, notes: Sequence[str]) -> str:
    """Add what was assumed about a file to a JSON object."""
    return json.dumps({**json.loads(text), "notes": list(notes)}, ensure_ascii=False, indent=2)


@contextmanager
def noting_warnings(notes: list[str]) -> Iterator[None]:
    """Add the library's warnings to the notes, as well as printing them."""
    show = warnings.showwarning

    def note(message: Warning | str, *args: Any, **kwargs: Any) -> None:
        if isinstance(message, CounterpoiseWarning):
            notes.append(f"{WARNING}{message}")
        show(message, *args, **kwargs)

    with warnings.catch_warnings():
        warnings.showwarning = note
        yield


def print_counts(label: str, before: Mapping[Any, int], after: Mapping[Any, int]) -> None:
    """Print the number of rows of each class before and after resampling.

    Parameters
    ----------
    label : str
        The column of the classes.
    before, after : mapping of class to int
    """
    table = Table()
    table.add_column(Text(label))
    for heading in ("before", "after"):
        table.add_column(heading, justify="right")
    for name in list(before)[:_MAX_CLASSES]:
        table.add_row(Text(str(name)), f"{before[name]:,}", f"{after.get(name, 0):,}")
    if len(before) > _MAX_CLASSES:
        table.add_row(f"and {len(before) - _MAX_CLASSES} more", "", "")
    table.add_section()
    table.add_row("all rows", f"{sum(before.values()):,}", f"{sum(after.values()):,}")
    _console().print(table)


class StageBars:
    """A progress bar for each stage of a computation.

    Call it as ``bars(stage, done, total)``, inside ``with StageBars() as bars``.

    Parameters
    ----------
    *columns : rich.progress.ProgressColumn
        What is shown in addition to the numbers of steps and the times.

    Attributes
    ----------
    seconds_left : float or None
        An estimate of the time left that is known; None if it follows from the steps that are done.
    """

    seconds_left: float | None = None

    def __init__(self, *columns: ProgressColumn) -> None:
        console = _console()
        self.is_shown = console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            *columns,
            TimeElapsedColumn(),
            TextColumn("left"),
            _TimeLeft(self),
            console=console,
            disable=not self.is_shown,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> StageBars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of a stage are finished."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def say(self, line: str) -> None:
        """Print a line, above the bars where they are shown."""
        self._progress.console.print(line, soft_wrap=True)


class _TimeLeft(TimeRemainingColumn):
    """The time left, as the bars know it."""

    def __init__(self, bars: StageBars) -> None:
        super().__init__()
        self._bars = bars

    def render(self, task: Task) -> Text:
        """Return the text of the column."""
        seconds = self._bars.seconds_left
        if seconds is None:
            return super().render(task)
        return Text(format_duration(seconds) if seconds else "0 s")


def _console() -> Console:
    return PlainConsole(stderr=True)
