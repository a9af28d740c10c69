"""SVM-SMOTE: SMOTE whose base samples are support vectors.

Reference: Nguyen, Cooper and Kamei (2011), doi:10.1504/IJKESDP.2011.039875.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
import sklearn
from sklearn.base import clone

from counterpoise._array_ops import is_in_danger, is_noise
from counterpoise._lib.sklearn_private import HasMethods, Interval
from counterpoise._lib.types import BoolArray, RowArray
from counterpoise._strategy import (
    ClassQuota,
    SamplingStrategy,
    check_n_rows,
)
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.exceptions import EstimatorError
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
    impute_median,
)
from counterpoise.over_sampling._interpolation import interpolate_neighbors
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["SVMSMOTE"]

_ADVICE = "Increase m_neighbors, use another svm_estimator, or another sampler such as SMOTE"


@dataclass(frozen=True)
class _SupportVectors:
    """The support vectors of a class without noise, and which of them are in danger."""

    rows: RowArray
    in_danger: BoolArray


@dataclass(frozen=True)
class _OversampledClass:
    """The base samples of a class, with the table and the units to search in."""

    table: Table
    units: DistanceUnits
    support: _SupportVectors


class SVMSMOTE(NeighborOverSampler):
    """Oversample with SVM-SMOTE: synthetic samples from the support vectors of a class.

    A support vector machine is fitted once to all classes. The support vectors of the oversampled
    class are the base samples, except noise: those with all `m_neighbors` nearest neighbors in
    other classes. A support vector is in danger if at least half of these neighbors are of other
    classes, and safe otherwise. From one in danger, synthetic samples lie between it and one of its
    `k_neighbors` nearest neighbors of the class. From a safe one they lie in the opposite direction
    (extrapolation), by up to `out_step` of the distance. The number of synthetic samples of each
    kind is drawn at random, about half.

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
    m_neighbors : int or object, default=10
        Number of nearest neighbors in the whole data set that decide whether a sample is in danger
        or noise; or an estimator, as for `k_neighbors`.
    svm_estimator : object or None, default=None
        Support vector classifier with `fit` and, once fitted, `support_`. None means
        scikit-learn's `SVC` with ``gamma="scale"``.
    out_step : float, default=0.5
        Step size of the extrapolation from safe samples, as a fraction of the distance to the
        neighbor; in [0, 1].
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search and for the support vector machine:
        "standard" divides each by its standard deviation over all samples, "robust" by its
        interquartile range (its standard deviation if that is 0). Synthetic samples are generated
        in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer: raise an error; leave the
        class as it is ("skip"); add duplicates of its samples ("duplicate"); or use the neighbors
        that there are ("shrink_k"), and duplicates if there is a single sample. A class without
        support vectors but noise is skipped, or else duplicated. All but "error" give a
        `SmallClassWarning` with the classes.

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
    svm_estimator_ : object
        The fitted support vector classifier.
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
    BorderlineSMOTE : SMOTE from a class border that is found with nearest neighbors.

    Notes
    -----
    If all support vectors are in danger, or all are safe, all synthetic samples are generated from
    these.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.
    For the support vector machine, missing values are imputed with the median of their feature.

    References
    ----------
    H. M. Nguyen, E. W. Cooper, K. Kamei, "Borderline over-sampling for imbalanced data
    classification", International Journal of Knowledge Engineering and Soft Data Paradigms 3, 4-21
    (2011), doi:10.1504/IJKESDP.2011.039875.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import SVMSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SVMSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "svm-smote"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": NEIGHBORS,
        "svm_estimator": [HasMethods(["fit", "predict"]), None],
        "out_step": [Interval(Real, 0, 1, closed="both")],
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
        svm_estimator: Any = None,
        out_step: float = 0.5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.svm_estimator = svm_estimator
        self.out_step = out_step
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
        check_n_rows("SVMSMOTE", "m_neighbors", get_n_neighbors(self.m_neighbors), table.n_rows)
        units = compute_distance_units(table, self.scale)
        space = build_search_space(table, None, units)
        vectors = self._fit_svm(impute_median(space)[0], target, rng)
        search = NeighborSearch(space, self.m_neighbors)
        parts: list[SyntheticSamples] = []
        for number, quota in enumerate(large):
            if number and self.svm_estimator is None:
                # imbalanced-learn fits an SVC for each class, and each fit draws a seed.
                rng.randint(np.iinfo("i").max)
            support = _select_support_vectors(search, target, vectors, quota)
            if isinstance(support, str):
                self._add_unsuitable(small, quota, support, _ADVICE)
                continue
            oversampled = _OversampledClass(table, units, support)
            parts += self._oversample(oversampled, target, quota, rng)
        return self._build_resampling(parts, small, target, rng)

    def _fit_svm(self, points: Any, target: EncodedTarget, rng: np.random.RandomState) -> RowArray:
        """Fit the support vector classifier; return the row indices of its support vectors."""
        if self.svm_estimator is None:
            self.svm_estimator_ = sklearn.svm.SVC(gamma="scale", random_state=rng)
        else:
            self.svm_estimator_ = clone(self.svm_estimator)
        self.svm_estimator_.fit(points, target.codes)
        if not hasattr(self.svm_estimator_, "support_"):
            raise EstimatorError(
                "svm_estimator must have the attribute support_ (the indices of its support "
                "vectors) once fitted, like scikit-learn's SVC; "
                f"{type(self.svm_estimator_).__name__} does not. Use svm_estimator=SVC()."
            )
        return np.asarray(self.svm_estimator_.support_, dtype=np.intp)

    def _oversample(
        self,
        oversampled: _OversampledClass,
        target: EncodedTarget,
        quota: ClassQuota,
        rng: np.random.RandomState,
    ) -> list[SyntheticSamples]:
        """Interpolate from the support vectors in danger, and extrapolate from the safe ones."""
        in_danger = oversampled.support.in_danger
        # The share of synthetic samples from bases in danger is a Beta(10, 10) draw, mean one half.
        n_danger = int(rng.beta(10, 10) * (quota.amount + 1))
        if in_danger.all() or not in_danger.any():
            n_danger = quota.amount if in_danger.any() else 0
        rows = target.rows_of(quota.code)
        search = self._search_among(oversampled.table, rows, oversampled.units)
        positions = np.searchsorted(rows, oversampled.support.rows)
        parts = []
        for is_base, n in ((in_danger, n_danger), (~in_danger, quota.amount - n_danger)):
            if is_base.any():
                bases = positions[is_base]
                part = interpolate_neighbors(
                    search, rows, quota, rng, base_positions=bases, n_synthetic=n
                )
                if is_base is not in_danger:
                    part.weight[:] *= -self.out_step  # away from the neighbor
                parts.append(part)
        return parts


def _select_support_vectors(
    search: NeighborSearch, target: EncodedTarget, vectors: RowArray, quota: ClassQuota
) -> _SupportVectors | str:
    """Return the support vectors of a class that are not noise, or why there are none."""
    rows = vectors[target.codes[vectors] == quota.code]
    if not len(rows):
        return f"SVMSMOTE starts from support vectors, but class {quota.label!r} has none."
    is_other_class = target.codes[search.nearest_others(rows)] != quota.code
    n_other_class, m = is_other_class.sum(axis=1), is_other_class.shape[1]
    is_useful = ~is_noise(n_other_class, m)
    if not is_useful.any():
        return (
            f"All {len(rows)} support vectors of class {quota.label!r} are noise: all {m} nearest "
            "neighbors of each are of other classes. SVM-SMOTE is not adapted to your dataset."
        )
    return _SupportVectors(rows[is_useful], is_in_danger(n_other_class[is_useful], m))
