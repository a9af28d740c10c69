"""Distances between all samples of a class, for methods that cluster it."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from scipy import sparse
from scipy.spatial.distance import cdist, pdist, squareform
from sklearn.utils import gen_batches

from counterpoise._lib.types import Float64Array, RowArray
from counterpoise.neighbors._adapters import RoundingErrorBound, paired_squared_distances

__all__ = ["compute_all_distances", "find_within"]

_MAX_DISTANCES = 1 << 21  # at a time: 16 MB


def find_within(points: Any, radius: float) -> Any:
    """Find all pairs of points within a radius.

    Parameters
    ----------
    points : ndarray of float of shape (n_points, n_features), or CSR matrix
        Without missing values.
    radius : float

    Returns
    -------
    CSR matrix of float64 of shape (n_points, n_points)
        Their distances, symmetric. A point is no pair with itself; those of equal points are stored
        zeros.
    """
    n = points.shape[0]
    points = points.astype(np.float64)
    error_bound = RoundingErrorBound(points) if sparse.issparse(points) else None
    blocks = []
    for some in gen_batches(n, max(1, _MAX_DISTANCES // n)):
        queries = points[some]
        if error_bound is None:
            query, point, distances = _find_pairs(queries, points, radius)
        else:
            query, point, distances = _find_sparse_pairs(queries, points, radius, error_bound)
        is_other = some.start + query != point
        pairs = query[is_other], point[is_other]
        blocks.append(sparse.csr_array((distances[is_other], pairs), (queries.shape[0], n)))
    return sparse.vstack(blocks, format="csr")


def _find_pairs(queries: Any, points: Any, radius: float) -> tuple[RowArray, RowArray, Any]:
    distances = cdist(queries, points)  # not with products, which round differently
    query, point = np.nonzero(distances <= radius)
    return query, point, distances[query, point]


def _find_sparse_pairs(
    queries: Any, points: Any, radius: float, error_bound: RoundingErrorBound
) -> tuple[RowArray, RowArray, Any]:
    """Find pairs with a product, and compute the distances of those again that may be within."""
    rough = sklearn.metrics.euclidean_distances(queries, points, squared=True)
    error = error_bound.compute(queries)
    query, point = np.nonzero(rough <= (radius**2 + 2 * error)[:, None])
    distances = np.sqrt(paired_squared_distances(points, queries, point, query))
    is_within = distances <= radius
    return query[is_within], point[is_within], distances[is_within]


def compute_all_distances(points: Any) -> Float64Array:
    """Compute the distances of all pairs of points, in the order of `scipy.spatial.distance.pdist`.

    Parameters
    ----------
    points : ndarray of float of shape (n_points, n_features), or CSR matrix
        Without missing values.

    Returns
    -------
    ndarray of float64 of shape (n_points * (n_points - 1) / 2,)
    """
    if sparse.issparse(points):
        return np.asarray(squareform(sklearn.metrics.euclidean_distances(points), checks=False))
    return np.asarray(pdist(points))
