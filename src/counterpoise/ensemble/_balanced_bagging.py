"""Bagging whose members are fitted on balanced rows.

References: Breiman (1996), doi:10.1007/BF00058655; Hido, Kashima and Takahashi (2009),
doi:10.1002/sam.10061.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier

from counterpoise._lib.sklearn_private import HasMethods, constraints_of
from counterpoise.ensemble._bags import Bags
from counterpoise.targets import SamplingStrategy
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["BalancedBaggingClassifier"]


class BalancedBaggingClassifier(Bags):
    """Bagging whose members are fitted on balanced rows.

    Each member draws a bootstrap of row numbers, and from these the rows that it is fitted on. A
    bootstrap that has no row of a class is given all of that class's rows.

    Parameters
    ----------
    estimator : classifier or None, default=None
        What the members are; None for a decision tree.
    n_estimators : int, default=10
        The number of members.
    max_samples, max_features, bootstrap, bootstrap_features, oob_score, warm_start, n_jobs
        As `sklearn.ensemble.BaggingClassifier` has them. The out-of-bag score judges a row by the
        members that were not fitted on it.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    verbose : int, default=0
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows of each class a member sees, as
        `counterpoise.under_sampling.RandomUnderSampler` has it.
    replacement : bool, default=False
        Whether rows are drawn with replacement.
    sampler : sampler or None, default=None
        What balances a bootstrap; None for a `RandomUnderSampler`. It takes `sampling_strategy`.

    Attributes
    ----------
    estimator_ : Member
        A sampler and a classifier, unfitted.
    sampler_ : sampler
        What balances, unfitted.
    estimators_ : list of Member
        Each with its fitted `sampler` and `classifier`, also by `named_steps` and by number.
    estimators_features_ : list of ndarray of int
        The columns of each.
    estimators_samples_ : list of ndarray of int
        The bootstrap of each.
    classes_ : ndarray of shape (n_classes,)
    n_classes_, n_features_in_ : int
    feature_names_in_ : ndarray of str
    oob_score_ : float
    oob_decision_function_ : ndarray of float64 of shape (n_rows, n_classes)

    See Also
    --------
    BalancedRandomForestClassifier : Trees that also look at few columns at each split.
    EasyEnsembleClassifier : Boosted trees.

    References
    ----------
    L. Breiman, "Bagging predictors", Machine Learning 24, 123-140 (1996), doi:10.1007/BF00058655.

    S. Hido, H. Kashima, Y. Takahashi, "Roughly balanced bagging for imbalanced data", Statistical
    Analysis and Data Mining 2, 412-426 (2009), doi:10.1002/sam.10061.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import BalancedBaggingClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> bags = BalancedBaggingClassifier(random_state=0).fit(X, y)
    >>> len(bags.estimators_), bags.predict_proba(X).shape
    (10, (1000, 2))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **constraints_of(BaggingClassifier),
        "sampling_strategy": "no_validation",  # resolve_targets words its own errors
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

    def _sampler(self) -> Any:
        strategy = self._by_class(self.sampling_strategy)
        if self.sampler is None:
            self.sampler_ = RandomUnderSampler(
                sampling_strategy=strategy, replacement=self.replacement
            )
        else:
            self.sampler_ = clone(self.sampler)
            if "sampling_strategy" in self.sampler_.get_params():
                self.sampler_.set_params(sampling_strategy=strategy)
        return self.sampler_
