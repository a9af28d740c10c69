"""SMOTEBagging: bagging with duplicates and synthetic samples, in varying proportions.

Reference: Wang and Yao (2009), doi:10.1109/CIDM.2009.4938667.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import BaggingClassifier

from counterpoise._lib.sklearn_private import HasMethods, parameter_constraints
from counterpoise._lib.types import Array
from counterpoise._row_origins import check_only_resamples
from counterpoise._strategy import SamplingStrategy, resolve_strategy
from counterpoise._table import encode_target, take_rows
from counterpoise.ensemble._bagging import BalancedBaggingBase
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import SMOTE

__all__ = ["SMOTEBaggingClassifier"]

_NOT_PARAMETERS = ("max_samples", "max_features", "bootstrap", "bootstrap_features", "oob_score")
_N_RATES = 10


class _BagSampler(BaseEstimator):
    """Draw the training samples of a base estimator.

    Parameters
    ----------
    sampler : sampler
        Generates synthetic samples.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many samples of each class to return.
    rate : float, default=1.0
        The proportion of drawn samples in each oversampled class; the others are synthetic.
    random_state : int or None, default=None
    """

    def __init__(
        self,
        sampler: Any,
        sampling_strategy: SamplingStrategy = "auto",
        rate: float = 1.0,
        random_state: int | None = None,
    ) -> None:
        self.sampler = sampler
        self.sampling_strategy = sampling_strategy
        self.rate = rate
        self.random_state = random_state

    def fit_resample(self, X: Any, y: Array) -> tuple[Any, Array]:
        """Draw samples of each class with replacement, and add synthetic ones."""
        target = encode_target(y, len(y))
        counts = np.array(target.counts)
        n_drawn, n_synthetic = counts.copy(), np.zeros_like(counts)
        for quota in resolve_strategy(self.sampling_strategy, target, "over-sampling"):
            size = quota.count + quota.amount
            n_drawn[quota.code] = round(self.rate * size)
            n_synthetic[quota.code] = size - n_drawn[quota.code]
        rng = np.random.RandomState(self.random_state)
        rows = [
            rng.choice(np.flatnonzero(target.codes == code), n) for code, n in enumerate(n_drawn)
        ]
        if n_synthetic.any():
            rows.append(len(y) + np.arange(n_synthetic.sum()))
            sizes = dict(zip(target.classes, counts + n_synthetic, strict=True))
            X, y = self._generate(X, y, sizes)
        drawn = np.concatenate(rows)
        return take_rows(X, drawn), y[drawn]

    def _generate(self, X: Any, y: Array, sizes: dict[Any, int]) -> tuple[Any, Array]:
        """Return the samples, and synthetic ones after them."""
        sampler = clone(self.sampler).set_params(sampling_strategy=sizes)
        X_resampled, y_resampled = sampler.fit_resample(X, y)
        if len(y_resampled) != sum(sizes.values()):
            name = type(sampler).__name__
            raise InputError(
                "SMOTEBaggingClassifier needs a sampler that only adds synthetic samples, in the "
                f"number that sampling_strategy gives; {name} returned {len(y_resampled)} samples, "
                f"not {sum(sizes.values())}. Use sampler=SMOTE(), or "
                f"BalancedBaggingClassifier(sampler={name}())."
            )
        return X_resampled, y_resampled


class SMOTEBaggingClassifier(BalancedBaggingBase):
    """Bagging classifier trained on duplicates and synthetic samples in varying proportions.

    Each base estimator is trained on as many samples of each class as the largest class has. Those
    of the largest class are drawn with replacement. Of a smaller class, a part is drawn with
    replacement, and the others are synthetic. The part is 10% for the first base estimator, 20% for
    the second, and so on up to 100%; then it is 10% again. So base estimators differ more than with
    SMOTE alone.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The base estimator. None uses `sklearn.tree.DecisionTreeClassifier`.
    n_estimators : int, default=10
        The number of base estimators.
    sampler : sampler or None, default=None
        Generates the synthetic samples, such as ``SMOTENC(["city"])`` for categorical features.
        None uses `counterpoise.over_sampling.SMOTE`. The ensemble sets its `sampling_strategy`.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many samples of each class a base estimator is trained on, as in
        `counterpoise.over_sampling.SMOTE`. "auto" oversamples every class but the largest to the
        size of the largest.
    warm_start : bool, default=False
        Whether `fit` keeps the base estimators of the previous call and adds more to them.
    n_jobs : int or None, default=None
        Number of threads that fit and predict. None means 1, -1 means all processors.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws, of the sampler and of the base estimators.
    verbose : int, default=0
        Verbosity of fitting and predicting.

    Attributes
    ----------
    estimator_ : BalancedMember
        The unfitted base estimator: a sampler followed by a classifier.
    estimators_ : list of BalancedMember
        The fitted base estimators. Their `sampler` and `classifier` are also accessible as in a
        pipeline; ``model.estimators_[0].sampler.rate`` is the part that was drawn.
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
    BalancedBaggingClassifier : Bagging that undersamples, also called UnderBagging.
    SMOTEBoostClassifier : Boosting with synthetic samples.

    References
    ----------
    S. Wang, X. Yao, "Diversity analysis on imbalanced data sets by using ensemble models", IEEE
    Symposium on Computational Intelligence and Data Mining, 324-331 (2009),
    doi:10.1109/CIDM.2009.4938667.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import SMOTEBaggingClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = SMOTEBaggingClassifier(random_state=0).fit(X, y)
    >>> [member.sampler.rate for member in model.estimators_[:3]], model.predict_proba(X).shape
    ([0.1, 0.2, 0.3], (1000, 2))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **{
            k: v
            for k, v in parameter_constraints(BaggingClassifier).items()
            if k not in _NOT_PARAMETERS
        },
        "sampler": [HasMethods(["fit_resample"]), None],
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
    }

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 10,
        *,
        sampler: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        warm_start: bool = False,
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
        self.sampler = sampler
        self.sampling_strategy = sampling_strategy

    def _needs_frame(self) -> bool:
        return True  # the sampler may use the names or the types of columns

    def _make_sampler(self) -> _BagSampler:
        check_only_resamples(self.sampler)
        sampler = SMOTE() if self.sampler is None else clone(self.sampler)
        return _BagSampler(sampler, self.sampling_strategy)

    def _make_estimator(self, append: bool = True, random_state: Any = None) -> Any:
        member = super()._make_estimator(append, random_state)
        # scikit-learn gives each member a seed, not its position; the seeds are in their order.
        position = self.n_estimators - len(self._seeds) + self._seeds.tolist().index(random_state)
        member.sampler.rate = (position % _N_RATES + 1) / _N_RATES
        return member
