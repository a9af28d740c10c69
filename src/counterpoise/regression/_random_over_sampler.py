"""Random oversampling of rare target values.

Reference: Branco, Torgo and Ribeiro (2019), doi:10.1016/j.neucom.2018.11.100.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from counterpoise._lib.types import RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import ContinuousTarget, Samples, SyntheticSamples, Table
from counterpoise.over_sampling._random_over_sampler import draw_rows
from counterpoise.regression._base import BinOverSampler
from counterpoise.regression._relevance import RelevanceFunction
from counterpoise.regression._strategy import Direction

__all__ = ["RandomOverSampler"]


class RandomOverSampler(BinOverSampler):
    """Oversample rare target values by duplicating randomly drawn samples.

    Samples of each bin of relevant target values are drawn at random with replacement.

    Parameters
    ----------
    sampling_strategy : str, float, dict, list or callable, default="balance"
        "balance" oversamples each relevant bin to the mean size of the bins that are not relevant.
        "extreme" inverts the ratio of both sizes. A float in (0, 1] is the ratio of the sizes that
        "balance" uses. A dict maps bin numbers to their numbers of samples after resampling, a list
        has one for each bin, and a callable takes `y` and returns one of these. Bins are numbered
        from 0 in ascending order of the target.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    relevance : RelevanceFunction or None, default=None
        How the relevance of target values is defined; it is fitted to `y`. None uses the boxplot,
        ``RelevanceFunction()``.
    threshold : float, default=0.8
        The relevance in (0, 1] from which target values are relevant.

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
        The origin of each output sample: its index in the input.

    See Also
    --------
    RandomUnderSampler : Undersampling of frequent target values.
    WERCS : Random resampling with probabilities that follow the relevance, without bins.

    Notes
    -----
    Feature types: any.

    Missing values: allowed in X. They have no effect on the selection.

    References
    ----------
    P. Branco, L. Torgo, R. P. Ribeiro, "Pre-processing approaches for imbalanced distributions in
    regression", Neurocomputing 343, 76-99 (2019), doi:10.1016/j.neucom.2018.11.100.

    Examples
    --------
    >>> import numpy as np
    >>> from counterpoise.regression import RandomOverSampler
    >>> rng = np.random.RandomState(0)
    >>> X = rng.randn(200, 2)
    >>> y = np.exp(X[:, 0] + 0.1 * X[:, 1])
    >>> sampler = RandomOverSampler(random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> [(bin.is_relevant, bin.count) for bin in sampler.bins_]
    [(False, 176), (True, 24)]
    >>> dict(sampler.sampling_strategy_), len(y_resampled)
    ({1: 176}, 352)
    """

    _direction: ClassVar[Direction] = "over"

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "balance",
        random_state: int | np.random.RandomState | None = None,
        relevance: RelevanceFunction | None = None,
        threshold: float = 0.8,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.relevance = relevance
        self.threshold = threshold

    def _accepted_samples(self) -> Samples:
        return "any"

    def _oversample(
        self,
        table: Table,
        target: ContinuousTarget,
        quotas: list[ClassQuota],
        rng: np.random.RandomState,
    ) -> list[SyntheticSamples | RowArray]:
        del table  # the features have no effect
        return [draw_rows(target, quota, rng) for quota in quotas]
