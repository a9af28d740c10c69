"""Which methods fit a table, and which study it allows."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from counterpoise._whole_table import METHODS
from counterpoise.base import BaseSampler
from counterpoise.combine import SMOTEENN, SMOTETomek
from counterpoise.over_sampling import SMOTEN, SMOTENC
from counterpoise.profile._records import MANY_REPEATS, MethodAdvice, RepeatCounts, StudyAdvice
from counterpoise.table import Kind, Labels, Table, features_of
from counterpoise.under_sampling import InstanceHardnessThreshold, NearMiss

__all__ = ["advise_methods", "advise_study"]

_COMBINED = (SMOTEENN, SMOTETomek)
_CATEGORIES = {Kind.NOMINAL, Kind.BOOLEAN}
_K = ("k_neighbors", "n_neighbors")
_ENOUGH = 1000  # rows of the smallest class that are judged, over all repeats


def advise_methods(table: Table, labels: Labels) -> tuple[MethodAdvice, ...]:
    """Say of each method of `counterpoise.resample` whether it can take a table as it is.

    Parameters
    ----------
    table : Table
    labels : Labels

    Returns
    -------
    tuple of MethodAdvice
    """
    kinds = {table.columns[j].kind for j in features_of(table)}
    smallest = int(labels.counts.min())
    return tuple(_advise(method, kinds, smallest) for method in METHODS)


def _advise(method: str, kinds: set[Kind], smallest: int) -> MethodAdvice:
    sampler = METHODS[method]
    reads = "distances" if sampler in _COMBINED else getattr(sampler, "_reads", "anything")
    if reads != "anything" and Kind.OTHER in kinds:
        return MethodAdvice(method, False, {}, "no distance is defined on some columns")
    if reads == "numbers" and Kind.NOMINAL in kinds:
        return MethodAdvice(method, False, {}, "some columns are nominal")
    if sampler is SMOTENC and not kinds & _CATEGORIES:
        return MethodAdvice(method, False, {}, "no column is a category, and smote does the same")
    if sampler is SMOTEN and not kinds <= _CATEGORIES:
        return MethodAdvice(method, False, {}, "it takes each number for a category")
    return _for_class(method, sampler, smallest)


def _for_class(method: str, sampler: type[BaseSampler], smallest: int) -> MethodAdvice:
    """Say whether the smallest class has rows enough."""
    parameter, least = _need(sampler)
    if smallest >= least:
        return MethodAdvice(method, True, {}, "")
    reason = f"the smallest class has {smallest} of {least} rows needed"
    fewer = smallest - (1 if sampler is not NearMiss else 0)
    if parameter is None or fewer < 1:
        return MethodAdvice(method, False, {}, reason)
    return MethodAdvice(method, True, {parameter: fewer}, reason)


def _need(sampler: type[BaseSampler]) -> tuple[str | None, int]:
    """Return the parameter that says how many neighbours, and the rows a class then needs."""
    if sampler in _COMBINED:
        return None, 6  # SMOTE within it looks for five others
    parameters = inspect.signature(sampler).parameters
    if sampler is InstanceHardnessThreshold:
        return "cv", int(parameters["cv"].default)
    family = getattr(sampler, "_family", None)
    name = next((name for name in _K if name in parameters), None)
    if name is None or not (family == "over-sampling" or sampler is NearMiss):
        return None, 1
    return name, int(parameters[name].default) + (sampler is not NearMiss)


def advise_study(
    table: Table, labels: Labels, methods: tuple[MethodAdvice, ...], repeats: RepeatCounts
) -> StudyAdvice | None:
    """Suggest a study: stratified folds, repeats, and methods worth comparing with nothing.

    Parameters
    ----------
    table : Table
    labels : Labels
    methods : tuple of MethodAdvice
        Which fit the table.
    repeats : RepeatCounts

    Returns
    -------
    StudyAdvice or None
        None where the smallest class cannot be in training and in test rows at once, or where all
        classes are of one size.
    """
    smallest = int(labels.counts.min())
    if smallest < 2 or smallest == labels.counts.max():
        return None
    n_folds = min(5, smallest)
    n_repeats = max(1, min(10, -(-_ENOUGH // smallest)))
    in_training = smallest - -(-smallest // n_folds)
    smote = _smote_for({table.columns[j].kind for j in features_of(table)})
    chosen = ["random-under", "random-over"]
    if in_training > 1 and _fits(methods).get(smote):
        chosen.append(smote)
    parameters = {"k_neighbors": in_training - 1} if in_training <= 5 else {}
    return StudyAdvice(
        n_folds,
        n_repeats,
        smallest // n_folds,
        tuple(chosen),
        parameters if smote in chosen else {},
        repeats.n_repeated >= MANY_REPEATS * table.n_rows,
    )


def _fits(methods: tuple[MethodAdvice, ...]) -> Mapping[str, bool]:
    return {advice.method: advice.fits for advice in methods}


def _smote_for(kinds: set[Kind]) -> str:
    if not kinds & _CATEGORIES:
        return "smote"
    return "smote-n" if kinds <= _CATEGORIES else "smote-nc"
