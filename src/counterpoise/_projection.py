"""Project samples onto the first two principal components of a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

from counterpoise._encoding import TableEncoder, make_preprocessing
from counterpoise._lib.types import Float64Array, IntArray

__all__ = ["PrincipalPlane", "subsample"]


class PrincipalPlane:
    """The first two principal components of a table, after the preprocessing of a linear model.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_features)

    Attributes
    ----------
    explained_variance : float
        Share of the variance of the scaled features, in [0, 1].
    """

    def __init__(self, X: Any) -> None:
        self._encoder = TableEncoder().fit(X)
        values = self._encoder.transform(X)
        is_sparse = self._encoder.categorical_ is None
        # ARPACK needs variance. Without any, all positions are the same in any two columns.
        self._width = 2 if is_sparse and _is_constant(values) else values.shape[1]
        values = values[:, : self._width]
        solver = _choose_solver(values.shape) if is_sparse else "auto"
        pca = PCA(min(2, values.shape[1]), svd_solver=solver, random_state=0)
        preprocessing = make_preprocessing(self._encoder.categorical_)
        with np.errstate(invalid="ignore"):  # features that are constant have no variance
            self._components = make_pipeline(preprocessing, pca).fit(values)
        self.explained_variance = float(np.nan_to_num(pca.explained_variance_ratio_.sum()))

    def project(self, X: Any) -> Float64Array:
        """Return the positions of samples; ndarray of float64 of shape (n_samples, 2)."""
        values = self._encoder.transform(X)[:, : self._width]
        positions: Float64Array = self._components.transform(values)
        # The second coordinate is 0 if there is only one feature.
        return np.column_stack([positions, np.zeros((len(positions), 2 - positions.shape[1]))])


def _is_constant(values: Any) -> bool:
    return not (values.max(axis=0) != values.min(axis=0)).nnz


def _choose_solver(shape: tuple[int, int]) -> str:
    """Choose a solver for a sparse matrix: ARPACK finds fewer components than columns or rows."""
    return "arpack" if min(shape) > 2 else "covariance_eigh"


def subsample(rows: IntArray, size: int, rng: np.random.RandomState) -> IntArray:
    """Draw rows at random if there are more than `size`."""
    return rows if len(rows) <= size else rng.choice(rows, size, replace=False)
