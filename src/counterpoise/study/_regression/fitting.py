"""What models of a continuous target are fitted to, and what they predict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import has_fit_parameter

from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise._table import continuous_values
from counterpoise.model_selection._folds import Fold
from counterpoise.study._fitting import (
    FoldData,
    NotApplicableError,
    Predictions,
    StudyInput,
    final_estimator,
    predict_values,
    weight_argument,
)
from counterpoise.study._methods import Method
from counterpoise.study._models import Model
from counterpoise.study._regression.methods import RareRequirements
from counterpoise.study._regression.target import RareTarget

__all__ = ["RegressionInput", "as_regression_input"]


@dataclass(frozen=True)
class RegressionInput(StudyInput):
    """The data and settings of a study of a continuous target."""

    target: RareTarget

    @property
    def n_columns(self) -> int:
        """Number of columns of scores: the predicted values."""
        return 1

    def training_target(self, fold: Fold, y: Any) -> tuple[IntArray, Array]:
        """Return whether the training values are rare, and the values."""
        if y is None:
            return self.target.codes[fold.train], self.target.values[fold.train]
        values = continuous_values(y)
        return self.target.is_rare(values).astype(np.int8), values

    def add_weights(self, estimator: Any, method: Method, y: Array) -> dict[str, Array]:
        """Return the argument of `fit` with the sample weights of a method."""
        last = final_estimator(estimator)
        if not has_fit_parameter(last, "sample_weight"):
            raise NotApplicableError(f"{type(last).__name__} takes no sample_weight.")
        return weight_argument(estimator, self._weights(method, y))

    def training_prior(
        self, method: Method, model: Model, fold_data: FoldData
    ) -> tuple[Float64Array, str]:
        """Return the shares of common and rare values in the training data; NaN where unknown."""
        if method.how == "weights":
            weights = self._weights(method, fold_data.y)
            shares = np.bincount(fold_data.codes, weights, minlength=2)
            return shares / shares.sum(), "none"
        is_known = method.how != "wrapper" and not model.balances
        return fold_data.prior if is_known else np.full(2, np.nan), "none"

    def predict(self, estimator: Any, model: Model, test: Any) -> Predictions:  # noqa: ARG002
        """Return the predicted values, and whether they are rare."""
        values = predict_values(estimator, test)
        return Predictions(values[:, None], self.target.is_rare(values).astype(np.int16), False)

    def _weights(self, method: Method, y: Array) -> Float64Array:
        assert method.make is not None
        weights: Float64Array = method.make(y, self.target.relevance)
        return weights


def as_regression_input(shared: Mapping[str, Any]) -> RegressionInput:
    """Return the input of a study of a continuous target, from the fields that all studies have."""
    requirements = RareRequirements(
        **vars(shared["requirements"]), relevance=shared["target"].fixed_relevance
    )
    return RegressionInput(**{**shared, "requirements": requirements}, positive=None, costs=None)
