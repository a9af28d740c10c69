"""Progress in rows: bars on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from rich.progress import ProgressColumn, Task
from rich.text import Text

from counterpoise._cli.console import StageBars, say
from counterpoise.scale._pass import F, Pass
from counterpoise.scale._selection import Selected, Selection
from counterpoise.scale._sources import Source

__all__ = ["RowBars", "RowCount", "WatchedSource"]

_SECONDS = 30  # between two lines


class RowBars(StageBars):
    """A progress bar for each pass over a table, with rows per second and the time left.

    Without a terminal, a line is printed every 30 seconds.
    """

    def __init__(self) -> None:
        super().__init__(_RowsPerSecond())
        self._start = self._last_line = time.monotonic()
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` rows of a stage are finished."""
        super().__call__(stage, done, total)
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._start = stage, now
        if not self.is_shown and now - self._last_line >= _SECONDS:
            self._last_line = now
            say(_describe(stage, done, total, now - self._start))


def _describe(stage: str, done: int, total: int, seconds: float) -> str:
    """Describe the progress of a stage in a line.

    Examples
    --------
    >>> _describe("writing", 3_000_000, 4_000_000, 30)
    'writing: 3,000,000 of 4,000,000 rows, 100,000 rows per second, 10 s left'
    """
    line = f"{stage}: {done:,} of {total:,} rows"
    speed = done / seconds if seconds > 0 else 0
    if not speed:
        return line
    return f"{line}, {speed:,.0f} rows per second, {(total - done) / speed:,.0f} s left"


class _RowsPerSecond(ProgressColumn):
    """The speed of a bar."""

    def render(self, task: Task) -> Text:
        """Return the text of the column."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} rows/s", style="progress.data.speed")


class RowCount:
    """Counts the rows of a stage that are finished."""

    def __init__(self, bars: StageBars, stage: str, n_rows: int) -> None:
        self._bars, self._stage, self._total, self._done = bars, stage, n_rows, 0

    def __call__(self, n_rows: int) -> None:
        """Add rows."""
        self._done += n_rows
        self._bars(self._stage, self._done, self._total)


class WatchedSource:
    """A source that shows how much of each pass over the table is done."""

    def __init__(self, source: Source, bars: StageBars, n_rows: int) -> None:
        self.names, self.complete, self.output = source.names, source.complete, source.output
        self._source, self._bars, self._n_rows, self._n_passes = source, bars, n_rows, 0

    def batches(self, columns: Sequence[str]) -> Iterator[Any]:
        """Read some columns, a batch of rows at a time."""
        count = self._start_pass()
        for batch in self._source.batches(columns):
            yield batch
            count(len(batch))

    def select(self, columns: Sequence[str], selection: Selection) -> Iterator[Selected] | None:
        """Have workers select rows and measure columns; see `Source`."""
        parts = self._source.select(columns, selection)
        return None if parts is None else self._watch(parts)

    def run(self, columns: Sequence[str], step: Pass[F], n_at_once: int) -> F | None:
        """Have workers run a pass, of which the end is shown; see `Source`."""
        found = self._source.run(columns, step, n_at_once)
        if found is not None:
            self._start_pass()(self._n_rows)
        return found

    def _watch(self, parts: Iterator[Selected]) -> Iterator[Selected]:
        count = self._start_pass()
        for part in parts:
            yield part
            count(part.n_rows)

    def _start_pass(self) -> RowCount:
        self._n_passes += 1
        return RowCount(self._bars, f"reading, pass {self._n_passes}", self._n_rows)
