"""MWMOTE: base samples weighted by their closeness to samples of other classes.

Reference: Barua, Islam, Yao and Murase (2014), doi:10.1109/TKDE.2012.232.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.utils import gen_batches

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy, check_n_rows
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    SearchSpace,
    build_search_space,
    compute_distance_units,
    impute_median,
)
from counterpoise.over_sampling._distances import compute_all_distances
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["MWMOTE"]

_COUNT: list[Any] = [Interval(Integral, 1, None, closed="left")]
_MAX_DISTANCES = 1 << 21  # between the border and the class at a time, which bounds the memory
_POSITIVE: list[Any] = [Interval(Real, 0, None, closed="neither")]


@dataclass(frozen=True)
class _OversampledClass:
    """The rows of a class and of the other classes, with their search spaces.

    Attributes
    ----------
    rows : ndarray of int of shape (n_samples_of_class,)
    space, others : SearchSpace
        Those of the class, and of the other classes.
    clean : ndarray of int of shape (n_clean,)
        Positions in `rows` of the samples that have another one of their class among their
        neighbors; the others are noise.
    """

    rows: RowArray
    space: SearchSpace
    others: SearchSpace
    clean: RowArray


class MWMOTE(NeighborOverSampler):
    """Oversample with MWMOTE: most synthetic samples where the class is close to other classes.

    Samples of the class without another one among their `m_neighbors` nearest neighbors are noise.
    The `k_majority` nearest samples of other classes to each of the remaining samples are the
    border of the other classes. The base samples are the `k_neighbors` nearest samples of the class
    to each sample of this border. They are drawn with weights that are larger where base samples
    are closer to the border and sparser. A synthetic sample lies between a base sample and another
    sample of its cluster.

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
    k_neighbors : int, default=5
        Number of nearest samples of the class to each sample of the border; k3 in the paper, which
        uses half of the samples of the class.
    m_neighbors : int, default=5
        Number of nearest neighbors in the whole data set that decide whether a sample is noise; k1
        in the paper.
    k_majority : int, default=3
        Number of nearest samples of other classes that are the border; k2 in the paper.
    closeness_threshold : float, default=5
        Largest inverse of the distance to the border, per feature, that increases the closeness;
        C_f(th) in the paper.
    max_closeness : float, default=2
        Closeness of a sample at this threshold; CMAX in the paper.
    cluster_threshold : float, default=3
        Distance up to which clusters are merged, in multiples of the mean distance to the nearest
        sample of the class; C_p in the paper.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search and for the clustering: "standard" divides
        each by its standard deviation over all samples, "robust" by its interquartile range (its
        standard deviation if that is 0). Synthetic samples are generated in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer, or no base sample: raise an
        error; leave the class as it is ("skip"); add duplicates of its samples ("duplicate"); or
        use the neighbors that there are ("shrink_k"), and duplicates if there are none. All but
        "error" give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    base_indices_ : dict
        For each oversampled class, the indices of its base samples.
    base_weights_ : dict
        For each oversampled class, the probability with which each base sample is drawn.
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
    ADASYN : More synthetic samples where a class has more neighbors of other classes.
    BorderlineSMOTE : SMOTE from samples near the class border.

    Notes
    -----
    Clusters of the class are found with average linkage. A sample that is alone in its cluster has
    no other sample to interpolate with, and is no base sample.

    The distances between all samples of a class are held in memory, four bytes times the square of
    their number.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing. For the clustering, missing values are imputed with the median of their
    feature in the class.

    References
    ----------
    S. Barua, M. M. Islam, X. Yao, K. Murase, "MWMOTE: Majority Weighted Minority Oversampling
    Technique for Imbalanced Data Set Learning", IEEE Transactions on Knowledge and Data Engineering
    26, 405-425 (2014), doi:10.1109/TKDE.2012.232.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import MWMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = MWMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "mwmote"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": _COUNT,
        "m_neighbors": _COUNT,
        "k_majority": _COUNT,
        "closeness_threshold": _POSITIVE,
        "max_closeness": _POSITIVE,
        "cluster_threshold": _POSITIVE,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: int = 5,
        m_neighbors: int = 5,
        k_majority: int = 3,
        closeness_threshold: float = 5,
        max_closeness: float = 2,
        cluster_threshold: float = 3,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.k_majority = k_majority
        self.closeness_threshold = closeness_threshold
        self.max_closeness = max_closeness
        self.cluster_threshold = cluster_threshold
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
        self.base_indices_: dict[Any, RowArray] = {}
        self.base_weights_: dict[Any, Float64Array] = {}
        if not large:
            return self._build_resampling([], small, target, rng)
        check_n_rows("MWMOTE", "m_neighbors", self.m_neighbors, table.n_rows)
        units = compute_distance_units(table, self.scale)
        search = NeighborSearch(build_search_space(table, None, units), self.m_neighbors)
        parts: list[SyntheticSamples] = []
        for quota in large:
            of_class = _open_class(table, target, quota, units, search)
            clusters = self._find_clusters(of_class)
            weights = self._weigh_bases(of_class) * (np.bincount(clusters)[clusters] > 1)
            if not weights.any():
                self._add_unsuitable(small, quota, *_describe_no_base(quota, of_class))
                continue
            bases = np.flatnonzero(weights)
            self.base_indices_[quota.label] = of_class.rows[bases]
            self.base_weights_[quota.label] = weights[bases] / weights.sum()
            parts.append(_draw_samples(of_class.rows, weights, clusters, quota, rng))
        return self._build_resampling(parts, small, target, rng)

    def _weigh_bases(self, of_class: _OversampledClass) -> Float64Array:
        """Return the selection weight of each sample of the class, 0 if it is no base sample."""
        clean = of_class.clean
        weights = np.zeros(len(of_class.rows))
        if not len(clean):
            return weights
        candidates = of_class.space.subset(clean)
        k_majority = min(self.k_majority, of_class.others.n_rows)
        found, _ = NeighborSearch(of_class.others, k_majority).nearest(candidates, k_majority)
        k_neighbors = min(self.k_neighbors, len(clean))
        search = NeighborSearch(candidates, k_neighbors)
        border = np.unique(found)
        for some in gen_batches(len(border), max(1, _MAX_DISTANCES // k_neighbors)):
            queries = of_class.others.subset(border[some])
            nearest, distances = search.nearest(queries, k_neighbors)
            closeness = self._compute_closeness(distances, of_class.space.points.shape[1])
            density = closeness / closeness.sum(axis=1, keepdims=True)
            information = (closeness * density).ravel()
            weights[clean] += np.bincount(nearest.ravel(), information, len(clean))
        return weights

    def _compute_closeness(self, distances: Float64Array, n_features: int) -> Float64Array:
        """Return the closeness factor of equation 6 of the paper."""
        with np.errstate(divide="ignore", over="ignore"):
            inverse = n_features / distances
        clipped = np.minimum(inverse, self.closeness_threshold)
        closeness: Float64Array = clipped / self.closeness_threshold * self.max_closeness
        return closeness

    def _find_clusters(self, of_class: _OversampledClass) -> IntArray:
        """Return the cluster of each sample of the class, with average linkage."""
        if len(of_class.clean) < 2:
            return np.arange(len(of_class.rows))
        clean = of_class.space.subset(of_class.clean)
        # Each sample is its own nearest, or an equal one is.
        nearest = NeighborSearch(clean, 2).nearest(clean, 2)[1][:, 1]
        distances = compute_all_distances(impute_median(of_class.space)[0])
        merged = linkage(distances, "average")
        threshold = self.cluster_threshold * float(nearest.mean())
        clusters: IntArray = fcluster(merged, threshold, "distance")
        return clusters


def _open_class(
    table: Table,
    target: EncodedTarget,
    quota: ClassQuota,
    units: DistanceUnits,
    search: NeighborSearch,
) -> _OversampledClass:
    rows = target.rows_of(quota.code)
    neighbors = search.nearest_others(rows)
    return _OversampledClass(
        rows,
        build_search_space(table, rows, units),
        build_search_space(table, np.flatnonzero(target.codes != quota.code), units),
        np.flatnonzero((target.codes[neighbors] == quota.code).any(axis=1)),
    )


def _draw_samples(
    rows: RowArray,
    weights: Float64Array,
    clusters: IntArray,
    quota: ClassQuota,
    rng: np.random.RandomState,
) -> SyntheticSamples:
    """Draw base samples by weight, and another sample of the cluster of each."""
    base = rng.choice(len(rows), size=quota.amount, p=weights / weights.sum())
    order = np.argsort(clusters, kind="stable")
    place = np.empty(len(rows), np.intp)
    place[order] = np.arange(len(rows))
    size = np.bincount(clusters)
    start = (np.cumsum(size) - size)[clusters[base]]
    size = size[clusters[base]]
    step = 1 + rng.randint(size - 1)
    neighbor = order[start + (place[base] - start + step) % size]
    weight = rng.uniform(size=quota.amount)
    codes = np.full(quota.amount, quota.code, np.int32)
    return SyntheticSamples(rows[base], rows[neighbor], weight, codes)


def _describe_no_base(quota: ClassQuota, of_class: _OversampledClass) -> tuple[str, str]:
    if not len(of_class.clean):
        problem = (
            f"MWMOTE found no base sample in class {quota.label!r}: all its samples are noise, as "
            "none has another one of its class among its neighbors."
        )
        return problem, "Increase m_neighbors to look further"
    problem = f"MWMOTE found no base sample in class {quota.label!r}: each is alone in its cluster."
    return problem, "Increase cluster_threshold"
