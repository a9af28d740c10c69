"""What the cleaning methods that ask a row's neighbours share."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import IntArray, RowArray
from counterpoise.neighbors import (
    Agreement,
    Editor,
    Scale,
    lay_out,
    measure_units,
    neighbor_count,
)
from counterpoise.table import Labels, Table
from counterpoise.targets import Target, require_table

__all__ = ["Editing", "edit_once", "has_gone_too_far", "open_editor", "rows_to_clean"]


class Editing(Protocol):
    """A sampler with the parameters of editing."""

    n_neighbors: Any
    kind_sel: Agreement
    n_jobs: int | None
    scale: Scale


def open_editor(sampler: Editing, table: Table, labels: Labels) -> tuple[Editor, int]:
    """Open an editor over a table; return it and the number of neighbours."""
    k = neighbor_count(sampler.n_neighbors)
    require_table(type(sampler).__name__, "n_neighbors", k, table.n_rows)
    space = lay_out(table, None, measure_units(table, sampler.scale))
    threads = thread_count(sampler.n_jobs)
    editor = Editor(
        space,
        labels.codes,
        sampler.n_neighbors,
        k,
        kind=sampler.kind_sel,
        n_jobs=threads,
    )
    return editor, k


def rows_to_clean(labels: Labels, targets: tuple[Target, ...]) -> RowArray:
    """Return the rows of the classes to clean, ascending."""
    return np.flatnonzero(np.isin(labels.codes, [target.code for target in targets]))


def edit_once(editor: Editor, labels: Labels, rows: RowArray, k: int) -> tuple[RowArray, IntArray]:
    """Remove those of some rows that their neighbours disagree with, all at once.

    Parameters
    ----------
    editor : Editor
    labels : Labels
    rows : ndarray of int of shape (n_asked,)
    k : int
        How many neighbours are asked.

    Returns
    -------
    rows : ndarray of int of shape (n_left,)
        Those of `rows` that are left.
    counts : ndarray of int of shape (n_classes,)
        Rows of each class that are left in all.
    """
    agrees = editor.agree(rows, k)
    editor.drop(rows[~agrees])
    left = labels.codes[editor.is_left]
    return rows[agrees], np.bincount(left, minlength=len(labels.counts))


def has_gone_too_far(before: IntArray, after: IntArray) -> tuple[bool, bool]:
    """Say whether a class has become smaller than the smallest was, and whether one is gone.

    Parameters
    ----------
    before, after : ndarray of int of shape (n_classes,)
        Rows of each class at the very beginning, and now.
    """
    others = np.delete(after, before.argmin())
    others = others[others > 0]
    return bool((others < before.min()).any()), bool((after == 0).any())
