"""Assembled SMOTE: SMOTE within clusters along the border of a class.

Reference: Zhou, Yang, Guo and Hu (2013), doi:10.1109/IJCNN.2013.6707035.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import split_proportionally
from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy, check_n_rows
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborSearch,
    NeighborsEstimator,
    get_n_neighbors,
    limit_neighbors,
)
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    SearchSpace,
    build_search_space,
    compute_distance_units,
    impute_median,
)
from counterpoise.over_sampling._interpolation import interpolate_neighbors
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["AssembledSMOTE"]


class AssembledSMOTE(NeighborOverSampler):
    """Oversample with Assembled SMOTE: SMOTE within clusters along the border of a class.

    Samples of the class with a neighbor of another class are its border. They are clustered: the
    edges of their minimum spanning tree are visited from the shortest to the longest, and the two
    clusters that an edge joins become one if either is small or if both have a similar principal
    direction. So each cluster is nearly straight. SMOTE is applied within each of them, and within
    the other samples of the class.

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
    k_neighbors : int or object, default=5
        Number of nearest neighbors of the same class from which the neighbor of a base sample is
        drawn; or an estimator with `fit` and `kneighbors`. An estimator counts each sample among
        its own neighbors: ``NearestNeighbors(n_neighbors=6)`` means five.
    min_cluster_size : int, default=2
        Clusters with fewer samples are merged in any direction.
    direction_threshold : float, default=0.3
        The smallest absolute cosine, from 0 to 1, of the angle between the principal directions of
        two clusters that are merged.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0). Synthetic samples are generated in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer: raise an error; leave the
        class as it is ("skip"); add duplicates of its samples ("duplicate"); or use the neighbors
        that there are ("shrink_k"), and duplicates if there is a single sample. All but "error"
        give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    nn_k_ : object
        The nearest neighbors estimator of `k_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(k_neighbors + 1)``, as each sample counts among its own neighbors.
    clusters_ : dict
        For each oversampled class, the row numbers of the samples of each cluster with two samples
        or more; list of ndarray of int.
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
    KMeansSMOTE : SMOTE in clusters of all samples.
    BorderlineSMOTE : SMOTE from samples near the class border.

    Notes
    -----
    The edges of the tree are those between `k_neighbors` nearest neighbors on the border. The
    number of synthetic samples of a cluster is proportional to its number of samples, which the
    paper leaves open; the numbers are rounded so that they add up to the requested number. A sample
    that is alone in its cluster is no base sample, unless all are.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.
    For the principal directions, missing values are imputed with the median of their feature in the
    class.

    References
    ----------
    B. Zhou, C. Yang, H. Guo, J. Hu, "A quasi-linear SVM combined with assembled SMOTE for
    imbalanced data classification", International Joint Conference on Neural Networks (2013), 1-7,
    doi:10.1109/IJCNN.2013.6707035.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import AssembledSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = AssembledSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "assembled-smote"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "min_cluster_size": [Interval(Integral, 1, None, closed="left")],
        "direction_threshold": [Interval(Real, 0, 1, closed="both")],
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        min_cluster_size: int = 2,
        direction_threshold: float = 0.3,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.min_cluster_size = min_cluster_size
        self.direction_threshold = direction_threshold
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
        self.clusters_: dict[Any, list[RowArray]] = {}
        large, small = self._split_by_size(quotas)
        if not large:
            return self._build_resampling([], small, target, rng)
        k = get_n_neighbors(self.k_neighbors)
        check_n_rows("AssembledSMOTE", "k_neighbors", k, table.n_rows)
        units = compute_distance_units(table, self.scale)
        search = NeighborSearch(build_search_space(table, None, units), self.k_neighbors)
        parts = []
        for quota in large:
            rows = target.rows_of(quota.code)
            neighbors = search.nearest_others(rows)
            is_border = (target.codes[neighbors] != quota.code).any(axis=1)
            clusters = self._cluster_border(table, rows[is_border], units)
            clusters = [some for some in (*clusters, rows[~is_border]) if len(some) > 1] or [rows]
            self.clusters_[quota.label] = clusters
            parts += self._oversample(table, clusters, quota, units, rng)
        return self._build_resampling(parts, small, target, rng)

    def _cluster_border(
        self, table: Table, border: RowArray, units: DistanceUnits
    ) -> list[RowArray]:
        """Return the samples of each cluster on the border."""
        if len(border) < 2:
            return []
        space = build_search_space(table, border, units)
        points = impute_median(space)[0]
        points = points if isinstance(points, np.ndarray) else points.toarray()
        forest = _ClusterForest(points, self.min_cluster_size, self.direction_threshold)
        limited = limit_neighbors(self.k_neighbors, len(border) - 1)
        for a, b in _spanning_edges(NeighborSearch(space, limited), space):
            forest.join(a, b)
        return [border[np.sort(members)] for members in forest.clusters()]

    def _oversample(
        self,
        table: Table,
        clusters: list[RowArray],
        quota: ClassQuota,
        units: DistanceUnits,
        rng: np.random.RandomState,
    ) -> list[SyntheticSamples]:
        sizes = np.array([len(rows) for rows in clusters], np.float64)
        parts = []
        for rows, n in zip(clusters, split_proportionally(sizes, quota.amount), strict=True):
            if n:
                search = self._search_among(table, rows, units)
                parts.append(interpolate_neighbors(search, rows, quota, rng, n_synthetic=int(n)))
        return parts


class _ClusterForest:
    """Clusters that grow along the edges of a spanning tree, as long as they stay straight.

    Parameters
    ----------
    points : ndarray of float64 of shape (n_points, n_features)
    min_size : int
    threshold : float
        Smallest absolute cosine between the principal directions of two clusters that are merged.
    """

    def __init__(self, points: Float64Array, min_size: int, threshold: float) -> None:
        self._points = points
        self._min_size = min_size
        self._threshold = threshold
        self._cluster = np.arange(len(points))  # of each point
        self._members = {number: np.array([number]) for number in range(len(points))}
        self._directions: dict[int, Float64Array] = {}

    def clusters(self) -> list[IntArray]:
        """Return the positions of the points of each cluster."""
        return list(self._members.values())

    def join(self, a: int, b: int) -> None:
        """Merge the clusters of two points if either is small, or if their directions agree."""
        kept, merged = sorted(
            (int(self._cluster[a]), int(self._cluster[b])), key=lambda c: -len(self._members[c])
        )
        if kept == merged:
            return
        if len(self._members[merged]) >= self._min_size:
            cosine = abs(float(self._direction(kept) @ self._direction(merged)))
            if cosine < self._threshold:
                return
        members = self._members.pop(merged)
        self._cluster[members] = kept
        self._members[kept] = np.concatenate([self._members[kept], members])
        self._directions.pop(kept, None)
        self._directions.pop(merged, None)

    def _direction(self, cluster: int) -> Float64Array:
        """Return the principal direction of a cluster, of length 1; 0 if all points are equal."""
        if cluster not in self._directions:
            members = self._points[self._members[cluster]]
            self._directions[cluster] = _principal_direction(members - members.mean(axis=0))
        return self._directions[cluster]


def _principal_direction(centered: Float64Array) -> Float64Array:
    if len(centered) > centered.shape[1]:  # the matrix of products is the smaller one
        sizes, directions = np.linalg.eigh(centered.T @ centered)
        direction: Float64Array = directions[:, -1] * (sizes[-1] > 0)
    else:
        _, sizes, directions = np.linalg.svd(centered, full_matrices=False)
        direction = directions[0] * (sizes[0] > 0)
    return direction


def _spanning_edges(search: NeighborSearch, space: SearchSpace) -> list[tuple[int, int]]:
    """Return the edges of the minimum spanning forest of the nearest neighbors, shortest first."""
    nearest, distances = search.nearest(space, search.k + 1)  # with the samples themselves
    start = np.repeat(np.arange(len(nearest)), nearest.shape[1])
    order = np.argsort(distances.ravel(), kind="stable")
    root = list(range(len(nearest)))

    def find(point: int) -> int:
        while root[point] != point:
            root[point] = root[root[point]]
            point = root[point]
        return point

    edges = []
    for a, b in zip(start[order].tolist(), nearest.ravel()[order].tolist(), strict=True):
        root_a, root_b = find(a), find(b)
        if root_a != root_b:
            root[root_a] = root_b
            edges.append((a, b))
    return edges
