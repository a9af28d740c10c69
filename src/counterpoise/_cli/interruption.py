"""Let a study end at once when it is interrupted or terminated, with what it knows."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from counterpoise.study._running import StudyInterrupted

__all__ = ["Interruption", "ending_early"]


@dataclass
class Interruption:
    """Whether a study has been interrupted.

    Attributes
    ----------
    signal_number : int or None
        The signal; None if there was none.
    """

    signal_number: int | None = None

    @property
    def exit_code(self) -> int:
        """The exit code that shells expect; 0 without an interruption."""
        return 0 if self.signal_number is None else 128 + self.signal_number


@contextmanager
def ending_early() -> Iterator[Interruption]:
    """End a study at the first SIGINT or SIGTERM; a second one ends the command as usual.

    Raises
    ------
    KeyboardInterrupt
        If there was no result yet when it was interrupted.
    SystemExit
        If it was terminated then.
    """
    found = Interruption()
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in usual.items():
            signal.signal(number, handler)

    def end(number: int, _: FrameType | None) -> None:
        restore()
        found.signal_number = number
        raise StudyInterrupted

    for number in usual:
        signal.signal(number, end)
    try:
        yield found
    except StudyInterrupted:
        if found.signal_number == signal.SIGTERM:
            sys.exit(found.exit_code)
        raise
    finally:
        restore()
