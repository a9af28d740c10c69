"""Weighted counts of each class: found, missed, claimed, and what is left."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning

from counterpoise._lib.types import Array, Float64Array
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.metrics._opening import (
    Pair,
    name_classes,
    open_pair,
    same_family,
    unknown_label,
)

__all__ = ["AVERAGES", "ClassCounts", "average_of", "count_averaged", "count_classes", "ratio"]

AVERAGES = (None, "binary", "micro", "macro", "weighted")


@dataclass(frozen=True)
class ClassCounts:
    """Counts of each class against the rest; sums of weights, where there are weights.

    Attributes
    ----------
    labels : tuple
    found : ndarray of shape (n_labels,)
        Rows of the class that are predicted so (true positives).
    true : ndarray of shape (n_labels,)
        Rows of the class.
    predicted : ndarray of shape (n_labels,)
        Rows predicted to be of the class.
    others : ndarray of shape (n_labels,)
        Rows of other classes.
    """

    labels: tuple[Any, ...]
    found: Array
    true: Array
    predicted: Array
    others: Array

    def sensitivity(self, warn: bool = True) -> Float64Array:
        """Return the share of each class's rows that are found."""
        undefined = "y_true has no row of" if warn else None
        return ratio(self.found, self.true, self.labels, name="Sensitivity", undefined=undefined)

    def specificity(self, warn: bool = True) -> Float64Array:
        """Return the share of the other classes' rows that are not predicted to be of the class."""
        undefined = "y_true has only rows of" if warn else None
        # Sums of weights in different orders may differ in the last digit.
        claimed = np.clip(self.predicted - self.found, 0, self.others)
        return ratio(
            self.others - claimed,
            self.others,
            self.labels,
            name="Specificity",
            undefined=undefined,
        )

    def pooled(self) -> ClassCounts:
        """Return the sums over all classes, as of one class."""
        parts = (self.found, self.true, self.predicted, self.others)
        return ClassCounts(("any class",), *(np.array([part.sum()]) for part in parts))


def count_classes(pair: Pair, labels: Any = None) -> ClassCounts:
    """Count the rows of each class, or of some labels in their order."""
    wanted = pair.classes if labels is None else _open_labels(labels, pair.classes)
    size = len(pair.classes)
    same = pair.true == pair.predicted
    weight = pair.weight
    found = np.bincount(pair.true[same], None if weight is None else weight[same], size)
    true = np.bincount(pair.true, weight, size)
    predicted = np.bincount(pair.predicted, weight, size)
    # Summed from both sides: a total less the class would not be 0 for a class alone.
    others = np.append(0, np.cumsum(true)[:-1]) + np.append(np.cumsum(true[:0:-1])[::-1], 0)
    position = {label: code for code, label in enumerate(pair.classes)}
    # A label that does not occur stands last, with no rows of its own.
    index = [position.get(label, size) for label in wanted]
    last = (0, 0, 0, true.sum())
    counts = zip((found, true, predicted, others), last, strict=True)
    return ClassCounts(
        tuple(wanted), *(np.append(c, end).astype(true.dtype)[index] for c, end in counts)
    )


def _open_labels(labels: Any, classes: tuple[Any, ...]) -> tuple[Any, ...]:
    wanted = tuple(np.asarray(labels, dtype=object).ravel().tolist())
    if not wanted:
        raise InputError("labels must name one class or more; it is empty. Pass None for all.")
    strangers = [label for label in wanted if not same_family(label, classes)]
    if strangers:
        raise InputError(
            f"labels must be of the type of the classes {name_classes(classes)}; got "
            f"{strangers[0]!r}. Write the labels as y_true has them."
        )
    return wanted


def count_averaged(
    y_true: Any, y_pred: Any, *, labels: Any, pos_label: Any, average: Any, sample_weight: Any
) -> ClassCounts:
    """Count the classes that an average is taken over: one for "binary" and "micro"."""
    if average not in AVERAGES:
        raise InputError(
            f"average must be None, 'binary', 'micro', 'macro' or 'weighted'; got {average!r}. "
            "Several labels per row are not supported, and so 'samples' has no meaning."
        )
    pair = open_pair(y_true, y_pred, sample_weight)
    if average == "binary":
        _check_binary(pair.classes, pos_label)
        return count_classes(pair, [pos_label])
    if pos_label not in (None, 1):
        warnings.warn(
            f"pos_label={pos_label!r} changes nothing with average={average!r}. For one class "
            f"alone, set labels=[{pos_label!r}].",
            CounterpoiseWarning,
            stacklevel=4,
        )
    counts = count_classes(pair, labels)
    return counts.pooled() if average == "micro" else counts


def _check_binary(classes: tuple[Any, ...], pos_label: Any) -> None:
    if len(classes) > 2:
        raise InputError(
            f"average='binary' needs two classes; y_true and y_pred have {len(classes)}: "
            f"{name_classes(classes)}. Set average to 'macro' or 'weighted'."
        )
    if pos_label not in classes and (len(classes) == 2 or not same_family(pos_label, classes)):
        raise unknown_label(pos_label, classes)


def average_of(values: Float64Array, counts: ClassCounts, average: str | None) -> Any:
    """Return the mean of the classes' values, or all of them if no average is asked for."""
    if average is None:
        return values
    if average != "weighted":
        return float(np.average(values))
    if not counts.true.any():
        return 0.0
    return float(np.average(values, weights=counts.true))


def ratio(
    part: Array,
    whole: Array,
    labels: Collection[Any],
    *,
    name: str,
    undefined: str | None,
    value: float = 0.0,
) -> Float64Array:
    """Divide; where the whole is nothing, put a value, and say so if there are words for it."""
    empty = whole == 0
    quotient = np.asarray(part / np.where(empty, 1, whole), np.float64)
    quotient[empty] = value
    if empty.any() and undefined:
        named = name_classes(label for label, bad in zip(labels, empty, strict=True) if bad)
        warnings.warn(
            f"{name} is undefined, and set to {value:g}, where {undefined} the class: {named}.",
            UndefinedMetricWarning,
            stacklevel=4,
        )
    return quotient
