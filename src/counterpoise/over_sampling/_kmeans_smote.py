"""K-means SMOTE: SMOTE within clusters, with more synthetic samples where the class is sparse.

Reference: Douzas, Bacao and Last (2018), doi:10.1016/j.ins.2018.06.056.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import sklearn
from sklearn.base import clone
from sklearn.utils import gen_batches
from sklearn.utils.extmath import row_norms, safe_sparse_dot
from sklearn.utils.parallel import Parallel, delayed

from counterpoise._array_ops import split_proportionally
from counterpoise._lib.sklearn_private import HasMethods, Interval, StrOptions
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.neighbors._search import (
    JOBS,
    NEIGHBORS,
    NeighborsEstimator,
    get_n_neighbors,
)
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    build_search_space,
    compute_distance_units,
    impute_median,
)
from counterpoise.over_sampling._interpolation import interpolate_neighbors
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["KMeansSMOTE"]

_ADVICE = "Set a lower cluster_balance_threshold, fewer clusters with kmeans_estimator"
_MAX_DISTANCES = 1 << 21  # at a time, between samples of a cluster: 16 MB


@dataclass(frozen=True)
class _ClusteredData:
    """A table, its samples with missing values imputed, and the cluster of each."""

    table: Table
    units: DistanceUnits
    points: Any
    clusters: IntArray


class KMeansSMOTE(NeighborOverSampler):
    """Oversample with k-means SMOTE: SMOTE in clusters, most samples where the class is sparse.

    All samples are clustered once. The clusters with a large enough share of the class are
    oversampled in proportion to the sparsity of the class in them, with SMOTE between samples of
    the class in the same cluster.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to oversample, and their sizes after resampling. A str names the classes that
        are oversampled to the size of the majority class: "minority", "not majority" or "all";
        "auto" is the same as "not majority". A float in (0, 1] is the ratio to the majority class:
        each class gets ``max(count, round(ratio * n_majority))`` samples. A dict maps each class
        to its number of samples after resampling. A callable takes `y` and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    k_neighbors : int or object, default=2
        Number of nearest neighbors of the same class from which the neighbor of a base sample is
        drawn; or an estimator with `fit` and `kneighbors`. An estimator counts each sample among
        its own neighbors: ``NearestNeighbors(n_neighbors=3)`` means two.
    n_jobs : int or None, default=None
        Number of jobs that compute the distances within clusters, as in scikit-learn.
    kmeans_estimator : int, object or None, default=None
        The number of clusters, or a clustering estimator with `fit_predict`. None means
        scikit-learn's `MiniBatchKMeans` with default parameters.
    cluster_balance_threshold : "auto" or float, default="auto"
        The smallest share of the class among the samples of a cluster that is oversampled. "auto"
        means half of the class's share of all synthetic samples.
    density_exponent : "auto" or float, default="auto"
        Exponent of the mean distance in the sparsity of a cluster. "auto" derives it from the
        number of samples of the class in the cluster.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search and for the clustering: "standard" divides
        each by its standard deviation over all samples, "robust" by its interquartile range (its
        standard deviation if that is 0). Synthetic samples are generated in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer, or no cluster with more:
        raise an error; leave the class as it is ("skip"); add duplicates of its samples
        ("duplicate"); or use the neighbors that there are in a cluster ("shrink_k"), and duplicates
        if there are none. All but "error" give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    nn_k_ : object
        The nearest neighbors estimator of `k_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(k_neighbors + 1)``, as each sample counts among its own neighbors.
    kmeans_estimator_ : object
        The fitted clustering estimator.
    cluster_balance_threshold_ : "auto" or float
        The threshold used; minus infinity if there is only one cluster.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample, its neighbor and its position between them.

    See Also
    --------
    SMOTE : SMOTE with neighbors from the whole class.

    Notes
    -----
    The numbers of synthetic samples per cluster are rounded so that they add up to the requested
    number.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.
    For the clustering, missing values are imputed with the median of their feature.

    References
    ----------
    G. Douzas, F. Bacao, F. Last, "Improving imbalanced learning through a heuristic oversampling
    method based on k-means and SMOTE", Information Sciences 465, 1-20 (2018),
    doi:10.1016/j.ins.2018.06.056.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import KMeansSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> sampler = KMeansSMOTE(kmeans_estimator=1, random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "kmeans-smote"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "n_jobs": JOBS,
        "kmeans_estimator": [
            Interval(Integral, 1, None, closed="left"),
            HasMethods(["fit_predict"]),
            None,
        ],
        "cluster_balance_threshold": [StrOptions({"auto"}), Real],
        "density_exponent": [StrOptions({"auto"}), Real],
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 2,
        n_jobs: int | None = None,
        kmeans_estimator: Any = None,
        cluster_balance_threshold: Any = "auto",
        density_exponent: Any = "auto",
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.kmeans_estimator = kmeans_estimator
        self.cluster_balance_threshold = cluster_balance_threshold
        self.density_exponent = density_exponent
        self.scale = scale
        self.small_classes = small_classes

    def _accepted_samples(self) -> Samples:
        return "flattened"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        large, small = self._split_by_size(quotas)
        if not large:
            return self._build_resampling([], small, target, rng)
        units = compute_distance_units(table, self.scale)
        points = impute_median(build_search_space(table, None, units))[0]
        clusters = self._fit_clusters(points, rng)
        clustered = _ClusteredData(table, units, points, clusters)
        n_synthetic = sum(quota.amount for quota in large)
        parts: list[SyntheticSamples] = []
        for quota in large:
            members = self._select_clusters(clustered, target, quota, n_synthetic)
            if isinstance(members, str):
                self._add_unsuitable(small, quota, members, _ADVICE)
            else:
                parts += self._oversample(clustered, members, quota, rng)
        return self._build_resampling(parts, small, target, rng)

    def _fit_clusters(self, points: Any, rng: np.random.RandomState) -> IntArray:
        """Fit the clustering estimator, and return the cluster of each sample."""
        if self.kmeans_estimator is None:
            self.kmeans_estimator_ = sklearn.cluster.MiniBatchKMeans(random_state=rng)
        elif isinstance(self.kmeans_estimator, Integral):
            n_clusters = int(self.kmeans_estimator)
            self.kmeans_estimator_ = sklearn.cluster.MiniBatchKMeans(n_clusters, random_state=rng)
        else:
            self.kmeans_estimator_ = clone(self.kmeans_estimator)
        clusters: IntArray = np.asarray(self.kmeans_estimator_.fit_predict(points))
        # A single cluster holds the whole class and is always oversampled, as in imbalanced-learn.
        is_one = getattr(self.kmeans_estimator_, "n_clusters", None) == 1
        self.cluster_balance_threshold_ = -np.inf if is_one else self.cluster_balance_threshold
        return clusters

    def _select_clusters(
        self, clustered: _ClusteredData, target: EncodedTarget, quota: ClassQuota, n_synthetic: int
    ) -> list[RowArray] | str:
        """Return the rows of the class in each cluster with enough of them, or why none has."""
        threshold = self.cluster_balance_threshold_
        if threshold == "auto":
            threshold = quota.amount / n_synthetic / 2
        is_class = target.codes == quota.code
        members, largest = [], 0
        for cluster in np.unique(clustered.clusters):
            is_member = clustered.clusters == cluster
            rows = np.flatnonzero(is_member & is_class)
            largest = max(largest, len(rows))
            if is_class[is_member].mean() >= threshold:
                members.append(rows)
        k = self._limit_to_clusters(members)
        members = [rows for rows in members if len(rows) > k]
        if not members:
            return (
                f"KMeansSMOTE found no cluster to oversample class {quota.label!r} in: a cluster "
                f"must contain more than k_neighbors={k} samples of the class (the largest number "
                f"is {largest}), and these must be at least {threshold:.3g} of its samples."
            )
        return members

    def _limit_to_clusters(self, members: list[RowArray]) -> int:
        """Return the number of neighbors that a cluster must have of a class."""
        k = get_n_neighbors(self.k_neighbors)
        if self.small_classes != "shrink_k":
            return k
        return max(1, min(k, max(map(len, members), default=0) - 1))

    def _oversample(
        self,
        clustered: _ClusteredData,
        members: list[RowArray],
        quota: ClassQuota,
        rng: np.random.RandomState,
    ) -> list[SyntheticSamples]:
        run = Parallel(n_jobs=self.n_jobs, prefer="threads")
        compute = delayed(self._compute_sparsity)
        sparsity = np.array(run(compute(clustered.points[rows]) for rows in members))
        parts = []
        for rows, n in zip(members, split_proportionally(sparsity, quota.amount), strict=True):
            if n:
                search = self._search_among(clustered.table, rows, clustered.units)
                parts.append(interpolate_neighbors(search, rows, quota, rng, n_synthetic=int(n)))
        return parts

    def _compute_sparsity(self, points: Any) -> float:
        """Return the mean distance between samples, to a power, divided by their number."""
        n = points.shape[0]
        mean = _sum_distances(points) / (n * n - n)
        exponent = self.density_exponent
        if exponent == "auto":
            exponent = math.log(n, 1.6) ** 1.8 * 0.16  # imbalanced-learn's heuristic
        return float(mean**exponent / n)


def _sum_distances(points: Any) -> float:
    """Return the sum of the distances of all pairs of samples, each pair counted twice."""
    points = points.astype(np.float64)
    norms = row_norms(points, squared=True)
    total = 0.0
    for rows in gen_batches(len(norms), max(1, _MAX_DISTANCES // len(norms))):
        products = safe_sparse_dot(points[rows], points.T, dense_output=True)
        squared = norms[rows, None] + norms - 2 * products
        np.fill_diagonal(squared[:, rows], 0)  # instead of rounding errors
        total += float(np.sqrt(np.maximum(squared, 0)).sum(axis=1).sum())
    return total
