"""SMOTE for regression: interpolated samples with an interpolated target.

Reference: Torgo, Ribeiro, Pfahringer and Branco (2013), doi:10.1007/978-3-642-40669-0_33.
"""

from __future__ import annotations

import numpy as np

from counterpoise._strategy import SamplingStrategy
from counterpoise._table import SyntheticSamples
from counterpoise.neighbors._space import SearchSpace
from counterpoise.regression._distances import Points, RangeScale
from counterpoise.regression._neighbor_over_sampler import NeighborBinOverSampler, SmallBins
from counterpoise.regression._relevance import RelevanceFunction
from counterpoise.regression._synthetic import BinData, NeighborPairs

__all__ = ["SMOTER"]


class SMOTER(NeighborBinOverSampler):
    """Oversample rare target values with SMOTER: SMOTE with an interpolated target.

    For each synthetic sample, a base sample of a bin and one of its `k_neighbors` nearest neighbors
    in the same bin are drawn at random. Numeric features are interpolated between the two, at a
    position drawn from a uniform distribution, and each categorical feature takes the value of one
    of them at random. The target is the mean of both targets, weighted by the inverse distances of
    the synthetic sample [1]_.

    Parameters
    ----------
    sampling_strategy : str, float, dict, list or callable, default="balance"
        "balance" gives all bins the same size, and "extreme" inverts their sizes; both keep the
        number of samples, and undersample large bins at random. A float in (0, 1] is the ratio of
        the size of each relevant bin to the mean size of the bins that are not relevant; no bin is
        undersampled then. A dict maps bin numbers to their numbers of samples after resampling, a
        list has one for each bin, and a callable takes `y` and returns one of these. Bins are
        numbered from 0 in ascending order of the target.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    relevance : RelevanceFunction or None, default=None
        How the relevance of target values is defined; it is fitted to `y`. None uses the boxplot,
        ``RelevanceFunction()``.
    threshold : float, default=0.8
        The relevance in (0, 1] from which target values are relevant.
    k_neighbors : int, default=5
        Number of nearest neighbors in the same bin from which the neighbor of a base sample is
        drawn.
    scale : {"range", "standard", "robust"} or None, default="range"
        Scaling of the features in distances. "range" divides each numeric feature by its range, and
        two different categories count 1: the HEOM distance [2]_. "standard" divides by the standard
        deviation, "robust" by the interquartile range; two different categories then count as much
        as the median standard deviation. Synthetic samples are generated in the original units.
    small_bins : {"error", "shrink_k"}, default="error"
        What to do with a bin that has `k_neighbors` samples or fewer: raise an error, or use the
        neighbors that there are, and duplicates if there is a single sample, with a
        `SmallClassWarning`.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples after resampling for each bin that is resampled.
    relevance_ : RelevanceFunction
        The relevance function, fitted to `y`.
    bins_ : tuple of RelevanceBin
        The ranges of target values, in ascending order.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample and, if it is interpolated, its neighbor and its position between them.

    See Also
    --------
    SMOGN : SMOTER where the neighbor is near, and Gaussian noise where it is not.
    GaussianNoise : Gaussian noise only.

    Notes
    -----
    Feature types: numeric and categorical; booleans are categorical. Integers are rounded, those of
    the target too.

    Missing values: allowed in X, except in sparse matrices. A synthetic sample has a missing number
    where its base sample has one. A missing category is treated as a category.

    References
    ----------
    .. [1] L. Torgo, R. P. Ribeiro, B. Pfahringer, P. Branco, "SMOTE for Regression", Progress in
       Artificial Intelligence (EPIA), 378-389 (2013), doi:10.1007/978-3-642-40669-0_33.
    .. [2] D. R. Wilson, T. R. Martinez, "Improved Heterogeneous Distance Functions", Journal of
       Artificial Intelligence Research 6, 1-34 (1997), doi:10.1613/jair.346.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.regression import SMOTER
    >>> rng = np.random.RandomState(0)
    >>> X = rng.randn(200, 2)
    >>> y = np.exp(X[:, 0] + 0.1 * X[:, 1])
    >>> sampler = SMOTER(random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> [(bin.is_relevant, bin.count) for bin in sampler.bins_]
    [(False, 176), (True, 24)]
    >>> dict(sampler.sampling_strategy_), len(y_resampled)
    ({0: 100, 1: 100}, 200)
    """

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "balance",
        random_state: int | np.random.RandomState | None = None,
        relevance: RelevanceFunction | None = None,
        threshold: float = 0.8,
        k_neighbors: int = 5,
        scale: RangeScale = "range",
        small_bins: SmallBins = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.relevance = relevance
        self.threshold = threshold
        self.k_neighbors = k_neighbors
        self.scale = scale
        self.small_bins = small_bins

    def _generate(
        self,
        data: BinData,
        space: SearchSpace,
        pairs: NeighborPairs,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        points = Points.of(space) if data.units.categorical else None
        return data.interpolate(points, pairs, rng)
