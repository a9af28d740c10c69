"""Base class of AdaBoost whose base estimators are trained on resampled samples."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import AdaBoostClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.validation import check_is_fitted, has_fit_parameter, validate_data

from counterpoise._lib.sklearn_private import set_random_states
from counterpoise._lib.types import Array, Float64Array
from counterpoise._table import check_complete_target, is_data_frame
from counterpoise.ensemble._pseudo_loss import PseudoLoss
from counterpoise.ensemble._samples import (
    check_single_output,
    name_text_columns,
    needs_frame,
    read_samples,
)
from counterpoise.ensemble._stumps import is_stump
from counterpoise.ensemble._tree_predictions import (
    convert_for_trees,
    predict_proba_tree,
)
from counterpoise.exceptions import InputError

__all__ = ["ResampledBoostingBase"]

_MAX_SEED = np.iinfo(np.int32).max
# A base estimator that is no better than guessing is discarded, and other samples are drawn.
_MAX_DRAWS = 10


class ResampledBoostingBase(AdaBoostClassifier):
    """Base class of AdaBoost.M2 on samples that are resampled in each round.

    The pseudo-loss of each base estimator is measured on the original samples. Predicted
    probabilities are the mean over the base estimators, weighted by `estimator_weights_`.
    """

    _seeds: list[int]

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the base estimators by boosting.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples.
        y : array-like of shape (n_samples,)
            The target classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Initial weights of the samples; equal if None. Resampling ignores them.

        Returns
        -------
        self
            The fitted ensemble.
        """
        check_single_output(y)
        check_complete_target(y)
        self._seeds = []
        self._X_float32: Any = None
        self._keeps_frame = is_data_frame(X) and self._needs_frame()
        self._frame: Any = X
        # AdaBoost itself reads only the shape of X, and would convert a data frame to an array.
        samples = np.broadcast_to(0.0, X.shape) if self._keeps_frame else X
        with name_text_columns(X, type(self).__name__):
            super().fit(samples, y, sample_weight)
        if self._keeps_frame:
            validate_data(self, X, skip_check_array=True)  # the names of the features
        self._forget_samples()
        return self

    def _forget_samples(self) -> None:
        """Delete what only the fit needs."""
        self.__dict__.pop("_pseudo_loss", None)
        del self._X_float32, self._frame

    def _needs_frame(self) -> bool:
        """Return whether the base estimators or their samplers may use the names of columns."""
        return needs_frame(self._get_estimator())

    def _get_estimator(self) -> Any:
        return DecisionTreeClassifier(max_depth=1) if self.estimator is None else self.estimator

    def _validate_estimator(self) -> None:
        self.estimator_ = self._get_estimator()
        parameter = _find_weight_parameter(self.estimator_)
        if parameter is None:
            name = type(self.estimator_).__name__
            raise InputError(
                f"{name} doesn't support sample_weight, which boosting passes to its base "
                "estimator. Pass one that does, such as estimator=DecisionTreeClassifier("
                f"max_depth=3), or use EasyEnsembleClassifier(estimator={name}())."
            )
        self._weight_parameter = parameter
        # Only scikit-learn's own tree is known to read float32; any other estimator gets X itself.
        self._has_trees = type(self.estimator_) is DecisionTreeClassifier

    def _check_X(self, X: Any) -> Any:  # noqa: N802  # the name in AdaBoostClassifier
        return read_samples(
            self, X, keeps_frame=self._keeps_frame, ensure_all_finite=True, allow_nd=True
        )

    def _prepare_rounds(self, X: Any, y: Array) -> None:
        """Compute what all rounds use."""
        self.classes_ = np.unique(y)
        self.n_classes_ = len(self.classes_)
        self._X_float32 = convert_for_trees(X) if self._has_trees else None
        self._fits_stumps = self._X_float32 is not None and is_stump(self.estimator_)

    @abstractmethod
    def _fit_member(
        self, estimator: Any, X: Any, y: Array, sample_weight: Float64Array, seed: int
    ) -> None:
        """Resample the samples with a seed, and fit a base estimator."""

    def _boost(
        self, iboost: int, X: Any, y: Array, sample_weight: Float64Array, random_state: Any
    ) -> tuple[Float64Array | None, float | None, float | None]:
        """Fit a base estimator that is better than guessing, and update the weights."""
        X = self._frame if self._keeps_frame else X
        if iboost == 0:
            self._prepare_rounds(X, y)
            codes = np.searchsorted(self.classes_, y)
            self._pseudo_loss = PseudoLoss(codes, self.n_classes_, sample_weight)
        losses = []
        for _ in range(_MAX_DRAWS):
            estimator = self._fit_next(X, y, sample_weight, random_state)
            pair_losses = self._pseudo_loss.compute_pair_losses(
                self._predict_proba_member(estimator, X, self._X_float32)
            )
            losses.append(self._pseudo_loss.measure(pair_losses))
            if losses[-1] < 0.5:
                return self._add_member(estimator, losses[-1], pair_losses)
        return self._stop_boosting(f"the pseudo-loss in the first round is {min(losses):.2f}")

    def _fit_next(self, X: Any, y: Array, sample_weight: Float64Array, random_state: Any) -> Any:
        """Return a base estimator, fitted with the next seed."""
        if self._fits_stumps:  # the same, without the time that clone takes
            seed = random_state.randint(_MAX_SEED)
            estimator = DecisionTreeClassifier(max_depth=1, random_state=seed)
        else:
            estimator = clone(self.estimator_)
            set_random_states(estimator, random_state)
        self._seed = random_state.randint(_MAX_SEED)
        self._fit_member(estimator, X, y, sample_weight, self._seed)
        return estimator

    def _keep_member(self, estimator: Any) -> None:
        self.estimators_.append(estimator)
        self._seeds.append(self._seed)

    def _add_member(
        self, estimator: Any, loss: float, pair_losses: Float64Array
    ) -> tuple[Float64Array, float, float]:
        """Add a base estimator; return the updated weights, its weight and its loss."""
        self._keep_member(estimator)
        if loss <= 0:
            return np.full(len(pair_losses), 1 / len(pair_losses)), 1.0, 0.0
        weight = self.learning_rate * float(np.log((1 - loss) / loss))
        return self._pseudo_loss.update(pair_losses, weight), weight, loss

    def _stop_boosting(self, reason: str) -> tuple[None, None, None]:
        """Return what ends the boosting; raise an error if there is no base estimator yet."""
        if not self.estimators_:
            raise InputError(
                f"{type(self.estimator_).__name__} cannot be boosted: {reason}, no better than "
                "random guessing. Pass another estimator, such as "
                "estimator=DecisionTreeClassifier(max_depth=3)."
            )
        return None, None, None

    def _predict_proba_member(
        self, estimator: Any, X: Any, X_float32: Array | None
    ) -> Float64Array:
        """Return the probabilities, or votes, of a base estimator for all classes."""
        if X_float32 is not None:
            predicted = predict_proba_tree(estimator, X_float32)
        elif hasattr(estimator, "predict_proba"):
            predicted = estimator.predict_proba(X)
        else:
            predicted = np.asarray(estimator.predict(X))[:, None] == estimator.classes_
        if len(estimator.classes_) == self.n_classes_:
            return np.asarray(predicted, float)
        probabilities = np.zeros((len(predicted), self.n_classes_))  # some class was not drawn
        probabilities[:, np.searchsorted(self.classes_, estimator.classes_)] = predicted
        return probabilities

    def staged_decision_function(self, X: Any) -> Iterator[Float64Array]:
        """Compute the decision function after each boosting round.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.

        Yields
        ------
        ndarray of float64 of shape (n_samples,) or (n_samples, n_classes)
            As `decision_function` returns it.
        """
        check_is_fitted(self)
        X = self._check_X(X)
        X_float32 = convert_for_trees(X) if self._has_trees else None
        total, norm = np.zeros((X.shape[0], self.n_classes_)), 0.0
        for estimator, weight in zip(self.estimators_, self.estimator_weights_, strict=False):
            total += weight * self._predict_proba_member(estimator, X, X_float32)
            norm += weight
            yield (total[:, 1] - total[:, 0]) / norm if self.n_classes_ == 2 else total / norm

    def decision_function(self, X: Any) -> Float64Array:
        """Compute the weighted mean of the probabilities of the base estimators.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        ndarray of float64 of shape (n_samples,) or (n_samples, n_classes)
            Of two classes, the probability of the second minus that of the first.
        """
        (last,) = deque(self.staged_decision_function(X), maxlen=1)
        decision: Float64Array = last
        return decision

    def _compute_proba_from_decision(self, decision: Float64Array, n_classes: int) -> Float64Array:
        """Return the class probabilities; AdaBoost would take a softmax."""
        if n_classes == 2:
            return np.column_stack([1 - decision, 1 + decision]) / 2
        return decision


def _find_weight_parameter(estimator: Any) -> str | None:
    """Return the parameter of `fit` that takes sample weights; that of a pipeline's last step."""
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        parameter = _find_weight_parameter(last)
        return None if parameter is None else f"{name}__{parameter}"
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None
