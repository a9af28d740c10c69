"""Nearest neighbors of rows: minority sample types, and measures of class overlap.

By default, each numeric feature is divided by its standard deviation, so that all of them have the
same weight in the distance.

The type of a minority row depends on how many of its five nearest neighbors are of its own class:
4 or 5, safe; 2 or 3, borderline; 1, rare; 0, outlier. A row with one such neighbor is rare only if
the two form an isolated pair: none of the neighbors of that neighbor is of the class, except the
row itself. Otherwise more rows of the class are close by, and the row is borderline (Napierala and
Stefanowski, 2016).

Three measures describe the overlap of the classes, whatever the model (Lorena et al., 2019):

- error rate of the nearest neighbor classifier (N3): share of rows whose nearest neighbor is of
  another class;
- share of other classes among the five nearest neighbors;
- maximum Fisher's discriminant ratio (F1): scatter of the class means relative to the scatter
  within the classes, in the best column; 1 if the means are equal, near 0 if they are far apart.

References: K. Napierala, J. Stefanowski, "Types of minority class examples and their influence on
learning classifiers from imbalanced data", Journal of Intelligent Information Systems 46, 563-597
(2016), doi:10.1007/s10844-015-0368-1. A. C. Lorena, L. P. F. Garcia, J. Lehmann, M. C. P. Souto,
T. K. Ho, "How complex is your classification problem?", ACM Computing Surveys 52, 107 (2019),
doi:10.1145/3347711.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._table import (
    EncodedTarget,
    SparseColumns,
    SparseTable,
    Table,
    feature_positions,
)
from counterpoise.exceptions import InputError
from counterpoise.neighbors._checks import check_feature_types
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import (
    Scale,
    build_search_space,
    choose_scale,
    compute_distance_units,
)
from counterpoise.profile._records import ClassOverlap, Overlap

__all__ = [
    "N_NEIGHBORS",
    "SAMPLE_TYPES",
    "SampleTypes",
    "build_search",
    "classify_rows",
    "compute_fisher_ratios",
    "find_sample_types",
    "measure_overlap",
    "select_rows",
]

N_NEIGHBORS = 5
# Rows of a class. With 10,000 random rows, the standard error of a share is at most 0.5 points.
LARGE_CLASS, SAMPLE_SIZE = 50_000, 10_000

SAMPLE_TYPES = ("safe", "borderline", "rare", "outlier")
_SAFE, _BORDERLINE, _RARE, _OUTLIER = range(4)
# Type by the number of neighbors of the row's own class, from 0 to 5.
_TYPE_OF = np.array([_OUTLIER, _RARE, _BORDERLINE, _BORDERLINE, _SAFE, _SAFE], np.int8)


def build_search(table: Table, scale: Scale) -> NeighborSearch:
    """Build a search index for the five nearest neighbors of each row.

    Parameters
    ----------
    table : Table
        Numeric and categorical columns, with more than five rows.
    scale : {"standard", "robust"} or None
        The units of distances, as in samplers.

    Returns
    -------
    NeighborSearch

    Raises
    ------
    InputError
        If a value is infinite.
    """
    return NeighborSearch(
        build_search_space(table, None, compute_distance_units(table, scale)), N_NEIGHBORS
    )


def select_rows(target: EncodedTarget) -> RowArray:
    """Select the rows whose neighbors are searched: all of a class, or 10,000 of a large class.

    The random selection has a fixed seed, so that it is the same in each call.

    Parameters
    ----------
    target : EncodedTarget

    Returns
    -------
    ndarray of int
        Row numbers, ascending.
    """
    rng = np.random.RandomState(0)
    selected = []
    for code, count in enumerate(target.counts):
        rows = target.rows_of(code)
        is_large = count > LARGE_CLASS
        selected.append(rng.choice(rows, SAMPLE_SIZE, replace=False) if is_large else rows)
    return np.sort(np.concatenate(selected))


# ---- Sample types ----


@dataclass(frozen=True)
class SampleTypes:
    """Sample types of some rows.

    Attributes
    ----------
    rows : ndarray of int of shape (n_evaluated,)
        Row numbers, ascending.
    types : ndarray of int8 of shape (n_evaluated,)
        Type of each row as a position in `SAMPLE_TYPES`: 0 safe, 1 borderline, 2 rare, 3 outlier.
    """

    rows: RowArray
    types: IntArray


def find_sample_types(table: Table, target: EncodedTarget) -> SampleTypes:
    """Find the sample type of each row of every class smaller than the largest.

    Parameters
    ----------
    table : Table
        Numeric and categorical columns; values may be missing.
    target : EncodedTarget

    Returns
    -------
    SampleTypes

    Raises
    ------
    InputError
        If there are five rows or fewer, a value is infinite, or no distance is defined on a column.

    Examples
    --------
    >>> from counterpoise._table import encode_target, as_table
    >>> X = [[0], [1], [2], [3], [4], [5], [20], [21], [22], [23], [24], [25], [26], [27], [28]]
    >>> y = ["minority"] * 6 + ["majority"] * 8 + ["minority"]
    >>> found = find_sample_types(as_table(X), encode_target(y, 15))
    >>> [SAMPLE_TYPES[code] for code in found.types]
    ['safe', 'safe', 'safe', 'safe', 'safe', 'safe', 'outlier']
    """
    check_feature_types(table, "find_sample_types")
    if table.n_rows <= N_NEIGHBORS:
        raise InputError(
            f"Sample types need more than {N_NEIGHBORS} rows, as they depend on the {N_NEIGHBORS} "
            f"nearest neighbors of each row; got {table.n_rows}."
        )
    search = build_search(table, choose_scale(table))
    rows = np.flatnonzero((target.counts < target.counts.max())[target.codes])
    return classify_rows(search, target, rows, _find_neighbors(search, rows))


def classify_rows(
    search: NeighborSearch, target: EncodedTarget, rows: RowArray, neighbors: RowArray
) -> SampleTypes:
    """Classify some rows as safe, borderline, rare or outlier, given their neighbors.

    Parameters
    ----------
    search : NeighborSearch
        Search index that `build_search` returns.
    target : EncodedTarget
    rows : ndarray of int of shape (n_evaluated,)
        Row numbers.
    neighbors : ndarray of int of shape (n_evaluated, 5)
        Nearest neighbors of each row.

    Returns
    -------
    SampleTypes
    """
    is_own = target.codes[neighbors] == target.codes[rows][:, None]
    n_own = is_own.sum(axis=1)
    types = _TYPE_OF[n_own]
    with_one = np.flatnonzero(n_own == 1)
    only_own = neighbors[with_one][is_own[with_one]]
    second = _find_neighbors(search, only_own)
    is_same_class = target.codes[second] == target.codes[only_own][:, None]
    # The pair is isolated if the neighbor has no neighbor of the class but the row itself.
    is_isolated = (~is_same_class | (second == rows[with_one][:, None])).all(axis=1)
    types[with_one[~is_isolated]] = _BORDERLINE
    return SampleTypes(rows, types)


def _find_neighbors(search: NeighborSearch, rows: RowArray) -> RowArray:
    return search.nearest_others(rows) if len(rows) else np.empty((0, N_NEIGHBORS), np.intp)


# ---- Class overlap ----


def measure_overlap(
    table: Table, target: EncodedTarget, rows: RowArray, neighbors: RowArray
) -> Overlap:
    """Measure the overlap of the classes.

    Parameters
    ----------
    table : Table
    target : EncodedTarget
    rows : ndarray of int of shape (n_evaluated,)
        Rows of every class: all of a class, or a random selection.
    neighbors : ndarray of int of shape (n_evaluated, k)
        Their nearest neighbors, nearest first.

    Returns
    -------
    Overlap
    """
    codes, n_classes = target.codes[rows], len(target.classes)
    is_other_class = target.codes[neighbors] != codes[:, None]
    n_evaluated = np.bincount(codes, minlength=n_classes)
    errors = np.bincount(codes, is_other_class[:, 0], n_classes) / n_evaluated
    shares = np.bincount(codes, is_other_class.mean(axis=1), n_classes) / n_evaluated
    best, ratio = _find_best_column(table, target)
    return Overlap(
        classes=tuple(
            ClassOverlap(label, int(n_evaluated[i]), float(errors[i]), float(shares[i]))
            for i, label in enumerate(target.classes)
        ),
        # Weighted by class size, as large classes are sampled.
        nearest_neighbor_error=float(np.average(errors, weights=target.counts)),
        fisher=None if best is None else 1 / (1 + ratio),
        fisher_column=None if best is None else table.columns[best].name,
    )


def _find_best_column(table: Table, target: EncodedTarget) -> tuple[int | None, float]:
    """Return the numeric column with the largest Fisher's discriminant ratio, and the ratio."""
    if isinstance(table, SparseTable):
        sparse_ratios = _compute_sparse_fisher_ratios(table, target)
        column = int(sparse_ratios.argmax())
        return column, float(sparse_ratios[column])
    ratios = compute_fisher_ratios(table, target)
    best = max(ratios, key=lambda column: ratios[column], default=None)
    return best, 0.0 if best is None else ratios[best]


