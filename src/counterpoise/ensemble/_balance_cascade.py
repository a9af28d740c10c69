"""BalanceCascade: undersampling that removes well-classified majority samples round by round.

Reference: Liu, Wu and Zhou (2009), doi:10.1109/TSMCB.2008.2007853.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise.ensemble._sequential import SequentialEnsembleBase

__all__ = ["BalanceCascadeClassifier"]


class BalanceCascadeClassifier(SequentialEnsembleBase):
    """Undersampling ensemble that removes well-classified majority samples after each round.

    Each base estimator is trained on all samples of the minority class and on a random subset of
    the majority class. After each round, the majority samples with the highest predicted
    probability of their class are removed. The number of samples that remain shrinks by the same
    factor in each round, so that the last base estimator is trained on all that remain.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The base estimator, with `predict_proba`. None uses
        `sklearn.tree.DecisionTreeClassifier`.
    n_estimators : int, default=10
        The number of base estimators.
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
    EasyEnsembleClassifier : Ensemble that draws from all samples in each round.
    SelfPacedEnsembleClassifier : Ensemble that draws samples by how hard they are to classify.

    References
    ----------
    X.-Y. Liu, J. Wu, Z.-H. Zhou, "Exploratory undersampling for class-imbalance learning", IEEE
    Transactions on Systems, Man, and Cybernetics B 39, 539-550 (2009),
    doi:10.1109/TSMCB.2008.2007853.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import BalanceCascadeClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = BalanceCascadeClassifier(random_state=0).fit(X, y)
    >>> len(model.estimators_), len(model.estimators_samples_[-1])
    (10, 108)
    """

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 10,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    # The score of a sample is the latest predicted probability of its class; inf once removed.

    def _select_samples(
        self, i: int, quota: ClassQuota, scores: Float64Array, rng: np.random.RandomState
    ) -> RowArray:
        del i
        return rng.permutation(np.flatnonzero(scores < np.inf))[: quota.amount]

    def _update_scores(
        self,
        i: int,
        quota: ClassQuota,
        scores: Float64Array,
        probability: Float64Array,
        rng: np.random.RandomState,
    ) -> Float64Array:
        # After n_estimators - 1 rounds, this factor has reduced `count` samples to `amount`.
        factor = (quota.amount / quota.count) ** (1 / max(self.n_estimators - 1, 1))
        n_remaining = max(round(quota.count * factor ** (i + 1)), quota.amount)
        # Permuted, so that ties (trees predict few different values) are broken at random.
        candidates = rng.permutation(np.flatnonzero(scores < np.inf))
        remaining = candidates[np.argsort(probability[candidates], kind="stable")[:n_remaining]]
        updated = np.full(len(scores), np.inf)
        updated[remaining] = probability[remaining]
        return updated
