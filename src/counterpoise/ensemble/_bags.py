"""Bags whose members draw balanced rows by number: nobody has a copy of the table.

A member of scikit-learn's bagging is given the rows of its bootstrap. Here it is given their
numbers, draws from them, and takes what it drew from the table.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import BaggingClassifier
from sklearn.metrics import accuracy_score
from sklearn.utils.validation import check_is_fitted, validate_data

from counterpoise._lib.types import Array, Float64Array, IntArray, RowArray
from counterpoise.ensemble._unseen import judge_unseen
from counterpoise.ensemble._votes import are_boosted_trees, as_trees_read, boosted_probabilities
from counterpoise.exceptions import InputError
from counterpoise.under_sampling import RandomUnderSampler

__all__ = ["Bags", "Member"]


class Rows:
    """Some rows and columns of a table, by number."""

    codes: IntArray  # the class of each row of the table

    def __init__(self, table: Any, rows: RowArray, columns: Any = None) -> None:
        self.table, self.rows, self.columns = table, rows, columns
        width = table.shape[1] if columns is None else len(columns)
        self.shape = (len(rows), width)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> Rows:
        rows, columns = key
        if isinstance(rows, slice):
            part = Rows(self.table, self.rows, columns)
        else:
            part = Rows(self.table, self.rows[rows], self.columns)
        part.codes = self.codes
        return part

    def take(self, rows: RowArray) -> Any:
        """Return rows of the table, with these columns."""
        some = self.table[rows]
        return some if self.columns is None else some[:, self.columns]


class Member(ClassifierMixin, BaseEstimator):
    """A sampler and a classifier: fitted on the rows that the one draws, asked through the other.

    Parameters
    ----------
    sampler : sampler
        With `sample_indices_`, or one that makes rows.
    classifier : classifier
    """

    def __init__(self, sampler: Any, classifier: Any) -> None:
        self.sampler = sampler
        self.classifier = classifier

    def fit(self, X: Rows, y: IntArray) -> Self:
        """Draw from the rows, and fit the classifier.

        Parameters
        ----------
        X : Rows
        y : ndarray of int of shape (n_rows,)

        Returns
        -------
        self
        """
        rows = _with_every_class(X.codes, X.rows)
        codes = y if len(rows) == len(y) else X.codes[rows]
        if isinstance(self.sampler, RandomUnderSampler):
            # It looks at no cell: the rows' numbers stand for them.
            self.sampler.fit_resample(np.arange(len(rows))[:, None], codes)
            seen = rows[self.sampler.sample_indices_]
            self.classifier.fit(X.take(seen), X.codes[seen])
        else:
            self.classifier.fit(*self.sampler.fit_resample(X.take(rows), codes))
            seen = rows[getattr(self.sampler, "sample_indices_", np.arange(len(rows)))]
        self.rows_ = np.unique(seen)
        self.classes_ = self.classifier.classes_
        return self

    @property
    def steps(self) -> list[tuple[str, Any]]:
        """The sampler and the classifier, as the steps of a pipeline."""
        return [("sampler", self.sampler), ("classifier", self.classifier)]

    @property
    def named_steps(self) -> dict[str, Any]:
        """The steps by name."""
        return dict(self.steps)

    def __len__(self) -> int:
        return 2

    def __getitem__(self, step: int | str) -> Any:
        return self.named_steps[step] if isinstance(step, str) else self.steps[step][1]

    def __getattr__(self, name: str) -> Any:
        if name in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
            return getattr(self.__dict__["classifier"], name)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")


def _with_every_class(codes: IntArray, rows: RowArray) -> RowArray:
    """Add all rows of each class that a bootstrap has missed."""
    there = np.bincount(codes[rows], minlength=int(codes.max()) + 1)
    missed = np.flatnonzero(there == 0)
    return np.concatenate([rows, np.flatnonzero(np.isin(codes, missed))]) if len(missed) else rows


class Bags(BaggingClassifier):
    """What bagging on balanced rows shares; see those who derive from it."""

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the members.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)
            The class of each row.

        Returns
        -------
        self
        """
        fitted: Self = super().fit(X, y)
        return fitted

    @abstractmethod
    def _sampler(self) -> Any:
        """Return what balances the rows of a member, unfitted."""

    def _validate_estimator(self, default: Any = None) -> None:
        super()._validate_estimator(default)
        classifier = vars(self)["estimator_"]
        self.estimator_ = Member(self._sampler(), classifier)

    def _fit(self, X: Any, y: Any, *args: Any, **params: Any) -> Self:
        self._rows = Rows(X, np.arange(X.shape[0]))
        try:
            fitted: Self = super()._fit(self._rows, y, *args, **params)
        finally:
            del self._rows
        return fitted

    def _validate_y(self, y: Any) -> IntArray:
        codes: IntArray = super()._validate_y(y)
        if np.ndim(codes) > 1:
            raise InputError(f"y must have one class for each row; got shape {np.shape(y)}.")
        self._rows.codes = codes
        return codes

    def _parallel_args(self) -> dict[str, str]:
        return {"prefer": "threads"}  # they have the table in common

    def _by_class(self, strategy: Any) -> Any:
        """Name the classes of a strategy by their codes, which is what members see."""
        if not isinstance(strategy, dict):
            return strategy
        unknown = [label for label in strategy if label not in self.classes_]
        if unknown:
            raise InputError(
                f"sampling_strategy names {unknown[0]!r}, and y has the classes "
                f"{self.classes_.tolist()}."
            )
        return {int(np.flatnonzero(self.classes_ == k)[0]): v for k, v in strategy.items()}

    def _set_oob_score(self, X: Rows, y: Array) -> None:
        """Judge each row by the members that have not been fitted on it."""

        def say(i: int, rows: RowArray) -> Float64Array:
            parts = self.estimators_[i], self.estimators_features_[i]
            return self._said(*parts, X.table[rows], None)

        self.oob_decision_function_, judged = judge_unseen(
            (len(X), self.n_classes_),
            (member.rows_ for member in self.estimators_),
            say,
            kind="member",
        )
        predicted = self.oob_decision_function_[judged].argmax(axis=1)
        self.oob_score_ = accuracy_score(y[judged], predicted)

    def predict_proba(self, X: Any) -> Float64Array:
        """Return the mean of the members' probabilities, or of their votes.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n_rows, n_features)

        Returns
        -------
        ndarray of float64 of shape (n_rows, n_classes)
        """
        check_is_fitted(self)
        X = validate_data(
            self,
            X,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,
            reset=False,
        )
        boosted = any(are_boosted_trees(member.classifier) for member in self.estimators_)
        narrow = as_trees_read(X) if boosted else None
        said = Parallel(n_jobs=self.n_jobs, verbose=self.verbose, prefer="threads")(
            delayed(self._said)(member, columns, X, narrow)
            for member, columns in zip(self.estimators_, self.estimators_features_, strict=True)
        )
        probabilities: Float64Array = sum(said) / len(self.estimators_)
        return probabilities

    def _said(self, member: Member, columns: IntArray, X: Any, narrow: Any) -> Float64Array:
        """Return a member's probabilities, or its votes, for all classes."""
        if not np.array_equal(columns, np.arange(X.shape[1])):
            X, narrow = X[:, columns], None if narrow is None else narrow[:, columns]
        model, probabilities = member.classifier, np.zeros((X.shape[0], self.n_classes_))
        if narrow is not None and are_boosted_trees(model):
            said = boosted_probabilities(model, narrow)
        elif hasattr(model, "predict_proba"):
            said = model.predict_proba(X)
        else:
            said = np.asarray(model.predict(X))[:, None] == model.classes_
        probabilities[:, model.classes_] = said
        return probabilities
