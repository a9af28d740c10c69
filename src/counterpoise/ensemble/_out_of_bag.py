"""Out-of-bag estimates: each sample is predicted by the estimators that were not trained on it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, RowArray
from counterpoise.exceptions import CounterpoiseWarning, InputError

__all__ = ["compute_oob_probabilities"]


def compute_oob_probabilities(
    shape: tuple[int, int],
    in_bag: Iterable[RowArray],
    predict: Callable[[int, RowArray], Float64Array],
    *,
    estimator: str,
) -> tuple[Float64Array, BoolArray]:
    """Average the predictions of the estimators for which a sample is out of bag.

    A sample is in the bag of an estimator if the estimator was trained on it, or on a duplicate
    that was drawn of it.

    Parameters
    ----------
    shape : tuple of int
        The number of samples and of classes.
    in_bag : iterable of ndarray of int
        For each estimator, the indices of its training samples.
    predict : callable
        Given the index of an estimator and the indices of samples, returns their class
        probabilities.
    estimator : str
        What an estimator is called in messages.

    Returns
    -------
    probabilities : ndarray of float64 of shape (n_samples, n_classes)
        NaN for samples that are in the bag of every estimator.
    has_oob : ndarray of bool of shape (n_samples,)
        Whether a sample is out of bag for at least one estimator.

    Raises
    ------
    InputError
        If no sample is.
    """
    total, n_predictions = np.zeros(shape), np.zeros(shape[0], int)
    for i, samples in enumerate(in_bag):
        is_oob = np.ones(shape[0], bool)
        is_oob[samples] = False
        if is_oob.any():
            total[is_oob] += predict(i, np.flatnonzero(is_oob))
        n_predictions += is_oob
    has_oob = n_predictions > 0
    if not has_oob.any():
        raise InputError(
            f"There is no out-of-bag estimate: every {estimator} was trained on all samples. Set "
            "oob_score=False, or draw fewer samples: set replacement=True, bootstrap=True or "
            "another sampling_strategy."
        )
    if not has_oob.all():
        warnings.warn(
            f"{(~has_oob).sum()} of {shape[0]} samples have no out-of-bag estimate, because every "
            f"{estimator} was trained on them. Increase n_estimators, or draw fewer samples for "
            f"each {estimator}.",
            CounterpoiseWarning,
            stacklevel=5,
        )
    with np.errstate(invalid="ignore"):
        return total / n_predictions[:, None], has_oob
