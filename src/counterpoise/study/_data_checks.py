"""Check the data of a study: similar classes, leaking columns, sentinels, duplicates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from counterpoise._lib.findings import Finding, create_finding
from counterpoise._lib.similar_classes import describe_similar_classes
from counterpoise._lib.types import IntArray
from counterpoise._table import EncodedTarget, SparseTable, Table
from counterpoise.profile import (
    describe_sentinels,
    find_duplicates,
    find_sentinels,
    find_separating_columns,
)

__all__ = ["check_data", "check_features", "similar_classes"]


def check_data(
    table: Table,
    target: EncodedTarget,
    tested: IntArray,
    *,
    dates: Collection[object] = (),
    omitted: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Check the data of a study of classes: also classes that are similar, or are leaked.

    Parameters and results are those of `check_features`.
    """
    return (
        *_similar_classes(target),
        *_separating(table, target),
        *check_features(table, target, tested, dates=dates, omitted=omitted),
    )


def check_features(
    table: Table,
    target: EncodedTarget,
    tested: IntArray,
    *,
    dates: Collection[object] = (),
    omitted: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Find sentinels and duplicates across folds, and describe the effect of a sparse table.

    Parameters
    ----------
    table : Table
    target : EncodedTarget
    tested : ndarray of int of shape (n_repeats, n_samples)
        The fold in which each sample is tested; −1 if in none.
    dates : collection of object, default=()
        Features that are numbers of days since 1970.
    omitted : sequence of str, default=()
        Default models that were omitted, as they need a dense table.

    Returns
    -------
    tuple of Finding
    """
    return (
        *_sparse(table, omitted),
        *_sentinels(table, dates),
        *_duplicates(table, target, tested[0]),
    )


def _sparse(table: Table, omitted: Sequence[str]) -> Iterator[Finding]:
    if isinstance(table, SparseTable):
        models = (
            f", and {', '.join(omitted)} was omitted, as it needs a dense table (lightgbm and "
            "xgboost do not)"
            if omitted
            else ""
        )
        yield create_finding(
            "sparse-table",
            "note",
            "X is sparse: samplers search for neighbors in original units, models get features "
            "divided by their largest absolute value, sentinel values are not searched for"
            f"{models}.",
        )


def similar_classes(target: EncodedTarget) -> str:
    """Describe classes that differ only in case or spaces; empty if there are none."""
    counts = dict(zip(target.classes, target.counts.tolist(), strict=True))
    return describe_similar_classes(counts)


def _similar_classes(target: EncodedTarget) -> Iterator[Finding]:
    description = similar_classes(target)
    if description:
        yield create_finding("similar-classes", "warning", description)


def _separating(table: Table, target: EncodedTarget) -> Iterator[Finding]:
    advice = "If it is not known before the class is, it leaks the target: exclude it."
    for column in find_separating_columns(table, target):
        name = repr(str(column.name))
        if column.separates:
            yield create_finding(
                "column-separates",
                "warning",
                f"Column {name} alone separates the classes (ROC-AUC {column.auc:.3f}). {advice}",
            )
        else:
            yield create_finding(
                "informative-missingness",
                "caution",
                f"Whether the value of column {name} is missing depends on the class (ROC-AUC "
                f"{column.missing_auc:.3f}). {advice}",
            )


def _sentinels(table: Table, dates: Collection[object]) -> Iterator[Finding]:
    if isinstance(table, SparseTable):
        return
    description = describe_sentinels(find_sentinels(table, dates))
    if description:
        yield create_finding("sentinel-values", "caution", description)


def _duplicates(table: Table, target: EncodedTarget, folds: IntArray) -> Iterator[Finding]:
    first = find_duplicates(table, target).first
    order = np.lexsort([folds, first])
    starts = np.flatnonzero(np.diff(first[order], prepend=-1))
    lowest, highest = (f.reduceat(folds[order], starts) for f in (np.minimum, np.maximum))
    sizes = np.diff(np.append(starts, len(order)))
    across = sizes[lowest != highest].sum()
    if across:
        yield create_finding(
            "duplicates-across-folds",
            "caution",
            f"{across:,} rows ({across / len(folds):.1%}) have a duplicate, equal in every "
            "feature, in the training part of their fold. If they describe the same object, "
            "remove them, or pass its identifier as groups (--groups COLUMN).",
        )
