"""Self-paced ensemble: undersampling that moves from all samples to the hard ones.

Reference: Liu et al. (2020), doi:10.1109/ICDE48307.2020.00078.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval, parameter_constraints
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise.ensemble._sequential import SequentialEnsembleBase

__all__ = ["SelfPacedEnsembleClassifier"]


class SelfPacedEnsembleClassifier(SequentialEnsembleBase):
    """Undersampling ensemble that selects harder majority samples from round to round.

    Each base estimator is trained on all samples of the minority class and on a subset of the
    majority class. The majority samples are divided into `k_bins` bins by hardness: 1 minus the
    mean predicted probability of their class, over the base estimators trained so far. The first
    base estimator draws from all samples at random. The next ones draw from each bin in inverse
    proportion to its mean hardness, so that all bins contribute the same total hardness. Towards
    the last round, all bins have equal weight, and hard samples, which are few, are drawn far more
    often than at random.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The base estimator, with `predict_proba`. None uses
        `sklearn.tree.DecisionTreeClassifier`.
    n_estimators : int, default=10
        The number of base estimators.
    k_bins : int, default=20
        The number of hardness bins.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many samples of each class a base estimator is trained on, as in
        `counterpoise.under_sampling.RandomUnderSampler`. "auto" undersamples every class but the
        smallest to the size of the smallest.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws and of the base estimators.

    Attributes
    ----------
    estimators_ : list of classifier
        The fitted base estimators.
    estimators_samples_ : list of ndarray of int
        For each base estimator, the indices of its training samples.
    sampling_strategy_ : dict
        For each undersampled class, how many samples of it a base estimator is trained on.
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    feature_importances_ : ndarray of float64 of shape (n_features_in_,)
        The mean of the feature importances of the base estimators. Defined only if all of them have
        feature importances.

    See Also
    --------
    BalanceCascadeClassifier : Ensemble that removes samples that are easy to classify.

    References
    ----------
    Z. Liu, W. Cao, Z. Gao, J. Bian, H. Chen, Y. Chang, T.-Y. Liu, "Self-paced ensemble for highly
    imbalanced massive data classification", IEEE International Conference on Data Engineering
    (2020), 841-852, doi:10.1109/ICDE48307.2020.00078.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import SelfPacedEnsembleClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = SelfPacedEnsembleClassifier(random_state=0).fit(X, y)
    >>> len(model.estimators_), len(model.estimators_samples_[0])
    (10, 108)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **parameter_constraints(SequentialEnsembleBase),
        "k_bins": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 10,
        *,
        k_bins: int = 20,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.k_bins = k_bins
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    # The score of a sample is the sum of the predicted probabilities of its class.

    def _select_samples(
        self, i: int, quota: ClassQuota, scores: Float64Array, rng: np.random.RandomState
    ) -> RowArray:
        order = rng.permutation(quota.count)
        if i == 0:
            return order[: quota.amount]
        hardness = 1 - scores / i
        low, high = hardness.min(), hardness.max()
        width = (high - low) / self.k_bins or 1.0  # all samples may be equally hard
        bins = np.minimum((hardness - low) // width, self.k_bins - 1).astype(int)
        # The self-paced factor of the paper: from 0 to infinity, so that weights become equal.
        pace = np.tan(np.pi / 2 * i / max(self.n_estimators - 1, 1))
        weights = self._compute_bin_weights(hardness, bins, pace)
        return order[_select_by_weight(bins[order], weights, quota.amount)]

    def _compute_bin_weights(
        self, hardness: Float64Array, bins: IntArray, pace: float
    ) -> Float64Array:
        sizes = np.bincount(bins, minlength=self.k_bins)
        mean = np.bincount(bins, hardness, self.k_bins) / np.maximum(sizes, 1)
        weights: Float64Array = 1 / (mean + pace + 1e-12)  # a bin may have hardness 0
        return weights

    def _update_scores(
        self,
        i: int,
        quota: ClassQuota,
        scores: Float64Array,
        probability: Float64Array,
        rng: np.random.RandomState,
    ) -> Float64Array:
        del i, quota, rng
        return scores + probability


def _select_by_weight(bins: IntArray, weights: Float64Array, amount: int) -> RowArray:
    """Select positions so that each bin gets a number in proportion to its weight.

    Where a bin has too few samples, the other bins get more. The first positions of a bin are
    selected first.
    """
    rank = np.empty(len(bins))
    for b in np.unique(bins):
        in_bin = np.flatnonzero(bins == b)
        rank[in_bin] = (np.arange(len(in_bin)) + 0.5) / weights[b]
    selected: RowArray = np.argsort(rank, kind="stable")[:amount]
    return selected
