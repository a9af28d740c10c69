"""Safe-Level-SMOTE: synthetic samples nearer to the end of the line that is safer.

Reference: Bunkhumpornpat, Sinapiromsaran and Lursinsap (2009), doi:10.1007/978-3-642-01307-2_43.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._strategy import ClassQuota, SamplingStrategy, check_n_rows
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Needs, Reads
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborSearch,
    NeighborsEstimator,
    get_n_neighbors,
)
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    build_search_space,
    compute_distance_units,
)
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["SafeLevelSMOTE"]

_ADVICE = "Increase m_neighbors to look further"


class SafeLevelSMOTE(NeighborOverSampler):
    """Oversample with Safe-Level-SMOTE: synthetic samples nearer to the safer of two samples.

    The safe level of a sample is the number of samples of its class among its `m_neighbors` nearest
    neighbors in the whole data set. A synthetic sample lies between a base sample and one of its
    `k_neighbors` nearest neighbors of the same class: anywhere if their safe levels are equal, and
    otherwise in the part of the line at the sample with the higher safe level. No synthetic sample
    is generated between two samples of safe level 0.

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
    m_neighbors : int or object, default=5
        Number of nearest neighbors in the whole data set among which samples of the class are
        counted; or an estimator, as for `k_neighbors`.
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
    nn_m_ : object
        The nearest neighbors estimator of `m_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(m_neighbors + 1)``, as each sample counts among its own neighbors.
    safe_levels_ : dict
        For each oversampled class, the safe level of each of its samples in the order of the input;
        ndarray of int of shape (n_samples_of_class,).
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
    SMOTE : SMOTE with synthetic samples anywhere between two samples.
    BorderlineSMOTE : SMOTE from samples near the class border.

    Notes
    -----
    Of a base sample with safe level b and a neighbor with safe level n, a synthetic sample is drawn
    from a uniform distribution between the positions 0 and n/b of the line if b > n, and between
    1 - b/n and 1 if b < n; 0 is the base sample. So it equals the only safe sample if the other one
    has safe level 0. A class whose samples all have safe level 0 is handled as a class that is too
    small.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.

    References
    ----------
    C. Bunkhumpornpat, K. Sinapiromsaran, C. Lursinsap, "Safe-Level-SMOTE: Safe-Level-Synthetic
    Minority Over-Sampling TEchnique for Handling the Class Imbalanced Problem", Advances in
    Knowledge Discovery and Data Mining (2009), 475-482, doi:10.1007/978-3-642-01307-2_43.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import SafeLevelSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SafeLevelSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "safe-level-smote"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "neighbors"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")
    nn_m_ = NeighborsEstimator("m_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        m_neighbors: Any = 5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
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
        self.safe_levels_: dict[Any, IntArray] = {}
        large, small = self._split_by_size(quotas)
        if not large:
            return self._build_resampling([], small, target, rng)
        m = get_n_neighbors(self.m_neighbors)
        check_n_rows("SafeLevelSMOTE", "m_neighbors", m, table.n_rows)
        units = compute_distance_units(table, self.scale)
        search = NeighborSearch(build_search_space(table, None, units), self.m_neighbors)
        parts: list[SyntheticSamples] = []
        for quota in large:
            self.safe_levels_[quota.label] = _count_own_class(search, target, quota)
            if self.safe_levels_[quota.label].any():
                parts.append(self._oversample(table, target, quota, units, rng))
            else:
                self._add_unsuitable(small, quota, _describe_unsafe(quota, m), _ADVICE)
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
        nearest = self._search_among(table, rows, units).nearest_others()
        level = self.safe_levels_[quota.label]
        # A pair of two samples without neighbors of their class is noise.
        pairs = np.flatnonzero(level[:, None] + level[nearest])
        drawn = pairs[rng.randint(len(pairs), size=quota.amount)]
        base, neighbor = drawn // nearest.shape[1], nearest.ravel()[drawn]
        weight = _draw_weights(level[base], level[neighbor], rng)
        codes = np.full(quota.amount, quota.code, np.int32)
        return SyntheticSamples(rows[base], rows[neighbor], weight, codes)


def _count_own_class(search: NeighborSearch, target: EncodedTarget, quota: ClassQuota) -> IntArray:
    """Return the safe level of each sample of a class."""
    neighbors = search.nearest_others(target.rows_of(quota.code))
    level: IntArray = (target.codes[neighbors] == quota.code).sum(axis=1)
    return level


def _draw_weights(
    base_level: IntArray, neighbor_level: IntArray, rng: np.random.RandomState
) -> Float64Array:
    """Draw positions between base (0) and neighbor (1), at the sample with the higher safe level.

    Examples
    --------
    >>> rng = np.random.RandomState(0)
    >>> _draw_weights(np.array([4, 0]), np.array([0, 3]), rng)
    array([0., 1.])
    """
    highest = np.maximum(base_level, neighbor_level)
    low = 1 - base_level / highest  # 0 unless the neighbor is safer
    high = neighbor_level / highest  # 1 unless the base is safer
    weight: Float64Array = low + (high - low) * rng.uniform(size=len(highest))
    return weight


def _describe_unsafe(quota: ClassQuota, m: int) -> str:
    return (
        f"SafeLevelSMOTE generates no samples where a class has none nearby: no sample of class "
        f"{quota.label!r} has another one of its class among its {m} nearest neighbors."
    )
