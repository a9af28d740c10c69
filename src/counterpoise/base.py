"""What makes a sampler, and how to write one.

A sampler is a subclass of `BaseSampler` with an ``__init__`` that only assigns, and one method:
`_resample` reads an opened table, its labels and what is wanted of each class, and returns a
decision, a `Resampling`: which input rows are kept, and which new rows are made of which. All else
(checking, containers, types, names, `sampling_strategy`, `provenance_`) is done for it. The class
says, besides,

- its ``_family``: what the numbers in `targets` mean, rows to make ("over-sampling") or to keep
  ("under-sampling"; "clean-sampling" where the method finds its own number);
- what it ``_reads`` of the columns: "anything" (the default), "distances" (numbers and
  categories) or "numbers".

A sampler that keeps every second row of the classes concerned:

>>> import numpy as np
>>> from counterpoise.base import BaseSampler
>>> from counterpoise.table import Resampling
>>> class EverySecond(BaseSampler):
...     _family = "clean-sampling"
...
...     def __init__(self, *, sampling_strategy="auto"):
...         self.sampling_strategy = sampling_strategy
...
...     def _resample(self, table, labels, targets, random):
...         stays = np.ones(table.n_rows, bool)
...         for target in targets:
...             stays[labels.rows_of(target.code)[1::2]] = False
...         self.sample_indices_ = np.flatnonzero(stays)
...         return Resampling(kept=self.sample_indices_)
>>> X, y = [["red", 1], ["blue", 2], ["red", 3], ["blue", 4]], ["no", "no", "yes", "no"]
>>> EverySecond().fit_resample(X, y)
([['red', 1], ['red', 3], ['blue', 4]], ['no', 'yes', 'no'])

New rows are `Blends`: of a base row and a partner (``x_base + weight * (x_partner - x_base)``), or,
where there is no partner, points given outright. `random`, a RandomState, is the only source of
randomness: what draws from it takes ``random_state`` as a parameter.
`counterpoise.utils.estimator_checks` tells whether a sampler keeps its promises. For a function
that returns arrays, `counterpoise.FunctionSampler` is enough.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections import OrderedDict
from contextlib import suppress
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state, get_tags

from counterpoise._lib import sklearn_private  # noqa: F401 (makes fit_resample known to metadata routing)
from counterpoise.exceptions import InputError
from counterpoise.neighbors import check_measurable, check_numeric
from counterpoise.table import (
    Labels,
    Provenance,
    Resampling,
    Table,
    backend_of,
    open_labels,
    open_table,
    rebuild,
)
from counterpoise.targets import Family, Target, resolve_targets

__all__ = ["BaseSampler", "Correction", "Reads", "SamplerMixin", "is_sampler"]

Reads = Literal["anything", "distances", "numbers"]
Correction = Literal["exact", "approximate", "invalid"]
_CHECKS = {"distances": check_measurable, "numbers": check_numeric}


class SamplerMixin(metaclass=ABCMeta):
    """Mark an estimator as a sampler, which has `fit` and `fit_resample`.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator
    >>> class Reverse(SamplerMixin, BaseEstimator):
    ...     def fit(self, X, y):
    ...         return self
    ...
    ...     def fit_resample(self, X, y):
    ...         return X[::-1], y[::-1]
    >>> is_sampler(Reverse())
    True
    """

    _estimator_type: ClassVar[str] = "sampler"  # what imbalanced-learn looks at

    @abstractmethod
    def fit(self, X: Any, y: Any) -> Self:
        """Check the data, without resampling."""

    @abstractmethod
    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Return the resampled table and its classes, in the containers that came in."""

    def _remember_features(self, table: Table) -> None:
        names = [column.name for column in table.columns if column.kind.is_feature]
        self.n_features_in_ = len(names)
        if all(isinstance(name, str) for name in names):
            self.feature_names_in_ = np.asarray(names, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]  # that of BaseEstimator
        tags.estimator_type = "sampler"
        tags.target_tags.required = True
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        return tags


