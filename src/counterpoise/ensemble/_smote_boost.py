"""SMOTEBoost: AdaBoost with synthetic samples in each boosting round.

Reference: Chawla, Lazarevic, Hall and Bowyer (2003), doi:10.1007/978-3-540-39804-2_12.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import AdaBoostClassifier

from counterpoise._lib.sklearn_private import HasMethods, parameter_constraints, set_random_states
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import Array, Float64Array
from counterpoise._row_origins import RowOrigins, check_only_resamples
from counterpoise._strategy import SamplingStrategy
from counterpoise.ensemble._boosting import ResampledBoostingBase
from counterpoise.ensemble._stumps import SortedSamples
from counterpoise.ensemble._tree_predictions import convert_for_trees
from counterpoise.over_sampling import SMOTE

__all__ = ["SMOTEBoostClassifier"]


class SMOTEBoostClassifier(ResampledBoostingBase):
    """AdaBoost classifier that adds synthetic samples in each boosting round.

    Each base estimator is trained on all samples and on new synthetic ones of the smaller classes;
    its loss is measured on all original samples.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The base estimator; its `fit` must support `sample_weight`, of a pipeline that of its last
        step. None uses ``sklearn.tree.DecisionTreeClassifier(max_depth=1)``.
    n_estimators : int, default=50
        The maximum number of boosting rounds.
    learning_rate : float, default=1.0
        Weight of each base estimator. A smaller value needs more rounds.
    sampler : sampler or None, default=None
        Generates the synthetic samples, such as ``SMOTENC(["city"])`` for categorical features.
        None uses `counterpoise.over_sampling.SMOTE`. The `sampling_strategy` of the ensemble
        replaces that of the sampler.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many samples of each class a base estimator is trained on, as in
        `counterpoise.over_sampling.SMOTE`. "auto" oversamples every class but the largest to the
        size of the largest.
    random_state : int, RandomState instance or None, default=None
        Seed of the sampler and of the base estimators.

    Attributes
    ----------
    estimator_ : classifier
        The unfitted base estimator.
    estimators_ : list of classifier
        The fitted base estimators.
    estimator_weights_ : ndarray of float64 of shape (n_estimators,)
        The weight of each base estimator.
    estimator_errors_ : ndarray of float64 of shape (n_estimators,)
        The pseudo-loss of each base estimator, on all original samples.
    sampler_ : sampler
        The unfitted sampler of all rounds.
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    n_classes_ : int
        Number of classes.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    feature_importances_ : ndarray of shape (n_features,)
        Impurity-based feature importances, if the base estimator has them.

    See Also
    --------
    RUSBoostClassifier : AdaBoost that undersamples in each round; faster on large data.
    SMOTEBaggingClassifier : Bagging with synthetic samples.

    Notes
    -----
    The algorithm is AdaBoost.M2, as in `RUSBoostClassifier`. A synthetic sample has the weight of
    the sample that it was generated from (`base` in the `provenance_` of the sampler).

    References
    ----------
    N. V. Chawla, A. Lazarevic, L. O. Hall, K. W. Bowyer, "SMOTEBoost: Improving prediction of the
    minority class in boosting", Knowledge Discovery in Databases: PKDD 2003, 107-119,
    doi:10.1007/978-3-540-39804-2_12.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import SMOTEBoostClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = SMOTEBoostClassifier(n_estimators=10, random_state=0).fit(X, y)
    >>> len(model.estimators_), model.predict_proba(X).shape
    (10, (1000, 2))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **parameter_constraints(AdaBoostClassifier),
        "sampler": [HasMethods(["fit_resample"]), None],
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        sampler: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            n_estimators=n_estimators,
            learning_rate=learning_rate,
            random_state=random_state,
        )
        self.sampler = sampler
        self.sampling_strategy = sampling_strategy

    def _needs_frame(self) -> bool:
        return True  # the sampler may use the names or the types of columns

    def _prepare_rounds(self, X: Any, y: Array) -> None:
        super()._prepare_rounds(X, y)
        check_only_resamples(self.sampler)
        self.sampler_ = SMOTE() if self.sampler is None else clone(self.sampler)
        if "sampling_strategy" in self.sampler_.get_params():
            self.sampler_.set_params(sampling_strategy=self.sampling_strategy)

    def _fit_member(
        self, estimator: Any, X: Any, y: Array, sample_weight: Float64Array, seed: int
    ) -> None:
        sampler = clone(self.sampler_)
        set_random_states(sampler, seed)
        X_resampled, y_resampled = sampler.fit_resample(X, y)
        origins = RowOrigins("sampler", sampler, len(y), len(y_resampled))
        weights = origins.carry(sample_weight, "sample_weight", "estimator")
        X_float32 = convert_for_trees(X_resampled) if self._fits_stumps else None
        if X_float32 is None or not weights.all():
            estimator.fit(X_resampled, y_resampled, **{self._weight_parameter: weights})
        else:
            rows = np.arange(len(weights))
            samples = SortedSamples(X_float32, rows, y_resampled, threads=thread_count())
            samples.fit(estimator, weights)
