"""What a metric is given, opened once: labels as codes, scores as numbers, weights as weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from counterpoise._lib.types import Array, BoolArray, Float64Array, IntArray
from counterpoise.exceptions import InputError, LabelError
from counterpoise.table import label_values

__all__ = [
    "Pair",
    "Scored",
    "name_classes",
    "open_labels_of",
    "open_pair",
    "open_positive",
    "open_probabilities",
    "open_scored",
    "open_scores",
    "open_weights",
    "require_both_classes",
    "require_number",
    "require_same_length",
    "require_share",
    "same_family",
    "unknown_label",
]


@dataclass(frozen=True)
class Pair:
    """True and predicted classes, as positions among all classes that occur.

    Attributes
    ----------
    classes : tuple
        The classes of both, sorted.
    true, predicted : ndarray of int of shape (n_rows,)
    weight : ndarray of float64 of shape (n_rows,) or None
    """

    classes: tuple[Any, ...]
    true: IntArray
    predicted: IntArray
    weight: Float64Array | None


@dataclass(frozen=True)
class Scored:
    """Which rows are positive, and how each is scored; rows without weight are left out.

    Attributes
    ----------
    positive : ndarray of bool of shape (n_rows,)
    score, weight : ndarray of float64 of shape (n_rows,)
    """

    positive: BoolArray
    score: Float64Array
    weight: Float64Array

    @property
    def prevalence(self) -> float:
        """Return the positives' share of the weight."""
        return float(self.weight[self.positive].sum() / self.weight.sum())


# ---- Labels ----


def open_labels_of(y: Any, name: str) -> Array:
    """Return the label of each row, from any container."""
    try:
        values = label_values(y)
    except LabelError as error:
        raise LabelError(
            f"{name} must hold a class for each row, and scores or missing values are none. {error}"
        ) from error
    if not len(values):
        raise InputError(f"A metric needs one row or more; {name} is empty.")
    return values


def open_pair(y_true: Any, y_pred: Any, sample_weight: Any = None) -> Pair:
    """Encode true and predicted labels by the classes that occur in either."""
    true, predicted = open_labels_of(y_true, "y_true"), open_labels_of(y_pred, "y_pred")
    require_same_length(len(true), len(predicted), "y_pred")
    classes, codes = _encode_together(true, predicted)
    weight = None if sample_weight is None else open_weights(sample_weight, len(true))
    return Pair(classes, codes[: len(true)], codes[len(true) :], weight)


def _encode_together(true: Array, predicted: Array) -> tuple[tuple[Any, ...], IntArray]:
    if true.dtype.kind in "biuf" and predicted.dtype.kind in "biuf":
        return _encode_numbers(np.concatenate([true, predicted]))
    labels = true.tolist() + predicted.tolist()
    try:
        classes = tuple(sorted(set(labels)))
    except TypeError as error:
        raise LabelError(
            "y_true and y_pred must hold labels of one type; y_true holds such as "
            f"{true.tolist()[0]!r}, y_pred such as {predicted.tolist()[0]!r}. "
            "Turn both into strings, say."
        ) from error
    code_of = {label: code for code, label in enumerate(classes)}
    return classes, np.fromiter((code_of[label] for label in labels), np.intp, len(labels))


def _encode_numbers(labels: Array) -> tuple[tuple[Any, ...], IntArray]:
    low = labels.min()
    if labels.dtype.kind in "iu" and int(labels.max()) - int(low) <= len(labels):
        wide = labels.astype(np.uint64 if labels.dtype.kind == "u" else np.int64)
        shifted = (wide - wide.dtype.type(low)).astype(np.intp)  # counting beats sorting
        present = np.bincount(shifted) > 0
        found = tuple(int(low) + code for code in np.flatnonzero(present).tolist())
        return found, (np.cumsum(present) - 1)[shifted]
    classes, codes = np.unique(labels, return_inverse=True)
    return tuple(classes.tolist()), codes


def open_positive(y_true: Any, pos_label: Any) -> BoolArray:
    """Return which rows are of the positive class."""
    values = open_labels_of(y_true, "y_true")
    numeric = values.dtype.kind in "biuf"
    classes = np.unique(values).tolist() if numeric else sorted(set(values.tolist()))
    if len(classes) > 2:
        raise InputError(
            f"This metric needs two classes; y_true has {len(classes)}: {name_classes(classes)}. "
            "Compare one class with the rest: y_true == label."
        )
    if pos_label not in classes and (len(classes) == 2 or not same_family(pos_label, classes)):
        raise unknown_label(pos_label, classes)
    if numeric:
        return np.asarray(values == pos_label, np.bool_)
    return np.fromiter((label == pos_label for label in values.tolist()), np.bool_, len(values))


