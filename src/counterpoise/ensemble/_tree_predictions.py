"""Fast predictions of many trees: X is converted to float32 once, not once for each tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from counterpoise._lib.types import Array, Float64Array, IntArray
from counterpoise._table import as_table, is_data_frame

__all__ = [
    "convert_for_trees",
    "is_adaboost_of_trees",
    "predict_codes_tree",
    "predict_proba_adaboost",
    "predict_proba_tree",
]


def is_adaboost_of_trees(model: Any) -> bool:
    """Return whether a model is scikit-learn's AdaBoost of scikit-learn's decision trees.

    Subclasses do not count: they may predict in another way.

    Parameters
    ----------
    model : estimator
        A fitted estimator.

    Returns
    -------
    bool
    """
    return type(model) is AdaBoostClassifier and all(
        type(estimator) is DecisionTreeClassifier for estimator in model.estimators_
    )


def convert_for_trees(X: Any) -> Array | None:
    """Convert X to the float32 array that scikit-learn's trees read.

    Parameters
    ----------
    X : {ndarray, sparse matrix, dataframe} of shape (n_samples, n_features)

    Returns
    -------
    ndarray of float32 of shape (n_samples, n_features) or None
        None where a tree must check X itself: if it is sparse or not numeric, or has values that
        are missing or not finite in float32.
    """
    if is_data_frame(X):
        columns = as_table(X).columns
        if not all(column.feature_type.is_number for column in columns):
            return None
        X = np.asarray(X)
    if not isinstance(X, np.ndarray) or X.dtype.kind not in "fiub":
        return None
    with np.errstate(over="ignore"):
        # Column-major, because a small tree reads few features.
        X_float32 = np.asarray(X, np.float32, order="F")
    return X_float32 if np.isfinite(X_float32).all() else None


def predict_codes_tree(tree: DecisionTreeClassifier, X_float32: Array) -> IntArray:
    """Predict encoded classes with a tree.

    Parameters
    ----------
    tree : DecisionTreeClassifier
    X_float32 : ndarray of float32 of shape (n_samples, n_features)

    Returns
    -------
    ndarray of int of shape (n_samples,)
        Positions in `tree.classes_`.
    """
    codes: IntArray = _leaf_codes(tree)[_find_leaves(tree, X_float32)]
    return codes


def predict_proba_tree(tree: DecisionTreeClassifier, X_float32: Array) -> Float64Array:
    """Predict class probabilities with a tree.

    Parameters
    ----------
    tree : DecisionTreeClassifier
    X_float32 : ndarray of float32 of shape (n_samples, n_features)

    Returns
    -------
    ndarray of float64 of shape (n_samples, n_classes)
        In the order of `tree.classes_`.
    """
    probabilities: Float64Array = tree.tree_.value[:, 0].take(_find_leaves(tree, X_float32), axis=0)
    return probabilities


def predict_proba_adaboost(model: AdaBoostClassifier, X_float32: Array) -> Float64Array:
    """Predict class probabilities with AdaBoost, bit for bit as its `predict_proba` does.

    Parameters
    ----------
    model : AdaBoostClassifier
        Of decision trees. Each tree has been trained on all classes.
    X_float32 : ndarray of float32 of shape (n_samples, n_features)

    Returns
    -------
    ndarray of float64 of shape (n_samples, n_classes)
    """
    # The operations and their order are those of scikit-learn: any other would change the last bit.
    if model.n_classes_ == 2:
        decision = np.zeros(len(X_float32))
        for leaves, votes in _leaf_votes(model, X_float32):
            decision += votes[:, 1][leaves]
        decision = 2 * (decision / model.estimator_weights_.sum())
        return _softmax(np.column_stack([-decision, decision]) / 2)
    total = np.zeros((len(X_float32), model.n_classes_))
    for leaves, votes in _leaf_votes(model, X_float32):
        total += votes[leaves]
    return _softmax(total / model.estimator_weights_.sum() / (model.n_classes_ - 1))


def _leaf_votes(
    model: AdaBoostClassifier, X_float32: Array
) -> Iterator[tuple[IntArray, Float64Array]]:
    """Yield, for each tree, the leaf of each sample and the weighted SAMME votes of each leaf."""
    against = -1 / (model.n_classes_ - 1)
    for tree, weight in zip(model.estimators_, model.estimator_weights_, strict=False):
        decided = np.searchsorted(model.classes_, tree.classes_)[_leaf_codes(tree)]
        votes = np.where(np.arange(model.n_classes_) == decided[:, None], weight, against * weight)
        yield _find_leaves(tree, X_float32), votes


def _softmax(values: Float64Array) -> Float64Array:
    probabilities: Float64Array = softmax(values, axis=1)
    return probabilities


def _find_leaves(tree: DecisionTreeClassifier, X_float32: Array) -> IntArray:
    """Return the number of the leaf of each sample; of a stump, from one column."""
    nodes = tree.tree_
    if nodes.node_count != 3:
        leaves: IntArray = nodes.apply(X_float32)
        return leaves
    # Compared in float64, as in the tree: in float32 the threshold could be equal to a value.
    leaves = (X_float32[:, nodes.feature[0]] > nodes.threshold[0]).astype(np.intp)
    return leaves + 1


def _leaf_codes(tree: DecisionTreeClassifier) -> IntArray:
    codes: IntArray = tree.tree_.value[:, 0, :].argmax(axis=1)
    return codes
