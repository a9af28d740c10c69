"""K-means SMOTE: SMOTE within clusters, with more synthetic samples where the class is sparse.

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

from counterpoise._sklearn import HasMethods, Interval, StrOptions
from counterpoise._types import IntArray, RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.draw import share_out
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
    """Oversample with k-means SMOTE: SMOTE within clusters, most where the class is sparse.

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
        each by its standard deviation over all samples, "robust" by its interquartile range.
        Synthetic samples are generated in the original units.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of synthetic samples to generate for each class.
    nn_k_ : int or object
        The value of `k_neighbors`: the number of neighbors, or the estimator that was given.
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
    SMOTE : Uses neighbors from the whole class.

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
