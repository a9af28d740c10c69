"""Oversampling with rejection, by Lee, Kim and Lee: SMOTE without samples among other classes.

Reference: Lee, Kim and Lee (2015), doi:10.1145/2701126.2701181.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array
from counterpoise._strategy import ClassQuota, SamplingStrategy, check_n_rows
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.exceptions import CounterpoiseWarning
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
)
from counterpoise.over_sampling._interpolation import interpolate_neighbors
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["Lee"]

_MAX_CANDIDATES = 20  # for each requested sample
_MAX_FRUITLESS = 3  # rounds in which no candidate is accepted


@dataclass(frozen=True)
class _Surroundings:
    """All samples of a table, to find the classes around a point."""

    table: Table
    units: DistanceUnits
    search: NeighborSearch
    codes: Any
    k: int

    def other_class_shares(self, synthetic: SyntheticSamples, code: int) -> Float64Array:
        """Return the share of other classes among the nearest samples of synthetic samples."""
        rows, where = np.unique(
            np.concatenate([synthetic.base, synthetic.neighbor]), return_inverse=True
        )
        points = build_search_space(self.table, rows, self.units).selected[where]
        base, neighbor = points[: len(synthetic)], points[len(synthetic) :]
        queries = _interpolate(base, neighbor, synthetic.weight[:, None])
        nearest = self.search.nearest(SearchSpace(queries), self.k)[0]
        shares: Float64Array = (self.codes[nearest] != code).mean(axis=1)
        return shares


class Lee(NeighborOverSampler):
    """Oversample with SMOTE and rejection: no synthetic samples among samples of other classes.

    Candidates are generated as in SMOTE. A candidate is accepted if less than `rejection_level` of
    its `m_neighbors` nearest samples are of other classes. Candidates are generated until there are
    enough that are accepted.

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
    m_neighbors : int, default=5
        Number of nearest samples of any class that decide whether a candidate is accepted.
    rejection_level : float, default=0.5
        The share of other classes, in (0, 1], from which a candidate is rejected.
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
    SMOTE : SMOTE without rejection.
    BorderlineSMOTE : SMOTE from samples near the class border.

    Notes
    -----
    If too few of 20 candidates for each requested sample are accepted, or none in three rounds, the
    rejected candidates with the smallest share of other classes fill the gap, with a warning.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.

    References
    ----------
    J. Lee, N. Kim, J.-H. Lee, "An Over-Sampling Technique with Rejection for Imbalanced Class
    Learning", International Conference on Ubiquitous Information Management and Communication
    (2015), 102:1-102:6, doi:10.1145/2701126.2701181.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import Lee
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = Lee(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "lee"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": [Interval(Integral, 1, None, closed="left")],
        "rejection_level": [Interval(Real, 0, 1, closed="right")],
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        m_neighbors: int = 5,
        rejection_level: float = 0.5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.rejection_level = rejection_level
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
        if not large:
            return self._build_resampling([], small, target, rng)
        check_n_rows("Lee", "m_neighbors", self.m_neighbors, table.n_rows)
        units = compute_distance_units(table, self.scale)
        search = NeighborSearch(build_search_space(table, None, units), self.m_neighbors)
        around = _Surroundings(table, units, search, target.codes, self.m_neighbors)
        parts = [self._oversample(around, target, quota, rng) for quota in large]
        return self._build_resampling(parts, small, target, rng)

    def _oversample(
        self,
        around: _Surroundings,
        target: EncodedTarget,
        quota: ClassQuota,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        rows = target.rows_of(quota.code)
        search = self._search_among(around.table, rows, around.units)
        candidates: list[SyntheticSamples] = []
        shares: list[Float64Array] = []
        n_missing, n_fruitless, n_left = quota.amount, 0, _MAX_CANDIDATES * quota.amount
        while n_missing and n_fruitless < _MAX_FRUITLESS and n_left > 0:
            drawn = interpolate_neighbors(search, rows, quota, rng, n_synthetic=n_missing)
            candidates.append(drawn)
            shares.append(around.other_class_shares(drawn, quota.code))
            n_left -= n_missing
            n_accepted = int((shares[-1] < self.rejection_level).sum())
            n_missing -= n_accepted
            n_fruitless = 0 if n_accepted else n_fruitless + 1
        if n_missing:
            _warn_rejected(quota, n_missing, self.rejection_level)
        share = np.concatenate(shares)
        # Those that are accepted in the order of their draws, then the best of the others.
        order = np.argsort(np.where(share < self.rejection_level, -1, share), kind="stable")
        return SyntheticSamples.concat(candidates).take(order[: quota.amount])


def _interpolate(base: Any, neighbor: Any, weight: Float64Array) -> Any:
    """Return points between base samples and neighbors; NaN where the base has a missing value."""
    step = neighbor - base
    if not isinstance(base, np.ndarray):  # a sparse matrix, which has no missing values
        return (base + step.multiply(weight)).tocsr()
    return base + weight * np.where(np.isnan(step), 0, step)


def _warn_rejected(quota: ClassQuota, n_rejected: int, level: float) -> None:
    warnings.warn(
        f"Lee accepted only {quota.amount - n_rejected} of {quota.amount} synthetic samples of "
        f"class {quota.label!r}: too many candidates have {level:.3g} or more neighbors of other "
        f"classes. The other {n_rejected} are the rejected candidates with the fewest. Increase "
        "rejection_level or lower sampling_strategy.",
        CounterpoiseWarning,
        stacklevel=2,
    )
