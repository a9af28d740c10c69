"""Items that are computed one ahead, in a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from counterpoise._lib.read_ahead import read_ahead


def test_items_come_in_order_from_one_other_thread() -> None:
    threads = set()

    def items() -> Iterator[int]:
        for number in range(5):
            threads.add(threading.current_thread())
            yield number

    assert list(read_ahead(items())) == [0, 1, 2, 3, 4]
    assert len(threads) == 1
    assert threading.current_thread() not in threads


def test_an_error_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("damaged")

    ahead = read_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="damaged"):
        next(ahead)


def test_it_can_be_closed_in_its_own_thread() -> None:
    """The garbage collector may do so."""
    is_waiting, is_closed = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        yield 1
        is_waiting.wait()
        ahead.close()
        is_closed.set()

    ahead = read_ahead(items())
    assert next(ahead) == 1
    is_waiting.set()
    assert is_closed.wait(10)
    assert list(ahead) == []
