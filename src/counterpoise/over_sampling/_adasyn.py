"""ADASYN: synthetic samples in proportion to the share of other classes among the neighbors.

Reference: He, Bai, Garcia and Li (2008), doi:10.1109/IJCNN.2008.4633969.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import split_proportionally
from counterpoise._lib.types import Float64Array
from counterpoise._strategy import (
    ClassQuota,
    SamplingStrategy,
    check_n_rows,
)
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Needs, Reads
from counterpoise.exceptions import CounterpoiseWarning
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
from counterpoise.over_sampling._interpolation import interpolate_from
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["ADASYN"]


@dataclass(frozen=True)
class _ClassHardness:
    """The hardness of each sample of a class, with the table and the units to search in."""

    table: Table
    units: DistanceUnits
    hardness: Float64Array


class ADASYN(NeighborOverSampler):
    """Oversample with ADASYN: more synthetic samples where the class is harder to learn.

    Each sample of the class is a base sample of synthetic samples in proportion to the share of
    other classes among its `n_neighbors` nearest neighbors in the whole data set. A synthetic
    sample lies between its base sample and one of the `n_neighbors` nearest neighbors of the same
    class.

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
    n_neighbors : int or object, default=5
        Number of nearest neighbors, both in the whole data set (for the share of other classes) and
        in the same class (for the neighbor of a base sample); or an estimator with `fit` and
        `kneighbors`. An estimator counts each sample among its own neighbors:
        ``NearestNeighbors(n_neighbors=6)`` means five.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0). Synthetic samples are generated in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `n_neighbors` samples or fewer: raise an error; leave the
        class as it is ("skip"); add duplicates of its samples ("duplicate"); or use the neighbors
        that there are ("shrink_k"), and duplicates if there is a single sample. All but "error"
        give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    nn_ : object
        The nearest neighbors estimator of `n_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(n_neighbors + 1)``, as each sample counts among its own neighbors.
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
    SMOTE : SMOTE with base samples drawn with equal probability.
    BorderlineSMOTE : SMOTE from samples near the class border.

    Notes
    -----
    If no sample of a class has a neighbor of another class, all its samples get the same number of
    synthetic samples, with a warning. The numbers are rounded so that they add up to the requested
    number.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.

    References
    ----------
    H. He, Y. Bai, E. A. Garcia, S. Li, "ADASYN: Adaptive synthetic sampling approach for imbalanced
    learning", IEEE International Joint Conference on Neural Networks (2008), 1322-1328,
    doi:10.1109/IJCNN.2008.4633969.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import ADASYN
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = ADASYN(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "adasyn"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "neighbors"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    nn_ = NeighborsEstimator("n_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        n_neighbors: Any = 5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.n_neighbors = n_neighbors
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
        large, small = self._split_by_size(quotas, "n_neighbors")
        if not large:
            return self._build_resampling([], small, target, rng)
        check_n_rows("ADASYN", "n_neighbors", get_n_neighbors(self.n_neighbors), table.n_rows)
        units = compute_distance_units(table, self.scale)
        search = NeighborSearch(build_search_space(table, None, units), self.n_neighbors)
        parts = []
        for quota in large:
            hardness = _ClassHardness(table, units, _compute_hardness(search, target, quota))
            parts.append(self._oversample(hardness, target, quota, rng))
        return self._build_resampling(parts, small, target, rng)

    def _oversample(
        self,
        of_class: _ClassHardness,
        target: EncodedTarget,
        quota: ClassQuota,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        rows = target.rows_of(quota.code)
        n_per_base = split_proportionally(of_class.hardness, quota.amount)
        search = self._search_among(of_class.table, rows, of_class.units, "n_neighbors")
        base = np.repeat(np.arange(len(rows)), n_per_base)
        return interpolate_from(search, rows, base, quota, rng)


def _compute_hardness(
    search: NeighborSearch, target: EncodedTarget, quota: ClassQuota
) -> Float64Array:
    """Return the share of other classes among the neighbors of each sample of a class."""
    neighbors = search.nearest_others(target.rows_of(quota.code))
    hardness: Float64Array = (target.codes[neighbors] != quota.code).mean(axis=1)
    if not hardness.any():
        warnings.warn(
            f"No sample of class {quota.label!r} has a neighbor of another class, so ADASYN "
            "generates the same number of synthetic samples from each. Increase n_neighbors to "
            "look further.",
            CounterpoiseWarning,
            stacklevel=2,
        )
    return hardness
