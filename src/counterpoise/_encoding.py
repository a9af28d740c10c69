"""Encode tables as numbers, for models that take nothing else."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

from counterpoise._lib.types import Array, BoolArray
from counterpoise._table import (
    FeatureType,
    SparseTable,
    Table,
    as_table,
    backend_of,
    feature_positions,
    make_frame,
    missing_mask,
    positions_of_type,
    text_values,
)
from counterpoise.exceptions import FeatureTypeError, InputError

__all__ = ["MAX_CATEGORIES", "TableEncoder", "check_encodable", "make_preprocessing"]

MAX_CATEGORIES = 254  # the limit of scikit-learn's histogram gradient boosting
# Of a feature with many categories, those of few rows share a code: with a feature of its own, a
# category of a few rows is learned by heart. Histogram gradient boosting has the same limit.
_MANY_CATEGORIES, _MIN_CATEGORY_ROWS = 30, 10


def check_encodable(table: Table) -> None:
    """Check that a table can be encoded as numbers.

    Raises
    ------
    InputError
        If it is a sparse matrix of booleans.
    FeatureTypeError
        If a column holds dates, lists or the like.
    """
    if isinstance(table, SparseTable) and table.source.dtype == bool:
        raise InputError("X is a sparse matrix of booleans, not of numbers. Pass X.astype(float).")
    other = [str(table.columns[j].name) for j in positions_of_type(table, FeatureType.OTHER)]
    if other:
        which, have, them = (
            ("Columns", "have", "them") if len(other) > 1 else ("Column", "has", "it")
        )
        raise FeatureTypeError(
            f"Features must be numbers, strings, categories or booleans. {which} "
            f"{', '.join(map(repr, other))} {have} another type, such as dates. Drop {them}, or "
            f"convert {them} to numbers.",
            other,
        )


class TableEncoder(TransformerMixin, BaseEstimator):
    """Encode a table as an array: numbers unchanged, categories as integer codes.

    A sparse table becomes a CSR matrix.

    Attributes
    ----------
    categorical_ : ndarray of bool of shape (n_features,) or None
        Which features are codes of categories; None if the table is sparse.
    empty_ : ndarray of bool of shape (n_features,)
        Which features had only missing values in `fit`. They are encoded as 0, because not every
        model takes a feature without values.

    Notes
    -----
    Missing values and unknown categories are NaN. In a feature with more than 30 categories, those
    with fewer than 10 rows share a code; so do the least frequent categories beyond 253.

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
        self.categorical_: BoolArray | None = None
        if isinstance(table, SparseTable):
            return self
        columns = feature_positions(table)
        self.empty_ = np.array([missing_mask(table, j).all() for j in columns], bool)
        self.categorical_ = np.array(
            [table.columns[j].feature_type is FeatureType.CATEGORICAL for j in columns], bool
        )
        self._codes = [_fit_codes(strings) for strings in self._category_strings(table)]
        return self

    def transform(self, X: Any) -> Any:
        """Return an array, or a CSR matrix, of float64 of shape (n_samples, n_features)."""
        table = as_table(X)
        if self.categorical_ is None:
            if isinstance(table, SparseTable):
                return table.by_row.astype(np.float64, copy=False)
            raise InputError("X must be sparse, as it was in fit.")
        columns = list(feature_positions(table))
        if table.matrix is not None and not self.empty_.any():
            return np.asarray(table.matrix, np.float64)
        values = np.empty((table.n_rows, len(columns)))
        strings = self._category_strings(table)
        for place, codes, column in zip(
            np.flatnonzero(self.categorical_), self._codes, strings, strict=True
        ):
            values[:, place] = codes.transform(column)[:, 0]
        for place in np.flatnonzero(~self.categorical_):
            values[:, place] = table.numbers(columns[place])
        values[:, self.empty_] = 0
        return values

    def encode_frame(self, X: Any) -> Any:
        """Return a data frame of the library of X, with numbers and the same names."""
        table, values = as_table(X), self.transform(X)
        names: list[Any] = [table.columns[j].name for j in feature_positions(table)]
        return make_frame(dict(zip(names, values.T, strict=True)), backend_of(table), "encoding")

    def unknown_categories(self, X: Any) -> dict[Any, list[str]]:
        """Return the categories of each categorical feature that did not occur in `fit`."""
        table = as_table(X)
        if self.categorical_ is None or not self.categorical_.any():
            return {}
        features = list(feature_positions(table))
        names = [table.columns[features[place]].name for place in self.categorical_.nonzero()[0]]
        unknown = {}
        for name, codes, strings in zip(
            names, self._codes, self._category_strings(table), strict=True
        ):
            present = {value for value in strings[:, 0] if isinstance(value, str)}
            unknown[name] = sorted(present.difference(codes.categories_[0]))
        return {name: values for name, values in unknown.items() if values}

    def _category_strings(self, table: Table) -> list[Array]:
        """Return each categorical feature as strings, of shape (n_samples, 1)."""
        columns = list(feature_positions(table))
        categorical = np.flatnonzero(np.asarray(self.categorical_))
        return [text_values(table, columns[j])[:, np.newaxis] for j in categorical]


def _fit_codes(strings: Array) -> OrdinalEncoder:
    n_categories = len(set(strings[:, 0].tolist()))
    return OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        max_categories=MAX_CATEGORIES,
        min_frequency=_MIN_CATEGORY_ROWS if n_categories > _MANY_CATEGORIES else None,
    ).fit(strings)


def make_preprocessing(categorical: BoolArray | None) -> ColumnTransformer | MaxAbsScaler:
    """Return the preprocessing that linear models, neighbors and PCA need for encoded data.

    Categories are one-hot encoded, missing numbers are replaced by the median with an indicator
    feature, and numbers are standardized. The features of a sparse table are divided by their
    largest absolute value: zeros stay zeros, and rare words do not outweigh all others.

    Parameters
    ----------
    categorical : ndarray of bool of shape (n_features,) or None
        Which features hold codes of categories; NaN marks missing values. None for a sparse table.

    Returns
    -------
    ColumnTransformer or MaxAbsScaler
        Unfitted.
    """
    if categorical is None:
        return MaxAbsScaler()
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [
            ("numbers", numbers, np.flatnonzero(~categorical)),
            ("categories", categories, np.flatnonzero(categorical)),
        ]
    )
