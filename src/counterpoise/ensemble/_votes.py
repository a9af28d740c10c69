"""What boosted trees say of many rows: the table is converted once, not once for each tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from counterpoise._lib.types import Array, Float64Array, IntArray

__all__ = ["are_boosted_trees", "as_trees_read", "boosted_probabilities", "tree_codes"]


def are_boosted_trees(model: Any) -> bool:
    """Say whether a model is scikit-learn's AdaBoost of plain decision trees.

    Parameters
    ----------
    model : estimator
        Fitted.

    Returns
    -------
    bool
    """
    return type(model) is AdaBoostClassifier and all(
        type(estimator) is DecisionTreeClassifier for estimator in model.estimators_
    )


def as_trees_read(X: Any) -> Array | None:
    """Return a dense table as trees read it, or None where a model must look at it itself.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_rows, n_features)

    Returns
    -------
    ndarray of float32 or None
    """
    if not isinstance(X, np.ndarray) or X.dtype.kind not in "fiub":
        return None
    with np.errstate(over="ignore"):
        narrow = np.asarray(X, np.float32, order="F")  # a small tree reads few columns
    return narrow if np.isfinite(narrow).all() else None


def tree_codes(tree: DecisionTreeClassifier, narrow: Array) -> IntArray:
    """Return the class that a tree decides for, as its position among the tree's classes.

    Parameters
    ----------
    tree : DecisionTreeClassifier
    narrow : ndarray of float32 of shape (n_rows, n_features)

    Returns
    -------
    ndarray of int of shape (n_rows,)
    """
    codes: IntArray = _decisions(tree)[tree.tree_.apply(narrow)]
    return codes


def boosted_probabilities(model: AdaBoostClassifier, narrow: Array) -> Float64Array:
    """Return what boosted trees' `predict_proba` does, to the last bit.

    Parameters
    ----------
    model : AdaBoostClassifier
        Of plain trees, which have all its classes.
    narrow : ndarray of float32 of shape (n_rows, n_features)

    Returns
    -------
    ndarray of float64 of shape (n_rows, n_classes)
    """
    if model.n_classes_ == 2:
        decision = np.zeros(len(narrow))
        for leaves, said in _said_by_leaves(model, narrow):
            decision += said[:, 1][leaves]
        decision = 2 * (decision / model.estimator_weights_.sum())
        return _soft(np.column_stack([-decision, decision]) / 2)
    votes = np.zeros((len(narrow), model.n_classes_))
    for leaves, said in _said_by_leaves(model, narrow):
        votes += said[leaves]
    return _soft(votes / model.estimator_weights_.sum() / (model.n_classes_ - 1))


def _said_by_leaves(
    model: AdaBoostClassifier, narrow: Array
) -> Iterator[tuple[IntArray, Float64Array]]:
    """Yield the leaf of each row in each tree, and what each leaf says of each class."""
    against = -1 / (model.n_classes_ - 1)
    for tree, weight in zip(model.estimators_, model.estimator_weights_, strict=False):
        decided = np.searchsorted(model.classes_, tree.classes_)[_decisions(tree)]
        said = np.where(np.arange(model.n_classes_) == decided[:, None], weight, against * weight)
        yield tree.tree_.apply(narrow), said


def _soft(votes: Float64Array) -> Float64Array:
    probabilities: Float64Array = softmax(votes, axis=1)
    return probabilities


def _decisions(tree: DecisionTreeClassifier) -> IntArray:
    codes: IntArray = tree.tree_.value[:, 0, :].argmax(axis=1)
    return codes