def _compute_sparse_fisher_ratios(table: SparseTable, target: EncodedTarget) -> Float64Array:
    """Compute Fisher's discriminant ratio of each column of a sparse table."""
    columns = SparseColumns.of(table)
    means = columns.means
    between, within = np.zeros(len(means)), np.zeros(len(means))
    for code, count in enumerate(target.counts):
        of_class = SparseColumns.of(table, target.rows_of(code))
        between += count * (of_class.means - means) ** 2
        within += count * of_class.variances
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(columns.is_constant, 0.0, between / within)


def compute_fisher_ratios(table: Table, target: EncodedTarget) -> dict[int, float]:
    """Compute Fisher's discriminant ratio of each numeric column, ignoring missing values.

    Parameters
    ----------
    table : Table
    target : EncodedTarget

    Returns
    -------
    dict of int to float
        By position: scatter of the class means divided by the scatter within the classes; infinity
        if the values differ between the classes but not within them.
    """
    numeric = [j for j in feature_positions(table) if table.columns[j].feature_type.is_number]
    return {j: _compute_fisher_ratio(table.numbers(j).astype(np.float64), target) for j in numeric}


def _compute_fisher_ratio(values: Float64Array, target: EncodedTarget) -> float:
    is_present = ~np.isnan(values)
    values, codes = values[is_present], target.codes[is_present]
    if not len(values):
        return 0.0
    counts = np.bincount(codes, minlength=len(target.classes))
    means = np.bincount(codes, values, len(target.classes)) / np.maximum(counts, 1)
    between = float((counts * (means - values.mean()) ** 2).sum())
    within = float(((values - means[codes]) ** 2).sum())
    if within > 0:
        return between / within
    return np.inf if between > 0 else 0.0
