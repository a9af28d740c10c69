"""Samples that are not rows of a table: images, sequences, texts. They are selected as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import narwhals as nw
import numpy as np

from counterpoise._lib.types import Array, FloatArray, IntArray
from counterpoise._table.labels import take_rows
from counterpoise._table.records import Columns, FeatureType, Resampling
from counterpoise.exceptions import InputError

__all__ = ["WholeSamples", "holds_texts", "open_whole_samples"]

_TEXT_TYPES = ("string", "large_string", "string_view")  # of pyarrow


@dataclass(frozen=True)
class WholeSamples:
    """Samples of which only the first axis is used.

    Attributes
    ----------
    source : ndarray of shape (n_samples, ...), list or series
    """

    source: Any

    @property
    def columns(self) -> Columns:
        """One column without a name."""
        return Columns.numbered(1, FeatureType.OTHER, type(self.source).__name__)

    @property
    def n_rows(self) -> int:
        """The number of samples."""
        return len(self.source)

    @property
    def has_index(self) -> bool:
        """Whether the samples are in a pandas Series, which has an index."""
        return bool(nw.dependencies.is_pandas_series(self.source))

    @property
    def matrix(self) -> FloatArray | None:
        """None, as there are no columns of numbers."""
        return None

    @property
    def estimator_input(self) -> Any:
        """The samples as they are."""
        return self.source

    def numbers(self, column: int, rows: IntArray | None = None) -> Array:
        """Raise an error: such samples have no columns of numbers."""
        del column, rows
        self._raise_no_columns()

    def number_block(self, columns: Sequence[int], rows: IntArray | None = None) -> Array:
        """Raise an error: such samples have no columns of numbers."""
        del columns, rows
        self._raise_no_columns()

    def codes(self, column: int) -> IntArray:
        """Raise an error: such samples have no columns."""
        del column
        self._raise_no_columns()

    def rebuild(self, decision: Resampling, *, keep_index: bool) -> Any:
        """Select the samples of a decision, in the container they came in."""
        if len(decision.synthetic):
            self._raise_no_columns()
        rows = decision.ordered(decision.kept_rows(self.n_rows), np.empty(0, np.intp))
        taken = take_rows(self.source, rows)
        return taken.reset_index(drop=True) if self.has_index and not keep_index else taken

    def _raise_no_columns(self) -> NoReturn:
        raise InputError(
            "X has samples that are not rows of a table. Use RandomOverSampler or "
            "RandomUnderSampler, which select whole samples."
        )


def open_whole_samples(X: Any) -> WholeSamples | None:
    """Open n-dimensional samples, or texts; return None if X is neither."""
    if isinstance(X, list | tuple):
        is_whole = holds_texts(X) or (len(X) > 0 and _depth(X[0]) > 1)
        return WholeSamples(list(X)) if is_whole else None
    if holds_texts(X):
        return WholeSamples(X)
    return WholeSamples(np.asanyarray(X)) if getattr(X, "ndim", 0) > 2 else None


def _depth(sample: Any) -> int:
    """Return the number of dimensions of an array, or of nested lists."""
    if isinstance(sample, list | tuple):
        return 1 + (_depth(sample[0]) if len(sample) else 0)
    return int(getattr(sample, "ndim", 0))


def holds_texts(X: Any) -> bool:
    """Return whether X is a list, an array or a column of texts."""
    if isinstance(X, list | tuple):
        return len(X) > 0 and all(isinstance(text, str) for text in X)
    if isinstance(X, np.ndarray):
        is_text = X.dtype.kind == "U" or (X.dtype.kind == "O" and holds_texts(X.tolist()))
        return X.ndim == 1 and is_text
    if len(getattr(X, "shape", ())) > 1:
        return False
    if hasattr(X, "null_count") and str(getattr(X, "type", None)) in _TEXT_TYPES:
        return True
    series = nw.from_native(X, series_only=True, pass_through=True)
    return isinstance(series, nw.Series) and isinstance(series.dtype, nw.String)
