"""The checks of targets, strategies and neighbours, as functions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from counterpoise._types import Array
from counterpoise.exceptions import InputError
from counterpoise.table import open_labels
from counterpoise.targets import Family, SamplingStrategy, resolve_targets

__all__ = ["check_neighbors_object", "check_sampling_strategy", "check_target_type"]

_FAMILIES = ("over-sampling", "under-sampling", "clean-sampling")


def check_sampling_strategy(
    sampling_strategy: SamplingStrategy, y: Any, sampling_type: Family, **kwargs: Any
) -> OrderedDict[Any, int]:
    """Resolve a sampling strategy against the classes of a target.

    Parameters
    ----------
    sampling_strategy : str, float, dict, list or callable
        As samplers take it.
    y : array-like of shape (n_rows,)
        The target.
    sampling_type : {"over-sampling", "under-sampling", "clean-sampling"}
        What is to be done.
    **kwargs : dict
        Passed to a callable `sampling_strategy`.

    Returns
    -------
    OrderedDict
        For each class concerned, in sorted order, the rows to make (over-sampling) or to keep.

    Raises
    ------
    InputError
        If the strategy is not one for this type, or cannot be met.

    Examples
    --------
    >>> dict(check_sampling_strategy("auto", ["a", "a", "a", "b"], "over-sampling"))
    {'b': 2}
    """
    if sampling_type not in _FAMILIES:
        raise InputError(
            f"sampling_type must be one of {', '.join(map(repr, _FAMILIES))}; got "
            f"{sampling_type!r}."
        )
    if callable(sampling_strategy) and kwargs:
        strategy: Callable[[Any], Any] = partial(sampling_strategy, **kwargs)
    else:
        strategy = sampling_strategy  # type: ignore[assignment]
    labels = open_labels(y, len(y))
    targets = resolve_targets(strategy, labels, sampling_type)
    return OrderedDict((target.label, target.amount) for target in targets)


def check_neighbors_object(nn_name: str, nn_object: Any, additional_neighbor: int = 0) -> Any:
    """Return a neighbour search for a number of neighbours, or a copy of one that was given.

    Parameters
    ----------
    nn_name : str
        The parameter's name, for messages.
    nn_object : int or object with `kneighbors`
        A number of neighbours, or a neighbour search.
    additional_neighbor : int, default=0
        What is added to a number.

    Returns
    -------
    object
        scikit-learn's `NearestNeighbors`, or an unfitted clone of the object.

    Raises
    ------
    InputError
        If it is neither.

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
            f"{nn_name} must be a number of neighbours, 1 or more, or an object with kneighbors; "
            f"got {nn_object!r}."
        )
    return clone(nn_object)


def check_target_type(y: Any, indicate_one_vs_all: bool = False) -> Any:
    """Check that a target holds classes, and return it in one dimension.

    Parameters
    ----------
    y : array-like of shape (n_rows,), or one-hot of shape (n_rows, n_classes)
        The target.
    indicate_one_vs_all : bool, default=False
        Also return whether it was one-hot.

    Returns
    -------
    y : ndarray of shape (n_rows,)
        The label of each row; of a one-hot target, the number of the marked column.
    is_one_vs_all : bool
        Only if asked for.

    Raises
    ------
    LabelError
        If it is continuous, has missing values, or marks several classes in a row.

    Examples
    --------
    >>> check_target_type([[1, 0], [0, 1]], indicate_one_vs_all=True)
    (array([0, 1]), True)
    """
    labels = open_labels(y, len(y))
    flat: Array = np.array(labels.classes)[labels.codes]
    shape = np.shape(y)
    is_one_hot = len(shape) == 2 and shape[1] > 1
    return (flat, is_one_hot) if indicate_one_vs_all else flat
