"""Turn columns of text into numbers: TF-IDF weights of their words, reduced to a few features."""

from __future__ import annotations

from shlex import quote
from typing import Any, Self

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline

from counterpoise._lib.types import Array
from counterpoise._table import FrameTable, as_table, replace_columns, text_values
from counterpoise.exceptions import InputError

__all__ = ["TextEncoder", "read_texts"]

N_FEATURES = 100  # the most that replace one column of text


class TextEncoder:
    """Replace columns of text by a few numbers that describe their words.

    Parameters
    ----------
    columns : tuple of object
        Names of the columns of text. Without any, tables stay as they are.
    seed : int
        Seed for the randomized singular value decomposition.

    Notes
    -----
    Words are weighted by TF-IDF with sublinear term frequencies. The weights are reduced to their
    first 100 singular vectors (latent semantic analysis), which every model and SMOTE can use.

    References
    ----------
    S. Deerwester, S. T. Dumais, G. W. Furnas, T. K. Landauer, R. Harshman, "Indexing by latent
    semantic analysis", Journal of the American Society for Information Science 41, 391-407 (1990).

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"n": [1, 2, 3], "message": ["free offer", "see you", None]})
    >>> TextEncoder(("message",), 0).fit(X).transform(X).columns.to_list()
    ['n', 'message TF-IDF 1', 'message TF-IDF 2', 'message TF-IDF 3']
    """

    def __init__(self, columns: tuple[Any, ...], seed: int) -> None:
        self.columns = columns
        self.seed = seed

    def fit(self, X: Any) -> Self:
        """Learn the words of each column, and how they are reduced.

        Raises
        ------
        InputError
            If a column has no words.
        """
        self._steps = {name: _fit(read_texts(X, name), name, self.seed) for name in self.columns}
        return self

    def transform(self, X: Any) -> Any:
        """Return a data frame with numbers in place of the columns of text."""
        if not self.columns:
            return X
        added = {
            f"{name} TF-IDF {number}": values
            for name, steps in self._steps.items()
            for number, values in enumerate(steps.transform(read_texts(X, name)).T, 1)
        }
        return replace_columns(_as_frame_table(X), self.columns, added)


def _fit(texts: Array, name: object, seed: int) -> Pipeline:
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    if not any(map(vectorizer.build_analyzer(), texts)):
        raise InputError(
            f"Column {name!r} has no words: its {len(texts):,} texts are missing, or have no word "
            f"of two or more letters or digits. Remove it from text (--text {quote(str(name))})."
        )
    weights = vectorizer.fit_transform(texts)
    reduction = TruncatedSVD(min(N_FEATURES, weights.shape[1]), random_state=seed)
    return make_pipeline(vectorizer, reduction.fit(weights))


def read_texts(X: Any, name: object) -> Array:
    """Return a column of a data frame as strings; a missing value is an empty string.

    Parameters
    ----------
    X : dataframe of shape (n_rows, n_columns)
    name : object
        The name of a column of strings or categories.

    Returns
    -------
    ndarray of object of shape (n_rows,)
    """
    table = _as_frame_table(X)
    position = [column.name for column in table.columns].index(name)
    texts = text_values(table, position)
    return np.array([text if isinstance(text, str) else "" for text in texts], object)


def _as_frame_table(X: Any) -> FrameTable:
    table = as_table(X)
    if not isinstance(table, FrameTable):
        raise InputError("text needs a data frame, whose columns have names.")
    return table
