"""Input validation for metrics: class labels, scores, sample weights and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise._table import target_values
from counterpoise.exceptions import InputError, TargetError

__all__ = [
    "BinaryScores",
    "EncodedPair",
    "check_binary_probabilities",
    "check_binary_scores",
    "check_both_classes",
    "check_fraction",
    "check_number",
    "check_same_length",
    "check_scores",
    "check_target",
    "check_weights",
    "encode_pair",
    "encode_positive",
    "format_classes",
    "has_type_of_classes",
    "unknown_label_error",
]


@dataclass(frozen=True)
class EncodedPair:
    """True and predicted classes, encoded by their position in `classes`.

    Attributes
    ----------
    classes : tuple
        Sorted classes that occur in y_true or y_pred.
    true, predicted : ndarray of int of shape (n_samples,)
        Position of each sample's class in `classes`.
    weight : ndarray of float64 of shape (n_samples,) or None
        Sample weights.
    """

    classes: tuple[Any, ...]
    true: IntArray
    predicted: IntArray
    weight: Float64Array | None


@dataclass(frozen=True)
class BinaryScores:
    """Binary target with scores and weights, without the samples whose weight is 0.

    Attributes
    ----------
    positive : ndarray of bool of shape (n_samples,)
        Whether each sample belongs to the positive class.
    score, weight : ndarray of float64 of shape (n_samples,)
    """

    positive: BoolArray
    score: Float64Array
    weight: Float64Array

    @property
    def prevalence(self) -> float:
        """Return the weighted fraction of positive samples."""
        return float(self.weight[self.positive].sum() / self.weight.sum())


# ---- Class labels ----


def check_target(y: Any, name: str) -> Array:
    """Return the class label of each sample, from any container.

    Raises
    ------
    TargetError
        If `y` holds scores or missing values.
    InputError
        If `y` is empty.
    """
    try:
        values = target_values(y)
    except TargetError as error:
        raise TargetError(
            f"{name} must hold one class label per sample, not scores or missing values. {error}"
        ) from error
    if not len(values):
        raise InputError(f"{name} is empty. Pass at least one sample.")
    return values


def encode_pair(y_true: Any, y_pred: Any, sample_weight: Any = None) -> EncodedPair:
    """Encode true and predicted labels with the classes that occur in either."""
    true, predicted = check_target(y_true, "y_true"), check_target(y_pred, "y_pred")
    check_same_length(len(true), len(predicted), "y_pred")
    classes, codes = _encode_together(true, predicted)
    weight = None if sample_weight is None else check_weights(sample_weight, len(true))
    return EncodedPair(classes, codes[: len(true)], codes[len(true) :], weight)


def _encode_together(true: Array, predicted: Array) -> tuple[tuple[Any, ...], IntArray]:
    if true.dtype.kind in "biuf" and predicted.dtype.kind in "biuf":
        return _encode_numbers(np.concatenate([true, predicted]))
    labels = true.tolist() + predicted.tolist()
    try:
        classes = tuple(sorted(set(labels)))
    except TypeError as error:
        raise TargetError(
            "y_true and y_pred must hold labels of the same type; y_true contains "
            f"{true.tolist()[0]!r} and y_pred contains {predicted.tolist()[0]!r}. "
            "Convert both to the same type, for example to strings."
        ) from error
    code_of = {label: code for code, label in enumerate(classes)}
    return classes, np.fromiter((code_of[label] for label in labels), np.intp, len(labels))


def _encode_numbers(labels: Array) -> tuple[tuple[Any, ...], IntArray]:
    low = labels.min()
    if labels.dtype.kind in "iu" and int(labels.max()) - int(low) <= len(labels):
        # Integers in a narrow range are counted, which is faster than sorting them. They are
        # widened first: a difference of two int8 can overflow.
        wide = labels.astype(np.uint64 if labels.dtype.kind == "u" else np.int64)
        shifted = (wide - wide.dtype.type(low)).astype(np.intp)
        present = np.bincount(shifted) > 0
        classes = tuple(int(low) + code for code in np.flatnonzero(present).tolist())
        return classes, (np.cumsum(present) - 1)[shifted]
    unique, codes = np.unique(labels, return_inverse=True)
    return tuple(unique.tolist()), codes


def encode_positive(y_true: Any, pos_label: Any) -> BoolArray:
    """Return whether each sample of a binary target belongs to the positive class."""
    values = check_target(y_true, "y_true")
    numeric = values.dtype.kind in "biuf"
    classes = np.unique(values).tolist() if numeric else sorted(set(values.tolist()))
    if len(classes) > 2:
        raise InputError(
            f"This metric needs two classes; y_true has {len(classes)}: "
            f"{format_classes(classes)}. Compare one class with the rest, for example "
            f"y_true == {classes[-1]!r}."
        )
    if pos_label not in classes and (
        len(classes) == 2 or not has_type_of_classes(pos_label, classes)
    ):
        raise unknown_label_error(pos_label, classes)
    if numeric:
        return np.asarray(values == pos_label, np.bool_)
    return np.fromiter((label == pos_label for label in values.tolist()), np.bool_, len(values))


def has_type_of_classes(label: Any, classes: Iterable[Any]) -> bool:
    """Return whether a label and all classes are strings, or none of them is."""
    return all(isinstance(label, str) == isinstance(known, str) for known in classes) and (
        label is not None
    )


def unknown_label_error(pos_label: Any, classes: Iterable[Any]) -> InputError:
    """Return the error for a positive class that does not occur."""
    known = list(classes)
    return InputError(
        f"pos_label must be one of the classes {format_classes(known)}; got {pos_label!r}. "
        f"For example, set pos_label={known[-1]!r}."
    )


def format_classes(classes: Iterable[Any]) -> str:
    """Return the classes as text, separated by commas; at most twenty of them."""
    names = [repr(label) for label in classes]
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")


# ---- Scores ----


def check_binary_scores(
    y_true: Any, y_score: Any, pos_label: Any, sample_weight: Any
) -> BinaryScores:
    """Check a binary target, scores and weights; drop the samples whose weight is 0."""
    positive, score = encode_positive(y_true, pos_label), check_scores(y_score)
    check_same_length(len(positive), len(score), "y_score")
    weight = np.ones(len(positive))
    if sample_weight is not None:
        weight = check_weights(sample_weight, len(positive))
    counted = weight > 0
    return BinaryScores(positive[counted], score[counted], weight[counted])


def check_scores(y_score: Any, name: str = "y_score") -> Float64Array:
    """Return scores as finite float64 numbers of shape (n_samples,)."""
    try:
        score = np.asarray(y_score, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must hold one number per sample; {error}.") from error
    if score.ndim == 2 and score.shape[1] == 1:
        score = score[:, 0]
    if score.ndim != 1:
        raise InputError(
            f"{name} must have shape (n_samples,); its shape is {score.shape}. Pass the positive "
            "class's column of predict_proba, for example y_proba[:, 1]."
        )
    bad = int((~np.isfinite(score)).sum())
    if bad:
        raise InputError(
            f"{name} must hold finite numbers; {bad} of {len(score)} are NaN or infinite. "
            "Remove these samples or correct their scores."
        )
    return score


def check_binary_probabilities(
    y_true: Any, y_proba: Any, pos_label: Any, sample_weight: Any
) -> BinaryScores:
    """Check a binary target, probabilities of the positive class and weights."""
    binary = check_binary_scores(y_true, y_proba, pos_label, sample_weight)
    outside = binary.score[(binary.score < 0) | (binary.score > 1)]
    if len(outside):
        raise InputError(
            f"y_proba must hold probabilities between 0 and 1; it holds {outside[0]:g}. Pass the "
            "positive class's column of predict_proba, not the output of decision_function."
        )
    return binary


# ---- Weights and numbers ----


def check_weights(sample_weight: Any, n_samples: int) -> Float64Array:
    """Return sample weights as float64: finite, at least 0, and not all 0."""
    try:
        weight = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"sample_weight must hold one number per sample; {error}.") from error
    if weight.shape != (n_samples,):
        raise InputError(
            f"sample_weight must have one weight for each of the {n_samples} samples; its shape is "
            f"{weight.shape}. Pass weights of shape ({n_samples},), or sample_weight=None."
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        bad = weight[~(np.isfinite(weight) & (weight >= 0))][0]
        raise InputError(
            f"sample_weight must hold finite numbers of at least 0; it holds {bad:g}. To leave a "
            "sample out, set its weight to 0."
        )
    if not weight.any():
        raise InputError(
            "sample_weight must be above 0 for at least one sample; all weights are 0. Pass "
            "sample_weight=None to weight all samples equally."
        )
    return weight


def check_same_length(n_true: int, n_other: int, name: str) -> None:
    """Raise an error unless y_true and the predictions have the same number of samples."""
    if n_true != n_other:
        raise InputError(
            f"y_true and {name} must have the same number of samples: y_true has {n_true}, "
            f"{name} has {n_other}. Pass the predictions for the samples of y_true."
        )


def check_both_classes(positive: BoolArray, metric: str) -> None:
    """Raise an error if all samples belong to one class, for metrics that need two."""
    if positive.all() or not positive.any():
        only = "positive" if positive.all() else "negative"
        raise InputError(
            f"{metric} is undefined unless y_true has samples of both classes; all "
            f"{len(positive)} samples with a weight above 0 are {only}. Check pos_label, or pass "
            "samples of both classes."
        )


def check_fraction(value: Any, name: str) -> float:
    """Return a number above 0 and at most 1."""
    number = check_number(value, name)
    if not 0 < number <= 1:
        raise InputError(
            f"{name} must be above 0 and at most 1; got {number:g}. For 10%, set {name}=0.1."
        )
    return number


def check_number(value: Any, name: str, *, minimum: float | None = None) -> float:
    """Return a finite number, and raise an error if it is below the minimum."""
    fits = isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(float(value))
    if not fits or (minimum is not None and float(value) < minimum):
        bound = "" if minimum is None else f" of at least {minimum:g}"
        raise InputError(
            f"{name} must be a finite number{bound}; got {value!r}. For example, set {name}=0.5."
        )
    return float(value)
