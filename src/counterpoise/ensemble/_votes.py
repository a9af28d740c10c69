"""What boosted trees say of many rows: the table is converted once, not once for each tree."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from counterpoise._types import Array, Float64Array, IntArray

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
        narrow = np.ascontiguousarray(X, np.float32)
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
    codes: IntArray = tree.tree_.value[:, 0, :].argmax(axis=1)[tree.tree_.apply(narrow)]
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
    n_classes = model.n_classes_
    votes = np.zeros((len(narrow), n_classes))
    for tree, weight in zip(model.estimators_, model.estimator_weights_, strict=False):
        against = np.full((n_classes, n_classes), -1 / (n_classes - 1) * weight)
        np.fill_diagonal(against, weight)
        codes = np.searchsorted(model.classes_, tree.classes_)[tree_codes(tree, narrow)]
        votes += against[codes]
    votes /= model.estimator_weights_.sum()
    if n_classes == 2:
        decision = votes[:, 1] - votes[:, 0]
        votes = np.column_stack([-decision, decision]) / 2
    else:
        votes /= n_classes - 1
    probabilities: Float64Array = softmax(votes, axis=1)
    return probabilities
