"""Synthetic samples that do not lie between two samples: they have a base sample, and values.

Their values are computed in the units in which distances are measured, and stored in the original
units.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.extmath import row_norms

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._table import SyntheticSamples, Table
from counterpoise.neighbors._space import DistanceUnits, build_search_space

__all__ = ["build_synthetic", "draw_in_unit_ball", "find_varying", "place_synthetic", "read_points"]


def read_points(table: Table, rows: RowArray, units: DistanceUnits) -> Float64Array:
    """Return the values of rows in the units of distances, NaN where a value is missing.

    Parameters
    ----------
    table : Table
    rows : ndarray of int of shape (n_rows,)
        In ascending order.
    units : DistanceUnits

    Returns
    -------
    ndarray of float64 of shape (n_rows, n_features)
    """
    points = build_search_space(table, rows, units).selected
    dense = points if isinstance(points, np.ndarray) else points.toarray()
    return np.asarray(dense, np.float64)


def place_synthetic(
    base: RowArray,
    base_points: Float64Array,
    points: Float64Array,
    units: DistanceUnits,
    codes: int | IntArray,
) -> SyntheticSamples:
    """Return synthetic samples with a base sample and given values.

    As in SMOTE, a value is missing where that of the base sample is, and is that of the base sample
    where it could not be computed.

    Parameters
    ----------
    base : ndarray of int of shape (n_synthetic,)
        Row numbers of the base samples.
    base_points, points : ndarray of float64 of shape (n_synthetic, n_features)
        The values of the base samples and of the synthetic ones, in the units of distances.
    units : DistanceUnits
    codes : int or ndarray of int of shape (n_synthetic,)
        The class code of the synthetic samples.

    Returns
    -------
    SyntheticSamples
    """
    if units.penalties is not None:  # some values are missing
        points = np.where(np.isnan(base_points) | np.isnan(points), base_points, points)
    if units.scales is not None:
        points = points * units.scales
    return build_synthetic(base, codes, points)


def build_synthetic(base: IntArray, codes: int | IntArray, points: Any) -> SyntheticSamples:
    """Return synthetic samples with a base sample and given values, in original units.

    Parameters
    ----------
    base : ndarray of int of shape (n_synthetic,)
        Row numbers of the base samples.
    codes : int or ndarray of int of shape (n_synthetic,)
        The class code of the synthetic samples.
    points : ndarray or sparse matrix of shape (n_synthetic, n_features)

    Returns
    -------
    SyntheticSamples
    """
    n = len(base)
    label = np.full(n, codes, np.int32)
    return SyntheticSamples(base, np.full(n, -1), np.full(n, np.nan), label, points)


def draw_in_unit_ball(n_draws: int, n_features: int, rng: np.random.RandomState) -> Float64Array:
    """Draw points from a uniform distribution in the ball of radius 1 around the origin.

    Examples
    --------
    >>> points = draw_in_unit_ball(1000, 3, np.random.RandomState(0))
    >>> bool((np.linalg.norm(points, axis=1) <= 1).all())
    True
    """
    points: Float64Array = rng.standard_normal((n_draws, n_features))
    radius = rng.uniform(size=n_draws) ** (1 / max(n_features, 1))
    norms = row_norms(points)
    points *= (radius / np.where(norms > 0, norms, 1))[:, None]
    return points


def find_varying(points: Float64Array) -> BoolArray:
    """Return the features that have two different values or more; missing values do not count.

    Examples
    --------
    >>> find_varying(np.array([[1.0, 2.0, np.nan], [1.0, 3.0, 4.0]]))
    array([False,  True, False])
    """
    low, high = np.fmin.reduce(points), np.fmax.reduce(points)
    varying: BoolArray = low < high
    return varying
