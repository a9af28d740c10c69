"""Checks of what a sampler is given, with imbalanced-learn's names."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any, get_args

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from counterpoise._lib.types import Array
from counterpoise.exceptions import InputError
from counterpoise.table import label_values, open_labels
from counterpoise.targets import Family, SamplingStrategy, resolve_targets

__all__ = ["check_neighbors_object", "check_sampling_strategy", "check_target_type"]


def check_sampling_strategy(
    sampling_strategy: SamplingStrategy, y: Any, sampling_type: str, **kwargs: Any
) -> Any:
    """Resolve a sampling strategy against the classes of y.

    Parameters
    ----------
    sampling_strategy : str, float, dict, list or callable
        As samplers take it.
    y : array-like of shape (n_rows,)
        The class of each row.
    sampling_type : {"over-sampling", "under-sampling", "clean-sampling", "ensemble", "bypass"}
        What a number means: rows to make, or rows to keep. The last two return the strategy as it
        is.
    **kwargs : dict
        Passed to a callable strategy, after y.

    Returns
    -------
    OrderedDict
        For each class concerned, in sorted order, the number of rows.

    Raises
    ------
    InputError
        If the strategy is not one of this type, or cannot be met.

    Examples
    --------
    >>> dict(check_sampling_strategy("auto", ["a", "b", "b", "b"], "over-sampling"))
    {'a': 2}
    """
    labels = open_labels(y, len(y))
    if sampling_type in ("ensemble", "bypass"):
        return sampling_strategy
    if sampling_type not in get_args(Family):
        raise InputError(
            f"sampling_type must be one of {', '.join(map(repr, get_args(Family)))}, 'ensemble' or "
            f"'bypass'; got {sampling_type!r}."
        )
    if callable(sampling_strategy) and kwargs:
        sampling_strategy = partial(sampling_strategy, **kwargs)
    targets = resolve_targets(sampling_strategy, labels, sampling_type)  # type: ignore[arg-type]
    return OrderedDict((target.label, target.amount) for target in targets)


def check_neighbors_object(nn_name: str, nn_object: Any, additional_neighbor: int = 0) -> Any:
    """Return a neighbour search: one of so many neighbours, or a clone of the one given.

    Parameters
    ----------
    nn_name : str
        The parameter's name, for the message.
    nn_object : int or object
        A number of neighbours, or an estimator with `fit` and `kneighbors`.
    additional_neighbor : int, default=0
        What is added to a number: 1 where each row will be found as its own neighbour.

    Returns
    -------
    object
        Not fitted.

    Raises
    ------
    InputError
        If it is neither a number of 1 or more nor a neighbour search.

    Examples
    --------
    >>> check_neighbors_object("k_neighbors", 5, additional_neighbor=1)
    NearestNeighbors(n_neighbors=6)
    """
    is_number = isinstance(nn_object, int | np.integer) and not isinstance(nn_object, bool)
    if is_number and nn_object >= 1:
        return NearestNeighbors(n_neighbors=int(nn_object) + additional_neighbor)
    if isinstance(nn_object, type) or not hasattr(nn_object, "kneighbors"):
        raise InputError(
            f"{nn_name} must be a number of neighbours, 1 or more, or an instance with fit and "
            f"kneighbors; got {nn_object!r}."
        )
    return clone(nn_object)


def check_target_type(y: Any, indicate_one_vs_all: bool = False) -> Array | tuple[Array, bool]:
    """Return the class of each row in one dimension; of a one-hot target, the marked column.

    Parameters
    ----------
    y : array-like of shape (n_rows,), or one-hot of shape (n_rows, n_classes)
    indicate_one_vs_all : bool, default=False
        Whether to say if y was one-hot.

    Returns
    -------
    y : ndarray of shape (n_rows,)
    is_one_vs_all : bool
        With `indicate_one_vs_all` only.

    Raises
    ------
    LabelError
        If y has missing values, is continuous, or marks several classes in a row.

    Examples
    --------
    >>> check_target_type([[1, 0], [0, 1], [1, 0]], indicate_one_vs_all=True)
    (array([0, 1, 0]), True)
    """
    values = label_values(y)
    shape = y.shape if hasattr(y, "shape") else np.shape(y)
    is_one_hot = len(shape) == 2 and shape[1] > 1
    return (values, is_one_hot) if indicate_one_vs_all else values
