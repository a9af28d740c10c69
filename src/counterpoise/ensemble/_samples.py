"""The samples of an ensemble. A data frame stays one, so that base estimators can use its columns.

Base estimators may select columns by name or treat some as categorical, which an array does not
allow. Each gets the rows that it is trained on, in the container of X.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import validate_data

from counterpoise._lib.sklearn_private import safe_indexing
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._table import FeatureType, as_table, check_complete_target, is_data_frame
from counterpoise.exceptions import FeatureTypeError, TargetError
from counterpoise.neighbors._checks import describe_columns

__all__ = [
    "check_single_output",
    "mean_importances",
    "name_text_columns",
    "needs_frame",
    "read_samples",
    "read_training_samples",
    "select_features",
]

_CHECKS: dict[str, Any] = {
    "accept_sparse": ["csr", "csc"],
    "dtype": None,
    "ensure_all_finite": False,
}


def needs_frame(estimator: Any) -> bool:
    """Return whether a base estimator may use the names or the types of columns.

    scikit-learn's own decision trees, alone or boosted, do not: they are faster with an array.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    bool
    """
    if type(estimator) is AdaBoostClassifier:
        return estimator.estimator is not None and needs_frame(estimator.estimator)
    return type(estimator) is not DecisionTreeClassifier


def read_training_samples(
    ensemble: Any, X: Any, y: Any, *, keeps_frame: bool, **checks: Any
) -> tuple[Any, Any]:
    """Validate the training samples of an ensemble, and set its number and names of features.

    Parameters
    ----------
    ensemble : estimator
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    keeps_frame : bool
        Whether a pandas or polars data frame stays one.
    **checks : dict
        Parameters of `sklearn.utils.validation.validate_data`.

    Returns
    -------
    X : {ndarray, sparse matrix, dataframe} of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)

    Raises
    ------
    TargetError
        If y has missing values.
    """
    check_single_output(y)
    check_complete_target(y)
    if not keeps_frame or not is_data_frame(X):
        X, y = validate_data(ensemble, X, y, **{**_CHECKS, **checks})
        return X, y
    as_table(X)  # checks that it is not empty
    y = validate_data(ensemble, y=y, multi_output=checks.get("multi_output", False))
    check_consistent_length(X, y)
    return validate_data(ensemble, X, skip_check_array=True), y


def check_single_output(y: Any) -> None:
    """Raise an error if a target has several columns.

    Raises
    ------
    TargetError
    """
    shape = np.asarray(y).shape
    if len(shape) > 1 and shape[1] > 1:
        raise TargetError(
            f"y must have one class per sample, shape (n_samples,); got shape {shape}. "
            "Multilabel and multioutput targets are not supported."
        )


def read_samples(ensemble: Any, X: Any, *, keeps_frame: bool, **checks: Any) -> Any:
    """Validate samples to predict, as `read_training_samples` does those to train on."""
    if not keeps_frame or not is_data_frame(X):
        return validate_data(ensemble, X, reset=False, **{**_CHECKS, **checks})
    as_table(X)
    return validate_data(ensemble, X, reset=False, skip_check_array=True)


def select_features(X: Any, features: IntArray) -> Any:
    """Return some columns of an array, a sparse matrix or a data frame, by position."""
    return safe_indexing(X, features, axis=1)


@contextmanager
def name_text_columns(X: Any, model: str) -> Iterator[None]:
    """Name the columns of a data frame that a model cannot convert to numbers, if it fails.

    Parameters
    ----------
    X : object
        The samples.
    model : str
        Name of the model that is fitted, for the message.
    """
    try:
        yield
    except ValueError as error:
        columns = _text_columns(X) if "could not convert string" in str(error) else []
        if not columns:
            raise
        raise FeatureTypeError(
            f"{model} needs numeric features; {describe_columns(columns)} categorical (could not "
            "convert string to float).",
            columns,
            "Encode categories first, for example with make_column_transformer((OrdinalEncoder(), "
            f"{columns}), remainder='passthrough').",
        ) from error


def _text_columns(X: Any) -> list[str]:
    if not is_data_frame(X):
        return []
    columns = as_table(X).columns
    return [str(c.name) for c in columns if c.feature_type is FeatureType.CATEGORICAL]


def mean_importances(
    models: list[Any], n_features: int, features: list[IntArray] | None = None
) -> Float64Array:
    """Compute the mean of the feature importances of fitted base estimators.

    Parameters
    ----------
    models : list of estimator
    n_features : int
        Number of features of the ensemble.
    features : list of ndarray of int, optional
        The features of each base estimator; by default all.

    Returns
    -------
    ndarray of float64 of shape (n_features,)

    Raises
    ------
    AttributeError
        If a base estimator has no `feature_importances_`.
    """
    total = np.zeros(n_features)
    for i, model in enumerate(models):
        if not hasattr(model, "feature_importances_"):
            raise AttributeError(f"{type(model).__name__} has no feature_importances_.")
        where = np.arange(n_features) if features is None else features[i]
        np.add.at(total, where, model.feature_importances_)
    return total / len(models)
