"""K-means SMOTE: grow a class inside the clusters that it dominates, most where it is sparse.

Reference: Douzas, Bacao and Last (2018), doi:10.1016/j.ins.2018.06.056.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.cluster import MiniBatchKMeans
from sklearn.metrics import pairwise_distances_chunked

from counterpoise._array_ops import share_out
from counterpoise._lib.sklearn_private import HasMethods, Interval, StrOptions
from counterpoise._lib.types import IntArray, RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.exceptions import InputError
from counterpoise.neighbors import (
    JOBS,
    NEIGHBORS,
    SCALE,
    Scale,
    Search,
    Units,
    fill_missing,
    lay_out,
    measure_units,
    neighbor_count,
)
from counterpoise.over_sampling._joining import join_neighbors
from counterpoise.table import Blends, Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target, require_rows

__all__ = ["KMeansSMOTE"]

_WORKING_MEMORY = 16  # MiB of distances held at once


@dataclass(frozen=True)
class _Clustered:
    """A table, its rows without missing cells, and the cluster of each."""

    table: Table
    units: Units
    points: Any
    clusters: IntArray


class KMeansSMOTE(BaseSampler):
    """Over-sample inside clusters, most in those where the class is sparse.

    All rows are clustered once. Clusters that hold enough of the class get new rows, in proportion
    to how sparse it is there, made as SMOTE makes them between rows of the class in the cluster.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall have: "auto" and "not majority" bring every class but the
        largest up to the largest, "minority" the smallest one, "all" all; a ratio in (0, 1] brings
        each class to ``max(count, round(ratio * largest))``; a mapping gives the number of rows
        wanted of each class; a function of y returns such a mapping.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    k_neighbors : int or object, default=2
        How many nearest rows of its class a row is joined with; or a neighbour search with `fit`
        and `kneighbors`, which counts the row itself (``NearestNeighbors(n_neighbors=3)`` means
        two).
    n_jobs : int or None, default=None
        Processes that measure how sparse clusters are.
    kmeans_estimator : int, object or None, default=None
        The number of clusters, or what clusters the rows; None for scikit-learn's
        `MiniBatchKMeans`.
    cluster_balance_threshold : "auto" or float, default="auto"
        The share of the class that a cluster must have to get new rows; "auto" for half of the
        class's share in all new rows.
    density_exponent : "auto" or float, default="auto"
        To which power the mean distance counts in how sparse a cluster is; "auto" to derive it from
        the number of rows.
    scale : {"standard", "robust"} or None, default=None
        Search for neighbours, and cluster, with each column divided by its standard deviation or
        its interquartile range over all rows. New rows are made in the original units.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to make of each class.
    nn_k_ : int or object
        The neighbour search: the number of neighbours, or the object that was given.
    kmeans_estimator_ : object
        The fitted clustering.
    cluster_balance_threshold_ : "auto" or float
        The threshold; minus infinity where there is one cluster only.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        The two parents and the weight of each new row.

    See Also
    --------
    SMOTE : Joins rows of the whole class.

    Notes
    -----
    The numbers are rounded so that as many rows are made as were asked for. Missing cells are
    filled with their column's median for the clustering.
    Missing cells are allowed, and integers are rounded, as in `SMOTE`.

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

    _family: ClassVar[Family | None] = "over-sampling"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
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
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.kmeans_estimator = kmeans_estimator
        self.cluster_balance_threshold = cluster_balance_threshold
        self.density_exponent = density_exponent
        self.scale = scale

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_k_ = self.k_neighbors
        growing = [target for target in targets if target.amount]
        require_rows("KMeansSMOTE", "k_neighbors", neighbor_count(self.k_neighbors), growing)
        if not growing:
            return Resampling()
        units = measure_units(table, self.scale)
        points = fill_missing(lay_out(table, None, units))[0]
        clusters = self._cluster(points, random)
        clustered = _Clustered(table, units, points, clusters)
        total = sum(target.amount for target in growing)
        parts: list[Blends] = []
        for target in growing:
            members = self._choose(clustered, labels, target, total)
            parts += self._grow(clustered, members, target, random)
        return Resampling(made=Blends.concat(parts))

    def _cluster(self, points: Any, random: np.random.RandomState) -> IntArray:
        if self.kmeans_estimator is None:
            self.kmeans_estimator_ = MiniBatchKMeans(random_state=random)
        elif isinstance(self.kmeans_estimator, Integral):
            n_clusters = int(self.kmeans_estimator)
            self.kmeans_estimator_ = MiniBatchKMeans(n_clusters, random_state=random)
        else:
            self.kmeans_estimator_ = clone(self.kmeans_estimator)
        found: IntArray = np.asarray(self.kmeans_estimator_.fit_predict(points))
        is_one = getattr(self.kmeans_estimator_, "n_clusters", None) == 1
        self.cluster_balance_threshold_ = -np.inf if is_one else self.cluster_balance_threshold
        return found

    def _choose(
        self, clustered: _Clustered, labels: Labels, target: Target, total: int
    ) -> list[RowArray]:
        """Return the rows of the class in each cluster that holds enough of them."""
        threshold = self.cluster_balance_threshold_
        if threshold == "auto":
            threshold = target.amount / total / 2
        is_own = labels.codes == target.code
        k, members, most = neighbor_count(self.k_neighbors), [], 0
        for cluster in np.unique(clustered.clusters):
            inside = clustered.clusters == cluster
            rows = np.flatnonzero(inside & is_own)
            most = max(most, len(rows))
            if len(rows) > k and is_own[inside].mean() >= threshold:
                members.append(rows)
        if not members:
            raise InputError(
                f"No cluster gets new rows of class {target.label!r}: one must have more than "
                f"k_neighbors={k} of its rows (the most in any is {most}) and hold a share of "
                f"{threshold:.3g} of them. Set cluster_balance_threshold lower, or "
                "kmeans_estimator to fewer clusters."
            )
        return members

    def _grow(
        self,
        clustered: _Clustered,
        members: list[RowArray],
        target: Target,
        random: np.random.RandomState,
    ) -> list[Blends]:
        sparsity = np.array([self._sparsity(clustered.points[rows]) for rows in members])
        made = []
        for rows, amount in zip(members, share_out(sparsity, target.amount), strict=True):
            if amount:
                space = lay_out(clustered.table, rows, clustered.units)
                search = Search(space, self.k_neighbors)
                made.append(join_neighbors(search, rows, target, random, amount=int(amount)))
        return made

    def _sparsity(self, points: Any) -> float:
        """Return the mean distance between rows, to a power, over their number."""
        n = points.shape[0]
        sums = pairwise_distances_chunked(
            points,
            reduce_func=lambda distances, _: distances.sum(axis=1),
            n_jobs=self.n_jobs,
            working_memory=_WORKING_MEMORY,
        )
        mean = sum(float(part.sum()) for part in sums) / (n * n - n)
        exponent = self.density_exponent
        if exponent == "auto":
            exponent = math.log(n, 1.6) ** 1.8 * 0.16
        return float(mean**exponent / n)
