"""A sampler made of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator

from counterpoise._lib.types import IntArray
from counterpoise.base import SamplerMixin
from counterpoise.exceptions import ColumnKindError, InputError, LabelError
from counterpoise.table import (
    Blends,
    Kind,
    Labels,
    Provenance,
    Resampling,
    SparseTable,
    Table,
    array_of,
    backend_of,
    codes_among,
    features_of,
    open_labels,
    open_table,
    rebuild,
)

__all__ = ["FunctionSampler"]


class FunctionSampler(SamplerMixin, BaseEstimator):
    """Make a sampler of a function.

    The function is given X and y and returns others. With `validate` it sees numbers only,
    whatever the container, and what it returns leaves in the container, types and names that came.

    Parameters
    ----------
    func : callable or None, default=None
        Called as ``func(X, y, **kw_args)``, it returns a pair: rows, and the class of each. None
        returns the input as it is.
    accept_sparse : bool, default=True
        Whether a sparse X may be passed; `func` is given one in the format that came.
    kw_args : dict or None, default=None
        Further arguments of `func`.
    validate : bool, default=True
        Whether X and y are checked. If so, `func` is given copies: X as one array of numbers (NaN
        where a cell is missing), y as an array of labels; the rows it returns must be as wide as
        X, with labels that y has. If not, it is given X and y themselves, and whatever it returns
        is returned.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns; with `validate` only, as are the others.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from: what `func` returns is new, of no known rows.

    See Also
    --------
    counterpoise.base.BaseSampler : For samplers that say which rows they keep and make.

    Notes
    -----
    Columns of several types meet in one array, mostly of float64, in which integers beyond 2**53
    lose digits; back in a column of integers, values are rounded to the nearest. To leave the rows
    that stay untouched, write a `BaseSampler`.

    Examples
    --------
    >>> import pandas as pd
    >>> from counterpoise import FunctionSampler
    >>> def without_outliers(X, y, *, limit):
    ...     stays = (abs(X) <= limit).all(axis=1)
    ...     return X[stays], y[stays]
    >>> X = pd.DataFrame({"age": [31, 27, 990], "income": [2.5, 1.5, 2.0]})
    >>> sampler = FunctionSampler(func=without_outliers, kw_args={"limit": 100})
    >>> X_resampled, y_resampled = sampler.fit_resample(X, ["no", "yes", "no"])
    >>> X_resampled
       age  income
    0   31     2.5
    1   27     1.5
    >>> y_resampled
    ['no', 'yes']
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "func": [callable, None],
        "accept_sparse": ["boolean"],
        "kw_args": [dict, None],
        "validate": ["boolean"],
    }

    def __init__(
        self,
        *,
        func: Callable[..., Any] | None = None,
        accept_sparse: bool = True,
        kw_args: dict[str, Any] | None = None,
        validate: bool = True,
    ) -> None:
        self.func = func
        self.accept_sparse = accept_sparse
        self.kw_args = kw_args
        self.validate = validate

    def fit(self, X: Any, y: Any) -> Self:
        """Check the data, if `validate`, without calling the function.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)

        Returns
        -------
        self
        """
        self._validate_params()
        if self.validate:
            table = open_table(X)
            open_labels(y, table.n_rows)
            self._check(table)
        return self

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Resample a table by the function.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
            The table; with `validate` it is never written to.
        y : array-like of shape (n_rows,)
            The class of each row.

        Returns
        -------
        X_resampled, y_resampled
            The output rows and their classes, in the containers that came in; without `validate`,
            what the function returns.

        Raises
        ------
        InputError
            If the data are not what a function can be given, or what it returns does not fit them.
        """
        self._validate_params()
        if not self.validate:
            result: tuple[Any, Any] = self._call(X, y)
            return result
        table = open_table(X)
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
            Taken as other samplers take it, and not used.

        Returns
        -------
        Resampling
        """
        del random
        self._validate_params()
        self._check(table)
        decision = Resampling() if self.func is None else self._decide(table, labels)
        self.provenance_ = Provenance(decision, table.n_rows, backend_of(table))
        return decision

    def _check(self, table: Table) -> None:
        if isinstance(table, SparseTable) and not self.accept_sparse:
            raise InputError(
                "With accept_sparse=False, FunctionSampler takes no sparse X. Set it to True, or "
                "pass X.toarray()."
            )
        features = [table.columns[j] for j in features_of(table)]
        others = [column for column in features if not column.kind.is_number]
        if others and self.func is not None:
            names = [str(column.name) for column in others]
            raise ColumnKindError(
                "FunctionSampler hands its function numbers: its argument must be free of strings, "
                "dates and all else that is no number; not so "
                f"{', '.join(map(repr, names[:5]))}, of type {others[0].dtype}. Set "
                "validate=False, and the function is given X and y as they are.",
                names,
            )
        self._remember_features(table)

    def _decide(self, table: Table, labels: Labels) -> Resampling:
        X, y = _pair(self._call(array_of(table), np.array(labels.classes)[labels.codes]))
        points, codes = _points(X, table), _codes(y, labels)
        if points.shape[0] != len(codes):
            raise InputError(
                "func must return a class for each row; it returned "
                f"{points.shape[0]} rows and {len(codes)} classes."
            )
        nowhere = np.full(len(codes), -1)
        made = Blends(nowhere, nowhere, np.full(len(codes), np.nan), codes, points)
        return Resampling(np.empty(0, np.intp), made)

    def _call(self, X: Any, y: Any) -> Any:
        return (X, y) if self.func is None else self.func(X, y, **(self.kw_args or {}))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.accept_sparse
        tags.input_tags.string = self.func is None or not self.validate
        tags.no_validation = not self.validate
        return tags


def _pair(returned: Any) -> tuple[Any, Any]:
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        given = type(returned).__name__
        size = f" of {len(returned)}" if isinstance(returned, tuple | list) else ""
        raise InputError(f"func must return a pair, X and y; it returned a {given}{size}.")
    return returned[0], returned[1]


def _points(X: Any, table: Table) -> Any:
    """Return the rows that a function made as an array, sparse where the table is and they are."""
    try:
        made = open_table(X)
    except InputError as error:
        raise InputError(f"func must return rows like those of X. {error}") from error
    width = len(features_of(table))
    if len(made.columns) != width:
        raise InputError(
            f"func must return rows as wide as X, which has {width} columns; those it returned "
            f"have {len(made.columns)}."
        )
    for column in made.columns:
        if not column.kind.is_number:
            raise ColumnKindError(
                f"func must return numbers; column {column.name!r} of what it returned is of type "
                f"{column.dtype}.",
                [str(column.name)],
            )
    _refuse_holes(made, table)
    points = array_of(made)
    is_sparse = isinstance(made, SparseTable) and not isinstance(table, SparseTable)
    return points.toarray() if is_sparse else points


def _refuse_holes(made: Table, table: Table) -> None:
    """Refuse what a column of integers or booleans cannot hold."""
    for position, j in enumerate(features_of(table)):
        column = table.columns[j]
        if column.kind is Kind.FLOAT or table.numbers(j).dtype.kind == "f":
            continue  # it holds missing cells, or can
        cells = made.numbers(position)
        if cells.dtype.kind == "f" and not np.isfinite(cells).all():
            raise InputError(
                f"func must return finite numbers for column {column.name!r}, which is of type "
                f"{column.dtype}; it returned {cells[~np.isfinite(cells)][0]}."
            )


def _codes(y: Any, labels: Labels) -> IntArray:
    try:
        return codes_among(y, labels)
    except LabelError as error:
        raise LabelError(f"func must return labels that y has. {error}") from error
