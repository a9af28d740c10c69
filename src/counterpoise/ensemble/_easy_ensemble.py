"""EasyEnsemble: AdaBoost classifiers trained on balanced random subsets.

Reference: Liu, Wu and Zhou (2009), doi:10.1109/TSMCB.2008.2007853.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier

from counterpoise._lib.sklearn_private import parameter_constraints
from counterpoise._strategy import SamplingStrategy
from counterpoise.ensemble._bagging import BalancedBaggingBase
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["EasyEnsembleClassifier"]

# Parameters of bagging that EasyEnsemble does not have.
_NOT_PARAMETERS = ("max_samples", "max_features", "bootstrap", "bootstrap_features", "oob_score")


class EasyEnsembleClassifier(BalancedBaggingBase):
    """Ensemble of AdaBoost classifiers, each trained on a balanced random subset of the samples.

    Each subset has all samples of the minority class, and as many of each other class, drawn at
    random without replacement.

    Parameters
    ----------
    n_estimators : int, default=10
        The number of base estimators.
    estimator : classifier or None, default=None
        The base estimator. None uses `sklearn.ensemble.AdaBoostClassifier`.
    warm_start : bool, default=False
        Whether `fit` keeps the base estimators of the previous call and adds more to them.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many samples of each class a base estimator is trained on, as in
        `counterpoise.under_sampling.RandomUnderSampler`. "auto" undersamples every class but the
        smallest to the size of the smallest.
    replacement : bool, default=False
        Whether samples are drawn with replacement.
    n_jobs : int or None, default=None
        Number of threads that fit and predict. None means 1, -1 means all processors.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws and of the base estimators.
    verbose : int, default=0
        Verbosity of fitting and predicting.

    Attributes
    ----------
    estimator_ : BalancedMember
        The unfitted base estimator: a sampler followed by a classifier.
    estimators_ : list of BalancedMember
        The fitted base estimators. Their `sampler` and `classifier` are also accessible as in a
        pipeline: ``model.estimators_[0]["classifier"]`` or ``model.estimators_[0][-1]``.
    estimators_features_ : list of ndarray of int
        For each base estimator, the indices of its features: all of them.
    estimators_samples_ : list of ndarray of int
        For each base estimator, the indices of the samples that its sampler draws from: all of
        them.
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    n_classes_ : int
        Number of classes.
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

    Notes
    -----
    AdaBoost of decision stumps, its default, gives the same trees as scikit-learn's `fit`, in much
    less time, because the samples are sorted once instead of in each round. Where two splits are
    equally good, scikit-learn takes one at random, this class the first. Sparse matrices and all
    other base estimators are passed to scikit-learn's `fit`.

    References
    ----------
    X.-Y. Liu, J. Wu, Z.-H. Zhou, "Exploratory undersampling for class-imbalance learning", IEEE
    Transactions on Systems, Man, and Cybernetics B 39, 539-550 (2009),
    doi:10.1109/TSMCB.2008.2007853.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import EasyEnsembleClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = EasyEnsembleClassifier(random_state=0).fit(X, y)
    >>> len(model.estimators_), model.predict_proba(X).shape
    (10, (1000, 2))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **{
            k: v
            for k, v in parameter_constraints(BaggingClassifier).items()
            if k not in _NOT_PARAMETERS
        },
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
        "replacement": ["boolean"],
    }

    def __init__(
        self,
        n_estimators: int = 10,
        estimator: Any = None,
        *,
        warm_start: bool = False,
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        super().__init__(
            estimator=estimator,
            n_estimators=n_estimators,
            max_samples=1.0,
            max_features=1.0,
            bootstrap=False,
            bootstrap_features=False,
            oob_score=False,
            warm_start=warm_start,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
        )
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement

    def _get_estimator(self) -> Any:
        return AdaBoostClassifier() if self.estimator is None else self.estimator

    def _make_sampler(self) -> RandomUnderSampler:
        return RandomUnderSampler(
            sampling_strategy=self.sampling_strategy,
            replacement=self.replacement,
        )
