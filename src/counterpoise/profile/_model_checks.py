"""Checks that train models: label errors, and what suspicious columns contribute."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from counterpoise._column_roles import ColumnRole
from counterpoise._table import (
    EncodedTarget,
    SparseColumns,
    SparseTable,
    Table,
    feature_positions,
)
from counterpoise.profile._contributions import measure_contributions
from counterpoise.profile._label_errors import find_label_errors
from counterpoise.profile._out_of_fold import prepare_model_data
from counterpoise.profile._records import (
    ColumnContribution,
    ColumnSeparation,
    ColumnSummary,
    LabelErrors,
)
from counterpoise.profile._text import MAX_NAMES

__all__ = ["check_sparse_with_models", "check_with_models"]


def check_with_models(
    table: Table,
    target: EncodedTarget,
    columns: Sequence[ColumnSummary],
    separations: Sequence[ColumnSeparation],
) -> tuple[tuple[ColumnContribution, ...], LabelErrors | None]:
    """Measure what suspicious columns contribute, and find label errors without them.

    Identifiers and columns that alone separate the classes are suspicious; at most five are
    measured. Free text, dates and constant columns take no part.

    Parameters
    ----------
    table : Table
    target : EncodedTarget
    columns : sequence of ColumnSummary
    separations : sequence of ColumnSeparation

    Returns
    -------
    contributions : tuple of ColumnContribution
    label_errors : LabelErrors or None
        None if the classes cannot be learned: fewer than two have ten rows or more, there are more
        than ten, or no column is left.
    """
    features, suspicious = [], []
    for j, column, separation in zip(feature_positions(table), columns, separations, strict=True):
        if column.is_free_text or column.is_date or column.feature_type == "other":
            continue
        if column.left_out == ColumnRole.NUMBER.value:
            continue
        if column.is_identifier or separation.separates or separation.missing_separates:
            suspicious.append(j)
        elif not column.is_constant:
            features.append(j)
    return _check(table, target, features, suspicious[:MAX_NAMES])


def check_sparse_with_models(
    table: SparseTable, target: EncodedTarget, separations: Sequence[ColumnSeparation]
) -> tuple[tuple[ColumnContribution, ...], LabelErrors | None]:
    """Do the same for a sparse table; only columns that separate the classes are suspicious."""
    varies = ~SparseColumns.of(table).is_constant
    suspicious = [int(separation.name) for separation in separations]
    varies[suspicious] = False
    return _check(table, target, np.flatnonzero(varies).tolist(), suspicious[:MAX_NAMES])


def _check(
    table: Table, target: EncodedTarget, features: list[int], suspicious: list[int]
) -> tuple[tuple[ColumnContribution, ...], LabelErrors | None]:
    data = prepare_model_data(table, target, [*features, *suspicious])
    if data is None:
        return (), None
    contributions = measure_contributions(table, data, features, suspicious) if suspicious else ()
    label_errors = find_label_errors(data.select(features)) if features else None
    return contributions, label_errors
