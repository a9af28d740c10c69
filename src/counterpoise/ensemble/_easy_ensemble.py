"""Boosted trees, each on all rows of the rare class and as many of the others.

Reference: Liu, Wu and Zhou (2009), doi:10.1109/TSMCB.2008.2007853.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier

from counterpoise._lib.sklearn_private import constraints_of
from counterpoise.ensemble._bags import Bags
from counterpoise.targets import SamplingStrategy
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["EasyEnsembleClassifier"]

_ITS_OWN = ("max_samples", "max_features", "bootstrap", "bootstrap_features", "oob_score")


class EasyEnsembleClassifier(Bags):
    """Boosted trees, each on all rows of the rare class and as many of the others.

    Parameters
    ----------
    n_estimators : int, default=10
        The number of members.
    estimator : classifier or None, default=None
        What the members are; None for `sklearn.ensemble.AdaBoostClassifier`.
    warm_start : bool, default=False
        Whether `fit` adds members to those there are.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows of each class a member sees, as
        `counterpoise.under_sampling.RandomUnderSampler` has it.
    replacement : bool, default=False
        Whether rows are drawn with replacement.
    n_jobs : int or None, default=None
        Members fitted and asked side by side; None for one.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    verbose : int, default=0

    Attributes
    ----------
    estimator_ : Member
        A sampler and a classifier, unfitted.
    estimators_ : list of Member
        Each with its fitted `sampler` and `classifier`, also by `named_steps` and by number.
    estimators_features_, estimators_samples_ : list of ndarray of int
        The columns and rows that each may draw from.
    classes_ : ndarray of shape (n_classes,)
    n_classes_, n_features_in_ : int
    feature_names_in_ : ndarray of str

    See Also
    --------
    BalanceCascadeClassifier : Leaves out what earlier members find easy.

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
        **{k: v for k, v in constraints_of(BaggingClassifier).items() if k not in _ITS_OWN},
        "sampling_strategy": "no_validation",  # resolve_targets words its own errors
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

    def _sampler(self) -> RandomUnderSampler:
        return RandomUnderSampler(
            sampling_strategy=self._by_class(self.sampling_strategy), replacement=self.replacement
        )
