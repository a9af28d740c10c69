"""Tables of any kind as numbers: what the models of a study are given."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import OrdinalEncoder

from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import ColumnKindError, InputError
from counterpoise.table import (
    Kind,
    SparseTable,
    Table,
    features_of,
    missing_cells,
    open_table,
    words_of,
)

__all__ = ["TableEncoder", "check_encodable"]

MOST_CATEGORIES = 254  # as many as scikit-learn's histograms tell apart, and a rest


def check_encodable(table: Table) -> None:
    """Refuse a table that models cannot be given as numbers.

    Raises
    ------
    InputError
        If it is sparse.
    ColumnKindError
        If a column holds dates, lists or the like.
    """
    if isinstance(table, SparseTable):
        raise InputError(
            "A study reads dense tables and data frames; X is sparse. Use X.toarray() where it "
            "fits in memory."
        )
    other = [str(column.name) for column in table.columns if column.kind is Kind.OTHER]
    if other:
        which, them = ("Columns", "them") if len(other) > 1 else ("Column", "it")
        raise ColumnKindError(
            f"A study reads numbers, strings, categories and booleans. {which} "
            f"{', '.join(map(repr, other))} cannot be read so, as dates cannot. Leave {them} out, "
            f"or turn {them} into numbers.",
            other,
        )


class TableEncoder(TransformerMixin, BaseEstimator):
    """Turns a table into an array: numbers as they are, categories as codes.

    Attributes
    ----------
    nominal_ : ndarray of bool of shape (n_features,)
        Which columns of the output hold codes.
    empty_ : ndarray of bool of shape (n_features,)
        Which columns had no cell when the encoder was fitted. They are 0 throughout: not every
        model takes a column of which nothing is known.

    Notes
    -----
    Missing cells, and categories that were not learned, are NaN. A column's rarest categories,
    beyond 253, share a code.

    Examples
    --------
    >>> TableEncoder().fit_transform([["red", 1.5], ["blue", None], ["red", 2.0]])
    array([[1. , 1.5],
           [0. , nan],
           [1. , 2. ]])
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the categories of each nominal column."""
        del y
        table = open_table(X)
        check_encodable(table)
        columns = features_of(table)
        self.empty_ = np.array([missing_cells(table, j).all() for j in columns], bool)
        self.nominal_ = np.array([table.columns[j].kind is Kind.NOMINAL for j in columns], bool)
        if self.nominal_.any():
            self._codes = OrdinalEncoder(
                handle_unknown="use_encoded_value",
                unknown_value=np.nan,
                encoded_missing_value=np.nan,
                max_categories=MOST_CATEGORIES,
            ).fit(self._words(table))
        return self

    def transform(self, X: Any) -> Float64Array:
        """Return an array of shape (n_rows, n_features)."""
        table = open_table(X)
        columns = features_of(table)
        if table.matrix is not None and not self.empty_.any():
            return np.asarray(table.matrix, np.float64)
        cells = np.empty((table.n_rows, len(columns)))
        if self.nominal_.any():
            cells[:, self.nominal_] = self._codes.transform(self._words(table))
        for place in np.flatnonzero(~self.nominal_):
            cells[:, place] = table.numbers(columns[place])
        cells[:, self.empty_] = 0
        return cells

    def _words(self, table: Table) -> Any:
        columns = features_of(table)
        return np.column_stack([words_of(table, columns[j]) for j in np.flatnonzero(self.nominal_)])
