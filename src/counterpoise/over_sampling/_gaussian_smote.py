"""Gaussian-SMOTE: SMOTE with Gaussian noise around the point between base and neighbor.

Reference: Lee, Kim and Kim (2017), doi:10.5391/IJFIS.2017.17.4.229.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Needs, Reads
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborsEstimator,
)
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    compute_distance_units,
)
from counterpoise.over_sampling._interpolation import interpolate_neighbors
from counterpoise.over_sampling._means import add_noise, compute_means, standard_deviations
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses
from counterpoise.over_sampling._points import build_synthetic

__all__ = ["GaussianSMOTE"]


class GaussianSMOTE(NeighborOverSampler):
    """Oversample with Gaussian-SMOTE: SMOTE whose synthetic samples get Gaussian noise.

    A point on the line between a base sample and one of its `k_neighbors` nearest neighbors of the
    same class is drawn as in SMOTE. The synthetic sample is drawn from a normal distribution around
    this point, so that synthetic samples do not all lie on a few lines.

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
    sigma : float, default=0.5
        Standard deviation of the noise, in multiples of the standard deviation of each feature over
        all samples; 0 gives SMOTE.
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
        base sample.

    See Also
    --------
    SMOTE : Synthetic samples without noise.
    RandomOverSampler : With `shrinkage`, noise around samples of the class (smoothed bootstrap).

    Notes
    -----
    A feature that is constant gets no noise.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them, and the value of its base sample where only the
    neighbor's is missing.

    References
    ----------
    H. Lee, J. Kim, S. Kim, "Gaussian-Based SMOTE Algorithm for Solving Skewed Class Distributions",
    International Journal of Fuzzy Logic and Intelligent Systems 17, 229-234 (2017),
    doi:10.5391/IJFIS.2017.17.4.229.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import GaussianSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = GaussianSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "gaussian-smote"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "sigma": [Interval(Real, 0, None, closed="left")],
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        sigma: float = 0.5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.sigma = sigma
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
        std = self.sigma * standard_deviations(table)
        parts = [self._oversample(table, target, quota, units, std=std, rng=rng) for quota in large]
        return self._build_resampling(parts, small, target, rng)

    def _oversample(
        self,
        table: Table,
        target: EncodedTarget,
        quota: ClassQuota,
        units: DistanceUnits,
        *,
        std: Float64Array,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        rows = target.rows_of(quota.code)
        search = self._search_among(table, rows, units)
        on_line = interpolate_neighbors(search, rows, quota, rng)
        members = np.searchsorted(rows, np.column_stack([on_line.base, on_line.neighbor]))
        weights = np.column_stack([1 - on_line.weight, on_line.weight])
        means = compute_means(table, rows, members[:, 0], members, weights)
        return build_synthetic(on_line.base, quota.code, add_noise(means, std, rng))
