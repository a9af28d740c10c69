"""Let a study end at once when it is interrupted or terminated, with what it knows."""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from counterpoise._cli.errors import discard_output
from counterpoise.study._running import StudyInterrupted

__all__ = ["Interruption", "ending_early"]

_SIGNALS = [  # Windows has no SIGHUP, which says that the terminal is closed
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@dataclass
class Interruption:
    """Whether a study has been interrupted.

    Attributes
    ----------
    signal_number : int or None
        The signal; None if there was none.
    is_deferred : bool
        Whether a signal does not interrupt any more: the study is complete, and its results are
        written.
    """

    signal_number: int | None = None
    is_deferred: bool = False

    @property
    def exit_code(self) -> int:
        """The exit code that shells expect; 0 without an interruption."""
        return 0 if self.signal_number is None else 128 + self.signal_number


@contextmanager
def ending_early() -> Iterator[Interruption]:
    """End a study at the first signal; a second one ends the command as usual.

    The signals are SIGINT, SIGTERM and SIGHUP, unless they are ignored.

    Raises
    ------
    KeyboardInterrupt
        If there was no result yet when it was interrupted.
    SystemExit
        If it was terminated, or its terminal closed, then.
    """
    found = Interruption()
    usual = {number: signal.getsignal(number) for number in _SIGNALS}
    usual = {number: handler for number, handler in usual.items() if handler != signal.SIG_IGN}

    def restore() -> None:
        for number, handler in usual.items():
            signal.signal(number, handler)

    def end(number: int, _: FrameType | None) -> None:
        restore()
        found.signal_number = number
        if number not in (signal.SIGINT, signal.SIGTERM):
            _discard_terminal_output()
        if not found.is_deferred:
            raise StudyInterrupted

    for number in usual:
        signal.signal(number, end)
    try:
        yield found
    except StudyInterrupted:
        if found.signal_number != signal.SIGINT:
            sys.exit(found.exit_code)
        raise
    finally:
        restore()


def _discard_terminal_output() -> None:
    """Discard what is written to a terminal that is closed, where writing fails."""
    for stream in (sys.stdout, sys.stderr):
        if stat.S_ISCHR(os.fstat(stream.fileno()).st_mode):
            discard_output(stream)
