"""Decision stumps for boosting, on samples that are sorted by each feature once.

scikit-learn's trees sort the samples by every feature in each boosting round. If they are sorted
once, one pass over each feature finds the best split for the weights of a round.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from counterpoise import _native
from counterpoise._lib.sklearn_private import NODE_DTYPE, TREE_LEAF, TREE_UNDEFINED, Tree
from counterpoise._lib.types import Array, Float64Array, IntArray, RowArray
from counterpoise.ensemble._tree_predictions import convert_for_trees, predict_codes_tree

__all__ = ["SortedSamples", "fit_base_estimator", "is_stump"]


def is_stump(estimator: Any) -> bool:
    """Return whether an estimator is ``DecisionTreeClassifier(max_depth=1)``, with any seed.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    bool
    """
    if type(estimator) is not DecisionTreeClassifier:
        return False
    # Compared as text, because a parameter may be an array, and 1.0 samples are not 1 sample.
    params = {**estimator.get_params(), "random_state": None}
    return repr(params) == repr(DecisionTreeClassifier(max_depth=1).get_params())


class SortedSamples:
    """Training samples sorted by each feature, to fit decision stumps with any sample weights.

    Parameters
    ----------
    X_float32 : ndarray of float32 of shape (n_rows, n_features)
        Column-major and finite, as `convert_for_trees` returns it.
    rows : ndarray of int of shape (n_samples,)
        The rows to train on. A row may be repeated.
    y : ndarray of shape (n_samples,)
        The target class of each sample.
    threads : int
        Number of threads. Results do not depend on it.
    """

    def __init__(self, X_float32: Array, rows: RowArray, y: Array, *, threads: int) -> None:
        self._X, self._rows, self._threads = X_float32, rows, threads
        self._classes, codes = np.unique(y, return_inverse=True)
        self._codes = codes.astype(np.int32)
        n_classes = len(self._classes)
        self._sorted = _native.SortedSamples(X_float32, rows, self._codes, n_classes, threads)

    def fit(self, stump: DecisionTreeClassifier, weights: Float64Array) -> None:
        """Fit a stump as its `fit` does.

        Of splits that are equally good, scikit-learn takes one that depends on `random_state`.
        Here it is the first.

        Parameters
        ----------
        stump : DecisionTreeClassifier
            See `is_stump`.
        weights : ndarray of float64 of shape (n_samples,)
            The weights of the samples. Those with a weight of 0 are not used.
        """
        n_classes = len(self._classes)
        feature, lower, upper = self._sorted.find_split(weights, self._threads)
        used = np.flatnonzero(weights)
        is_right = np.zeros(len(used), bool)
        if feature >= 0:  # otherwise all samples are equal
            is_right = self._X[:, feature][self._rows[used]] > np.float32(lower)
        cells = is_right * n_classes + self._codes[used]
        class_weights: Any = np.bincount(cells, weights[used], 2 * n_classes)
        stump.tree_ = _build_tree(
            self._X.shape[1],
            class_weights.reshape(2, n_classes),
            np.bincount(is_right, minlength=2),
            feature,
            lower / 2 + upper / 2,
        )
        stump.n_features_in_ = stump.max_features_ = self._X.shape[1]
        stump.classes_, stump.n_classes_ = self._classes, np.intp(n_classes)
        stump.n_outputs_ = 1


def _build_tree(
    n_features: int, class_weights: Float64Array, counts: IntArray, feature: int, threshold: float
) -> Any:
    """Build scikit-learn's tree: a root and, if it is split, a leaf on the left and on the right.

    `class_weights` and `counts`, the number of samples, have an entry for each side.
    """
    values = np.concatenate([class_weights.sum(axis=0, keepdims=True), class_weights])
    values = values if feature >= 0 else values[:1]
    weights = values.sum(axis=1)
    values /= weights[:, None]
    impurity = 1 - (values**2).sum(axis=1)
    # scikit-learn does not split a node whose impurity is no more than a rounding error.
    is_split = feature >= 0 and impurity[0] > np.finfo(float).eps
    n_nodes = 3 if is_split else 1
    nodes = np.zeros(n_nodes, NODE_DTYPE)
    nodes["left_child"] = nodes["right_child"] = TREE_LEAF
    nodes["feature"] = nodes["threshold"] = TREE_UNDEFINED
    nodes["impurity"] = impurity[:n_nodes]
    nodes["weighted_n_node_samples"] = weights[:n_nodes]
    nodes["n_node_samples"] = [counts.sum(), *counts][:n_nodes]
    if is_split:
        nodes["left_child"][0], nodes["right_child"][0] = 1, 2
        nodes["feature"][0], nodes["threshold"][0] = feature, threshold
        # When predicting, missing values go to the side with more samples.
        nodes["missing_go_to_left"][0] = counts[0] > counts[1]
    tree = Tree(n_features, np.array([values.shape[1]], np.intp), 1)
    tree.__setstate__(
        {
            "max_depth": int(is_split),
            "node_count": n_nodes,
            "nodes": nodes,
            "values": values[:n_nodes, None],
        }
    )
    return tree


class _BoostedStump:
    """The base estimator that AdaBoost clones, seeds and fits in each round.

    All clones share the sorted samples, so that they are not sorted again.
    """

    def __init__(self, X_float32: Array, samples: SortedSamples) -> None:
        self._X, self._samples = X_float32, samples
        self.stump = DecisionTreeClassifier(max_depth=1)

    def __sklearn_clone__(self) -> Self:
        return type(self)(self._X, self._samples)

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        return {"random_state": self.stump.random_state}

    def set_params(self, **params: Any) -> Self:
        self.stump.random_state = params.get("random_state")
        return self

    def fit(self, X: Any, y: Any, sample_weight: Float64Array) -> Self:  # noqa: ARG002
        self._samples.fit(self.stump, sample_weight)
        self.classes_ = self.stump.classes_
        return self

    def predict(self, X: Any) -> Array:  # noqa: ARG002
        # AdaBoost predicts the training samples.
        predicted: Array = self.classes_[predict_codes_tree(self.stump, self._X)]
        return predicted


def fit_base_estimator(model: Any, X: Any, y: Array) -> None:
    """Fit a base estimator of an ensemble; AdaBoost of decision stumps on sorted samples.

    scikit-learn's own `fit` is called for any other base estimator, and for samples that are
    sparse, not numeric or not finite.

    Parameters
    ----------
    model : estimator
    X : {ndarray, sparse matrix, dataframe} of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    """
    X_float32 = convert_for_trees(X) if _boosts_stumps(model) else None
    if X_float32 is None:
        model.fit(X, y)
        return
    samples = SortedSamples(X_float32, np.arange(len(y)), y, threads=1)
    given = model.estimator
    try:
        model.estimator = _BoostedStump(X_float32, samples)
        model.fit(X, y)
    finally:
        model.estimator = given
    model.estimator_ = DecisionTreeClassifier(max_depth=1) if given is None else given
    model.estimators_ = [boosted.stump for boosted in model.estimators_]


def _boosts_stumps(model: Any) -> bool:
    # A subclass may use its base estimator in another way.
    return type(model) is AdaBoostClassifier and (
        model.estimator is None or is_stump(model.estimator)
    )
