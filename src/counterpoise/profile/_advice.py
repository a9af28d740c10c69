"""Advice: the methods that can be applied to a table, and a suitable study."""

from __future__ import annotations

import inspect
from collections.abc import Collection

from counterpoise._resample import METHODS, choose_smote
from counterpoise._table import EncodedTarget, FeatureType, Table
from counterpoise.base import BaseSampler
from counterpoise.combine import SMOTEENN, SMOTEIPF, SMOTETomek
from counterpoise.over_sampling import SMOTEN, SMOTENC
from counterpoise.profile._records import (
    MANY_DUPLICATES,
    NO_CATEGORIES,
    NUMBERS_AS_CATEGORIES,
    DuplicateCounts,
    MethodAdvice,
    StudyAdvice,
)
from counterpoise.under_sampling import InstanceHardnessThreshold, NearMiss

__all__ = ["advise_method", "advise_methods", "advise_study"]

_COMBINED = (SMOTEENN, SMOTETomek, SMOTEIPF)
_NEIGHBOR_PARAMETERS = ("k_neighbors", "n_neighbors")
# Out-of-fold predictions of the smallest class, over all repeats, after which more repeats add
# little.
_ENOUGH_PREDICTIONS = 1000


def advise_methods(
    feature_types: Collection[FeatureType], n_smallest: int
) -> tuple[MethodAdvice, ...]:
    """Check for each method of `counterpoise.resample` whether it can be applied to a table.

    The parameters are those of `advise_method`.
    """
    return tuple(advise_method(method, feature_types, n_smallest) for method in METHODS)


def advise_method(
    method: str, feature_types: Collection[FeatureType], n_smallest: int
) -> MethodAdvice:
    """Check whether a method can be applied to features of some types and to a class size.

    Parameters
    ----------
    method : str
        A method of `counterpoise.resample`.
    feature_types : collection of FeatureType
        The types that occur.
    n_smallest : int
        Number of rows of the smallest class.

    Returns
    -------
    MethodAdvice
    """
    smote = choose_smote(feature_types)
    sampler = METHODS[smote if method == "smote" else method]
    reads = "distances" if sampler in _COMBINED else getattr(sampler, "_reads", "anything")
    if reads != "anything" and FeatureType.OTHER in feature_types:
        reason = "some columns have a type on which no distance is defined"
    elif reads == "numbers" and FeatureType.CATEGORICAL in feature_types:
        reason = "some columns are categorical"
    elif sampler is SMOTENC and smote == "smote":
        reason = NO_CATEGORIES
    elif sampler is SMOTEN and smote != "smote-n":
        reason = NUMBERS_AS_CATEGORIES
    else:
        return _check_class_size(method, sampler, n_smallest)
    return MethodAdvice(method, False, {}, reason)


def _check_class_size(method: str, sampler: type[BaseSampler], n_smallest: int) -> MethodAdvice:
    """Check whether the smallest class has enough rows, if necessary with fewer neighbors."""
    parameter, n_required = _find_required_rows(sampler)
    if n_smallest >= n_required:
        return MethodAdvice(method, True, {}, "")
    reason = f"needs {n_required} rows of each class by default; the smallest has {n_smallest}"
    if "small_classes" in inspect.signature(sampler).parameters:
        return MethodAdvice(method, True, {"small_classes": "shrink_k"}, reason)
    if parameter is None or n_smallest < (2 if parameter == "cv" else 1):
        return MethodAdvice(method, False, {}, reason)
    return MethodAdvice(method, True, {parameter: n_smallest}, reason)


def _find_required_rows(sampler: type[BaseSampler]) -> tuple[str | None, int]:
    """Return the parameter that sets the number of neighbors or folds, and the rows it needs.

    A search within the class needs one row more than neighbors, as a row is not its own neighbor.
    """
    if sampler in _COMBINED:
        return None, 6  # their SMOTE searches for five neighbors
    parameters = inspect.signature(sampler).parameters
    if sampler is InstanceHardnessThreshold:
        return "cv", int(parameters["cv"].default)
    family = getattr(sampler, "_family", None)
    name = next((name for name in _NEIGHBOR_PARAMETERS if name in parameters), None)
    if name is None or not (family == "over-sampling" or sampler is NearMiss):
        return None, 1
    return name, int(parameters[name].default) + (sampler is not NearMiss)


def advise_study(
    table: Table,
    target: EncodedTarget,
    methods: tuple[MethodAdvice, ...],
    duplicates: DuplicateCounts,
) -> StudyAdvice | None:
    """Suggest a study: stratified folds, repeats, and methods to compare with the baseline.

    Parameters
    ----------
    table : Table
    target : EncodedTarget
    methods : tuple of MethodAdvice
        Methods that can be applied to the table.
    duplicates : DuplicateCounts

    Returns
    -------
    StudyAdvice or None
        None if the smallest class has a single row, which cannot be split into training and test
        rows, or if all classes have the same size.
    """
    n_smallest = int(target.counts.min())
    if n_smallest < 2 or n_smallest == target.counts.max():
        return None
    n_folds = min(5, n_smallest)
    n_repeats = max(1, min(10, -(-_ENOUGH_PREDICTIONS // n_smallest)))
    n_train = n_smallest - -(-n_smallest // n_folds)  # in the smallest training fold
    selected = ["class-weight", "threshold" if len(target.classes) == 2 else "random-under"]
    if n_train > 1 and any(advice.method == "smote" and advice.applicable for advice in methods):
        selected.append("smote")  # a study chooses the variant itself
    return StudyAdvice(
        n_folds,
        n_repeats,
        n_smallest // n_folds,
        tuple(selected),
        duplicates.n_duplicates >= MANY_DUPLICATES * table.n_rows,
    )
