"""Compute the next item of an iterator in a thread while the current one is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["read_ahead"]

T = TypeVar("T")


def read_ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield items that are computed in a thread, one ahead.

    It saves time if the thread mostly runs compiled code without Python's lock, as when it parses a
    file. One more item is in memory.

    Parameters
    ----------
    items : iterable

    Examples
    --------
    >>> list(read_ahead(range(3)))
    [0, 1, 2]
    """
    iterator = iter(items)
    end = object()
    thread = ThreadPoolExecutor(1)
    try:
        following = thread.submit(next, iterator, end)
        while (item := following.result()) is not end:
            following = thread.submit(next, iterator, end)
            yield item  # type: ignore[misc]
    finally:
        # Without waiting: the garbage collector can close this generator in the thread itself.
        thread.shutdown(wait=False, cancel_futures=True)
