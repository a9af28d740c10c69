"""Boosting in which each round sees a balanced part of the rows.

Reference: Seiffert, Khoshgoftaar, Van Hulse and Napolitano (2010), doi:10.1109/TSMCA.2009.2029559.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from counterpoise._lib.sklearn_private import constraints_of, set_random_states
from counterpoise._lib.types import Array, Float64Array
from counterpoise.ensemble._draws import DrawnByNumber, Draws
from counterpoise.ensemble._votes import as_trees_read, tree_codes
from counterpoise.exceptions import InputError
from counterpoise.targets import SamplingStrategy

__all__ = ["RUSBoostClassifier"]

_MOST = np.iinfo(np.int32).max


class RUSBoostClassifier(DrawnByNumber, AdaBoostClassifier):
    """Boosting in which each round sees a balanced part of the rows.

    Parameters
    ----------
    estimator : classifier or None, default=None
        What is boosted; its `fit` takes weights. None for a tree of one split.
    n_estimators : int, default=50
        The most rounds.
    learning_rate : float, default=1.0
        How much each round counts.
    algorithm : "deprecated"
        Taken for the sake of those who come from imbalanced-learn; SAMME is used.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows of each class a round sees, as
        `counterpoise.under_sampling.RandomUnderSampler` has it.
    replacement : bool, default=False
        Whether rows are drawn with replacement.
    random_state : int, RandomState or None, default=None
        Seed of the draws.

    Attributes
    ----------
    estimator_ : classifier
        Unfitted.
    estimators_ : list of classifier
    estimator_weights_, estimator_errors_ : ndarray of float64 of shape (n_estimators,)
    base_sampler_ : RandomUnderSampler
        What the rows of all rounds are drawn by.
    samplers_ : list of RandomUnderSampler
        What the rows of each round were drawn by, with its `sample_indices_`; worked out anew each
        time that it is asked for.
    pipelines_ : list of Pipeline
        Each sampler with its fitted classifier.
    sampling_strategy_ : dict
        Rows of each class in a round.
    classes_ : ndarray of shape (n_classes,)
    n_classes_, n_features_in_ : int
    feature_names_in_ : ndarray of str
    feature_importances_ : ndarray of shape (n_features,)

    See Also
    --------
    EasyEnsembleClassifier : Boosts on several balanced parts, side by side.

    References
    ----------
    C. Seiffert, T. M. Khoshgoftaar, J. Van Hulse, A. Napolitano, "RUSBoost: A hybrid approach to
    alleviating class imbalance", IEEE Transactions on Systems, Man, and Cybernetics A 40, 185-197
    (2010), doi:10.1109/TSMCA.2009.2029559.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import RUSBoostClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> model = RUSBoostClassifier(DecisionTreeClassifier(max_depth=3), random_state=0).fit(X, y)
    >>> len(model.estimators_) > 1, len(model.samplers_[0].sample_indices_)
    (True, 108)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **constraints_of(AdaBoostClassifier),
        "algorithm": "no_validation",  # not used
        "sampling_strategy": "no_validation",  # resolve_targets words its own errors
        "replacement": ["boolean"],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        algorithm: str = "deprecated",
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            n_estimators=n_estimators,
            learning_rate=learning_rate,
            random_state=random_state,
        )
        self.algorithm = algorithm
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Boost.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            The class of each row.
        sample_weight : array-like of shape (n_rows,), optional
            Weights to begin with; drawing does not heed them.

        Returns
        -------
        self
        """
        self._seeds: list[int] = []
        self._table: Any = None
        fitted: Self = super().fit(X, y, sample_weight)
        del self._table
        return fitted

    def _boost(
        self, iboost: int, X: Any, y: Array, sample_weight: Float64Array, random_state: Any
    ) -> tuple[Float64Array | None, float | None, float | None]:
        """Fit a round on a balanced part, and weigh all rows by whether it is right."""
        if iboost == 0:
            self._open(X, y)
        estimator = clone(self.estimator_)
        set_random_states(estimator, random_state)
        seed = random_state.randint(_MOST)
        rows = self._draws.rows(seed)
        estimator.fit(X[rows], y[rows], sample_weight=sample_weight[rows])
        if iboost == 0:
            self.classes_, self.n_classes_ = estimator.classes_, len(estimator.classes_)
        is_wrong = self._predicted(estimator, X) != y
        error = float(np.average(is_wrong, weights=sample_weight))
        if error >= 1 - 1 / self.n_classes_:
            if not self.estimators_:
                raise InputError(
                    f"{type(estimator).__name__} is no better than guessing on these rows; boost "
                    "another estimator."
                )
            return None, None, None
        self.estimators_.append(estimator)
        self._seeds.append(seed)
        if error <= 0:
            return sample_weight, 1.0, 0.0
        weight = self.learning_rate * (np.log((1 - error) / error) + np.log(self.n_classes_ - 1))
        if iboost < self.n_estimators - 1:
            sample_weight = sample_weight * np.exp(weight * is_wrong * (sample_weight > 0))
        return sample_weight, weight, error

    def _open(self, X: Any, y: Array) -> None:
        self._draws = Draws.open(y, self.sampling_strategy, replacement=self.replacement)
        self.sampling_strategy_ = {t.label: t.amount for t in self._draws.targets}
        # Its trees then read the table; anything else is given it as it is.
        if type(self.estimator_) is DecisionTreeClassifier:
            self._table = as_trees_read(X)

    def _predicted(self, estimator: Any, X: Any) -> Array:
        if self._table is not None:
            predicted: Array = estimator.classes_[tree_codes(estimator, self._table)]
            return predicted
        return np.asarray(estimator.predict(X))

    def _seeds_of_members(self) -> list[int]:
        return self._seeds
