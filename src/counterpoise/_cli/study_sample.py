"""Choose the size of a study that is neither given nor small: a sample of rows, one repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from counterpoise._array_ops import stratified_sample
from counterpoise._cli.all_rows import AllRows
from counterpoise._cli.console import say_notes
from counterpoise._cli.labeled_table import LabeledTable
from counterpoise._cli.options import StudyRequest
from counterpoise._cli.sample_table import (
    SAMPLE_SEED,
    encode_percentiles,
    find_sampled_files,
)
from counterpoise._cli.study_task import as_numbers
from counterpoise._lib.types import IntArray

__all__ = ["MAX_ROWS", "choose_sample", "limit_size"]

# With all models and methods, one repeat of 20,000 rows and 30 columns takes some minutes on two
# cores. The limit does not depend on the machine, so that results do not.
MAX_ROWS = 20_000


def choose_sample(request: StudyRequest) -> int | None:
    """Return how many rows of the file are read; None for all.

    Parameters
    ----------
    request : StudyRequest
        By default, a sample of a large file is read.
    """
    if request.full or request.sample is not None:
        return request.sample
    return MAX_ROWS if find_sampled_files(request.source, request.reading) else None


def limit_size(
    request: StudyRequest, table: LabeledTable, *, continuous: bool
) -> tuple[StudyRequest, LabeledTable]:
    """Use a sample of a large table and one repeat, unless the request says otherwise.

    Parameters
    ----------
    request : StudyRequest
    table : LabeledTable
    continuous : bool
        Whether the target is continuous.

    Returns
    -------
    request : StudyRequest
    table : LabeledTable
        With a note, which is also printed, if it is a sample.
    """
    was_sampled = table.all_rows is not None  # while the file was read
    is_small = len(table.labels or ()) <= MAX_ROWS and not was_sampled
    if request.full or request.sample is not None or is_small:
        return request, table
    if not was_sampled:
        table = _draw(table, continuous=continuous)
    note = "--full uses all rows and 2 repeats of the cross-validation; --sample N uses N rows."
    if request.repeats is None:
        note = f"The table is large, so that the cross-validation is not repeated. {note}"
    say_notes([note])
    return replace(request, repeats=request.repeats or 1), _add_note(table, note)


def _draw(table: LabeledTable, *, continuous: bool) -> LabeledTable:
    labels = table.labels or []
    codes = encode_percentiles(as_numbers(labels)).codes if continuous else _codes(labels)
    drawn = stratified_sample(codes, MAX_ROWS, np.random.RandomState(SAMPLE_SEED))
    note = (
        f"A sample of {drawn.sum():,} of the {len(labels):,} rows is used"
        f"{'' if continuous else _describe_smallest(labels, codes, drawn)}."
    )
    say_notes([note])
    counts = AllRows(len(labels), dict(Counter(labels)), ())
    return replace(_add_note(_take(table, np.flatnonzero(drawn)), note), all_rows=counts)


def _add_note(table: LabeledTable, note: str) -> LabeledTable:
    return replace(table, notes=(*table.notes, note))


def _codes(labels: Sequence[Any]) -> IntArray:
    """Encode classes in the order in which they occur."""
    known: dict[Any, int] = {}
    return np.array([known.setdefault(label, len(known)) for label in labels])


def _describe_smallest(labels: Sequence[Any], codes: IntArray, drawn: Any) -> str:
    counts = np.bincount(codes)
    code = int(counts.argmin())
    name = labels[int(np.argmax(codes == code))]
    n_drawn = int((codes[drawn] == code).sum())
    return f", with {n_drawn:,} of the {counts[code]:,} rows of class {name}"


def _take(table: LabeledTable, rows: IntArray) -> LabeledTable:
    def values_of(name: str) -> list[Any]:
        values = table.values_of(name)
        return [values[row] for row in rows]

    assert table.labels is not None
    return replace(
        table,
        features=table.features[rows],
        labels=[table.labels[row] for row in rows],
        values_of=values_of,
    )
