"""Base class of ensembles trained in sequence, on samples selected by earlier predictions."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from counterpoise._array_ops import select_by_class
from counterpoise._lib.sklearn_private import HasMethods, Interval, set_random_states
from counterpoise._lib.types import Array, Float64Array, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import take_rows
from counterpoise.ensemble._sample_draws import SampleDraws
from counterpoise.ensemble._samples import (
    mean_importances,
    name_text_columns,
    needs_frame,
    read_samples,
    read_training_samples,
)
from counterpoise.ensemble._stumps import fit_base_estimator
from counterpoise.exceptions import InputError

__all__ = ["SequentialEnsembleBase"]


class SequentialEnsembleBase(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Base class of ensembles that undersample by the predictions of earlier base estimators.

    A subclass defines a score for each sample of the undersampled classes: `_select_samples`
    chooses the training samples of a round by the scores, `_update_scores` updates them with the
    predictions of the round.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "sampling_strategy": "no_validation",  # resolve_strategy raises its own messages
        "random_state": ["random_state"],
    }

    estimator: Any
    n_estimators: int
    sampling_strategy: SamplingStrategy
    random_state: int | np.random.RandomState | None

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the base estimators, one after the other.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,)
            The target classes.

        Returns
        -------
        self
            The fitted ensemble.
        """
        self._validate_params()
        model = self._get_estimator()
        self._keeps_frame = needs_frame(model)
        samples, y = read_training_samples(
            self, X, y, keeps_frame=self._keeps_frame, accept_sparse=["csr"]
        )
        check_classification_targets(y)
        if not hasattr(model, "predict_proba"):
            name = type(model).__name__
            raise InputError(
                f"{type(self).__name__} needs predicted probabilities, but {name} has no "
                f"predict_proba. Pass estimator=CalibratedClassifier({name}()) of "
                "counterpoise.probability, or another estimator."
            )
        self.classes_ = np.unique(y)
        draws = SampleDraws.from_target(y, self.sampling_strategy, replacement=False)
        self.sampling_strategy_ = {t.label: t.amount for t in draws.quotas}
        with name_text_columns(X, type(self).__name__):
            self._fit_rounds(samples, y, draws, model)
        return self

    def _get_estimator(self) -> Any:
        return DecisionTreeClassifier() if self.estimator is None else self.estimator

    def _fit_rounds(self, X: Any, y: Array, draws: SampleDraws, model: Any) -> None:
        rng = check_random_state(self.random_state)
        self.estimators_: list[Any] = []
        self.estimators_samples_: list[RowArray] = []
        class_indices = {t.code: np.flatnonzero(draws.codes == t.code) for t in draws.quotas}
        scores = {code: np.zeros(len(indices)) for code, indices in class_indices.items()}
        for i in range(self.n_estimators):
            selected = {
                t.code: class_indices[t.code][self._select_samples(i, t, scores[t.code], rng)]
                for t in draws.quotas
            }
            samples = select_by_class(draws.codes, selected)
            member = clone(model)
            set_random_states(member, rng)
            fit_base_estimator(member, take_rows(X, samples), y[samples])
            self.estimators_.append(member)
            self.estimators_samples_.append(samples)
            if i == self.n_estimators - 1:
                break  # no later round uses the scores
            # Predict all samples, because a selection of X would be a copy of most of it.
            probabilities = member.predict_proba(X)
            for t in draws.quotas:
                own_class = probabilities[class_indices[t.code], t.code]
                scores[t.code] = self._update_scores(i, t, scores[t.code], own_class, rng)

    @abstractmethod
    def _select_samples(
        self, i: int, quota: ClassQuota, scores: Float64Array, rng: np.random.RandomState
    ) -> RowArray:
        """Return the samples of a class to train on in round `i`, as positions in the class."""

    @abstractmethod
    def _update_scores(
        self,
        i: int,
        quota: ClassQuota,
        scores: Float64Array,
        probability: Float64Array,
        rng: np.random.RandomState,
    ) -> Float64Array:
        """Return the scores of a class after round `i`.

        `probability` is the predicted probability, for each sample, of its own class.
        """

    def predict_proba(self, X: Any) -> Float64Array:
        """Predict class probabilities: the mean over the base estimators.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples, n_classes)
            The probabilities, in the order of `classes_`.
        """
        check_is_fitted(self, "estimators_")
        X = read_samples(self, X, keeps_frame=self._keeps_frame, accept_sparse=["csr"])
        total: Any = sum(member.predict_proba(X) for member in self.estimators_)
        probabilities: Float64Array = total / len(self.estimators_)
        return probabilities

    @property
    def feature_importances_(self) -> Float64Array:
        """The mean of the feature importances of the base estimators, if all of them have any."""
        check_is_fitted(self, "estimators_")
        return mean_importances(self.estimators_, self.n_features_in_)

    def predict(self, X: Any) -> Array:
        """Predict the class with the highest probability.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of shape (n_samples,)
            The predicted classes.
        """
        codes = self.predict_proba(X).argmax(axis=1)
        predicted: Array = self.classes_[codes]
        return predicted

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        estimator_tags = get_tags(self._get_estimator()).input_tags
        tags.input_tags.sparse = estimator_tags.sparse
        tags.input_tags.allow_nan = estimator_tags.allow_nan
        return tags
