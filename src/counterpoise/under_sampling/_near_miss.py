"""NearMiss: keep samples near the minority class.

Reference: Mani and Zhang (2003), "kNN approach to unbalanced data distributions".
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import select_by_class
from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Needs, Reads
from counterpoise.exceptions import CounterpoiseWarning, TooFewSamplesError
from counterpoise.neighbors._farthest import farthest_distances
from counterpoise.neighbors._search import (
    JOBS,
    NEIGHBORS,
    NeighborSearch,
    NeighborsEstimator,
    get_n_neighbors,
)
from counterpoise.neighbors._space import (
    SCALE,
    Scale,
    SearchSpace,
    build_search_space,
    compute_distance_units,
)

__all__ = ["NearMiss"]


class NearMiss(BaseSampler):
    """Undersample with NearMiss: keep samples near the minority class.

    Samples are selected by their mean distance to

    - version 1: the `n_neighbors` nearest samples of the minority class; the samples with the
      smallest mean distance are kept;
    - version 2: the `n_neighbors` farthest samples of the minority class; the samples with the
      smallest mean distance are kept;
    - version 3: the `n_neighbors` nearest samples of the minority class; the samples with the
      largest mean distance are kept, but only from those that are among the `n_neighbors_ver3`
      nearest neighbors of a sample of the minority class.

    The output is grouped by class; undersampled classes are in the order of selection.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to undersample, and their sizes after resampling. A str names the classes that
        are undersampled to the size of the minority class: "majority", "not minority" or "all";
        "auto" is the same as "not minority". A float in (0, 1] is the ratio of the minority class
        to each other class: each class keeps ``min(count, round(n_minority / ratio))`` samples. A
        dict maps each class to its number of samples after resampling. A callable takes `y` and
        returns such a dict.
    version : {1, 2, 3}, default=1
        Version of NearMiss.
    n_neighbors : int or object, default=3
        Number of samples of the minority class to which the mean distance is computed; or an
        estimator with `fit` and `kneighbors`, whose own `n_neighbors` is used without the usual
        correction for the sample itself.
    n_neighbors_ver3 : int or object, default=3
        Number of nearest neighbors of each sample of the minority class that version 3 selects
        from; or an estimator, as for `n_neighbors`.
    n_jobs : int or None, default=None
        Number of threads. None means all that are available to the process. An estimator that is
        given as `n_neighbors` uses its own `n_jobs`.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0).

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to keep of each class.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples.
    nn_, nn_ver3_ : object
        The nearest neighbors estimators of `n_neighbors` and `n_neighbors_ver3`, not fitted:
        ``NearestNeighbors`` or clones of those given. Version 3 alone uses `nn_ver3_`.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    RandomUnderSampler : Undersampling that keeps a random subset.
    InstanceHardnessThreshold : Undersampling that keeps the samples that are easiest to classify.

    Notes
    -----
    Samples at the same distance are taken in the order of their index. If several classes are
    smallest, the first in sorted order is the minority class. If the minority class itself is
    undersampled, the distances of its samples are to all its samples, themselves included.

    Version 3 may find fewer samples than requested; it then warns. It does not change a class that
    keeps all its samples.

    Feature types: numeric and categorical (strings, categories and enums). Two different categories
    add the square of the median standard deviation of the numeric features to the squared distance
    (1 if no feature is numeric).

    Missing values: allowed, except in sparse matrices. A missing number adds twice the variance of
    its feature to the squared distance. A missing category is treated as a category.

    References
    ----------
    I. Mani, I. Zhang, "kNN approach to unbalanced data distributions: a case study involving
    information extraction", Workshop on Learning from Imbalanced Datasets, International Conference
    on Machine Learning (2003).

    Examples
    --------
    >>> from counterpoise.under_sampling import NearMiss
    >>> X, y = [[0.0], [1.0], [2.0], [8.0], [3.0], [4.0]], ["a", "a", "a", "a", "b", "b"]
    >>> NearMiss(n_neighbors=1).fit_resample(X, y)
    ([[2.0], [1.0], [3.0], [4.0]], ['a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "under-sampling"
    _method: ClassVar[str] = "near-miss"
    _reads: ClassVar[Reads] = "distances"
    _needs: ClassVar[Needs] = "neighbors"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "version": [Interval(Integral, 1, 3, closed="both")],
        "n_neighbors": NEIGHBORS,
        "n_neighbors_ver3": NEIGHBORS,
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    nn_ = NeighborsEstimator("n_neighbors", includes_self=False)
    nn_ver3_ = NeighborsEstimator("n_neighbors_ver3", includes_self=False)

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        version: int = 1,
        n_neighbors: Any = 3,
        n_neighbors_ver3: Any = 3,
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.version = version
        self.n_neighbors = n_neighbors
        self.n_neighbors_ver3 = n_neighbors_ver3
        self.n_jobs = n_jobs
        self.scale = scale

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        space = self._build_space(table)
        total_distance = self._distance_function(space, target)

        def select(quota: ClassQuota) -> RowArray:
            rows = target.rows_of(quota.code)
            if self.version == 3:
                rows = self._find_candidates(space, rows, _minority_rows(target), quota)
            distance = total_distance(rows)
            order = -distance if self.version == 3 else distance
            return rows[_smallest_positions(order, quota.amount)]

        selected = {quota.code: select(quota) for quota in quotas}
        self.sample_indices_ = select_by_class(target.codes, selected)
        return Resampling(kept=self.sample_indices_)

    def _build_space(self, table: Table) -> SearchSpace:
        return build_search_space(table, None, compute_distance_units(table, self.scale))

    def _distance_function(
        self, space: SearchSpace, target: EncodedTarget
    ) -> Callable[[RowArray], Float64Array]:
        """Return a function for the sum of the distances of rows to the minority class.

        The mean over the same number of neighbors gives the same order.
        """
        minority_rows = _minority_rows(target)
        if self.version == 2:
            params = {"neighbors": self.n_neighbors, "n_jobs": self.n_jobs}
            return lambda rows: farthest_distances(space, minority_rows, rows, **params).sum(axis=1)
        label = target.classes[int(target.counts.argmin())]
        search = self._build_search(space.subset(minority_rows), "n_neighbors", label)
        return lambda rows: search.nearest(space.subset(rows), search.k)[1].sum(axis=1)

    def _find_candidates(
        self, space: SearchSpace, rows: RowArray, minority_rows: RowArray, quota: ClassQuota
    ) -> RowArray:
        """Return the rows among the nearest neighbors of any sample of the minority class."""
        if quota.amount == quota.count:
            return rows
        search = self._build_search(space.subset(rows), "n_neighbors_ver3", quota.label)
        candidates = rows[np.unique(search.nearest(space.subset(minority_rows), search.k)[0])]
        if len(candidates) < quota.amount:
            warnings.warn(
                f"NearMiss keeps only {len(candidates)} of the {quota.amount} requested samples of "
                f"class {quota.label!r}: no others are among the n_neighbors_ver3={search.k} "
                "nearest neighbors of a minority sample. Increase n_neighbors_ver3.",
                CounterpoiseWarning,
                stacklevel=2,
            )
        return candidates

    def _build_search(self, space: SearchSpace, parameter: str, label: object) -> NeighborSearch:
        neighbors = getattr(self, parameter)
        # The queries are samples of another class, so an estimator's own neighbors all count.
        k = get_n_neighbors(neighbors, includes_self=False)
        if k > space.n_rows:
            raise TooFewSamplesError.for_search("NearMiss", parameter, k, label, space.n_rows)
        return NeighborSearch(space, neighbors, n_jobs=self.n_jobs, includes_self=False)


def _minority_rows(target: EncodedTarget) -> RowArray:
    return target.rows_of(int(target.counts.argmin()))


def _smallest_positions(values: Float64Array, n: int) -> RowArray:
    """Return the positions of the `n` smallest values, ascending, ties in order of position."""
    if not 0 < n < len(values):
        return np.argsort(values, kind="stable")[:n]
    # argpartition would break ties arbitrarily.
    candidates = np.flatnonzero(values <= np.partition(values, n - 1)[n - 1])
    smallest: RowArray = candidates[np.argsort(values[candidates], kind="stable")[:n]]
    return smallest
