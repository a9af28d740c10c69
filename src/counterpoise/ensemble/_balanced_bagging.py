"""Bagging on balanced bootstrap samples.

References: Breiman (1996), doi:10.1007/BF00058655; Hido, Kashima and Takahashi (2009),
doi:10.1002/sam.10061.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier

from counterpoise._lib.sklearn_private import HasMethods, parameter_constraints
from counterpoise._row_origins import check_only_resamples
from counterpoise._strategy import SamplingStrategy
from counterpoise.ensemble._bagging import BalancedBaggingBase
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["BalancedBaggingClassifier"]


class BalancedBaggingClassifier(BalancedBaggingBase):
    """Bagging classifier trained on balanced bootstrap samples.

    For each base estimator a bootstrap sample is drawn, and balanced by a sampler. If a bootstrap
    sample has no sample of a class, all samples of that class are added to it. With the default
    sampler, random undersampling, the method is also called UnderBagging.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The base estimator. None uses `sklearn.tree.DecisionTreeClassifier`.
    n_estimators : int, default=10
        The number of base estimators.
    max_samples : int or float, default=1.0
        How many samples to draw for a bootstrap sample, before balancing; a float is a fraction of
        the number of samples.
    max_features : int or float, default=1.0
        How many features to draw for a base estimator; a float is a fraction of the number of
        features.
    bootstrap : bool, default=True
        Whether bootstrap samples are drawn with replacement.
    bootstrap_features : bool, default=False
        Whether features are drawn with replacement. Base estimators then get arrays, as a data
        frame cannot have the same column twice.
    oob_score : bool, default=False
        Whether to estimate the accuracy from out-of-bag samples. A sample is out of bag for the
        base estimators that were not trained on it: those whose bootstrap sample did not have it,
        and those whose sampler removed it.
    warm_start : bool, default=False
        Whether `fit` keeps the base estimators of the previous call and adds more to them.
    n_jobs : int or None, default=None
        Number of threads that fit and predict. None means 1, -1 means all processors.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws and of the base estimators.
    verbose : int, default=0
        Verbosity of fitting and predicting.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many samples of each class a base estimator is trained on, as in
        `counterpoise.under_sampling.RandomUnderSampler`. "auto" undersamples every class but the
        smallest to the size of the smallest.
    replacement : bool, default=False
        Whether samples are drawn with replacement. Used only if `sampler` is None.
    sampler : sampler or None, default=None
        Balances the bootstrap samples. None uses
        `counterpoise.under_sampling.RandomUnderSampler`. The `sampling_strategy` of the ensemble
        replaces that of the sampler.

    Attributes
    ----------
    estimator_ : BalancedMember
        The unfitted base estimator: a sampler followed by a classifier.
    sampler_ : sampler
        The unfitted sampler.
    estimators_ : list of BalancedMember
        The fitted base estimators. Their `sampler` and `classifier` are also accessible as in a
        pipeline: ``model.estimators_[0]["classifier"]`` or ``model.estimators_[0][-1]``.
    estimators_features_ : list of ndarray of int
        For each base estimator, the indices of its features.
    estimators_samples_ : list of ndarray of int
        For each base estimator, the indices of its bootstrap sample, before balancing.
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
    oob_score_ : float
        Accuracy of the out-of-bag predictions. Defined only if `oob_score` is true.
    oob_decision_function_ : ndarray of float64 of shape (n_samples, n_classes)
        Out-of-bag class probabilities; NaN for samples that every base estimator was trained on.
        Defined only if `oob_score` is true.

    See Also
    --------
    BalancedRandomForestClassifier : Decision trees that also draw features at each split.
    EasyEnsembleClassifier : AdaBoost classifiers on balanced samples.
    SMOTEBaggingClassifier : Bagging with duplicates and synthetic samples.

    References
    ----------
    L. Breiman, "Bagging predictors", Machine Learning 24, 123-140 (1996), doi:10.1007/BF00058655.

    S. Hido, H. Kashima, Y. Takahashi, "Roughly balanced bagging for imbalanced data", Statistical
    Analysis and Data Mining 2, 412-426 (2009), doi:10.1002/sam.10061.

    S. Wang, X. Yao, "Diversity analysis on imbalanced data sets by using ensemble models", IEEE
    Symposium on Computational Intelligence and Data Mining, 324-331 (2009),
    doi:10.1109/CIDM.2009.4938667 (UnderBagging).

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import BalancedBaggingClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = BalancedBaggingClassifier(random_state=0).fit(X, y)
    >>> len(model.estimators_), model.predict_proba(X).shape
    (10, (1000, 2))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **parameter_constraints(BaggingClassifier),
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
        "replacement": ["boolean"],
        "sampler": [HasMethods(["fit_resample"]), None],
    }

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 10,
        *,
        max_samples: int | float = 1.0,
        max_features: int | float = 1.0,
        bootstrap: bool = True,
        bootstrap_features: bool = False,
        oob_score: bool = False,
        warm_start: bool = False,
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
        sampler: Any = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            n_estimators=n_estimators,
            max_samples=max_samples,
            max_features=max_features,
            bootstrap=bootstrap,
            bootstrap_features=bootstrap_features,
            oob_score=oob_score,
            warm_start=warm_start,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
        )
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement
        self.sampler = sampler

    def _needs_frame(self) -> bool:
        return self.sampler is not None or super()._needs_frame()

    def _make_sampler(self) -> Any:
        if self.sampler is None:
            self.sampler_ = RandomUnderSampler(
                sampling_strategy=self.sampling_strategy, replacement=self.replacement
            )
        else:
            check_only_resamples(self.sampler)
            self.sampler_ = clone(self.sampler)
            if "sampling_strategy" in self.sampler_.get_params():
                self.sampler_.set_params(sampling_strategy=self.sampling_strategy)
        return self.sampler_
