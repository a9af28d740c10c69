"""DBSMOTE: synthetic samples on the shortest paths to the centers of dense clusters.

Reference: Bunkhumpornpat, Sinapiromsaran and Lursinsap (2012), doi:10.1007/s10489-011-0287-y.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra
from sklearn.utils.extmath import row_norms

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import BoolArray, IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Needs, Reads
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
from counterpoise.over_sampling._distances import find_within
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["DBSMOTE"]

_CORE_SHARE = 0.9  # of the samples of a class, if eps is None


@dataclass(frozen=True)
class _Paths:
    """The shortest paths from the samples of clusters to the centers of their clusters.

    Attributes
    ----------
    following : ndarray of int of shape (n_samples,)
        The next sample of the path from each sample; negative for centers and noise.
    n_edges : ndarray of int of shape (n_samples,)
        Number of edges of the path from each sample.
    """

    following: IntArray
    n_edges: IntArray


class DBSMOTE(NeighborOverSampler):
    """Oversample with DBSMOTE: synthetic samples on paths to the centers of dense clusters.

    The samples of the class are clustered with DBSCAN: samples with `k_neighbors` or more others
    within `eps` are core samples, and core samples within `eps` of each other are in the same
    cluster, with the samples around them. Each synthetic sample lies on an edge of the shortest
    path from a sample to the center of its cluster, along edges shorter than `eps` that have a core
    sample. So most synthetic samples lie in the dense parts of the class, and none near its noise.

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
        Number of other samples of the class within `eps` that make a sample a core sample.
    eps : float or None, default=None
        The largest distance of neighbors, in the units that `scale` gives. None means the distance
        within which 90% of the samples of the class have `k_neighbors` others.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features for the distances: "standard" divides each by its standard deviation
        over all samples, "robust" by its interquartile range (its standard deviation if that is 0).
        Synthetic samples are generated in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer, or no cluster: raise an
        error; leave the class as it is ("skip"); add duplicates of its samples ("duplicate"); or
        use the neighbors that there are ("shrink_k"), and duplicates if there are none. All but
        "error" give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    eps_ : dict
        For each oversampled class, the largest distance of neighbors.
    noise_indices_ : dict
        For each oversampled class, the indices of its samples that are in no cluster.
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
    KMeansSMOTE : SMOTE in clusters of all samples, with more samples where the class is sparse.
    BorderlineSMOTE : SMOTE from samples near the class border.

    Notes
    -----
    The center of a cluster is the sample nearest to the mean of the cluster. Each sample of a
    cluster but its center is the start of a path with equal probability, and each edge of the path
    is drawn with equal probability.

    The distances of samples within `eps` are held in memory. A large `eps` takes memory in
    proportion to the square of the number of samples of a class.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. For the distances, they are imputed with the
    median of their feature in the class. A synthetic sample has missing values where its base
    sample has them, and the value of its base sample where only the neighbor's is missing.

    References
    ----------
    C. Bunkhumpornpat, K. Sinapiromsaran, C. Lursinsap, "DBSMOTE: Density-Based Synthetic Minority
    Over-sampling Technique", Applied Intelligence 36, 664-684 (2012),
    doi:10.1007/s10489-011-0287-y.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import DBSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = DBSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "dbsmote"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
        "eps": [Interval(Real, 0, None, closed="neither"), None],
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: int = 5,
        eps: float | None = None,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.eps = eps
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
        self.eps_: dict[Any, float] = {}
        self.noise_indices_: dict[Any, RowArray] = {}
        units = compute_distance_units(table, self.scale)
        parts: list[SyntheticSamples] = []
        for quota in large:
            rows = target.rows_of(quota.code)
            paths = self._find_paths(table, quota, rows, units)
            if paths.n_edges.any():
                parts.append(_draw_samples(paths, rows, quota, rng))
            else:
                problem = (
                    f"DBSMOTE found no cluster in class {quota.label!r}: no sample has "
                    f"k_neighbors={self.k_neighbors} others within eps={self.eps_[quota.label]:g}."
                )
                self._add_unsuitable(small, quota, problem, "Set a larger eps")
        return self._build_resampling(parts, small, target, rng)

    def _find_paths(
        self, table: Table, quota: ClassQuota, rows: RowArray, units: DistanceUnits
    ) -> _Paths:
        points = impute_median(build_search_space(table, rows, units))[0]
        k = min(self.k_neighbors, len(rows) - 1)
        eps = _choose_eps(points, k) if self.eps is None else float(self.eps)
        within = find_within(points, eps)
        is_core = np.diff(within.indptr) >= k
        clusters = _assign_clusters(within, is_core)
        self.eps_[quota.label] = eps
        self.noise_indices_[quota.label] = rows[clusters < 0]
        graph = _select_edges(within, is_core, clusters)
        return _find_shortest_paths(graph, _find_centers(points, clusters))


