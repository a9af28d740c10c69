"""Instance hardness cross-validation: each fold has its share of the rows that are hard.

Where few rows are rare and some of them hopeless, chance deals one fold many of these and another
none, and scores differ from fold to fold for no other reason. Here rows are sorted by how hard a
model finds them, class by class, and dealt out like cards.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import BaseCrossValidator, StratifiedKFold

from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.exceptions import CounterpoiseWarning, InputError, LabelError
from counterpoise.table import Labels, open_labels, take_rows

__all__ = ["InstanceHardnessCV"]


class InstanceHardnessCV(BaseCrossValidator):
    """Deal rows into folds so that each has its share of each class's hard rows.

    How hard a row is says one minus the probability that a model gives to the row's own class,
    cross-validated: by a model that has not seen the row. Rows are sorted by class, then by
    hardness, and dealt into the folds in turn; so folds are stratified, too. Nothing is drawn.

    Parameters
    ----------
    estimator : classifier with `predict_proba`
        Cloned, and fitted on all folds but one, for each of `n_splits` stratified folds.
    n_splits : int, default=5
        How many folds, 2 or more.
    pos_label : int, float, bool or str, default=None
        Of two classes, the one by whose probability rows are sorted within a class: from the
        hardest to the easiest in this class, and the other way round in the other. None means the
        last in sorted order. Of more classes it must be None; all go from the easiest to the
        hardest.

    See Also
    --------
    counterpoise.under_sampling.InstanceHardnessThreshold : Keeps the rows that are easy.

    Notes
    -----
    Sizes of folds, and counts of a class in folds, differ by one row at most. Equally hard rows are
    dealt by their number.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_validate
    >>> from counterpoise.model_selection import InstanceHardnessCV
    >>> X, y = make_classification(1000, weights=[0.9], class_sep=2, flip_y=0.05, random_state=10)
    >>> model = LogisticRegression()
    >>> scores = [
    ...     cross_validate(model, X, y, cv=cv, scoring="average_precision")["test_score"].std()
    ...     for cv in (5, InstanceHardnessCV(model))
    ... ]

    The score varies from fold to fold, and less so where each has its share of hard rows:

    >>> [round(score.item(), 3) for score in scores]
    [0.076, 0.01]
    """

    def __init__(self, estimator: Any, *, n_splits: int = 5, pos_label: Any = None) -> None:
        self.estimator = estimator
        self.n_splits = n_splits
        self.pos_label = pos_label

    def split(self, X: Any, y: Any, groups: Any = None) -> Iterator[tuple[RowArray, RowArray]]:
        """Yield the rows to train on and the rows to test on, fold by fold.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
            What the estimator takes.
        y : array-like of shape (n_rows,)
            The class of each row.
        groups : object
            Not used.

        Yields
        ------
        train, test : ndarray of int
            Row numbers, ascending.

        Raises
        ------
        InputError
            If the estimator gives no probabilities, a class has fewer rows than there are folds,
            or a parameter makes no sense.
        """
        self._check_parameters()
        if groups is not None:
            warnings.warn(
                "InstanceHardnessCV does not use groups: rows of a group may be in several folds.",
                CounterpoiseWarning,
                stacklevel=2,
            )
        if y is None:
            raise LabelError("InstanceHardnessCV needs the class of each row, and y is None.")
        labels = open_labels(y, X.shape[0] if hasattr(X, "shape") else len(X))
        return self._deal(labels, self._sorting_key(X, labels))

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ARG002
        """Return how many folds there are.

        Parameters
        ----------
        X, y, groups : object
            Not used.

        Returns
        -------
        int
        """
        return self.n_splits

    def _check_parameters(self) -> None:
        is_whole = isinstance(self.n_splits, Integral) and not isinstance(self.n_splits, bool)
        if not is_whole or self.n_splits < 2:
            raise InputError(
                f"n_splits must be a whole number of 2 or more; got {self.n_splits!r}."
            )
        model = self.estimator
        is_model = hasattr(model, "predict_proba") and not isinstance(model, type)
        if not is_model or not is_classifier(model):
            raise InputError(
                "estimator must be a classifier with predict_proba, such as "
                f"LogisticRegression(); got {model!r}."
            )

    def _sorting_key(self, X: Any, labels: Labels) -> Float64Array:
        """Return what rows are sorted by within their class."""
        positive = self._positive(labels)
        for label, count in zip(labels.classes, labels.counts.tolist(), strict=True):
            if count < self.n_splits:
                remedy = f"Set n_splits to {count} or less" if count > 1 else "Get more of them"
                raise InputError(
                    f"InstanceHardnessCV deals the rows of each class into n_splits="
                    f"{self.n_splits} folds; class {label!r} has {count}. {remedy}."
                )
        probability = self._probability(X, labels)
        if positive is not None:
            return probability[:, positive]
        own: Float64Array = 1 - probability[np.arange(len(probability)), labels.codes]
        return own

    def _probability(self, X: Any, labels: Labels) -> Float64Array:
        """Return the probability of each class by a model that has not seen the row.

        scikit-learn's `cross_val_predict` would hide the names of the classes from the model, which
        may have been told something of them, such as their weights.
        """
        y = np.asarray(labels.classes)[labels.codes]
        probability = np.empty((len(y), len(labels.classes)))
        for train, test in StratifiedKFold(self.n_splits).split(y, y):
            model = clone(self.estimator).fit(take_rows(X, train), y[train])
            probability[test] = model.predict_proba(take_rows(X, test))
        return probability

    def _positive(self, labels: Labels) -> int | None:
        """Return the code of the positive class, where there are two classes."""
        known = ", ".join(map(repr, labels.classes[:20]))
        if self.pos_label is None:
            return 1 if len(labels.classes) == 2 else None
        if len(labels.classes) > 2:
            raise InputError(
                f"pos_label is for two classes, and y has {len(labels.classes)}: {known}. Leave "
                "it None."
            )
        if self.pos_label not in labels.classes:
            raise InputError(f"pos_label={self.pos_label!r} is no class of y: they are {known}.")
        return labels.classes.index(self.pos_label)

    def _deal(self, labels: Labels, key: Float64Array) -> Iterator[tuple[RowArray, RowArray]]:
        fold: IntArray = np.empty(len(key), np.intp)
        fold[np.lexsort((key, labels.codes))] = np.arange(len(key)) % self.n_splits
        for number in range(self.n_splits):
            yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)