class BaseSampler(SamplerMixin, BaseEstimator):
    """Base class of all samplers.

    A subclass names its `_family`, says what it `_reads` of the columns (numbers alone, whatever
    distances are defined on, or anything), and writes `_resample`; everything else is here.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        For each class concerned, in sorted order, the rows to make (over-sampling) or to keep
        (under-sampling).
    n_features_in_ : int
        Number of columns seen.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the columns, where all of them are strings.
    provenance_ : Provenance
        Where each output row came from; set by `fit_resample`.
    """

    _family: ClassVar[Family | None] = None  # None: the samplers within have their own targets
    _reads: ClassVar[Reads] = "anything"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "sampling_strategy": "no_validation",  # resolve_targets words its own errors
        "random_state": ["random_state"],
    }

    sampling_strategy: Any

    @property
    def prior_correction(self) -> Correction:
        """What a change of prior explains of what this does to a model's probabilities.

        "exact", all of it: rows of a class are drawn whatever they are. "approximate", most of it:
        new rows resemble those of their class. "invalid": rows stay or go because of what they
        are, and probabilities must be calibrated instead.
        """
        return "approximate" if self._family == "over-sampling" else "invalid"

    def fit(self, X: Any, y: Any) -> Self:
        """Check the data and resolve `sampling_strategy`, without resampling.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)

        Returns
        -------
        self
        """
        self._validate_params()
        table = open_table(X)
        self._check(table, open_labels(y, table.n_rows))
        return self

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Resample a table.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
            The table; it is never written to.
        y : array-like of shape (n_rows,)
            The class of each row.

        Returns
        -------
        X_resampled, y_resampled
            The output rows and their classes, in the containers that came in.

        Raises
        ------
        InputError
            If the data cannot be resampled as asked; the message says what to do.
        """
        return self.fit_resample_table(open_table(X), y)

    def fit_resample_table(self, table: Table, y: Any) -> tuple[Any, Any]:
        """Resample a table that is open already; otherwise as `fit_resample`.

        Parameters
        ----------
        table : Table
            What `counterpoise.table.open_table` returned.
        y : array-like of shape (n_rows,)
            The class of each row.

        Returns
        -------
        X_resampled, y_resampled
        """
        self._validate_params()
        labels = open_labels(y, table.n_rows)
        return rebuild(table, labels, self.decide(table, labels))

    def decide(
        self, table: Table, labels: Labels, random: np.random.RandomState | None = None
    ) -> Resampling:
        """Decide what becomes of the rows of an open table, without rebuilding it.

        Parameters
        ----------
        table : Table
        labels : Labels
        random : RandomState, optional
            Where to draw from; by default what `random_state` says.

        Returns
        -------
        Resampling
        """
        self._validate_params()
        targets = self._check(table, labels)
        if random is None:
            random = check_random_state(getattr(self, "random_state", None))
        decision = self._resample(table, labels, targets, random)
        if decision.kept is not None and not len(decision.kept) + len(decision.made):
            raise InputError(
                f"{type(self).__name__} would leave no row of any class. Clean fewer classes, or "
                "keep more rows of them: see sampling_strategy."
            )
        self.provenance_ = Provenance(decision, table.n_rows, backend_of(table))
        return decision

    def _check(self, table: Table, labels: Labels) -> tuple[Target, ...]:
        if self._reads in _CHECKS:
            _CHECKS[self._reads](table, type(self).__name__)
        targets = (
            resolve_targets(self.sampling_strategy, labels, self._family) if self._family else ()
        )
        self.sampling_strategy_ = OrderedDict((t.label, t.amount) for t in targets)
        self._remember_features(table)
        return targets

    @abstractmethod
    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        """Decide what becomes of the rows.

        Parameters
        ----------
        table : Table
            The opened table.
        labels : Labels
            The encoded target.
        targets : tuple of Target
            What shall become of each class, in the order in which random numbers are drawn.
        random : RandomState
            The only source of randomness.

        Returns
        -------
        Resampling
            The decision, from which the output is built.
        """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = self._reads != "numbers"
        return tags


def is_sampler(estimator: object) -> bool:
    """Say whether an object calls itself a sampler: one of ours, of imbalanced-learn, or another.

    Parameters
    ----------
    estimator : object
        Anything at all.

    Returns
    -------
    bool

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from counterpoise.over_sampling import SMOTE
    >>> is_sampler(SMOTE()), is_sampler(LogisticRegression()), is_sampler(3)
    (True, False, False)
    """
    with suppress(Exception):  # an object may do anything when it is asked
        if getattr(estimator, "_estimator_type", None) == "sampler":
            return True
    with suppress(Exception):
        return bool(get_tags(estimator).estimator_type == "sampler")
    return False
