"""Validation of the parameters of samplers, with the names of imbalanced-learn."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any, get_args

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from counterpoise._lib.types import Array
from counterpoise._strategy import Family, SamplingStrategy, resolve_strategy
from counterpoise._table import encode_target, target_values
from counterpoise.exceptions import InputError

__all__ = ["check_neighbors_object", "check_sampling_strategy", "check_target_type"]


def check_sampling_strategy(
    sampling_strategy: SamplingStrategy, y: Any, sampling_type: str, **kwargs: Any
) -> Any:
    """Resolve a sampling strategy to a number of samples for each class.

    Parameters
    ----------
    sampling_strategy : str, float, dict, list or callable
        The strategy, as samplers accept it.
    y : array-like of shape (n_samples,)
        The target classes.
    sampling_type : {"over-sampling", "under-sampling", "clean-sampling", "ensemble", "bypass"}
        The type of the sampler. "ensemble" and "bypass" return the strategy unchanged.
    **kwargs : dict
        Additional keyword arguments of a callable strategy.

    Returns
    -------
    OrderedDict
        For each resampled class, in sorted order, the number of samples to generate
        ("over-sampling") or to keep ("under-sampling", "clean-sampling").

    Raises
    ------
    InputError
        If the strategy is not valid for this type of sampler or for the class counts of `y`.

    Examples
    --------
    >>> dict(check_sampling_strategy("auto", ["a", "b", "b", "b"], "over-sampling"))
    {'a': 2}
    """
    target = encode_target(y, len(y))
    if sampling_type in ("ensemble", "bypass"):
        return sampling_strategy
    if sampling_type not in get_args(Family):
        raise InputError(
            f"'sampling_type' should be one of {', '.join(map(repr, get_args(Family)))}, "
            f"'ensemble' or 'bypass'; got {sampling_type!r}."
        )
    if callable(sampling_strategy) and kwargs:
        sampling_strategy = partial(sampling_strategy, **kwargs)
    quotas = resolve_strategy(sampling_strategy, target, sampling_type)  # type: ignore[arg-type]
    return OrderedDict((quota.label, quota.amount) for quota in quotas)


def check_neighbors_object(nn_name: str, nn_object: Any, additional_neighbor: int = 0) -> Any:
    """Build a nearest-neighbor estimator from a number of neighbors, or clone the given one.

    Parameters
    ----------
    nn_name : str
        Name of the parameter, for messages.
    nn_object : int or estimator
        The number of neighbors, or an estimator with `fit` and `kneighbors`.
    additional_neighbor : int, default=0
        Number to add to an integer `nn_object`: 1 if each sample is found as its own neighbor.

    Returns
    -------
    estimator
        An unfitted nearest-neighbor estimator.

    Raises
    ------
    InputError
        If `nn_object` is neither a positive integer nor a nearest-neighbor estimator.

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
            f"{nn_name} must be a number of neighbors, 1 or more, or an instance with fit and "
            f"kneighbors, such as NearestNeighbors(); got {nn_object!r}."
        )
    return clone(nn_object)


def check_target_type(y: Any, indicate_one_vs_all: bool = False) -> Array | tuple[Array, bool]:
    """Check a target, and convert a one-hot target to one dimension.

    Parameters
    ----------
    y : array-like of shape (n_samples,), or one-hot of shape (n_samples, n_classes)
        The target classes.
    indicate_one_vs_all : bool, default=False
        Whether to also return whether `y` is one-hot.

    Returns
    -------
    y : ndarray of shape (n_samples,)
        The class of each sample; for a one-hot target, the column of its 1.
    is_one_vs_all : bool
        Whether `y` is one-hot. Only if `indicate_one_vs_all` is true.

    Raises
    ------
    TargetError
        If `y` has missing values, is continuous, or has several classes for a sample.

    Examples
    --------
    >>> check_target_type([[1, 0], [0, 1], [1, 0]], indicate_one_vs_all=True)
    (array([0, 1, 0]), True)
    """
    values = target_values(y)
    shape = y.shape if hasattr(y, "shape") else np.shape(y)
    is_one_hot = len(shape) == 2 and shape[1] > 1
    return (values, is_one_hot) if indicate_one_vs_all else values
