"""Instance hardness cross-validation: hard samples are spread evenly over the folds.

If the minority class has few samples, a random fold can get many samples that are hard to classify
and another fold none, which increases the variance of the scores between folds. Here the samples of
each class are sorted by their hardness and assigned to the folds in turn.
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
from counterpoise._table import EncodedTarget, encode_target, take_rows
from counterpoise.exceptions import CounterpoiseWarning, InputError, TargetError

__all__ = ["InstanceHardnessCV"]


class InstanceHardnessCV(BaseCrossValidator):
    """Instance hardness cross-validator: stratified folds with equally many hard samples.

    The instance hardness of a sample is 1 minus the predicted probability of its class, from
    cross-validation, so that the model was not trained on this sample. Samples are sorted by class
    and then by hardness, and assigned to the folds in turn. The folds are therefore stratified by
    class as well. The splits are deterministic if the estimator is.

    Parameters
    ----------
    estimator : classifier with `predict_proba`
        Classifier that estimates the instance hardness. It is cloned and fitted once for each of
        `n_splits` stratified folds.
    n_splits : int, default=5
        Number of folds. Must be at least 2.
    pos_label : int, float, bool or str, default=None
        Label of the positive class, for two classes. Samples of each class are sorted by the
        predicted probability of this class: from the hardest to the easiest sample in the positive
        class, and from the easiest to the hardest in the other. None means the last class in sorted
        order. With more than two classes it must be None, and the samples of each class are sorted
        from the easiest to the hardest.

    See Also
    --------
    counterpoise.under_sampling.InstanceHardnessThreshold : Undersampling that removes hard samples.

    Notes
    -----
    The sizes of the folds differ by at most 1, and so do the numbers of samples of each class.
    Samples with the same hardness are assigned in the order of the data.

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

    The standard deviation of the score between folds is lower if hard samples are spread evenly:

    >>> [round(score.item(), 3) for score in scores]
    [0.076, 0.01]
    """

    def __init__(self, estimator: Any, *, n_splits: int = 5, pos_label: Any = None) -> None:
        self.estimator = estimator
        self.n_splits = n_splits
        self.pos_label = pos_label

    def split(self, X: Any, y: Any, groups: Any = None) -> Iterator[tuple[RowArray, RowArray]]:
        """Generate indices to split data into training and test set.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            Features, in a form that the estimator accepts.
        y : array-like of shape (n_samples,)
            Class labels.
        groups : object
            Ignored, with a warning if it is not None.

        Yields
        ------
        train, test : ndarray of int
            Sorted sample indices of the training and the test set of each fold.

        Raises
        ------
        InputError
            If the estimator does not have `predict_proba`, a class has fewer samples than there are
            folds, or a parameter is not valid.
        """
        self._check_parameters()
        if groups is not None:
            warnings.warn(
                "The groups parameter is ignored by InstanceHardnessCV: samples of the same group "
                "can be in different folds. To keep groups together, use "
                "sklearn.model_selection.StratifiedGroupKFold.",
                CounterpoiseWarning,
                stacklevel=2,
            )
        if y is None:
            raise TargetError("InstanceHardnessCV needs class labels; y is None. Pass y.")
        target = encode_target(y, X.shape[0] if hasattr(X, "shape") else len(X))
        return self._assign_folds(target, self._compute_sort_keys(X, target))

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ARG002
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : object
            Ignored. They exist for compatibility with scikit-learn.

        Returns
        -------
        int
            Number of folds.
        """
        return self.n_splits

    def _check_parameters(self) -> None:
        is_integer = isinstance(self.n_splits, Integral) and not isinstance(self.n_splits, bool)
        if not is_integer or self.n_splits < 2:
            raise InputError(
                f"n_splits must be an integer of at least 2; got {self.n_splits!r}. For example, "
                "set n_splits=5."
            )
        model = self.estimator
        has_proba = hasattr(model, "predict_proba") and not isinstance(model, type)
        if not has_proba or not is_classifier(model):
            raise InputError(
                f"estimator must be a classifier with predict_proba; got {model!r}. For example, "
                "set estimator=LogisticRegression()."
            )

    def _compute_sort_keys(self, X: Any, target: EncodedTarget) -> Float64Array:
        """Return the values by which samples are sorted within their class."""
        positive = self._find_positive(target)
        self._check_class_sizes(target)
        probability = self._predict_out_of_fold(X, target)
        if positive is not None:
            # As imbalanced-learn does: one key for both classes, so its folds are reproduced.
            return probability[:, positive]
        hardness: Float64Array = 1 - probability[np.arange(len(probability)), target.codes]
        return hardness

    def _check_class_sizes(self, target: EncodedTarget) -> None:
        for label, count in zip(target.classes, target.counts.tolist(), strict=True):
            if count < self.n_splits:
                advice = (
                    f"Set n_splits={count} or less"
                    if count > 1
                    else "Add samples of this class, or remove it"
                )
                raise InputError(
                    f"Each class needs at least n_splits={self.n_splits} samples, one for each "
                    f"fold; class {label!r} has {count}. {advice}."
                )

    def _predict_out_of_fold(self, X: Any, target: EncodedTarget) -> Float64Array:
        """Return out-of-fold predicted probabilities of all classes.

        scikit-learn's `cross_val_predict` encodes the classes as integers, so that parameters of
        the model that refer to classes by name, such as `class_weight`, would fail.
        """
        y = np.asarray(target.classes)[target.codes]
        probability = np.empty((len(y), len(target.classes)))
        for train, test in StratifiedKFold(self.n_splits).split(y, y):
            model = clone(self.estimator).fit(take_rows(X, train), y[train])
            probability[test] = model.predict_proba(take_rows(X, test))
        return probability

    def _find_positive(self, target: EncodedTarget) -> int | None:
        """Return the position of the positive class; None if there are more than two classes."""
        known = ", ".join(map(repr, target.classes[:20]))
        if self.pos_label is None:
            return 1 if len(target.classes) == 2 else None
        if len(target.classes) > 2:
            raise InputError(
                f"pos_label must be None with more than two classes; y has {len(target.classes)}: "
                f"{known}. Set pos_label=None."
            )
        if self.pos_label not in target.classes:
            raise InputError(
                f"pos_label must be one of the classes {known}; got {self.pos_label!r}. For "
                f"example, set pos_label={target.classes[-1]!r}."
            )
        return target.classes.index(self.pos_label)

    def _assign_folds(
        self, target: EncodedTarget, keys: Float64Array
    ) -> Iterator[tuple[RowArray, RowArray]]:
        """Sort samples by class and key, assign them to the folds in turn, and yield the splits."""
        fold: IntArray = np.empty(len(keys), np.intp)
        fold[np.lexsort((keys, target.codes))] = np.arange(len(keys)) % self.n_splits
        for number in range(self.n_splits):
            yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)
