"""Distances between all samples of a class, for methods that cluster it."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from scipy import sparse
from scipy.spatial.distance import cdist, pdist, squareform
from sklearn.utils import gen_batches

from counterpoise._lib.types import Float64Array

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
    blocks = []
    for some in gen_batches(n, max(1, _MAX_DISTANCES // n)):
        distances = _distances(points[some], points)
        is_within = distances <= radius
        is_within[np.arange(len(distances)), np.arange(n)[some]] = False
        pairs = np.nonzero(is_within)
        values: Any = distances[pairs]
        blocks.append(sparse.csr_array((values, pairs), shape=distances.shape))
    return sparse.vstack(blocks, format="csr")


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


def _distances(queries: Any, points: Any) -> Float64Array:
    # Matrix products round differently on each processor, so dense rows are compared one by one.
    distances = sklearn.metrics.euclidean_distances if sparse.issparse(points) else cdist
    return np.asarray(distances(queries, points))
