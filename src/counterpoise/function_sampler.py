"""A sampler made of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from counterpoise._types import IntArray
from counterpoise.base import BaseSampler
from counterpoise.exceptions import ColumnKindError, InputError
from counterpoise.neighbors import numbers_for_models
from counterpoise.table import Blends, Kind, Labels, Resampling, SparseTable, Table
from counterpoise.targets import Target

__all__ = ["FunctionSampler"]


class FunctionSampler(BaseSampler):
    """Resample with a function of your own.

    Parameters
    ----------
    func : callable or None, default=None
        Is given X and y and returns what is to become of them; None changes nothing.
    accept_sparse : bool, default=True
        Whether `func` takes sparse matrices.
    kw_args : dict or None, default=None
        Further arguments of `func`.
    validate : bool, default=True
        Whether X is opened: `func` is then given numbers alone, in a numpy array or a CSR matrix,
        and what it returns leaves in the container, names and types that came. Otherwise `func` is
        given X and y as they are, and what it returns is returned.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Empty: the function finds its own.
    n_features_in_ : int
        Number of columns; not there without validation.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        All rows are new ones without parents, as nothing is known of them.

    See Also
    --------
    counterpoise.base.BaseSampler : Samplers that say where rows come from.

    Examples
    --------
    >>> from counterpoise import FunctionSampler
    >>> halve = FunctionSampler(func=lambda X, y: (X[::2], y[::2]))
    >>> halve.fit_resample([[1.0], [2.0], [3.0]], ["a", "b", "b"])
    ([[1.0], [3.0]], ['a', 'b'])
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
        func: Callable[..., tuple[Any, Any]] | None = None,
        accept_sparse: bool = True,
        kw_args: Mapping[str, Any] | None = None,
        validate: bool = True,
    ) -> None:
        self.func = func
        self.accept_sparse = accept_sparse
        self.kw_args = kw_args
        self.validate = validate

    def fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Resample a table.

        Parameters
        ----------
        X : array-like or data frame of shape (n_rows, n_features)
        y : array-like of shape (n_rows,)

        Returns
        -------
        X_resampled, y_resampled

        Raises
        ------
        InputError
            If what the function returns is not a table with its labels.
        """
        if self.validate or self.func is None:
            return super().fit_resample(X, y)
        self._validate_params()
        resampled: tuple[Any, Any] = self.func(X, y, **(self.kw_args or {}))
        return resampled

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        if self.func is None:
            return Resampling()
        self._check_kinds(table)
        X = numbers_for_models(table, "FunctionSampler")
        y = np.array(labels.classes)[labels.codes]
        points, label = _read(self.func(X, y, **(self.kw_args or {})), X, labels)
        lone = np.full(len(label), -1)
        made = Blends(lone, lone, np.full(len(label), np.nan), label, points)
        return Resampling(kept=np.empty(0, np.intp), made=made)

    def _check_kinds(self, table: Table) -> None:
        if isinstance(table, SparseTable) and not self.accept_sparse:
            raise InputError(
                "FunctionSampler with accept_sparse=False takes no sparse X. Pass X.toarray(), or "
                "set accept_sparse=True."
            )
        nominal = [str(column.name) for column in table.columns if column.kind is Kind.NOMINAL]
        if nominal:
            raise ColumnKindError(
                f"FunctionSampler with validate=True gives its function numbers; {nominal[0]!r} "
                "is nominal. Set validate=False, and the function is given X as it is.",
                nominal,
            )


def _read(output: Any, X: Any, labels: Labels) -> tuple[Any, IntArray]:
    """Check what a function returned; return its rows as points, and their class codes."""
    if not isinstance(output, tuple) or len(output) != 2:
        raise InputError(
            f"The function of a FunctionSampler must return X and y; it returned "
            f"{type(output).__name__}."
        )
    points = output[0].toarray() if hasattr(output[0], "toarray") else np.asarray(output[0])
    if points.ndim != 2 or points.shape[1] != X.shape[1]:
        raise InputError(
            f"The function of a FunctionSampler must return rows of {X.shape[1]} columns, as it "
            f"was given; it returned an array of shape {points.shape}."
        )
    label = np.asarray(output[1])
    if len(label) != len(points):
        raise InputError(
            f"The function of a FunctionSampler must return a label for each row; it returned "
            f"{len(points)} rows and {len(label)} labels."
        )
    code_of = {value: code for code, value in enumerate(labels.classes)}
    unknown = [value for value in label.tolist() if value not in code_of]
    if unknown:
        raise InputError(
            f"The function of a FunctionSampler returned the label {unknown[0]!r}, which is no "
            f"class of y. The classes are {', '.join(map(repr, labels.classes[:20]))}."
        )
    codes = np.array([code_of[value] for value in label.tolist()], np.intp)
    return points.astype(np.float64, copy=False), codes
