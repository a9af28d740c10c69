"""What every function of probabilities asks of its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.exceptions import InputError
from counterpoise.metrics._opening import open_weights

__all__ = ["check_outcomes", "check_prior", "check_probabilities"]


def check_probabilities(probabilities: Any) -> Float64Array:
    """Return probabilities as float64, of one dimension or two.

    Raises
    ------
    InputError
        If they are no numbers from 0 to 1, or rows of two dimensions do not sum to one.
    """
    array = np.asarray(probabilities, np.float64)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] < 2):
        raise InputError(
            "probabilities must be one number a row, or a column for each of two classes or more; "
            f"got shape {array.shape}."
        )
    if not ((array >= 0) & (array <= 1)).all():
        raise InputError(
            "probabilities must lie between 0 and 1; they go "
            f"from {np.min(array):.6g} to {np.max(array):.6g}."
        )
    if array.ndim == 2 and not np.allclose(array.sum(axis=1), 1, atol=1e-4):
        raise InputError("The probabilities of each row must sum to one; give predict_proba's.")
    return array


def check_prior(prior: Any, name: str, n_classes: int | None = None) -> Float64Array:
    """Return the share of each class; a single number is that of the second of two.

    Raises
    ------
    InputError
        If the shares do not lie between 0 and 1, do not sum to one, or are too many or too few.
    """
    array = np.asarray(prior, np.float64)
    if array.ndim == 0:
        array = np.array([1 - float(array), float(array)])
    if array.ndim != 1 or not ((array > 0) & (array < 1)).all():
        raise InputError(f"{name} must hold shares between 0 and 1, one a class; got {prior!r}.")
    if not np.isclose(array.sum(), 1, atol=1e-6):
        raise InputError(f"{name} must sum to one; it sums to {array.sum():.6g}.")
    if n_classes is not None and len(array) != n_classes:
        raise InputError(f"{name} has {len(array)} shares, and there are {n_classes} classes.")
    return array


def check_outcomes(
    y_true: Any, probability: Any, sample_weight: Any, pos_label: Any
) -> tuple[BoolArray, Float64Array, Float64Array]:
    """Return whether each row is of the class that probabilities speak of, these, and weights.

    Raises
    ------
    InputError
        If lengths differ, labels are not two, or the class is none of them.
    """
    probability = check_probabilities(probability)
    probability = probability[:, 1] if probability.ndim == 2 else probability
    labels = np.asarray(y_true)
    if labels.shape != probability.shape:
        raise InputError(
            f"y_true and probability must have the same length; got {labels.shape} and "
            f"{probability.shape}."
        )
    classes = np.unique(labels)
    if len(classes) > 2:
        raise InputError(f"These measures are for two classes; y_true has {len(classes)}.")
    if pos_label is None:
        pos_label = classes[-1] if len(classes) == 2 else 1
    elif pos_label not in classes:
        raise InputError(f"pos_label={pos_label!r} is none of the classes {classes.tolist()}.")
    n_rows = len(labels)
    weight = np.ones(n_rows) if sample_weight is None else open_weights(sample_weight, n_rows)
    return labels == pos_label, probability, weight
