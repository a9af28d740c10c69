"""SMOTE-RSB*: SMOTE, of which the samples least similar to other classes are kept.

Reference: Ramentol, Caballero, Bello and Herrera (2012), doi:10.1007/s10115-011-0465-6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import sklearn
from scipy import sparse

from counterpoise._lib.types import Float64Array, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborSearch,
    NeighborsEstimator,
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

__all__ = ["SMOTERSB"]

# The thresholds that the paper tries in turn.
_THRESHOLDS = np.arange(40, 91, 5) / 100
_CANDIDATES = 2  # for each synthetic sample
_MAX_DISTANCES = 1 << 21  # at a time: 16 MB


@dataclass(frozen=True)
class _Similarity:
    """The samples of all classes, in units in which similarities are computed.

    Attributes
    ----------
    points : ndarray of float of shape (n_rows, n_features), or CSR matrix
        Features divided by their ranges, with missing values imputed.
    """

    points: Any

    @classmethod
    def of(cls, table: Table, units: DistanceUnits) -> _Similarity:
        original = replace(units, scales=None)
        points = impute_median(build_search_space(table, None, original))[0]
        ranges: Any = points.max(axis=0) - points.min(axis=0)
        is_sparse = sparse.issparse(points)
        ranges = ranges.toarray().ravel() if is_sparse else ranges
        ranges = np.where(ranges > 0, ranges, 1).astype(np.float64)
        return cls(points.multiply(1 / ranges[None, :]).tocsr() if is_sparse else points / ranges)

    def interpolate(self, synthetic: SyntheticSamples) -> Any:
        """Return the values of synthetic samples."""
        base, neighbor = self.points[synthetic.base], self.points[synthetic.neighbor]
        weight = synthetic.weight[:, None]
        if hasattr(base, "multiply"):
            return (base + (neighbor - base).multiply(weight)).tocsr()
        return base + weight * (neighbor - base)

    def find_highest(self, candidates: Any, others: RowArray) -> Float64Array:
        """Return the similarity of each candidate to the most similar of other samples.

        Similarities that no threshold allows are computed only as lower bounds: most of them.
        """
        n_features = self.points.shape[1]
        others = self.points[others]
        search = NeighborSearch(SearchSpace(others), 1)
        nearest = search.nearest(SearchSpace(candidates), 1)[0][:, 0]
        # The nearest by Euclidean distance is not always the most similar, but nearly so.
        distance = _paired_distances(candidates, others[nearest])
        limit = (1 - _THRESHOLDS[-1]) * n_features
        unsettled = np.flatnonzero(distance >= limit)
        n_rows = max(1, _MAX_DISTANCES // others.shape[0])
        for start in range(0, len(unsettled), n_rows):
            rows = unsettled[start : start + n_rows]
            distances = sklearn.metrics.pairwise_distances(candidates[rows], others, "manhattan")
            distance[rows] = distances.min(axis=1)
        highest: Float64Array = 1 - distance / n_features
        return highest


class SMOTERSB(NeighborOverSampler):
    """Oversample with SMOTE-RSB*: SMOTE samples that are least similar to other classes.

    SMOTE generates two candidates for each synthetic sample. A candidate is in the lower
    approximation of its class, a term of rough set theory, if no sample of another class has a
    similarity above a threshold to it. Synthetic samples are the candidates in the lower
    approximation. The threshold is raised from 0.4 to 0.9 in steps of 0.05 until there are enough;
    if there are too few even then, the rest are other candidates.

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
    similarity_thresholds_ : dict
        For each oversampled class, the smallest threshold at which there are enough candidates; 1
        if there are too few at 0.9.
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
    SMOTE : Synthetic samples without selection.
    SMOTETomek : SMOTE, and then Tomek links removed.
    SMOTEENN : SMOTE, and then samples removed that are surrounded by other classes.

    Notes
    -----
    The similarity of two samples is the mean over the features of one minus their absolute
    difference, divided by the range of the feature over all samples. Of a class whose candidates
    reach the last threshold only in part, those that do not are drawn at random, as SMOTE does. The
    paper generates one candidate for each synthetic sample, and so fewer synthetic samples than
    are requested.

    Similarities to all samples of other classes are computed for candidates that are dissimilar to
    their nearest ones, which takes a time in proportion to the product of both numbers.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.
    For the similarity, missing values are imputed with the median of their feature.

    References
    ----------
    E. Ramentol, Y. Caballero, R. Bello, F. Herrera, "SMOTE-RSB*: a hybrid preprocessing approach
    based on oversampling and undersampling for high imbalanced data-sets using SMOTE and rough sets
    theory", Knowledge and Information Systems 33, 245-265 (2012), doi:10.1007/s10115-011-0465-6.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import SMOTERSB
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SMOTERSB(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "smote-rsb"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
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
        self.similarity_thresholds_: dict[Any, float] = {}
        large, small = self._split_by_size(quotas)
        if not large:
            return self._build_resampling([], small, target, rng)
        units = compute_distance_units(table, self.scale)
        similarity = _Similarity.of(table, units)
        parts: list[SyntheticSamples] = []
        for quota in large:
            rows = target.rows_of(quota.code)
            search = self._search_among(table, rows, units)
            n_candidates = _CANDIDATES * quota.amount
            candidates = interpolate_neighbors(search, rows, quota, rng, n_synthetic=n_candidates)
            others = np.flatnonzero(target.codes != quota.code)
            highest = similarity.find_highest(similarity.interpolate(candidates), others)
            parts.append(self._select(candidates, highest, quota))
        return self._build_resampling(parts, small, target, rng)

    def _select(
        self, candidates: SyntheticSamples, highest: Float64Array, quota: ClassQuota
    ) -> SyntheticSamples:
        """Return the candidates that are in the lower approximation at the lowest thresholds."""
        step = np.searchsorted(_THRESHOLDS, highest)  # the first threshold that is not exceeded
        chosen = np.argsort(step, kind="stable")[: quota.amount]
        last = int(step[chosen[-1]])
        threshold = float(_THRESHOLDS[last]) if last < len(_THRESHOLDS) else 1.0
        self.similarity_thresholds_[quota.label] = threshold
        return candidates.take(np.sort(chosen))


def _paired_distances(points: Any, others: Any) -> Float64Array:
    """Return the sum of absolute differences of each row of two arrays or sparse matrices."""
    return np.asarray(abs(points - others).sum(axis=1)).ravel()
