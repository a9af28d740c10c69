"""ProWSyn: more synthetic samples from the samples of a class that are near other classes.

Reference: Barua, Islam and Murase (2013), doi:10.1007/978-3-642-37456-2_27.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import split_proportionally
from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    build_search_space,
    compute_distance_units,
)
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["ProWSyn"]


class ProWSyn(NeighborOverSampler):
    """Oversample with ProWSyn: more synthetic samples from samples that are near other classes.

    Proximity weighted synthetic oversampling. The samples of the class are divided into levels: the
    `k_neighbors` samples of the class that are nearest to each sample of another class are the
    first level; among the samples that are left, the nearest ones are the second level, and so on.
    The last level has all others. A sample of level i has the weight ``exp(-theta * (i - 1))``, to
    which its number of synthetic samples is proportional. They lie between the sample and others of
    its level.

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
        Number of samples of the class that are nearest to a sample of another class.
    n_levels : int, default=5
        Number of levels.
    theta : float, default=1.0
        How fast the weights decrease with the level; 0 for equal weights.
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
    ADASYN : More synthetic samples where the class is harder to learn.
    BorderlineSMOTE : SMOTE from samples near the class border.

    Notes
    -----
    The numbers of synthetic samples are rounded so that they add up to the requested number. If a
    sample is the only one of its level, its neighbors are drawn from the whole class.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.

    References
    ----------
    S. Barua, M. M. Islam, K. Murase, "ProWSyn: Proximity Weighted Synthetic Oversampling Technique
    for Imbalanced Data Set Learning", Advances in Knowledge Discovery and Data Mining (2013),
    317-328, doi:10.1007/978-3-642-37456-2_27.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import ProWSyn
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = ProWSyn(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "prowsyn"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
        "n_levels": [Interval(Integral, 1, None, closed="left")],
        "theta": [Interval(Real, 0, None, closed="left")],
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: int = 5,
        n_levels: int = 5,
        theta: float = 1.0,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_levels = n_levels
        self.theta = theta
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
        level = self._find_levels(table, target, quota, units)
        n_per_base = split_proportionally(np.exp(-self.theta * level), quota.amount)
        base = np.repeat(np.arange(len(rows)), n_per_base)
        neighbor = _draw_from_level(level, base, rng)
        weight = rng.uniform(size=quota.amount)
        codes = np.full(quota.amount, quota.code, np.int32)
        return SyntheticSamples(rows[base], rows[neighbor], weight, codes)

    def _find_levels(
        self, table: Table, target: EncodedTarget, quota: ClassQuota, units: DistanceUnits
    ) -> IntArray:
        """Return the level of each sample of a class, 0 for those nearest to other classes."""
        rows = target.rows_of(quota.code)
        others = build_search_space(table, np.flatnonzero(target.codes != quota.code), units)
        level = np.full(len(rows), self.n_levels - 1, np.intp)
        left = np.arange(len(rows))
        for number in range(self.n_levels - 1):
            if not len(left):
                break
            k = min(self.k_neighbors, len(left))
            search = NeighborSearch(build_search_space(table, rows[left], units), k)
            is_near = np.zeros(len(left), bool)
            is_near[search.nearest(others, k)[0]] = True
            level[left[is_near]] = number
            left = left[~is_near]
        return level


def _draw_from_level(level: IntArray, base: RowArray, rng: np.random.RandomState) -> RowArray:
    """Draw another sample of the level of each base sample, or of the class if there is none."""
    sizes = np.bincount(level)
    level = np.where(sizes[level] == 1, len(sizes), level)
    by_level = np.argsort(level, kind="stable")
    start, size = np.searchsorted(level[by_level], level), np.bincount(level)[level]
    is_alone = level == len(sizes)
    start[is_alone], size[is_alone] = 0, len(level)
    place = np.empty(len(level), np.intp)
    place[by_level] = np.arange(len(level))
    # A draw among the others: those from the base sample on are moved by one.
    drawn = start[base] + (rng.uniform(size=len(base)) * (size[base] - 1)).astype(np.intp)
    neighbor: RowArray = by_level[drawn + (drawn >= place[base])]
    return neighbor
