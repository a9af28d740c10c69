"""LoRAS: convex combinations of noisy samples in the neighborhood of a base sample.

Reference: Bej, Davtyan, Wolfien, Nassar and Wolkenhauer (2021), doi:10.1007/s10994-020-05913-4.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import (
    EncodedTarget,
    Resampling,
    Samples,
    SyntheticSamples,
    Table,
    feature_positions,
)
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
from counterpoise.over_sampling._means import add_noise, compute_means, standard_deviations
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses
from counterpoise.over_sampling._points import build_synthetic

__all__ = ["LoRAS"]

_MAX_MEMBERS = 1 << 21  # samples that are combined at once, which bounds the memory


class LoRAS(NeighborOverSampler):
    """Oversample with LoRAS: combinations of noisy samples in a neighborhood.

    The neighborhood of a base sample consists of itself and its `k_neighbors` nearest neighbors of
    the same class. Its samples with Gaussian noise are called shadow samples. A synthetic sample is
    a random convex combination of `n_shadow` shadow samples of the neighborhood. So it estimates
    the local mean of the class, with less variance than a single sample.

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
        Number of nearest neighbors of the same class in a neighborhood; or an estimator with `fit`
        and `kneighbors`. An estimator counts each sample among its own neighbors:
        ``NearestNeighbors(n_neighbors=6)`` means five. The paper uses 30 for classes of 100 samples
        or more.
    n_shadow : int or None, default=None
        Number of shadow samples in a combination. None means the number of features.
    sigma : float, default=0.005
        Standard deviation of the noise of shadow samples, in multiples of the standard deviation of
        each feature over all samples.
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
    SMOTE : Combinations of two samples.
    RandomSMOTE : Combinations of three samples.

    Notes
    -----
    The weights of a combination have a Dirichlet distribution with parameters of 1, as in the
    theorems of the paper. Each combination has shadow samples of its own; the paper draws a limited
    number for each neighborhood. As the sum of their noise is normally distributed, it is drawn
    once for each synthetic sample. Neighborhoods are those of the features; the paper also
    considers a two-dimensional embedding (t-SNE).

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them. A value that is missing in another sample of the
    neighborhood is replaced by that of the base sample.

    References
    ----------
    S. Bej, N. Davtyan, M. Wolfien, M. Nassar, O. Wolkenhauer, "LoRAS: an oversampling approach for
    imbalanced datasets", Machine Learning 110, 279-301 (2021), doi:10.1007/s10994-020-05913-4.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import LoRAS
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = LoRAS(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "loras"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "n_shadow": [Interval(Integral, 1, None, closed="left"), None],
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
        n_shadow: int | None = None,
        sigma: float = 0.005,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_shadow = n_shadow
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
        parts: list[SyntheticSamples] = []
        for quota in large:
            parts += self._oversample(table, target, quota, units, std=std, rng=rng)
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
    ) -> list[SyntheticSamples]:
        rows = target.rows_of(quota.code)
        nearest = self._search_among(table, rows, units).nearest_others()
        neighborhoods = np.column_stack([np.arange(len(rows)), nearest])
        bases = rng.randint(len(rows), size=quota.amount)
        n_shadow = self.n_shadow or len(feature_positions(table))
        parts = []
        step = max(1, _MAX_MEMBERS // n_shadow)
        for base in np.split(bases, range(step, len(bases), step)):
            shape = len(base), n_shadow
            place = rng.randint(neighborhoods.shape[1], size=shape)
            weights = rng.exponential(size=shape)
            weights /= weights.sum(axis=1, keepdims=True)
            members = neighborhoods[base[:, None], place]
            means = compute_means(table, rows, base, members, weights)
            spread = np.sqrt((weights**2).sum(axis=1, keepdims=True))
            points = add_noise(means, spread * std, rng)
            parts.append(build_synthetic(rows[base], quota.code, points))
        return parts