def _choose_eps(points: Any, k: int) -> float:
    """Return the distance within which most points have `k` others."""
    space = SearchSpace(points)
    distances = NeighborSearch(space, k).nearest(space, k + 1)[1]  # each point is its own nearest
    # A distance that occurs: an interpolated one could be smaller than all if they are equal.
    return float(np.quantile(distances[:, -1], _CORE_SHARE, method="higher"))


def _assign_clusters(within: Any, is_core: BoolArray) -> IntArray:
    """Return the cluster of each point, −1 for noise.

    A point that is not a core point is in the cluster of the nearest core point within `eps`.
    """
    core = np.flatnonzero(is_core)
    clusters = np.full(len(is_core), -1)
    clusters[core] = connected_components(within[core][:, core], directed=False)[1]
    edges = within.tocoo()
    at_border = np.flatnonzero(~is_core[edges.row] & is_core[edges.col])
    row, col = edges.row[at_border], edges.col[at_border]
    order = np.lexsort((col, edges.data[at_border], row))
    border, first = np.unique(row[order], return_index=True)
    clusters[border] = clusters[col[order][first]]
    return clusters


def _select_edges(within: Any, is_core: BoolArray, clusters: IntArray) -> Any:
    """Return the graph of directly density-reachable points: edges of clusters at a core point."""
    edges = within.tocoo()
    is_edge = (is_core[edges.row] | is_core[edges.col]) & (
        clusters[edges.row] == clusters[edges.col]
    )
    ends = edges.row[is_edge], edges.col[is_edge]
    return sparse.csr_array((edges.data[is_edge], ends), within.shape)


def _find_centers(points: Any, clusters: IntArray) -> IntArray:
    """Return the point nearest to the mean of each cluster."""
    centers = []
    for cluster in range(clusters.max(initial=-1) + 1):
        members = np.flatnonzero(clusters == cluster)
        some = points[members]
        mean = np.asarray(some.mean(axis=0)).ravel()
        if sparse.issparse(points):
            squared = row_norms(some, squared=True) - 2 * (some @ mean)
        else:
            squared = ((some - mean) ** 2).sum(axis=1)
        centers.append(members[squared.argmin()])
    return np.array(centers, np.intp)


def _find_shortest_paths(graph: Any, centers: IntArray) -> _Paths:
    n = graph.shape[0]
    if not len(centers):
        return _Paths(np.full(n, -1), np.zeros(n, np.intp))
    _, following, _ = dijkstra(graph, indices=centers, min_only=True, return_predecessors=True)
    n_edges, at = np.zeros(n, np.intp), np.arange(n)
    while (is_open := following[at] >= 0).any():
        n_edges += is_open
        at = np.where(is_open, following[at], at)
    return _Paths(following, n_edges)


def _draw_samples(
    paths: _Paths, rows: RowArray, quota: ClassQuota, rng: np.random.RandomState
) -> SyntheticSamples:
    """Draw a path, one of its edges and a position on the edge for each synthetic sample."""
    starts = np.flatnonzero(paths.n_edges)
    base = starts[rng.randint(len(starts), size=quota.amount)]
    edge, weight = rng.uniform(size=(2, quota.amount))
    n_steps = (edge * paths.n_edges[base]).astype(np.intp)
    for step in range(n_steps.max()):
        base = np.where(step < n_steps, paths.following[base], base)
    codes = np.full(quota.amount, quota.code, np.int32)
    return SyntheticSamples(rows[base], rows[paths.following[base]], weight, codes)
