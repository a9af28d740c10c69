"""Cluster centroids: cluster a class, and replace each cluster by its center or its nearest sample.

Reference: Lin, Tsai, Hu and Jhang (2017), doi:10.1016/j.ins.2017.05.008.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import sklearn
from sklearn.base import clone

from counterpoise._array_ops import select_by_class
from counterpoise._lib.sklearn_private import HasMethods, StrOptions
from counterpoise._lib.types import Float64Array, FloatArray, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, SparseTable, SyntheticSamples, Table
from counterpoise.base import BaseSampler, Reads
from counterpoise.exceptions import EstimatorError, InputError
from counterpoise.neighbors._adapters import paired_squared_distances
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import (
    DistanceUnits,
    SearchSpace,
    build_search_space,
    compute_distance_units,
    impute_median,
)

__all__ = ["ClusterCentroids"]

Voting = Literal["auto", "hard", "soft"]

_TOLERANCE = 16  # machine epsilons by which the distances of equally near points may differ
_N_CANDIDATES = 8  # nearest points compared at first; all points if these are equally near


class ClusterCentroids(BaseSampler):
    """Undersample with cluster centroids: one sample for each k-means cluster of a class.

    The class is clustered into as many clusters as the number of samples to keep. Each cluster is
    replaced by its center ("soft"), or by the sample nearest to its center ("hard"). The output is
    grouped by class. A class that already has the requested size does not change.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to undersample, and their sizes after resampling. A str names the classes that
        are undersampled to the size of the minority class: "majority", "not minority" or "all";
        "auto" is the same as "not minority". A float in (0, 1] is the ratio of the minority class
        to each other class: each class keeps ``min(count, round(n_minority / ratio))`` samples. A
        dict maps each class to its number of samples after resampling. A callable takes `y` and
        returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the clustering: of `KMeans`, or of an `estimator` whose
        `random_state` is None. Pass an int for reproducible output across calls.
    estimator : object or None, default=None
        Clustering estimator with the parameter `n_clusters` and, once fitted, the attribute
        `cluster_centers_`. It is cloned. None means scikit-learn's `KMeans`.
    voting : {"auto", "hard", "soft"}, default="auto"
        What represents a cluster: its center ("soft"), or the sample nearest to it ("hard").
        "auto" means "hard" for sparse matrices, and "soft" otherwise.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples of each class after resampling.
    estimator_ : object
        The clustering estimator, fitted to the class that was clustered last.
    voting_ : {"hard", "soft"}
        The voting that was used.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples. Defined with "hard" only.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input, or -1 for a center.

    See Also
    --------
    RandomUnderSampler : Undersampling that keeps a random subset.
    NearMiss : Undersampling that keeps samples near the minority class.

    Notes
    -----
    With "hard", the first of several samples at the same distance to a center is kept. Two centers
    may have the same nearest sample, which is then duplicated. `KMeans` sums in parallel, so the
    number of threads may change the last digits of its centers.

    Feature types: numeric. Centers have the dtypes of their features: floats keep theirs, integers
    and booleans are rounded to the nearest (booleans with a warning).

    Missing values: allowed, except in sparse matrices. For the clustering they are imputed with the
    median of the feature within the class. A feature without any value in a class is missing in
    its centers.

    References
    ----------
    W.-C. Lin, C.-F. Tsai, Y.-H. Hu, J.-S. Jhang, "Clustering-based undersampling in
    class-imbalanced data", Information Sciences 409-410, 17-26 (2017),
    doi:10.1016/j.ins.2017.05.008.

    Examples
    --------
    >>> from counterpoise.under_sampling import ClusterCentroids
    >>> X, y = [[0.0], [1.0], [8.0], [9.0], [3.0], [4.0]], ["a", "a", "a", "a", "b", "b"]
    >>> ClusterCentroids(random_state=0).fit_resample(X, y)
    ([[8.5], [0.5], [3.0], [4.0]], ['a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "under-sampling"
    _method: ClassVar[str] = "cluster-centroids"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "voting": [StrOptions({"auto", "hard", "soft"})],
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        estimator: Any = None,
        voting: Voting = "auto",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.estimator = estimator
        self.voting = voting

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        if hasattr(self, "sample_indices_"):
            del self.sample_indices_  # of an earlier call
        self.estimator_ = self._build_estimator(rng)
        self.voting_ = self.voting
        if self.voting == "auto":
            self.voting_ = "hard" if isinstance(table, SparseTable) else "soft"
        units = compute_distance_units(table, scale=None)
        to_undersample = [quota for quota in quotas if quota.amount < quota.count]
        resample = self._keep_nearest if self.voting_ == "hard" else self._build_centers
        return resample(table, target, to_undersample, units)

    def _build_estimator(self, rng: np.random.RandomState) -> Any:
        if self.estimator is None:
            return sklearn.cluster.KMeans(random_state=rng)
        estimator = clone(self.estimator)
        params = estimator.get_params()
        if "n_clusters" not in params:
            raise InputError(
                "`estimator` should be a clustering estimator exposing a parameter `n_clusters` "
                "and a fitted parameter `cluster_centers_`, such as KMeans(); got "
                f"{self.estimator!r}."
            )
        if params.get("random_state", 0) is None:
            estimator.set_params(random_state=rng)
        return estimator

    def _keep_nearest(
        self,
        table: Table,
        target: EncodedTarget,
        to_undersample: list[ClassQuota],
        units: DistanceUnits,
    ) -> Resampling:
        """Keep the sample nearest to each center ("hard" voting)."""

        def select(quota: ClassQuota) -> RowArray:
            rows = target.rows_of(quota.code)
            points, _ = impute_median(build_search_space(table, rows, units))
            return rows[_find_nearest(self._fit_centers(points, quota), points)]

        selected = {quota.code: select(quota) for quota in to_undersample}
        self.sample_indices_ = select_by_class(target.codes, selected)
        return Resampling(kept=self.sample_indices_)

    def _build_centers(
        self,
        table: Table,
        target: EncodedTarget,
        to_undersample: list[ClassQuota],
        units: DistanceUnits,
    ) -> Resampling:
        """Replace samples by the centers of their clusters ("soft" voting)."""

        def replace(quota: ClassQuota) -> SyntheticSamples:
            points, is_empty = impute_median(
                build_search_space(table, target.rows_of(quota.code), units)
            )
            centers = self._fit_centers(points, quota)
            centers[:, is_empty] = np.nan
            n = quota.amount
            no_base, codes = np.full(n, -1), np.full(n, quota.code, np.int32)
            return SyntheticSamples(no_base, no_base, np.full(n, np.nan), codes, centers)

        synthetic = SyntheticSamples.concat([replace(quota) for quota in to_undersample])
        kept = np.flatnonzero(~np.isin(target.codes, [quota.code for quota in to_undersample]))
        order = np.argsort(np.concatenate([target.codes[kept], synthetic.label]), kind="stable")
        return Resampling(kept, synthetic, order)

    def _fit_centers(self, points: Any, quota: ClassQuota) -> FloatArray:
        """Return the centers of as many clusters as samples are requested."""
        shape = (quota.amount, points.shape[1])
        if not quota.amount:
            return np.empty(shape)
        self.estimator_.set_params(n_clusters=quota.amount).fit(points)
        centers: Any = getattr(self.estimator_, "cluster_centers_", None)
        if np.shape(centers) != shape:
            actual = "is missing" if centers is None else f"has shape {np.shape(centers)}"
            raise EstimatorError(
                "`estimator` should be a clustering estimator exposing a fitted parameter "
                f"`cluster_centers_` of shape (n_clusters, n_features), here {shape}; that of "
                f"{self.estimator_!r} {actual}. Use KMeans()."
            )
        return np.array(centers, np.result_type(centers, np.float32))


def _find_nearest(centers: FloatArray, points: Any) -> RowArray:
    """Return the position of the point nearest to each center, the first of several that tie.

    Rounding must not decide: the center of a cluster of two points is at the same distance to both.
    """
    if not len(centers):
        return np.empty(0, np.intp)
    norms = np.linalg.norm(centers, axis=1, keepdims=True)
    tolerance = _TOLERANCE * np.finfo(centers.dtype).eps * norms
    queries = centers if isinstance(points, np.ndarray) else type(points)(centers)
    k = min(_N_CANDIDATES, points.shape[0])
    nearest, distance = NeighborSearch(SearchSpace(points), 1).nearest(SearchSpace(queries), k)
    is_tied = distance <= distance[:, :1] + tolerance
    first: RowArray = np.where(is_tied, nearest, points.shape[0]).min(axis=1)
    if k < points.shape[0]:
        # If all candidates tie, points beyond them may tie as well.
        for row in np.flatnonzero(is_tied[:, -1]):
            is_near = _compute_distances(centers[row], points) <= distance[row, 0] + tolerance[row]
            first[row] = is_near.argmax()
    return first


def _compute_distances(center: FloatArray, points: Any) -> Float64Array:
    """Return the distance of each point to a center."""
    center = center.astype(np.float64)
    if isinstance(points, np.ndarray):
        distances: Float64Array = np.linalg.norm(points - center, axis=1)
        return distances
    n = points.shape[0]
    points, query = points.astype(np.float64), type(points)(center[None])
    return np.sqrt(paired_squared_distances(points, query, np.arange(n), np.zeros(n, np.intp)))
