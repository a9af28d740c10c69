"""Distances between rows of categories.

Reference: Stanfill and Waltz (1986), doi:10.1145/7902.7906.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from counterpoise._lib.types import Float64Array, IntArray
from counterpoise.exceptions import InputError
from counterpoise.metrics._opening import open_labels_of

__all__ = ["ValueDifferenceMetric"]


class ValueDifferenceMetric(BaseEstimator):
    """Value difference metric: two categories are near if the classes are alike in both.

    The distance of two rows x and y is ``sum_f (sum_c |p(c | x_f) - p(c | y_f)| ** k) ** r``, over
    columns f and classes c, where ``p(c | v)`` is the share of class c among the rows with value v.

    Parameters
    ----------
    n_categories : "auto" or array-like of shape (n_features,), default="auto"
        The number of categories of each column; "auto" means the highest code of `fit`, plus one.
    k : int, default=1
        Exponent of the differences of two categories. No root is taken.
    r : int, default=2
        Exponent of the columns' distances.

    Attributes
    ----------
    n_categories_ : ndarray of int of shape (n_features,)
        The number of categories of each column.
    proba_per_class_ : list of ndarray of shape (n_categories, n_classes)
        Of each column, the share of each class among the rows with each category; 0 for
        categories without rows.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Notes
    -----
    Rows hold codes from 0, such as `sklearn.preprocessing.OrdinalEncoder` makes.

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
        """Learn the shares of the classes in each category.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)
            Codes of categories, from 0.
        y : array-like of shape (n_rows,)
            The class of each row.

        Returns
        -------
        ValueDifferenceMetric
            Itself.

        Raises
        ------
        InputError
            If X holds anything but codes, its rows and y differ in number, or a parameter is none
            of what it may be.
        """
        for name, value in (("k", self.k), ("r", self.r)):
            if not isinstance(value, int | np.integer) or value < 1:
                raise InputError(
                    f"{name} must be a whole number above 0; got {value!r}. Set 1 or 2."
                )
        codes = self._open(X, reset=True)
        labels = open_labels_of(y, "y")
        if len(labels) != len(codes):
            raise InputError(
                f"X and y must have as many rows as each other: X has {len(codes)}, y has "
                f"{len(labels)}. Pass the classes of the rows of X."
            )
        self.n_categories_ = self._count_categories(codes)
        self._require_known(codes)
        marks = np.array([[label == known for known in sorted(set(labels))] for label in labels])
        self.proba_per_class_ = [
            _class_shares(column, marks, int(count))
            for column, count in zip(codes.T, self.n_categories_, strict=True)
        ]
        return self

    def pairwise(self, X: Any, Y: Any = None) -> Float64Array:
        """Return the distance of each row of X from each row of Y.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)
            Codes of categories.
        Y : array-like of shape (n_other, n_features) or None, default=None
            Codes of categories; None means X.

        Returns
        -------
        ndarray of float64 of shape (n_rows, n_other)

        Raises
        ------
        InputError
            If a row holds anything but codes that `fit` knows, or more or fewer columns.
        """
        check_is_fitted(self)
        rows = self._open_known(X)
        others = rows if Y is None else self._open_known(Y)
        distance = np.zeros((len(rows), len(others)))
        for column, shares in enumerate(self.proba_per_class_):
            between = np.zeros((len(shares), len(shares)))
            for share in shares.T:
                between += np.abs(share[:, None] - share[None, :]) ** self.k
            distance += (between**self.r)[np.ix_(rows[:, column], others[:, column])]
        return distance

    def _open(self, X: Any, *, reset: bool) -> IntArray:
        try:
            values = validate_data(self, X, reset=reset, dtype=np.float64, ensure_min_samples=1)
        except ValueError as error:
            raise InputError(
                f"X must be a table of codes with the columns of fit. {error} Encode categories "
                "with sklearn.preprocessing.OrdinalEncoder."
            ) from error
        bad = values[(values < 0) | (values != np.rint(values))]
        if len(bad):
            raise InputError(
                f"X must hold codes of categories, whole numbers from 0; it holds {bad[0]:g}. "
                "Encode it with sklearn.preprocessing.OrdinalEncoder."
            )
        codes: IntArray = values.astype(np.intp)
        return codes

    def _open_known(self, X: Any) -> IntArray:
        codes = self._open(X, reset=False)
        self._require_known(codes)
        return codes

    def _require_known(self, codes: IntArray) -> None:
        highest = codes.max(axis=0)
        for column in np.flatnonzero(highest >= self.n_categories_):
            raise InputError(
                f"Column {column} holds the code {highest[column]}, and n_categories gives it "
                f"{self.n_categories_[column]} categories: codes up to "
                f"{self.n_categories_[column] - 1}. Raise n_categories, or fit with all codes."
            )

    def _count_categories(self, codes: IntArray) -> IntArray:
        if isinstance(self.n_categories, str) and self.n_categories == "auto":
            return np.asarray(codes.max(axis=0) + 1)
        counts = np.asarray(self.n_categories)
        if counts.shape != (codes.shape[1],) or counts.dtype.kind not in "iu":
            raise InputError(
                f"n_categories must be 'auto' or a whole number for each of the {codes.shape[1]} "
                f"columns of X; got {self.n_categories!r}. Give one number a column."
            )
        return counts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.target_tags.required = True
        return tags


def _class_shares(column: IntArray, marks: Any, n_categories: int) -> Float64Array:
    """Return the share of each class among the rows with each category."""
    counts = np.stack([np.bincount(column[of], minlength=n_categories) for of in marks.T], axis=1)
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.maximum(total, 1), np.float64)
