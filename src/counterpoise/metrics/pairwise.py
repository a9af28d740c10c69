"""Distances between samples with categorical features.

Reference: Stanfill and Waltz (1986), doi:10.1145/7902.7906.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.exceptions import InputError, TargetError
from counterpoise.metrics._validation import check_target

__all__ = ["ValueDifferenceMetric"]


class ValueDifferenceMetric(BaseEstimator):
    """Value difference metric (VDM) for categorical features.

    Two categories are close if the classes have similar frequencies in both. The distance between
    two samples x and y is ``sum_f (sum_c |p(c | x_f) - p(c | y_f)| ** k) ** r``, over features f
    and classes c, where ``p(c | v)`` is the fraction of class c among the samples with category v.

    Parameters
    ----------
    n_categories : "auto" or array-like of shape (n_features,), default="auto"
        Number of categories of each feature. "auto" means the highest code seen in `fit`, plus 1.
    k : int, default=1
        Exponent of the differences between class frequencies. No k-th root is taken.
    r : int, default=2
        Exponent of the distance in each feature.

    Attributes
    ----------
    n_categories_ : ndarray of int of shape (n_features,)
        Number of categories of each feature.
    proba_per_class_ : list of ndarray of shape (n_categories, n_classes)
        For each feature, the fraction of each class among the samples with each category; 0 for
        categories without samples.
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features seen in `fit`. Defined only if all names of X are strings.

    Notes
    -----
    Categories must be encoded as integers from 0, for example with
    `sklearn.preprocessing.OrdinalEncoder`.

    References
    ----------
    C. Stanfill, D. Waltz, "Toward memory-based reasoning", Communications of the ACM 29 (12),
    1213-1228 (1986), doi:10.1145/7902.7906.

    Examples
    --------
    >>> from counterpoise.metrics.pairwise import ValueDifferenceMetric
    >>> X = [[0]] * 10 + [[1]] * 10 + [[2]] * 10
    >>> y = [1] * 8 + [0] * 5 + [1] * 7 + [0] * 9 + [1]
    >>> ValueDifferenceMetric().fit(X, y).pairwise([[0], [1], [2]]).round(2)
    array([[0.  , 0.04, 1.96],
           [0.04, 0.  , 1.44],
           [1.96, 1.44, 0.  ]])
    """

    n_categories_: IntArray
    n_features_in_: int
    proba_per_class_: list[Float64Array]

    def __init__(self, *, n_categories: Any = "auto", k: int = 1, r: int = 2) -> None:
        self.n_categories = n_categories
        self.k = k
        self.r = r

    def fit(self, X: Any, y: Any) -> ValueDifferenceMetric:
        """Compute the frequencies of the classes in each category.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Category codes, integers from 0.
        y : array-like of shape (n_samples,)
            Class labels.

        Returns
        -------
        self : ValueDifferenceMetric
            Fitted estimator.

        Raises
        ------
        InputError
            If X holds other values than category codes, X and y have different numbers of samples,
            or a parameter is not valid.
        """
        if y is None:
            raise TargetError("This metric requires y to be passed, but the target y is None.")
        for name, value in (("k", self.k), ("r", self.r)):
            if not isinstance(value, int | np.integer) or value < 1:
                raise InputError(
                    f"{name} must be an integer of at least 1; got {value!r}. For example, set "
                    f"{name}=1."
                )
        codes = self._check_codes(X, reset=True)
        labels = check_target(y, "y")
        if len(labels) != len(codes):
            raise InputError(
                f"X and y must have the same number of samples: X has {len(codes)}, y has "
                f"{len(labels)}. Pass the class label of each sample of X."
            )
        self.n_categories_ = self._count_categories(codes)
        self._check_known(codes)
        one_hot = np.array([[label == known for known in sorted(set(labels))] for label in labels])
        self.proba_per_class_ = [
            _compute_class_frequencies(column, one_hot, int(count))
            for column, count in zip(codes.T, self.n_categories_, strict=True)
        ]
        return self

    def pairwise(self, X: Any, Y: Any = None) -> Float64Array:
        """Compute the distances between the samples of X and the samples of Y.

        Parameters
        ----------
        X : array-like of shape (n_samples_X, n_features)
            Category codes.
        Y : array-like of shape (n_samples_Y, n_features), default=None
            Category codes. None means X.

        Returns
        -------
        ndarray of float64 of shape (n_samples_X, n_samples_Y)
            Distances.

        Raises
        ------
        InputError
            If X or Y holds codes above those allowed by `n_categories_`, other values than category
            codes, or another number of features than in `fit`.
        """
        check_is_fitted(self)
        codes_x = self._check_known_codes(X)
        codes_y = codes_x if Y is None else self._check_known_codes(Y)
        distance = np.zeros((len(codes_x), len(codes_y)))
        for feature, frequencies in enumerate(self.proba_per_class_):
            # Distances between categories are computed once, then looked up for all pairs.
            between = np.zeros((len(frequencies), len(frequencies)))
            for of_class in frequencies.T:
                between += np.abs(of_class[:, None] - of_class[None, :]) ** self.k
            distance += (between**self.r)[np.ix_(codes_x[:, feature], codes_y[:, feature])]
        return distance

    def _check_codes(self, X: Any, *, reset: bool) -> IntArray:
        try:
            values = validate_data(self, X, reset=reset, dtype=np.float64, ensure_min_samples=1)
        except ValueError as error:
            raise InputError(
                f"X must hold category codes and have the features seen in fit. {error} Encode "
                "categories with sklearn.preprocessing.OrdinalEncoder."
            ) from error
        bad = values[(values < 0) | (values != np.rint(values))]
        if len(bad):
            found = "Negative values in data" if bad[0] < 0 else "Fractions in data"
            raise InputError(
                f"{found}: X must hold category codes, integers from 0; it holds {bad[0]:g}. "
                "Encode categories with sklearn.preprocessing.OrdinalEncoder."
            )
        codes: IntArray = values.astype(np.intp)
        return codes

    def _check_known_codes(self, X: Any) -> IntArray:
        codes = self._check_codes(X, reset=False)
        self._check_known(codes)
        return codes

    def _check_known(self, codes: IntArray) -> None:
        highest = codes.max(axis=0)
        for feature in np.flatnonzero(highest >= self.n_categories_):
            n_categories = self.n_categories_[feature]
            raise InputError(
                f"Feature {feature} holds the code {highest[feature]}, but has {n_categories} "
                f"categories (codes 0 to {n_categories - 1}). Increase n_categories, or fit with "
                "all categories."
            )

    def _count_categories(self, codes: IntArray) -> IntArray:
        if isinstance(self.n_categories, str) and self.n_categories == "auto":
            return np.asarray(codes.max(axis=0) + 1)
        counts = np.asarray(self.n_categories)
        if counts.shape != (codes.shape[1],) or counts.dtype.kind not in "iu":
            raise InputError(
                "The length of n_categories is not consistent with the number of features: pass "
                f"one integer for each of the {codes.shape[1]} features of X, or 'auto'; got "
                f"{self.n_categories!r}."
            )
        return counts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.input_tags.categorical = True
        tags.target_tags.required = True
        return tags


def _compute_class_frequencies(column: IntArray, one_hot: Any, n_categories: int) -> Float64Array:
    """Return the fraction of each class among the samples with each category."""
    counts = np.stack(
        [np.bincount(column[members], minlength=n_categories) for members in one_hot.T], axis=1
    )
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.maximum(total, 1), np.float64)
