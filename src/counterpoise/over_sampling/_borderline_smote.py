"""Borderline-SMOTE: SMOTE whose base samples lie near the border of their class.

Reference: Han, Wang and Mao (2005), doi:10.1007/11538059_91.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import is_in_danger
from counterpoise._lib.sklearn_private import StrOptions
from counterpoise._lib.types import RowArray
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
from counterpoise.over_sampling._interpolation import interpolate_neighbors
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["BorderlineSMOTE"]


@dataclass(frozen=True)
class _BaseSamples:
    """The base samples of a class, with the table and the units to search in."""

    table: Table
    units: DistanceUnits
    rows: RowArray


class BorderlineSMOTE(NeighborOverSampler):
    """Oversample with Borderline-SMOTE: synthetic samples from samples near the class border.

    A sample is in danger if at least half of its `m_neighbors` nearest neighbors, but not all of
    them, are of other classes. Samples in danger are the base samples. Each synthetic sample lies
    between a base sample and one of its `k_neighbors` nearest neighbors: of the same class
    ("borderline-1"), or of any class ("borderline-2"). Towards a neighbor of another class it lies
    less than half of the way.

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
        Number of nearest neighbors from which the neighbor of a base sample is drawn; or an
        estimator with `fit` and `kneighbors`. An estimator counts each sample among its own
        neighbors: ``NearestNeighbors(n_neighbors=6)`` means five.
    m_neighbors : int or object, default=10
        Number of nearest neighbors in the whole data set that decide whether a sample is in
        danger; or an estimator, as for `k_neighbors`.
    kind : {"borderline-1", "borderline-2"}, default="borderline-1"
        Classes of the neighbors to interpolate with: that of the base sample ("borderline-1"), or
        any class ("borderline-2").
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0). Synthetic samples are generated in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer: raise an error; leave the
        class as it is ("skip"); add duplicates of its samples ("duplicate"); or use the neighbors
        that there are ("shrink_k"), and duplicates if there is a single sample. All but "error"
        give a `SmallClassWarning` with the classes. No class is too small for "borderline-2".

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
    in_danger_indices : dict
        For each oversampled class, the indices of its samples in danger.
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
    SMOTE : SMOTE with all samples of the class as base samples.
    SVMSMOTE : SMOTE from a class border that is found with a support vector machine.

    Notes
    -----
    If no sample of a class is in danger, all its samples are base samples, with a warning.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.

    References
    ----------
    H. Han, W.-Y. Wang, B.-H. Mao, "Borderline-SMOTE: A New Over-Sampling Method in Imbalanced Data
    Sets Learning", Advances in Intelligent Computing (2005), 878-887, doi:10.1007/11538059_91.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import BorderlineSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = BorderlineSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "borderline-smote"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "neighbors"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": NEIGHBORS,
        "kind": [StrOptions({"borderline-1", "borderline-2"})],
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
        m_neighbors: Any = 10,
        kind: str = "borderline-1",
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.kind = kind
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
        large, small = self._split_classes(table, quotas)
        units = compute_distance_units(table, self.scale)
        self.in_danger_indices: dict[Any, RowArray] = {}
        parts = []
        for quota, rows in self._find_bases(table, target, large, units):
            parts.append(self._oversample(_BaseSamples(table, units, rows), target, quota, rng))
        return self._build_resampling(parts, small, target, rng)

    def _split_classes(
        self, table: Table, quotas: tuple[ClassQuota, ...]
    ) -> tuple[list[ClassQuota], list[ClassQuota]]:
        """Return the classes that have enough samples, and those that are too small."""
        to_oversample = [quota for quota in quotas if quota.amount]
        k, m = get_n_neighbors(self.k_neighbors), get_n_neighbors(self.m_neighbors)
        if to_oversample:
            check_n_rows("BorderlineSMOTE", "m_neighbors", m, table.n_rows)
        if self.kind == "borderline-1":
            return self._split_by_size(quotas)
        if to_oversample:  # neighbors of any class
            check_n_rows("BorderlineSMOTE", "k_neighbors", k, table.n_rows)
        return to_oversample, []

    def _find_bases(
        self,
        table: Table,
        target: EncodedTarget,
        to_oversample: list[ClassQuota],
        units: DistanceUnits,
    ) -> list[tuple[ClassQuota, RowArray]]:
        """Return the base samples of each class: those in danger, or all if none is."""
        if not to_oversample:
            return []
        search = NeighborSearch(build_search_space(table, None, units), self.m_neighbors)
        bases = []
        for quota in to_oversample:
            rows = target.rows_of(quota.code)
            is_other_class = target.codes[search.nearest_others(rows)] != quota.code
            n_other_class, m = is_other_class.sum(axis=1), is_other_class.shape[1]
            in_danger = rows[is_in_danger(n_other_class, m)]
            if len(in_danger):
                self.in_danger_indices[quota.label] = in_danger
            else:
                _warn_none_in_danger(quota)
            bases.append((quota, in_danger if len(in_danger) else rows))
        return bases

    def _oversample(
        self,
        bases: _BaseSamples,
        target: EncodedTarget,
        quota: ClassQuota,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        # The candidate neighbors; positions of the bases are positions among these.
        rows, base_positions = target.rows_of(quota.code), bases.rows
        if self.kind == "borderline-2":
            rows = np.arange(bases.table.n_rows)
        else:
            base_positions = np.searchsorted(rows, base_positions)
        search = self._search_among(bases.table, rows, bases.units)
        synthetic = interpolate_neighbors(search, rows, quota, rng, base_positions=base_positions)
        if self.kind == "borderline-2":
            # Han et al. (2005): at most half of the way towards a sample of another class.
            is_other_class = target.codes[synthetic.neighbor] != quota.code
            n_other_class = int(is_other_class.sum())
            synthetic.weight[is_other_class] = rng.uniform(0.0, 0.5, size=(n_other_class, 1))[:, 0]
        return synthetic


def _warn_none_in_danger(quota: ClassQuota) -> None:
    warnings.warn(
        f"No sample of class {quota.label!r} is in danger (at least half of its neighbors, but not "
        "all, in other classes), so BorderlineSMOTE uses all samples of the class as base samples, "
        "as SMOTE does. Increase m_neighbors to look further.",
        CounterpoiseWarning,
        stacklevel=2,
    )
