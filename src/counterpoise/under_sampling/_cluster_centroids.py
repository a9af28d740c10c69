"""Cluster centroids: cluster a class, and replace each cluster by its center or its nearest sample.

Reference: Lin, Tsai, Hu and Jhang (2017), doi:10.1016/j.ins.2017.05.008.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.base import clone
from sklearn.cluster import KMeans

from counterpoise._sklearn import HasMethods, StrOptions
from counterpoise._types import Float64Array, FloatArray, RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.draw import chosen_by_class
from counterpoise.exceptions import InputError
from counterpoise.neighbors import (
    Search,
    SearchSpace,
    Units,
    fill_missing,
    lay_out,
    measure_units,
    squared_differences,
)
from counterpoise.table import Blends, Labels, Resampling, SparseTable, Table
from counterpoise.targets import Family, SamplingStrategy, Target

__all__ = ["ClusterCentroids"]

Voting = Literal["auto", "hard", "soft"]

_SLACK = 16  # roundings by which the distances of equally near points may differ
_FEW = 8  # nearest points looked at; all points where they are equally near


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
    RandomUnderSampler : Keeps a random subset.
    NearMiss : Keeps samples near the minority class.

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
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        if hasattr(self, "sample_indices_"):
            del self.sample_indices_  # of an earlier call
        self.estimator_ = self._clustering(random)
        self.voting_ = self.voting
        if self.voting == "auto":
            self.voting_ = "hard" if isinstance(table, SparseTable) else "soft"
        units = measure_units(table, scale=None)
        shrinking = [target for target in targets if target.amount < target.count]
        decide = self._nearest_rows if self.voting_ == "hard" else self._centres
        return decide(table, labels, shrinking, units)

    def _clustering(self, random: np.random.RandomState) -> Any:
        if self.estimator is None:
            return KMeans(random_state=random)
        clustering = clone(self.estimator)
        params = clustering.get_params()
        if "n_clusters" not in params:
            raise InputError(
                "estimator must be a clustering with a parameter n_clusters, such as KMeans; got "
                f"{self.estimator!r}."
            )
        if params.get("random_state", 0) is None:
            clustering.set_params(random_state=random)
        return clustering

    def _nearest_rows(
        self, table: Table, labels: Labels, shrinking: list[Target], units: Units
    ) -> Resampling:
        """Keep the row nearest to each centre."""

        def nearest(target: Target) -> RowArray:
            rows = labels.rows_of(target.code)
            points, _ = fill_missing(lay_out(table, rows, units))
            return rows[_nearest_to(self._cluster(points, target), points)]

        chosen = {target.code: nearest(target) for target in shrinking}
        self.sample_indices_ = chosen_by_class(labels.codes, chosen)
        return Resampling(kept=self.sample_indices_)

    def _centres(
        self, table: Table, labels: Labels, shrinking: list[Target], units: Units
    ) -> Resampling:
        """Make the centres rows."""

        def rows(target: Target) -> Blends:
            points, is_empty = fill_missing(lay_out(table, labels.rows_of(target.code), units))
            centres = self._cluster(points, target)
            centres[:, is_empty] = np.nan
            n = target.amount
            nobody, label = np.full(n, -1), np.full(n, target.code, np.int32)
            return Blends(nobody, nobody, np.full(n, np.nan), label, centres)

        made = Blends.concat([rows(target) for target in shrinking])
        kept = np.flatnonzero(~np.isin(labels.codes, [target.code for target in shrinking]))
        order = np.argsort(np.concatenate([labels.codes[kept], made.label]), kind="stable")
        return Resampling(kept, made, order)

    def _cluster(self, points: Any, target: Target) -> FloatArray:
        """Return the centres of as many clusters as rows are wanted."""
        shape = (target.amount, points.shape[1])
        if not target.amount:
            return np.empty(shape)
        self.estimator_.set_params(n_clusters=target.amount).fit(points)
        centres: Any = getattr(self.estimator_, "cluster_centers_", None)
        if np.shape(centres) != shape:
            raise InputError(
                "estimator must have the centres of n_clusters clusters as cluster_centers_ once "
                f"it is fitted, here of shape {shape}; {self.estimator_!r} has "
                f"{'none' if centres is None else f'them of shape {np.shape(centres)}'}."
            )
        return np.array(centres, np.result_type(centres, np.float32))


def _nearest_to(centres: FloatArray, points: Any) -> RowArray:
    """Return the position of the point nearest to each centre, the first of equally near ones.

    The centre of two points is as far from one as from the other, but for the rounding.
    """
    if not len(centres):
        return np.empty(0, np.intp)
    slack = _SLACK * np.finfo(centres.dtype).eps * np.linalg.norm(centres, axis=1, keepdims=True)
    queries = centres if isinstance(points, np.ndarray) else type(points)(centres)
    k = min(_FEW, points.shape[0])
    nearest, distance = Search(SearchSpace(points), 1).nearest(SearchSpace(queries), k)
    is_tied = distance <= distance[:, :1] + slack
    first: RowArray = np.where(is_tied, nearest, points.shape[0]).min(axis=1)
    if k < points.shape[0]:
        for row in np.flatnonzero(is_tied[:, -1]):  # and so may be points beyond the few
            is_near = _distances(centres[row], points) <= distance[row, 0] + slack[row]
            first[row] = is_near.argmax()
    return first


def _distances(centre: FloatArray, points: Any) -> Float64Array:
    """Return how far all points are from a centre."""
    centre = centre.astype(np.float64)
    if isinstance(points, np.ndarray):
        distances: Float64Array = np.linalg.norm(points - centre, axis=1)
        return distances
    n = points.shape[0]
    points, query = points.astype(np.float64), type(points)(centre[None])
    return np.sqrt(squared_differences(points, query, np.arange(n), np.zeros(n, np.intp)))
