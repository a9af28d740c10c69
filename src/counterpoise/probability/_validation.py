"""Input validation for predicted probabilities, class priors and binary targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array
from counterpoise.exceptions import InputError
from counterpoise.metrics._validation import check_weights, format_classes, unknown_label_error

__all__ = ["check_binary_target", "check_prior", "check_probabilities"]


def check_probabilities(probabilities: Any) -> Float64Array:
    """Return probabilities as float64, of shape (n_samples,) or (n_samples, n_classes).

    Raises
    ------
    InputError
        If they are not numbers from 0 to 1, or the rows of a two-dimensional array do not sum to 1.
    """
    array = np.asarray(probabilities, np.float64)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] < 2):
        raise InputError(
            "Probabilities must have shape (n_samples,) or (n_samples, n_classes) with at least "
            f"two classes; got shape {array.shape}. Pass the output of predict_proba."
        )
    if not ((array >= 0) & (array <= 1)).all():
        raise InputError(
            "Probabilities must be between 0 and 1; they range "
            f"from {np.min(array):.6g} to {np.max(array):.6g}. Pass the output of predict_proba."
        )
    if array.ndim == 2 and not np.allclose(array.sum(axis=1), 1, atol=1e-4):
        raise InputError(
            "The probabilities of each sample must sum to 1. Pass the output of predict_proba."
        )
    return array


def check_prior(prior: Any, name: str, n_classes: int | None = None) -> Float64Array:
    """Return the prior of each class; a single number is the prior of the second of two classes.

    Raises
    ------
    InputError
        If the priors are not between 0 and 1, do not sum to 1, or are not as many as the classes.
    """
    array = np.asarray(prior, np.float64)
    if array.ndim == 0:
        array = np.array([1 - float(array), float(array)])
    if array.ndim != 1 or not ((array > 0) & (array < 1)).all():
        raise InputError(
            f"{name} must hold one number per class, above 0 and below 1; got {prior!r}. For two "
            f"classes, pass the prior of the second, for example {name}=0.1."
        )
    if not np.isclose(array.sum(), 1, atol=1e-6):
        raise InputError(
            f"{name} must sum to 1; it sums to {array.sum():.6g}. Divide it by its sum."
        )
    if n_classes is not None and len(array) != n_classes:
        raise InputError(
            f"{name} must hold one number for each of the {n_classes} classes; it holds "
            f"{len(array)}. Pass one prior per class."
        )
    return array


def check_binary_target(
    y_true: Any, probability: Any, sample_weight: Any, pos_label: Any
) -> tuple[BoolArray, Float64Array, Float64Array]:
    """Return whether each sample is positive, its probability of being positive, and its weight.

    Raises
    ------
    InputError
        If lengths differ, y_true has more than two classes, or `pos_label` is not one of them.
    """
    probability = check_probabilities(probability)
    probability = probability[:, 1] if probability.ndim == 2 else probability
    labels = np.asarray(y_true)
    if labels.shape != probability.shape:
        raise InputError(
            f"y_true and probability must have the same length; got shapes {labels.shape} and "
            f"{probability.shape}. Pass the probabilities of the samples of y_true."
        )
    classes = np.unique(labels)
    if len(classes) > 2:
        raise InputError(
            f"Calibration measures need two classes; y_true has {len(classes)}: "
            f"{format_classes(classes.tolist())}. Compare one class with the rest, for example "
            f"y_true == {classes.tolist()[-1]!r}."
        )
    if pos_label is None:
        pos_label = classes[-1] if len(classes) == 2 else 1
    elif pos_label not in classes:
        raise unknown_label_error(pos_label, classes.tolist())
    n_samples = len(labels)
    weight = (
        np.ones(n_samples) if sample_weight is None else check_weights(sample_weight, n_samples)
    )
    return labels == pos_label, probability, weight
