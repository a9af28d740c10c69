"""SMOBD: SMOTE with base samples drawn by the density of the class around them.

Reference: Cao and Wang (2011), doi:10.1109/ICIII.2011.276.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
import sklearn
from sklearn.utils import gen_batches

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Needs, Reads
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborSearch,
    NeighborsEstimator,
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
from counterpoise.over_sampling._interpolation import interpolate_from
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["SMOBD"]

_MAX_DISTANCES = 1 << 21  # at a time: 16 MB
_ROUNDING = 1 + 1e-9  # a distance is not beyond a radius because of rounding


class SMOBD(NeighborOverSampler):
    """Oversample with SMOBD: SMOTE with base samples drawn by density, and never noise.

    SMOTE based on density. The core distance of a sample is the distance to its `k_neighbors`-th
    nearest neighbor of the same class, as in OPTICS. The probability that a sample is drawn as a
    base sample is proportional to a density factor: a weighted mean of its core distance and of the
    number of samples of the class around it. A sample is noise if both its core distance and its
    reachability distance are much larger than on average; it is no base sample.

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
    core_weight : float, default=0.5
        The weight of the core distance in the density factor, from 0 to 1. The other part is the
        weight of the number of samples nearby. It is η₁ in the paper.
    noise_threshold : float, default=1.8
        How many times the average the distances of noise exceed. It is t in the paper.
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
    base_probabilities_ : dict
        For each oversampled class, the probability of each of its samples to be drawn as a base
        sample; ndarray of float64 of shape (n_samples_of_class,).
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
    ADASYN : SMOTE from samples with more neighbors of other classes.

    Notes
    -----
    Both terms of the density factor are divided by their largest value in the class. Samples nearby
    are those at most as far as the mean core distance of the class. The reachability distance of a
    sample is the smallest one from its `k_neighbors` neighbors: the larger one of the core distance
    of the neighbor and of the distance to it. In OPTICS, it also depends on the order in which
    samples are visited.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.
    To count samples nearby, missing values are imputed with the median of their feature in the
    class.

    References
    ----------
    Q. Cao, S. Wang, "Applying Over-sampling Technique Based on Data Density and Cost-sensitive SVM
    to Imbalanced Learning", International Conference on Information Management, Innovation
    Management and Industrial Engineering 2, 543-548 (2011), doi:10.1109/ICIII.2011.276.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import SMOBD
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SMOBD(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "smobd"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "core_weight": [Interval(Real, 0, 1, closed="both")],
        "noise_threshold": [Interval(Real, 0, None, closed="neither")],
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        core_weight: float = 0.5,
        noise_threshold: float = 1.8,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.core_weight = core_weight
        self.noise_threshold = noise_threshold
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
        self.base_probabilities_: dict[Any, Float64Array] = {}
        large, small = self._split_by_size(quotas)
        units = compute_distance_units(table, self.scale)
        parts = [self._oversample(table, target, quota, units, rng) for quota in large]
        return self._build_resampling(parts, small, target, rng)

    def _oversample(
        self,
        table: Table,
        target: EncodedTarget,
        quota: ClassQuota,
        units: DistanceUnits,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        rows = target.rows_of(quota.code)
        space = build_search_space(table, rows, units)
        search = NeighborSearch(space, limit_neighbors(self.k_neighbors, len(rows) - 1))
        core, reachability = _core_and_reachability(search, space)
        density = self._compute_density(core, _count_within(space, float(core.mean())))
        limits = self.noise_threshold * core.mean(), self.noise_threshold * reachability.mean()
        is_noise = (core > limits[0]) & (reachability > limits[1])
        if not is_noise.all():
            density[is_noise] = 0
        self.base_probabilities_[quota.label] = density / density.sum()
        base = rng.choice(len(rows), quota.amount, p=self.base_probabilities_[quota.label])
        return interpolate_from(search, rows, base, quota, rng)

    def _compute_density(self, core: Float64Array, n_within: IntArray) -> Float64Array:
        """Return the density factor of each sample; equal ones if all samples are equal."""
        if not core.max():
            return np.ones(len(core))
        nearby = n_within / max(n_within.max(), 1)
        density = self.core_weight * core / core.max() + (1 - self.core_weight) * nearby
        return density if density.any() else np.ones(len(core))


def _core_and_reachability(
    search: NeighborSearch, space: SearchSpace
) -> tuple[Float64Array, Float64Array]:
    """Return core distance and smallest reachability distance of each sample of a class."""
    found, distances = search.nearest(space, search.k + 1)  # with the sample itself
    core = distances[:, -1]
    reachable = np.maximum(core[found], distances)
    reachable[found == np.arange(len(found))[:, None]] = np.inf
    return core, reachable.min(axis=1)


def _count_within(space: SearchSpace, radius: float) -> IntArray:
    """Count the other samples of a class within a radius of each."""
    points = impute_median(space)[0].astype(np.float64)
    n = points.shape[0]
    counts = np.empty(n, np.intp)
    for some in gen_batches(n, max(1, _MAX_DISTANCES // n)):
        distances = sklearn.metrics.euclidean_distances(points[some], points)
        counts[some] = (distances <= radius * _ROUNDING).sum(axis=1) - 1
    return counts