def same_family(label: Any, classes: Iterable[Any]) -> bool:
    """Tell whether a label may be of the same kind as some classes: all strings, or none."""
    return all(isinstance(label, str) == isinstance(known, str) for known in classes) and (
        label is not None
    )


def unknown_label(pos_label: Any, classes: Iterable[Any]) -> InputError:
    """Word the error for a positive class that does not occur."""
    return InputError(
        f"pos_label must be one of the classes {name_classes(classes)}; got {pos_label!r}. "
        "Set pos_label to the class that counts as positive."
    )


def name_classes(classes: Iterable[Any]) -> str:
    """Return the classes in words, the first twenty of them."""
    names = [repr(label) for label in classes]
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")


# ---- Scores ----


def open_scored(y_true: Any, y_score: Any, pos_label: Any, sample_weight: Any) -> Scored:
    """Open the true classes of a two-class problem, scores and weights."""
    positive, score = open_positive(y_true, pos_label), open_scores(y_score)
    require_same_length(len(positive), len(score), "y_score")
    weight = np.ones(len(positive))
    if sample_weight is not None:
        weight = open_weights(sample_weight, len(positive))
    counted = weight > 0
    return Scored(positive[counted], score[counted], weight[counted])


def open_scores(y_score: Any, name: str = "y_score") -> Float64Array:
    """Return one finite number for each row."""
    try:
        score = np.asarray(y_score, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must hold a number for each row; {error}.") from error
    if score.ndim == 2 and score.shape[1] == 1:
        score = score[:, 0]
    if score.ndim != 1:
        raise InputError(
            f"{name} must hold one number for each row; its shape is {score.shape}. Of "
            "predict_proba, pass the positive class's column: y_proba[:, 1]."
        )
    bad = int((~np.isfinite(score)).sum())
    if bad:
        raise InputError(
            f"{name} must hold finite numbers; {bad} of {len(score)} are NaN or infinite. "
            "Drop those rows, or score them."
        )
    return score


def open_probabilities(y_true: Any, y_proba: Any, pos_label: Any, sample_weight: Any) -> Scored:
    """Open scores that must be probabilities of the positive class."""
    scored = open_scored(y_true, y_proba, pos_label, sample_weight)
    outside = scored.score[(scored.score < 0) | (scored.score > 1)]
    if len(outside):
        raise InputError(
            f"y_proba must hold probabilities from 0 to 1; it holds {outside[0]:g}. Pass the "
            "column of predict_proba, not decision_function."
        )
    return scored


# ---- Weights and numbers ----


def open_weights(sample_weight: Any, n_rows: int) -> Float64Array:
    """Return one weight for each row."""
    try:
        weight = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"sample_weight must hold a number for each row; {error}.") from error
    if weight.shape != (n_rows,):
        raise InputError(
            f"sample_weight must hold one weight for each of the {n_rows} rows; its shape is "
            f"{weight.shape}. Pass as many weights as rows, or None."
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        bad = weight[~(np.isfinite(weight) & (weight >= 0))][0]
        raise InputError(
            f"sample_weight must hold finite numbers of 0 or more; it holds {bad:g}. Give rows "
            "that shall not count a weight of 0."
        )
    if not weight.any():
        raise InputError("sample_weight must be above 0 for some row; all are 0. Pass None.")
    return weight


def require_same_length(n_true: int, n_other: int, name: str) -> None:
    """Refuse predictions of more or fewer rows."""
    if n_true != n_other:
        raise InputError(
            f"y_true and {name} must have as many rows as each other: y_true has {n_true}, "
            f"{name} has {n_other}. Pass the predictions for the rows of y_true."
        )


def require_both_classes(positive: BoolArray, metric: str) -> None:
    """Refuse rows of one class, where a metric compares two."""
    if positive.all() or not positive.any():
        kind = "positive" if positive.all() else "negative"
        raise InputError(
            f"{metric} is undefined unless both classes occur; all {len(positive)} rows of y_true "
            f"that have weight are {kind}. Check pos_label, or pass rows of both classes."
        )


def require_share(value: Any, name: str) -> float:
    """Return a share above 0, up to 1."""
    number = require_number(value, name)
    if not 0 < number <= 1:
        raise InputError(
            f"{name} must be above 0 and at most 1; got {number:g}. Write 10 % as 0.1."
        )
    return number


def require_number(value: Any, name: str, *, least: float | None = None) -> float:
    """Return a finite number, not below the least allowed."""
    fits = isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(float(value))
    if not fits or (least is not None and float(value) < least):
        bound = "" if least is None else f" of {least:g} or more"
        raise InputError(
            f"{name} must be a finite number{bound}; got {value!r}. Pass such a number."
        )
    return float(value)
