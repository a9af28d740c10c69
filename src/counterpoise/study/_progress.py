"""Show the progress of a study: a bar in Jupyter, lines elsewhere.

The bar is one output that is updated in place. Unlike widgets, it needs no package but Jupyter,
and a saved notebook shows its last state.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from counterpoise._lib.format_text import format_duration
from counterpoise._lib.html_fragment import fragment, paragraphs, progress_bar
from counterpoise._lib.optional_imports import import_optional
from counterpoise._lib.types import Progress
from counterpoise.exceptions import InputError
from counterpoise.study._updates import StudyUpdate

__all__ = ["show_progress"]

_SECONDS_BETWEEN = 0.1  # two updates of the bar

OnUpdate = Callable[[StudyUpdate], None]


@contextmanager
def show_progress(
    progress: Progress | bool | None, on_update: OnUpdate | None
) -> Iterator[tuple[Progress | None, OnUpdate | None]]:
    """Yield the functions that follow a study, and show its progress if it is wanted.

    Parameters
    ----------
    progress : bool, callable or None
        As in `Study.run`: None shows a bar in Jupyter if there is no `on_update`.
    on_update : callable or None

    Yields
    ------
    progress : callable or None
        Called with a stage, and the numbers of finished and of all fits.
    on_update : callable or None
        Called with each `StudyUpdate`.

    Raises
    ------
    InputError
        If `progress` is neither a function nor True, False or None.
    """
    is_jupyter = _is_jupyter()
    if callable(progress):
        yield progress, on_update
    elif progress not in (True, False, None):
        raise InputError(
            "progress must be True, False, None, or a function that is called as "
            f"progress(stage, done, total); got {progress!r}. For example, use progress=True."
        )
    elif progress is False or (progress is None and not (is_jupyter and on_update is None)):
        yield None, on_update
    elif not is_jupyter:
        yield None, _call_both(_print, on_update)
    else:
        bar = _NotebookBar()
        try:
            yield bar, _call_both(bar.say, on_update)
        finally:
            bar.close()


def _is_jupyter() -> bool:
    """Return whether the code runs in a kernel of Jupyter, which shows HTML."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def _print(update: StudyUpdate) -> None:
    print(update, file=sys.stderr, flush=True)


def _call_both(first: OnUpdate, second: OnUpdate | None) -> OnUpdate:
    def call(update: StudyUpdate) -> None:
        first(update)
        if second is not None:
            second(update)

    return call


@dataclass(frozen=True)
class _BarState:
    """What the bar shows; `sentence` is the last update, empty when the study has ended."""

    done: int
    total: int
    seconds: float
    sentence: str

    def __repr__(self) -> str:
        fits = f"{self.done:,} of {self.total:,} fits"
        took = format_duration(self.seconds)
        if self.sentence:
            return f"{fits}, {took}. {self.sentence}"
        return f"{fits} in {took}." if self.done == self.total else f"Stopped after {fits}, {took}."

    def _repr_html_(self) -> str:
        return fragment(progress_bar(self.done, self.total), *paragraphs([repr(self)]))


class _NotebookBar:
    """A bar in the output of a notebook's cell."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last = self._start
        self._done, self._total, self._sentence = 0, 0, "Preparing the first fits."
        display = import_optional("IPython.display", "a progress bar in a notebook")
        self._handle: Any = display.display(self._state, display_id=True)

    def __call__(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002 - there is one
        self._done, self._total = done, total
        self._refresh()

    def say(self, update: StudyUpdate) -> None:
        """Show the sentence of an update."""
        self._sentence = update.sentence
        self._refresh()

    def close(self) -> None:
        """Show the final state."""
        self._sentence = ""
        self._handle.update(self._state)

    def _refresh(self) -> None:
        if time.monotonic() - self._last > _SECONDS_BETWEEN:
            self._last = time.monotonic()
            self._handle.update(self._state)

    @property
    def _state(self) -> _BarState:
        seconds = time.monotonic() - self._start
        return _BarState(self._done, self._total, seconds, self._sentence)
