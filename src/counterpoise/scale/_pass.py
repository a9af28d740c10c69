"""A pass over all rows of a table, here or on the workers of a cluster.

A pass adds groups of rows to what it has found so far. On a cluster, each worker adds the rows that
it has, and what the workers found is merged. So it must find the same, whatever the groups are.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, Protocol, Self, TypeVar, runtime_checkable

import narwhals as nw
import numpy as np

from counterpoise._lib.types import RowArray
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.scale._labels import encode_labels, find_missing
from counterpoise.scale._memory import MemoryLimit
from counterpoise.scale._opener import RowOpener, Rows
from counterpoise.scale._workers import installed_version

__all__ = [
    "F",
    "Found",
    "FoundInParts",
    "Pass",
    "add_rows",
    "merge_all",
    "rows_on_workers",
    "warn_of_workers",
]

_MEMORY = "250MB"  # of a worker: a quarter of it is for rows that are added at once


class Found(Protocol):
    """What a pass has found among some rows."""

    def merge(self, other: Self) -> Self:
        """Return what the pass finds among the rows of both."""
        ...


@runtime_checkable
class FoundInParts(Found, Protocol):
    """What a pass has found, if that is too much to be merged at once."""

    def divide(self, n_tasks: int) -> Sequence[Self]:
        """Divide it into parts that are small enough to be merged with those of all tasks."""
        ...

    def join(self, others: Sequence[Self]) -> Self:
        """Join the parts that follow it, in their order."""
        ...


F = TypeVar("F", bound=Found)


class Pass(Protocol[F]):
    """A pass over all rows of a table.

    Attributes
    ----------
    opener : RowOpener
    """

    @property
    def opener(self) -> RowOpener: ...

    @property
    def n_known(self) -> int:
        """Number of rows that the pass has in memory, and each worker, too."""
        ...

    def start(self) -> F:
        """Return what is found among no rows."""
        ...

    def add(self, found: F, rows: Rows) -> F:
        """Return what is found among further rows, too; `found` may be changed."""
        ...


def merge_all(found: Iterable[F]) -> F:
    """Return what a pass finds among the rows of all."""
    return reduce(lambda one, other: one.merge(other), found)


def rows_on_workers(step: Pass[Any], n_columns: int) -> int:
    """Return how many rows a worker adds at once.

    They are not fewer than those that the pass has: in a search, these are part of each group.
    """
    return max(step.n_known, MemoryLimit.of(_MEMORY).rows_at_once(n_columns))


def warn_of_workers(workers: str) -> None:
    """Warn that workers lack counterpoise, so that they cannot run a pass."""
    version = installed_version()
    warnings.warn(
        f"{workers} lack counterpoise {version}, so all rows are sent to this process for what "
        "they would search or count. Install it on each of them:  "
        f"pip install counterpoise=={version}",
        CounterpoiseWarning,
        stacklevel=2,
    )


def add_rows(step: Pass[F], found: F, numbers: RowArray, frame: nw.DataFrame[Any]) -> F:
    """Add rows of which the classes are not known yet; those without one are dropped."""
    opener = step.opener
    labels = frame.get_column(opener.name)
    is_missing = find_missing(labels)
    classes = {label: code for code, label in enumerate(opener.classes)}
    codes = encode_labels(labels, is_missing, classes)
    if len(classes) > len(opener.classes):
        raise InputError(
            f"The target column {opener.name!r} had no class {list(classes)[-1]!r} when its "
            "classes were counted. The table must have the same rows each time it is read."
        )
    rows = np.flatnonzero(~is_missing)
    if not len(rows):
        return found
    return step.add(found, opener.open(numbers[rows], codes[rows], frame[rows]))
