"""A candidate of a study of a continuous target as a scikit-learn regressor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import RegressorMixin

from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.regression import RelevanceFunction
from counterpoise.study._candidate import BaseCandidate, inapplicable_is_an_error
from counterpoise.study._methods import Method, resolve_methods
from counterpoise.study._models import Model, resolve_models
from counterpoise.study._regression.fitting import RegressionInput, as_regression_input
from counterpoise.study._regression.methods import FOR_VALUES
from counterpoise.study._regression.target import encode_rare

__all__ = ["CandidateRegressor"]


class CandidateRegressor(RegressorMixin, BaseCandidate):
    """A candidate of a study of a continuous target, as one regressor for the original table.

    It is fitted by the code that the study evaluates candidates with: text becomes TF-IDF features
    and dates become days, the training samples alone are resampled or weighted, then the
    preprocessing and the model are fitted. `RegressionResult.make_estimator` creates it with the
    settings of the study.

    Parameters
    ----------
    model : str or regressor, default="ridge"
        As in `RegressionStudy`.
    method : str, sampler or callable, default="baseline"
        As in `RegressionStudy`.
    text : sequence of str, default=()
        Columns of free text that are features.
    dates : sequence of str, default=()
        Columns of dates, which become numbers of days since 1970.
    ignore : sequence of str, default=()
        Columns that are no features. Tables may lack them.
    relevance : RelevanceFunction, default=None
        The relevance of target values, as in `RegressionStudy`.
    random_state : int, default=0
        Seed of everything random.

    Attributes
    ----------
    columns_ : tuple of (str, str)
        Name and type of the columns that tables must have; empty if columns have no names.
    n_features_in_ : int
        Number of these columns.

    See Also
    --------
    RegressionResult.make_estimator : Creates it for the candidate that a study recommends.
    CandidateClassifier : The same for classes; its notes on new tables hold here, too.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from counterpoise.study import CandidateRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> regressor = CandidateRegressor("ridge", "relevance-weight").fit(X, y)
    >>> regressor.predict(X[:2]).shape
    (2,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "relevance": [RelevanceFunction, None],
        "random_state": [int, np.integer],
    }

    def __init__(
        self,
        model: Any = "ridge",
        method: Any = "baseline",
        *,
        text: Sequence[str] = (),
        dates: Sequence[str] = (),
        ignore: Sequence[str] = (),
        relevance: RelevanceFunction | None = None,
        random_state: int = 0,
    ) -> None:
        self.model = model
        self.method = method
        self.text = text
        self.dates = dates
        self.ignore = ignore
        self.relevance = relevance
        self.random_state = random_state

    def _sk_visual_block_(self) -> Any:
        return self._draw_steps(*_resolve(self.model, self.method))

    def fit(self, X: Any, y: Any) -> Self:
        """Resample or weight the training samples, and fit the model.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The training samples, as for `RegressionStudy.run`.
        y : array-like of shape (n_samples,)
            The target, numbers.

        Returns
        -------
        self
            The fitted regressor.

        Raises
        ------
        InputError
            If the method does not apply to the model or to the data, no value of y is rare, or a
            parameter is invalid.
        """
        self._validate_params()
        model, method = _resolve(self.model, self.method)
        study_input = self._study_input(self._read_columns(X), y)
        with inapplicable_is_an_error():
            self._fit_candidate(study_input, model, method)
        return self

    def predict(self, X: Any) -> Float64Array:
        """Predict the target.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples to predict.

        Returns
        -------
        ndarray of float64 of shape (n_samples,)
            The predicted values.

        Raises
        ------
        InputError
            If a column is missing, or has another type than in `fit`.
        """
        features = self._encode(X)
        return self._fitted.predict_values(features)

    def _study_input(self, X: Any, y: Any) -> RegressionInput:
        """Return the input of a study whose only training samples are these."""
        features = self._encode_texts(X)
        target = encode_rare(y, features.n_rows, self.relevance)
        return as_regression_input(self._shared_input(X, features, target))


def _resolve(model: Any, method: Any) -> tuple[Model, Method]:
    """Return the model and the method of a candidate."""
    *_, resolved = resolve_methods(method, FOR_VALUES)
    if resolved.how == "standalone":
        raise InputError(
            f"{resolved.name!r} is a regressor of its own. Use it as the model: "
            f"CandidateRegressor({resolved.description})."
        )
    return resolve_models(model, FOR_VALUES.models)[0], resolved
