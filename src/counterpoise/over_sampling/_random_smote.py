"""Random-SMOTE: synthetic samples in the triangle of a base sample and two of its neighbors.

Reference: Dong and Wang (2011), doi:10.1007/978-3-642-25975-3_30.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

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
from counterpoise.over_sampling._means import compute_means
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses
from counterpoise.over_sampling._points import build_synthetic

__all__ = ["RandomSMOTE"]


class RandomSMOTE(NeighborOverSampler):
    """Oversample with Random-SMOTE: synthetic samples in triangles of minority samples.

    For each synthetic sample, a base sample of the class and two of its `k_neighbors` nearest
    neighbors of the same class are drawn at random. A point is drawn on the line between the two
    neighbors, and the synthetic sample on the line between the base sample and this point, both
    from a uniform distribution.

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
        Number of nearest neighbors of the same class from which the two neighbors of a base sample
        are drawn; or an estimator with `fit` and `kneighbors`. An estimator counts each sample
        among its own neighbors: ``NearestNeighbors(n_neighbors=6)`` means five.
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
    SMOTE : Synthetic samples on the line between a base sample and one neighbor.
    LoRAS : Synthetic samples that combine more samples of a neighborhood.

    Notes
    -----
    The paper draws the two other samples from the whole class. Here they are neighbors of the base
    sample, as in the comparison of Kovács (2019), so that triangles do not span the gaps between
    groups of the class. With `k_neighbors` of one less than the number of samples of the class,
    they are drawn as in the paper.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them. A value that is missing in a neighbor is replaced
    by that of the base sample.

    References
    ----------
    Y. Dong, X. Wang, "A New Over-Sampling Approach: Random-SMOTE for Learning from Imbalanced Data
    Sets", Knowledge Science, Engineering and Management (2011), 343-352,
    doi:10.1007/978-3-642-25975-3_30.

    G. Kovács, "An empirical comparison and evaluation of minority oversampling techniques on a
    large number of imbalanced datasets", Applied Soft Computing 83, 105662 (2019),
    doi:10.1016/j.asoc.2019.105662.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import RandomSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = RandomSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "random-smote"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "classes"
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
        rows, n = target.rows_of(quota.code), quota.amount
        nearest = self._search_among(table, rows, units).nearest_others()
        base = rng.randint(len(rows), size=n)
        first = rng.randint(nearest.shape[1], size=n)
        # Another neighbor than the first, if there is one.
        step = 1 + rng.randint(max(1, nearest.shape[1] - 1), size=n)
        second = (first + step) % nearest.shape[1]
        members = np.column_stack([base, nearest[base, first], nearest[base, second]])
        between, towards = rng.uniform(size=(2, n))
        weights = np.column_stack([1 - towards, towards * (1 - between), towards * between])
        points = compute_means(table, rows, base, members, weights)
        return build_synthetic(rows[base], quota.code, points)
