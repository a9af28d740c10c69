"""Measurements of single columns: feature type, distance share, separation of the classes.

A column that alone separates the classes may contain target leakage. Separation is measured by the
area under the ROC curve, averaged over all pairs of classes (Hand and Till, 2001): 0.5 for an
uninformative column, 1 for perfect separation. Numbers are ranked in the direction that gives the
larger area. Categories are ranked by the share of each class among the *other* rows with the same
value: both rows of a pair are left out (Airola et al., 2011), so that a column of unique strings,
from which nothing can be learned, has an area of 0.5.

References: D. J. Hand, R. J. Till, Machine Learning 45, 171-186 (2001),
doi:10.1023/A:1010920819831. A. Airola, T. Pahikkala, W. Waegeman, B. De Baets, T. Salakoski,
Computational Statistics & Data Analysis 55, 1828-1844 (2011), doi:10.1016/j.csda.2010.11.018.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from counterpoise._column_roles import ColumnRole, ColumnValues, read_values
from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise._table import (
    Column,
    EncodedTarget,
    FeatureType,
    SparseColumns,
    SparseTable,
    Table,
    feature_positions,
)
from counterpoise.neighbors._space import DistanceUnits
from counterpoise.profile._records import SEPARATING_AUC, ColumnSeparation, ColumnSummary
from counterpoise.profile._sentinels import find_sentinels_of_column

__all__ = [
    "compute_distance_shares",
    "find_separating_columns",
    "measure_separation",
    "summarize_column",
]

_CODE_COUNTS = range(3, 11)  # distinct values of a column of category codes
_MIN_CLASS_ROWS = 3  # smaller classes are separated by many a column by chance


# ---- Feature types and identifiers ----


def summarize_column(
    table: Table,
    column: int,
    values: ColumnValues,
    role: ColumnRole,
    *,
    share: float | None,
    left_out: str | None,
) -> ColumnSummary:
    """Summarize the type and content of one column.

    Parameters
    ----------
    table : Table
    column : int
    values : ColumnValues
        Its values, as `read_values` returns them.
    role : ColumnRole
    share : float or None
        Its share in the mean squared distance.
    left_out : str or None
        Why it takes no part in distances.

    Returns
    -------
    ColumnSummary
    """
    about = table.columns[column]
    return ColumnSummary(
        name=about.name,
        feature_type="categorical"
        if about.feature_type is FeatureType.CATEGORICAL
        else about.feature_type.value,
        dtype=about.dtype,
        n_missing=int(values.is_missing.sum()),
        n_unique=values.n_unique,
        distance_share=share,
        left_out=left_out,
        is_identifier=role is ColumnRole.IDENTIFIER,
        is_free_text=role is ColumnRole.TEXT,
        is_date=role is ColumnRole.DATE,
        sentinels=find_sentinels_of_column(table, column, role),
        may_be_categorical=_may_be_categorical(table, column, values),
    )


def _may_be_categorical(table: Table, column: int, values: ColumnValues) -> bool:
    if table.columns[column].feature_type not in (FeatureType.INTEGER, FeatureType.FLOAT):
        return False
    has_few_values = table.n_rows >= 10 * _CODE_COUNTS[-1] and values.n_unique in _CODE_COUNTS
    return has_few_values and _are_whole(table.numbers(column)[~values.is_missing])


def _are_whole(numbers: Array) -> bool:
    return numbers.dtype.kind != "f" or bool((numbers == np.rint(numbers)).all())


# ---- Shares in the distance ----


def compute_distance_shares(table: Table, units: DistanceUnits) -> dict[int, float]:
    """Compute the share of each column in the mean squared distance between two rows.

    Parameters
    ----------
    table : Table
    units : DistanceUnits
        Original (unscaled) units, as `compute_distance_units` returns them.

    Returns
    -------
    dict of int to float
        By position; empty if no two rows differ.
    """
    # The mean squared difference of two independent draws is twice the variance. Two different
    # categories add the mismatch penalty, and differ with probability 1 - sum of squared shares.
    with np.errstate(over="ignore"):
        parts = {j: 2 * _compute_variance(table.numbers(j)) for j in units.numeric}
    if units.mismatch is not None:
        for j, penalty in zip(units.categorical, units.mismatch, strict=True):
            shares = np.bincount(table.codes(j)) / table.n_rows
            parts[j] = float(penalty * (1 - (shares**2).sum()))
    total = sum(parts.values())
    if not (0 < total < np.inf):
        return {}
    return {j: part / total for j, part in parts.items()}


def _compute_variance(numbers: Array) -> float:
    """Compute the variance of the values that are not missing.

    In a distance, a missing value counts as a random one of them, so that the variance is the same.
    """
    numbers = numbers.astype(np.float64, copy=False)
    present = numbers[~np.isnan(numbers)]
    return float(present.var()) if len(present) > 1 else 0.0


# ---- Separation of the classes ----


def find_separating_columns(table: Table, target: EncodedTarget) -> tuple[ColumnSeparation, ...]:
    """Find the columns that alone separate the classes, by their values or by what is missing.

    Parameters
    ----------
    table : Table
    target : EncodedTarget

    Returns
    -------
    tuple of ColumnSeparation
        Those for which `separates` or `missing_separates` is True, in the order of the columns.

    Examples
    --------
    >>> from counterpoise._table import encode_target, as_table
    >>> X = [[1, "a"], [2, "b"], [3, "a"], [14, "b"], [15, "a"], [16, "b"]]
    >>> found = find_separating_columns(as_table(X), encode_target(list("nnnyyy"), 6))
    >>> [(column.name, column.auc) for column in found]
    [(0, 1.0)]
    """
    positions = feature_positions(table)
    if isinstance(table, SparseTable):
        positions = _may_separate(table, target)
    measured = (
        measure_separation(table.columns[j], read_values(table, j), target) for j in positions
    )
    return tuple(found for found in measured if found.separates or found.missing_separates)


def _may_separate(table: SparseTable, target: EncodedTarget) -> list[int]:
    """Return the columns of a sparse table that have few enough zeros to separate the classes.

    Zeros tie. If shares a and b of two classes are 0, the area under the ROC curve is at most
    1 - ab / 2.
    """
    columns = SparseColumns.of(table)
    total, squares, n_classes = np.zeros(columns.n_columns), np.zeros(columns.n_columns), 0
    for code in np.flatnonzero(target.counts >= _MIN_CLASS_ROWS):
        is_of_class = (target.codes[columns.row] == code).astype(np.float64)
        zeros = 1 - columns.sum(is_of_class) / target.counts[code]
        total, squares, n_classes = total + zeros, squares + zeros**2, n_classes + 1
    if n_classes < 2:
        return []
    mean_product = (total**2 - squares) / (n_classes * (n_classes - 1))
    may_separate = 1 - mean_product / 2 >= SEPARATING_AUC - 1e-9
    found: list[int] = np.flatnonzero(may_separate & ~columns.is_constant).tolist()
    return found


def measure_separation(
    column: Column, values: ColumnValues, target: EncodedTarget
) -> ColumnSeparation:
    """Measure how well one column separates the classes that have three rows or more.

    Parameters
    ----------
    column : Column
    values : ColumnValues
        Its values, as `read_values` returns them.
    target : EncodedTarget

    Returns
    -------
    ColumnSeparation
    """
    pairs = list(combinations(np.flatnonzero(target.counts >= _MIN_CLASS_ROWS).tolist(), 2))
    if not pairs:
        return ColumnSeparation(column.name, None, None)
    if column.feature_type is FeatureType.CATEGORICAL:
        auc = _compute_categorical_auc(values.codes, target, pairs)
    else:
        codings = [values.codes]
        if values.is_missing.any():  # missing values may rank first as well as last
            codings.append(np.where(values.is_missing, 0, values.codes + 1))
        auc = max(_compute_numeric_auc(codes, target, pairs) for codes in codings)
    missing = np.bincount(target.codes, values.is_missing, len(target.counts)) / target.counts
    # With a binary score the area is linear in the difference of the two classes' shares.
    difference = np.mean([abs(missing[i] - missing[j]) for i, j in pairs])
    return ColumnSeparation(column.name, auc, 0.5 + float(difference) / 2)


def _compute_numeric_auc(
    codes: IntArray, target: EncodedTarget, pairs: list[tuple[int, int]]
) -> float:
    """Average the area under the ROC curve over pairs of classes, from the sorted values."""
    auc = {}
    for i in {i for i, _ in pairs}:
        counts = np.bincount(codes[target.codes == i], minlength=int(codes.max()) + 1)
        n_below = np.cumsum(counts) - counts / 2  # rows of class i below each value; half the ties
        wins = np.bincount(target.codes, n_below[codes], len(target.counts))
        auc[i] = wins / (target.counts[i] * target.counts)
    return float(np.mean([max(auc[i][j], 1 - auc[i][j]) for i, j in pairs]))


def _compute_categorical_auc(
    codes: IntArray, target: EncodedTarget, pairs: list[tuple[int, int]]
) -> float:
    """Average the leave-pair-out area under the ROC curve over pairs of classes."""
    n_levels, n_classes = int(codes.max()) + 1, len(target.counts)
    key = codes.astype(np.int64) * n_classes + target.codes
    counts = np.bincount(key, minlength=n_levels * n_classes).reshape(n_levels, n_classes)
    aucs = [_compute_leave_pair_out_auc(counts[:, i], counts[:, j]) for i, j in pairs]
    return float(np.mean([max(0.5, auc) for auc in aucs]))


def _compute_leave_pair_out_auc(first: IntArray, second: IntArray) -> float:
    """Compute how often a row of the first class ranks above a row of the second class.

    Parameters
    ----------
    first, second : ndarray of int of shape (n_levels,)
        Number of rows of each class with each value.
    """
    n_first, n_second = int(first.sum()), int(second.sum())
    n_others = first + second - 1
    prior = (n_first - 1) / max(1, n_first + n_second - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Share of the first class among the other rows with the same value; the prior if there is
        # no other row.
        first_scores = np.where(n_others > 0, (first - 1) / n_others, prior)
        second_scores = np.where(n_others > 0, first / n_others, prior)
    wins = _count_wins(first_scores, first, second_scores, second)
    # With both left out, two rows with the same value have the same share: a tie. Above, with only
    # one left out, each of these pairs counted as a win of the second class.
    return float((wins + (first * second).sum() / 2) / (n_first * n_second))


def _count_wins(
    first: Float64Array, n_first: IntArray, second: Float64Array, n_second: IntArray
) -> float:
    """Count the pairs in which the first score is higher; a tie counts as one half."""
    order = np.argsort(second, kind="stable")
    cumulative = np.concatenate([[0], np.cumsum(n_second[order])])
    n_below = cumulative[np.searchsorted(second[order], first, "left")]
    n_not_above = cumulative[np.searchsorted(second[order], first, "right")]
    return float((n_first * (n_below + n_not_above)).sum() / 2)
