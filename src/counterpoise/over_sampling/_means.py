"""Means of several samples, and noise, for synthetic samples; in original units."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._table import (
    SparseColumns,
    SparseTable,
    Table,
    feature_positions,
    measure_spreads,
)
from counterpoise.neighbors._space import DistanceUnits, build_search_space

__all__ = ["add_noise", "compute_means", "standard_deviations"]

_CHUNK = 8192  # samples whose noise is drawn at once, which bounds the memory


def compute_means(
    table: Table, rows: RowArray, base: IntArray, members: IntArray, weights: Float64Array
) -> Any:
    """Compute weighted means of several samples of a class, in original units.

    A missing value of a sample is replaced by that of the base sample. So a mean is missing where
    its base sample is, and nowhere else.

    Parameters
    ----------
    table : Table
        With numeric features only.
    rows : ndarray of int of shape (n_rows,)
        The rows of the class.
    base : ndarray of int of shape (n_synthetic,)
        The base sample of each mean, as a position in `rows`.
    members : ndarray of int of shape (n_synthetic, n_members)
        The samples of each mean, as positions in `rows`.
    weights : ndarray of float64 of shape (n_synthetic, n_members)
        Their weights, which add up to 1 for each mean.

    Returns
    -------
    ndarray of float64 of shape (n_synthetic, n_features), or CSR matrix for a sparse table
    """
    values: Any = build_search_space(
        table, rows, DistanceUnits(feature_positions(table), ())
    ).selected
    starts = np.arange(0, members.size + 1, members.shape[1])
    mixing: Any = sparse.csr_array(
        (weights.ravel(), members.ravel(), starts), (len(base), len(rows))
    )
    if sparse.issparse(values):
        return mixing @ values
    is_missing = np.isnan(values)
    means: Float64Array = mixing @ np.where(is_missing, 0.0, values)
    if is_missing.any():
        means += (mixing @ is_missing.astype(np.float64)) * values[base]  # NaN if the base is
    return means


def add_noise(points: Any, std: Float64Array, rng: np.random.RandomState) -> Float64Array:
    """Add Gaussian noise to points, in place if they are dense.

    Parameters
    ----------
    points : ndarray of float64 of shape (n_points, n_features), or CSR matrix
    std : ndarray of float64 of shape (n_features,) or (n_points, n_features)
        Standard deviation of the noise.
    rng : RandomState

    Returns
    -------
    ndarray of float64 of shape (n_points, n_features)
    """
    noisy: Float64Array = points.toarray() if hasattr(points, "toarray") else points
    std = np.broadcast_to(std, noisy.shape)
    for start in range(0, len(noisy), _CHUNK):
        some = slice(start, start + _CHUNK)
        noisy[some] += rng.randn(*noisy[some].shape) * std[some]
    return noisy


def standard_deviations(table: Table) -> Float64Array:
    """Return the standard deviation of each feature over all samples; 0 if all are missing.

    Parameters
    ----------
    table : Table
        With numeric features only.

    Returns
    -------
    ndarray of float64 of shape (n_features,)
    """
    if isinstance(table, SparseTable):
        columns = SparseColumns.of(table)
        return np.where(columns.is_constant, 0.0, np.sqrt(columns.variances))
    spreads = measure_spreads(table, feature_positions(table))
    return np.array([spread.moments.std if spread.moments.count else 0.0 for spread in spreads])
