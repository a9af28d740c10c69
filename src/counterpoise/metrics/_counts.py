"""True positives, support and predictions of each class, and ratios and averages of them."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning

from counterpoise._lib.types import Array, Float64Array
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.metrics._validation import (
    EncodedPair,
    encode_pair,
    format_classes,
    has_type_of_classes,
    unknown_label_error,
)

__all__ = [
    "AVERAGES",
    "ClassCounts",
    "compute_average",
    "count_classes",
    "count_for_average",
    "divide_or_warn",
]

AVERAGES = (None, "binary", "micro", "macro", "weighted")


@dataclass(frozen=True)
class ClassCounts:
    """Counts of each class against the rest; sums of sample weights, if there are any.

    Attributes
    ----------
    labels : tuple
        Classes that are counted.
    true_positives : ndarray of shape (n_labels,)
        Samples of the class that are predicted as the class.
    support : ndarray of shape (n_labels,)
        Samples of the class.
    predicted : ndarray of shape (n_labels,)
        Samples predicted as the class.
    negatives : ndarray of shape (n_labels,)
        Samples of all other classes.
    """

    labels: tuple[Any, ...]
    true_positives: Array
    support: Array
    predicted: Array
    negatives: Array

    def sensitivity(self, warn: bool = True) -> Float64Array:
        """Return the fraction of each class's samples that are predicted as the class."""
        return divide_or_warn(
            self.true_positives,
            self.support,
            self.labels,
            name="Sensitivity",
            reason="y_true has no samples of" if warn else None,
        )

    def specificity(self, warn: bool = True) -> Float64Array:
        """Return the fraction of the other classes' samples not predicted as the class."""
        # Sums of the same weights in another order can differ by rounding.
        false_positives = np.clip(self.predicted - self.true_positives, 0, self.negatives)
        return divide_or_warn(
            self.negatives - false_positives,
            self.negatives,
            self.labels,
            name="Specificity",
            reason="y_true has only samples of" if warn else None,
        )

    def sum_over_classes(self) -> ClassCounts:
        """Return the sums over all classes, as counts of a single class."""
        counts = (self.true_positives, self.support, self.predicted, self.negatives)
        return ClassCounts(("any class",), *(np.array([count.sum()]) for count in counts))


def count_classes(pair: EncodedPair, labels: Any = None) -> ClassCounts:
    """Count the samples of each class, or of the given labels in their order."""
    selected = pair.classes if labels is None else _check_labels(labels, pair.classes)
    size = len(pair.classes)
    correct = pair.true == pair.predicted
    weight = pair.weight
    true_positives = np.bincount(
        pair.true[correct], None if weight is None else weight[correct], size
    )
    support = np.bincount(pair.true, weight, size)
    predicted = np.bincount(pair.predicted, weight, size)
    # Summed from both sides: the total minus the class, with fractional weights, need not be
    # exactly 0 for the only class of y_true.
    before, after = np.cumsum(support)[:-1], np.cumsum(support[:0:-1])[::-1]
    negatives = np.append(0, before) + np.append(after, 0)
    # A label that does not occur gets the counts of an additional, empty class at the end.
    position = {label: code for code, label in enumerate(pair.classes)}
    index = [position.get(label, size) for label in selected]
    empty = (0, 0, 0, support.sum())
    counts = zip((true_positives, support, predicted, negatives), empty, strict=True)
    return ClassCounts(
        tuple(selected), *(np.append(c, end).astype(support.dtype)[index] for c, end in counts)
    )


def _check_labels(labels: Any, classes: tuple[Any, ...]) -> tuple[Any, ...]:
    selected = tuple(np.asarray(labels, dtype=object).ravel().tolist())
    if not selected:
        raise InputError("labels is empty. Pass at least one class, or labels=None for all.")
    mismatched = [label for label in selected if not has_type_of_classes(label, classes)]
    if mismatched:
        raise InputError(
            f"labels must have the same type as the classes {format_classes(classes)}; got "
            f"{mismatched[0]!r}. Write the labels as they are in y_true."
        )
    return selected


def count_for_average(
    y_true: Any, y_pred: Any, *, labels: Any, pos_label: Any, average: Any, sample_weight: Any
) -> ClassCounts:
    """Count the classes to average over; "binary" and "micro" have a single class."""
    if average not in AVERAGES:
        raise InputError(
            f"average must be None, 'binary', 'micro', 'macro' or 'weighted'; got {average!r}. "
            "'samples' is not available, because multilabel targets are not supported."
        )
    pair = encode_pair(y_true, y_pred, sample_weight)
    if average == "binary":
        _check_binary(pair.classes, pos_label)
        return count_classes(pair, [pos_label])
    if pos_label not in (None, 1):
        warnings.warn(
            f"pos_label={pos_label!r} is ignored with average={average!r}. You may use "
            f"labels=[pos_label] to specify a single positive class: labels=[{pos_label!r}].",
            CounterpoiseWarning,
            stacklevel=4,
        )
    counts = count_classes(pair, labels)
    return counts.sum_over_classes() if average == "micro" else counts


def _check_binary(classes: tuple[Any, ...], pos_label: Any) -> None:
    if len(classes) > 2:
        raise InputError(
            f"average='binary' needs two classes; y_true and y_pred have {len(classes)}: "
            f"{format_classes(classes)}. Set average='macro' or average='weighted'."
        )
    if pos_label not in classes and (
        len(classes) == 2 or not has_type_of_classes(pos_label, classes)
    ):
        raise unknown_label_error(pos_label, classes)


def compute_average(values: Float64Array, counts: ClassCounts, average: str | None) -> Any:
    """Return the mean of the classes' values; all values if `average` is None."""
    if average is None:
        return values
    if average != "weighted":
        return float(np.average(values))
    if not counts.support.any():
        return 0.0
    return float(np.average(values, weights=counts.support))


def divide_or_warn(
    numerator: Array,
    denominator: Array,
    labels: Collection[Any],
    *,
    name: str,
    reason: str | None,
    value: float = 0.0,
) -> Float64Array:
    """Divide; set the quotient to `value` where the denominator is 0.

    If a `reason` is given, warn that the metric `name` is undefined for these labels.
    """
    undefined = denominator == 0
    quotient = np.asarray(numerator / np.where(undefined, 1, denominator), np.float64)
    quotient[undefined] = value
    if undefined.any() and reason:
        affected = [label for label, bad in zip(labels, undefined, strict=True) if bad]
        noun = "class" if len(affected) == 1 else "classes"
        warnings.warn(
            f"{name} is undefined and set to {value:g}, because {reason} {noun} "
            f"{format_classes(affected)}.",
            UndefinedMetricWarning,
            stacklevel=4,
        )
    return quotient
