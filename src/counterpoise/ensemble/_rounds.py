"""Members fitted one after the other, each on rows that are chosen by what those before it say."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from counterpoise._array_ops import chosen_by_class
from counterpoise._lib.sklearn_private import HasMethods, Interval, set_random_states
from counterpoise._lib.types import Array, Float64Array, RowArray
from counterpoise.ensemble._draws import Draws
from counterpoise.exceptions import InputError
from counterpoise.targets import SamplingStrategy, Target

__all__ = ["Rounds"]


class Rounds(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """What ensembles fitted in rounds share; see those who derive from it."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "sampling_strategy": "no_validation",  # resolve_targets words its own errors
        "random_state": ["random_state"],
    }

    estimator: Any
    n_estimators: int
    sampling_strategy: SamplingStrategy
    random_state: int | np.random.RandomState | None

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the members, one after the other.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            The class of each row.

        Returns
        -------
        self
        """
        self._validate_params()
        X, y = validate_data(self, X, y, accept_sparse=["csr"], dtype=None, ensure_all_finite=False)
        check_classification_targets(y)
        model = self._model()
        if not hasattr(model, "predict_proba"):
            raise InputError(
                f"{type(self).__name__} needs probabilities, and {type(model).__name__} has no "
                "predict_proba: wrap it in sklearn.calibration.CalibratedClassifierCV."
            )
        self.classes_ = np.unique(y)
        draws = Draws.open(y, self.sampling_strategy, replacement=False)
        self.sampling_strategy_ = {t.label: t.amount for t in draws.targets}
        self._fit_rounds(X, y, draws, model)
        return self

    def _model(self) -> Any:
        return DecisionTreeClassifier() if self.estimator is None else self.estimator

    def _fit_rounds(self, X: Any, y: Array, draws: Draws, model: Any) -> None:
        random = check_random_state(self.random_state)
        self.estimators_: list[Any] = []
        self.estimators_samples_: list[RowArray] = []
        pools = {t.code: np.flatnonzero(draws.codes == t.code) for t in draws.targets}
        said = {code: np.zeros(len(pool)) for code, pool in pools.items()}
        for i in range(self.n_estimators):
            chosen = {
                t.code: pools[t.code][self._choose(i, t, said[t.code], random)]
                for t in draws.targets
            }
            rows = chosen_by_class(draws.codes, chosen)
            member = clone(model)
            set_random_states(member, random)
            self.estimators_.append(member.fit(X[rows], y[rows]))
            self.estimators_samples_.append(rows)
            if i == self.n_estimators - 1:
                break  # nobody comes who would listen
            probability = member.predict_proba(X)  # of all rows, which need not be copied
            for t in draws.targets:
                own = probability[pools[t.code], t.code]
                said[t.code] = self._hear(i, t, said[t.code], own, random)

    @abstractmethod
    def _choose(
        self, i: int, target: Target, said: Float64Array, random: np.random.RandomState
    ) -> RowArray:
        """Return which rows of a class, by position within it, a round is fitted on."""

    @abstractmethod
    def _hear(
        self,
        i: int,
        target: Target,
        said: Float64Array,
        probability: Float64Array,
        random: np.random.RandomState,
    ) -> Float64Array:
        """Return what is known of a class's rows once a round has said how likely each is of it."""

    def predict_proba(self, X: Any) -> Float64Array:
        """Return the mean of the members' probabilities.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n_rows, n_features)

        Returns
        -------
        ndarray of float64 of shape (n_rows, n_classes)
        """
        check_is_fitted(self, "estimators_")
        X = validate_data(
            self, X, accept_sparse=["csr"], dtype=None, ensure_all_finite=False, reset=False
        )
        total: Any = sum(member.predict_proba(X) for member in self.estimators_)
        probabilities: Float64Array = total / len(self.estimators_)
        return probabilities

    def predict(self, X: Any) -> Array:
        """Return the likeliest class of each row.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n_rows, n_features)

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        codes = self.predict_proba(X).argmax(axis=1)
        predicted: Array = self.classes_[codes]
        return predicted

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self._model()).input_tags
        tags.input_tags.sparse = inner.sparse
        tags.input_tags.allow_nan = inner.allow_nan
        return tags
