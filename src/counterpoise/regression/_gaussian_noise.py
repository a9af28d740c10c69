"""Gaussian noise around samples with rare target values.

Reference: Branco, Ribeiro and Torgo (2016), arXiv:1604.08079.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import ContinuousTarget, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.over_sampling._random_over_sampler import draw_positions
from counterpoise.regression._base import BinOverSampler
from counterpoise.regression._distances import mixed_units
from counterpoise.regression._relevance import RelevanceFunction
from counterpoise.regression._synthetic import BinData

__all__ = ["GaussianNoise"]


class GaussianNoise(BinOverSampler):
    """Oversample rare target values with Gaussian noise around randomly drawn samples.

    Samples of a bin are drawn at random with replacement. Gaussian noise is added to their numeric
    features and to their target. Each categorical feature takes the value of a random sample of the
    bin.

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
    perturbation : float, default=0.1
        Standard deviation of the noise, in multiples of the standard deviation of a feature, or of
        the target, in the bin.

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
        base sample.

    See Also
    --------
    SMOGN : Gaussian noise only where the neighbor of a sample is far.
    counterpoise.over_sampling.RandomOverSampler : Smoothed bootstrap, for classes.

    Notes
    -----
    Feature types: numeric and categorical; booleans are categorical. Integers are rounded, those of
    the target too.

    Missing values: allowed in X, except in sparse matrices. A synthetic sample has a missing number
    where its base sample has one. A missing category is treated as a category.

    A sparse X is not supported: noise would make every value differ from 0.

    References
    ----------
    P. Branco, R. P. Ribeiro, L. Torgo, "UBL: an R package for Utility-based Learning" (2016),
    arXiv:1604.08079.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.regression import GaussianNoise
    >>> rng = np.random.RandomState(0)
    >>> X = rng.randn(200, 2)
    >>> y = np.exp(X[:, 0] + 0.1 * X[:, 1])
    >>> sampler = GaussianNoise(random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> [(bin.is_relevant, bin.count) for bin in sampler.bins_]
    [(False, 176), (True, 24)]
    >>> dict(sampler.sampling_strategy_), len(y_resampled)
    ({0: 100, 1: 100}, 200)
    """

    _reads: ClassVar[Reads] = "distances"
    _takes_sparse: ClassVar[bool] = False
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BinOverSampler._parameter_constraints,
        "perturbation": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "balance",
        random_state: int | np.random.RandomState | None = None,
        relevance: RelevanceFunction | None = None,
        threshold: float = 0.8,
        perturbation: float = 0.1,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.relevance = relevance
        self.threshold = threshold
        self.perturbation = perturbation

    def _oversample(
        self,
        table: Table,
        target: ContinuousTarget,
        quotas: list[ClassQuota],
        rng: np.random.RandomState,
    ) -> list[SyntheticSamples | RowArray]:
        units = mixed_units(table, None)
        added: list[SyntheticSamples | RowArray] = []
        for quota in quotas:
            data = BinData.of(table, target, units, quota.code)
            size = np.full(quota.amount, float(self.perturbation))
            added.append(data.add_noise(draw_positions(quota, rng), size, rng))
        return added
