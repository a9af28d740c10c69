"""Sampler built from a user-defined function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator

from counterpoise._array_function import resample_arrays
from counterpoise._table import (
    EncodedTarget,
    Provenance,
    Resampling,
    SparseTable,
    Table,
    as_table,
    backend_of,
    encode_target,
    feature_positions,
    rebuild,
)
from counterpoise.base import SamplerMixin
from counterpoise.exceptions import FeatureTypeError

__all__ = ["FunctionSampler"]


class FunctionSampler(SamplerMixin, BaseEstimator):
    """Sampler that applies a user-defined function to X and y.

    With ``validate=True`` the function gets NumPy arrays or sparse matrices of numbers, whatever
    the container of `X` is, and the output has the container, dtypes and feature names of the
    input.

    Parameters
    ----------
    func : callable or None, default=None
        The function. It is called as ``func(X, y, **kw_args)`` and returns the resampled X and y.
        None returns the input unchanged.
    accept_sparse : bool, default=True
        Whether a sparse `X` is accepted. The function gets it in its format.
    kw_args : dict or None, default=None
        Additional keyword arguments of `func`.
    validate : bool, default=True
        Whether to check `X`, `y` and the output of `func`. If true, `func` gets copies: `X` as one
        array of numbers, with NaN for missing values, and `y` as an array of classes. It must
        return as many features as `X` has, and only classes that are in `y`. If false, `func` gets
        `X` and `y` unchanged, and its output is returned unchanged.

    Attributes
    ----------
    n_features_in_ : int
        Number of features. This attribute and the next ones are defined only if `validate` is true.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    provenance_ : Provenance
        The origin of each output sample. If `func` is given, all output samples count as synthetic,
        without base samples, because their origin is not known.

    See Also
    --------
    counterpoise.base.BaseSampler : Base class of samplers that report which samples they keep.

    Notes
    -----
    Features of different dtypes are combined in one array, usually of float64, so that integers
    above 2**53 lose precision. In the output, values of integer features are rounded to the nearest
    integer. To keep samples exactly as they are, write a subclass of `BaseSampler`.

    Examples
    --------
    >>> import pandas as pd
    >>> from counterpoise import FunctionSampler
    >>> def remove_outliers(X, y, *, limit):
    ...     is_kept = (abs(X) <= limit).all(axis=1)
    ...     return X[is_kept], y[is_kept]
    >>> X = pd.DataFrame({"age": [31, 27, 990], "income": [2.5, 1.5, 2.0]})
    >>> sampler = FunctionSampler(func=remove_outliers, kw_args={"limit": 100})
    >>> X_resampled, y_resampled = sampler.fit_resample(X, ["no", "yes", "no"])
    >>> X_resampled
       age  income
    0   31     2.5
    1   27     1.5
    >>> y_resampled
    ['no', 'yes']
    """

    _sampling_type: ClassVar[str] = "bypass"  # for the ensembles of imbalanced-learn
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
        """Check the data without resampling. With ``validate=False`` nothing is checked.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            The target classes.

        Returns
        -------
        self
        """
        self._validate_params()
        if self.validate:
            table = as_table(X)
            encode_target(y, table.n_rows)
            self._check(table)
        return self

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Resample the data with the function.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_features)
            The samples. With ``validate=True`` they are not modified.
        y : array-like of shape (n_samples,)
            The target classes.

        Returns
        -------
        X_resampled : same type as X, of shape (n_resampled, n_features)
            The resampled samples. With ``validate=False``, the output of the function.
        y_resampled : same type as y, of shape (n_resampled,)
            Their classes.

        Raises
        ------
        InputError
            If `X` is not numeric, or if the output of the function does not match the input.
        """
        self._validate_params()
        if not self.validate:
            result: tuple[Any, Any] = self._call(X, y)
            return result
        table = as_table(X)
        target = encode_target(y, table.n_rows)
        return rebuild(table, target, self.decide(table, target))

    def decide(
        self, table: Table, target: EncodedTarget, rng: np.random.RandomState | None = None
    ) -> Resampling:
        """Resample a table without building the output. No random numbers are drawn."""
        del rng
        self._validate_params()
        self._check(table)
        decision = Resampling()
        if self.func is not None:
            decision = resample_arrays(self._call, table, target, "func")
        self.provenance_ = Provenance(decision, table.n_rows, backend_of(table))
        return decision

    def _check(self, table: Table) -> None:
        if isinstance(table, SparseTable) and not self.accept_sparse:
            # "dense data is required" is scikit-learn's phrase, which people search for.
            raise FeatureTypeError(
                "X is sparse, but dense data is required: FunctionSampler has accept_sparse=False. "
                "Set accept_sparse=True, or pass X.toarray()."
            )
        features = [table.columns[j] for j in feature_positions(table)]
        not_numeric = [column for column in features if not column.feature_type.is_number]
        if not_numeric and self.func is not None:
            names = [str(column.name) for column in not_numeric]
            # scikit-learn's check_dtype_object requires "argument must be ... string ... number".
            raise FeatureTypeError(
                "FunctionSampler passes numbers to its function, so that its argument must be free "
                "of strings and of all other values that are not numbers. Not numeric: "
                f"{', '.join(map(repr, names[:5]))}, of type {not_numeric[0].dtype}. Set "
                "validate=False to pass X and y to the function unchanged.",
                names,
            )
        self._set_feature_names(table)

    def _call(self, X: Any, y: Any) -> Any:
        return (X, y) if self.func is None else self.func(X, y, **(self.kw_args or {}))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.accept_sparse
        tags.input_tags.string = self.func is None or not self.validate
        tags.no_validation = not self.validate
        return tags
