"""Distances between samples with numeric and categorical features.

Reference: Wilson and Martinez (1997), doi:10.1613/jair.346 (HEOM, the heterogeneous Euclidean-
overlap metric).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from counterpoise._lib.sklearn_private import StrOptions
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._table import (
    FeatureType,
    SparseColumns,
    SparseTable,
    Table,
    feature_positions,
    number_blocks,
    positions_of_type,
)
from counterpoise.neighbors._checks import check_finite
from counterpoise.neighbors._space import DistanceUnits, SearchSpace, compute_distance_units

__all__ = ["SCALE", "Points", "RangeScale", "mixed_units"]

RangeScale = Literal["range", "standard", "robust"] | None

# What `scale` may be, for a sampler's `_parameter_constraints`.
SCALE: list[Any] = [StrOptions({"range", "standard", "robust"}), None]

_MAX_PAIRS = 1 << 20  # distances that are computed at once, which bounds the memory


def mixed_units(table: Table, scale: RangeScale) -> DistanceUnits:
    """Compute the units of distances, with booleans and categories compared for equality.

    Parameters
    ----------
    table : Table
    scale : {"range", "standard", "robust"} or None
        "range" gives HEOM: each numeric feature is divided by its range, and a feature whose values
        differ by category, or are missing, adds 1 to a squared distance. For the others, see
        `compute_distance_units`.

    Returns
    -------
    DistanceUnits
    """
    categorical = tuple(positions_of_type(table, FeatureType.CATEGORICAL, FeatureType.BOOLEAN))
    if scale != "range":
        return compute_distance_units(table, scale, categorical=categorical)
    is_categorical = frozenset(categorical)
    numeric = feature_positions(table)
    if categorical:
        numeric = tuple(j for j in numeric if j not in is_categorical)
    has_missing = check_finite(table, numeric)
    return DistanceUnits(
        numeric,
        categorical,
        _ranges(table, numeric),
        np.ones(len(numeric)) if has_missing else None,
        np.ones(len(categorical)) if categorical else None,
    )


def _ranges(table: Table, numeric: Any) -> Float64Array:
    """Return the range of each numeric column; 1 if it is constant or all values are missing."""
    if isinstance(table, SparseTable):
        columns = SparseColumns.of(table)
        ranges = columns.highest - columns.lowest
    else:
        ranges = np.zeros(len(numeric))
        for where, block in number_blocks(table, numeric):
            values = block.astype(np.float64)
            lowest = np.where(np.isnan(values), np.inf, values).min(axis=0)
            highest = np.where(np.isnan(values), -np.inf, values).max(axis=0)
            ranges[where] = highest - lowest
    return np.where((ranges > 0) & np.isfinite(ranges), ranges, 1.0)


@dataclass(frozen=True)
class Points:
    """The samples of a bin as points in the units of distances.

    Attributes
    ----------
    values : ndarray of float64 of shape (n_points, n_features)
        The numeric features after scaling, then the codes of the categorical features.
    penalties : ndarray of float64 of shape (n_numeric,) or None
        What a missing value adds to a squared distance.
    mismatch : ndarray of float64 of shape (n_categorical,)
        What two different categories add to a squared distance.
    """

    values: Float64Array
    penalties: Float64Array | None
    mismatch: Float64Array

    @classmethod
    def of(cls, space: SearchSpace) -> Points:
        """Return the rows of a dense search space."""
        mismatch = np.empty(0) if space.mismatch is None else space.mismatch
        # Distances are computed column by column.
        return cls(np.asfortranarray(space.selected, np.float64), space.penalties, mismatch)

    @property
    def n_numeric(self) -> int:
        """Number of numeric features."""
        return int(self.values.shape[1]) - len(self.mismatch)

    def distances(self, first: IntArray, second: IntArray) -> Float64Array:
        """Return the distance between the points of each pair."""
        squared = np.zeros(len(first))
        for j in range(self.values.shape[1]):
            squared += self._squared(j, self.values[first, j], self.values[second, j])
        return np.sqrt(squared)

    def median_distances(self, which: IntArray) -> Float64Array:
        """Return the median distance from some points to all other points."""
        n_points = len(self.values)
        medians = np.empty(len(which))
        size = max(1, _MAX_PAIRS // n_points)
        for start in range(0, len(which), size):
            some = which[start : start + size]
            squared = np.zeros((len(some), n_points))
            for j in range(self.values.shape[1]):
                squared += self._squared(j, self.values[some, j][:, None], self.values[:, j])
            squared[np.arange(len(some)), some] = -1  # the point itself, which is sorted first
            medians[start : start + size] = _median_without_first(squared)
        return medians

    def numeric_steps(self, base: IntArray, neighbor: IntArray) -> Float64Array:
        """Return the squared distance of pairs in the numeric features that both have."""
        steps = self.values[neighbor, : self.n_numeric] - self.values[base, : self.n_numeric]
        squared: Float64Array = np.nansum(steps**2, axis=1)
        return squared

    def mismatches(self, base: IntArray, neighbor: IntArray) -> Float64Array:
        """Return what each categorical feature adds to the squared distance of each pair."""
        codes = self.values[:, self.n_numeric :]
        mismatches: Float64Array = (codes[base] != codes[neighbor]) * self.mismatch
        return mismatches

    def _squared(self, column: int, first: Any, second: Any) -> Any:
        """Return what a column adds to squared distances."""
        if column >= self.n_numeric:
            return (first != second) * self.mismatch[column - self.n_numeric]
        squared = (first - second) ** 2
        if self.penalties is not None:
            squared[np.isnan(squared)] = self.penalties[column]
        return squared


def _median_without_first(squared: Float64Array) -> Float64Array:
    """Return the square root of the median of each row, without its smallest value."""
    n_others = squared.shape[1] - 1
    middle = [1 + (n_others - 1) // 2, 1 + n_others // 2]
    partitioned = np.partition(squared, middle, axis=1)
    medians: Float64Array = np.sqrt(partitioned[:, middle]).mean(axis=1)
    return medians
