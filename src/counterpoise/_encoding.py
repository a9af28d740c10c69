"""Encode tables as numbers, for models that take nothing else."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import OrdinalEncoder

from counterpoise._lib.types import Float64Array
from counterpoise._table import (
    FeatureType,
    SparseTable,
    Table,
    as_table,
    feature_positions,
    missing_mask,
    text_values,
)
from counterpoise.exceptions import FeatureTypeError, InputError

__all__ = ["TableEncoder", "check_encodable"]

MAX_CATEGORIES = 254  # the limit of scikit-learn's histogram gradient boosting


def check_encodable(table: Table) -> None:
    """Check that a table can be encoded as numbers.

    Raises
    ------
    InputError
        If it is sparse.
    FeatureTypeError
        If a column holds dates, lists or the like.
    """
    if isinstance(table, SparseTable):
        raise InputError(
            "X is sparse; a study needs a dense table. Use X.toarray() if it fits in memory."
        )
    other = [
        str(column.name) for column in table.columns if column.feature_type is FeatureType.OTHER
    ]
    if other:
        which, have, them = (
            ("Columns", "have", "them") if len(other) > 1 else ("Column", "has", "it")
        )
        raise FeatureTypeError(
            f"A study needs numbers, strings, categories or booleans. {which} "
            f"{', '.join(map(repr, other))} {have} another type, such as dates. Drop {them}, or "
            f"convert {them} to numbers.",
            other,
        )


class TableEncoder(TransformerMixin, BaseEstimator):
    """Encode a table as an array: numbers unchanged, categories as integer codes.

    Attributes
    ----------
    categorical_ : ndarray of bool of shape (n_features,)
        Which features are codes of categories.
    empty_ : ndarray of bool of shape (n_features,)
        Which features had only missing values in `fit`. They are encoded as 0, because not every
        model takes a feature without values.

    Notes
    -----
    Missing values and unknown categories are NaN. The least frequent categories of a feature,
    beyond 253, share a code.

    Examples
    --------
    >>> TableEncoder().fit_transform([["red", 1.5], ["blue", None], ["red", 2.0]])
    array([[1. , 1.5],
           [0. , nan],
           [1. , 2. ]])
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the categories of each categorical feature."""
        del y
        table = as_table(X)
        check_encodable(table)
        columns = feature_positions(table)
        self.empty_ = np.array([missing_mask(table, j).all() for j in columns], bool)
        self.categorical_ = np.array(
            [table.columns[j].feature_type is FeatureType.CATEGORICAL for j in columns], bool
        )
        if self.categorical_.any():
            self._codes = OrdinalEncoder(
                handle_unknown="use_encoded_value",
                unknown_value=np.nan,
                encoded_missing_value=np.nan,
                max_categories=MAX_CATEGORIES,
            ).fit(self._category_strings(table))
        return self

    def transform(self, X: Any) -> Float64Array:
        """Return an array of shape (n_samples, n_features)."""
        table = as_table(X)
        columns = feature_positions(table)
        if table.matrix is not None and not self.empty_.any():
            return np.asarray(table.matrix, np.float64)
        values = np.empty((table.n_rows, len(columns)))
        if self.categorical_.any():
            values[:, self.categorical_] = self._codes.transform(self._category_strings(table))
        for place in np.flatnonzero(~self.categorical_):
            values[:, place] = table.numbers(columns[place])
        values[:, self.empty_] = 0
        return values

    def _category_strings(self, table: Table) -> Any:
        columns = feature_positions(table)
        return np.column_stack(
            [text_values(table, columns[j]) for j in np.flatnonzero(self.categorical_)]
        )
