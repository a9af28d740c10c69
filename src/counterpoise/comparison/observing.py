"""What a study notices about its table besides what the models say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from counterpoise._lib.findings import Finding, remark
from counterpoise._lib.types import IntArray
from counterpoise.profile import find_repeats, separating_columns
from counterpoise.table import Labels, Table

__all__ = ["observe"]


def observe(table: Table, labels: Labels, tested: IntArray) -> tuple[Finding, ...]:
    """Look for columns that separate the classes, and for rows on both sides of a split.

    Parameters
    ----------
    table : Table
    labels : Labels
    tested : ndarray of int of shape (n_repeats, n_rows)
        The fold in which each row is tested; −1 where in none.

    Returns
    -------
    tuple of Finding
    """
    return (*_separating(table, labels), *_repeated(table, labels, tested[0]))


def _separating(table: Table, labels: Labels) -> Iterator[Finding]:
    for column in separating_columns(table, labels):
        area = column.auc if column.separates else column.missing_auc
        what = "" if column.separates else "whether it is missing: "
        yield remark(
            "column-separates",
            "warning",
            f"Column {str(column.name)!r} alone tells the classes apart ({what}area under the ROC "
            f"curve {area:.3f}). Is it known before the class is? If not, leave it out.",
        )


def _repeated(table: Table, labels: Labels, folds: IntArray) -> Iterator[Finding]:
    first = find_repeats(table, labels).first
    order = np.lexsort([folds, first])
    begins = np.flatnonzero(np.diff(first[order], prepend=-1))
    least, most = (join.reduceat(folds[order], begins) for join in (np.minimum, np.maximum))
    sizes = np.diff(np.append(begins, len(order)))
    across = sizes[(least != most)].sum()
    if across:
        yield remark(
            "repeats-across-folds",
            "caution",
            f"{across:,} rows ({across / len(folds):.1%}) are tested by models that have learned "
            "from rows equal to them in every feature. If equal rows are one thing, remove the "
            "repeats, or name what they belong to as their group.",
        )
