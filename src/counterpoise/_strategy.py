"""Resolve `sampling_strategy` to a number of samples for each class.

A strategy is a string, a ratio, a mapping, a list of classes or a function. The strings select
classes. What the resolved amount means depends on the family of samplers: the number of synthetic
samples to generate (oversampling), the number of samples to keep (undersampling), or nothing for
cleaning methods, which determine the number themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

import numpy as np

from counterpoise._table import EncodedTarget
from counterpoise.exceptions import InputError, TooFewSamplesError

__all__ = [
    "ClassQuota",
    "Family",
    "SamplingStrategy",
    "check_class_sizes",
    "check_n_rows",
    "resolve_strategy",
]

Family = Literal["over-sampling", "under-sampling", "clean-sampling"]
SamplingStrategy = str | float | Mapping[Any, int] | Iterable[Any] | Callable[[Any], Any]

_MAX_ROWS = 2**48  # more than fits into any memory
_VERB = {"over-sampling": "oversample", "under-sampling": "undersample", "clean-sampling": "clean"}
_AUTO = {
    "over-sampling": "not majority",
    "under-sampling": "not minority",
    "clean-sampling": "not minority",
}


@dataclass(frozen=True)
class ClassQuota:
    """Number of samples to generate for a class, or to keep of it.

    Attributes
    ----------
    label : object
        The class.
    code : int
        Position of the class among the sorted classes.
    count : int
        Number of samples of the class in the input.
    amount : int
        Number of samples to generate (oversampling) or to keep (undersampling). Cleaning methods
        do not use it.
    """

    label: Any
    code: int
    count: int
    amount: int


def resolve_strategy(
    strategy: SamplingStrategy, target: EncodedTarget, family: Family
) -> tuple[ClassQuota, ...]:
    """Resolve a sampling strategy to the number of samples for each class.

    Parameters
    ----------
    strategy : str, float, mapping, list or callable
        - str: "auto", "all", "majority", "not majority", "minority" or "not minority", the classes
          to resample;
        - float: a ratio in (0, 1] to the largest or smallest class. Oversampling brings each class
          to ``max(count, round(ratio * largest))`` samples, undersampling to
          ``min(count, round(smallest / ratio))``;
        - mapping: the number of samples of each class after resampling;
        - list: the classes to clean, for cleaning methods only;
        - callable: a function of y that returns a mapping, or a list for cleaning methods.
    target : EncodedTarget
    family : {"over-sampling", "under-sampling", "clean-sampling"}

    Returns
    -------
    tuple of ClassQuota
        Sorted by class, the order in which random numbers are drawn.

    Raises
    ------
    InputError
        If the strategy is invalid for this family or for these class counts.
    """
    if callable(strategy):
        strategy = strategy(target.source)
    counts = [int(count) for count in target.counts]
    if isinstance(strategy, str):
        sizes = _from_string(strategy, counts, family)
    elif isinstance(strategy, Mapping):
        sizes = _from_mapping(strategy, target, family)
    elif isinstance(strategy, Real) and not isinstance(strategy, bool):
        sizes = _from_ratio(float(strategy), counts, family)
    elif isinstance(strategy, Iterable):
        sizes = _from_list(strategy, target, family)
    else:
        raise InputError(
            "sampling_strategy must be a str, a float, a dict, a list of classes or a callable; "
            f"got {strategy!r}."
        )
    oversamples = family == "over-sampling"
    return tuple(
        ClassQuota(
            target.classes[code], code, counts[code], size - counts[code] if oversamples else size
        )
        for code, size in sorted(sizes.items())
    )


def check_class_sizes(sampler: str, parameter: str, k: int, quotas: Iterable[ClassQuota]) -> None:
    """Check that each class has more than `k` samples, so that each sample has `k` neighbors.

    Parameters
    ----------
    sampler, parameter : str
        Names of the sampler and of its parameter for the number of neighbors, for the message.
    k : int
        Number of neighbors.
    quotas : iterable of ClassQuota

    Raises
    ------
    TooFewSamplesError
        For the smallest class, if it has `k` samples or fewer.
    """
    smallest = min(quotas, key=lambda quota: quota.count, default=None)
    if smallest is not None and smallest.count <= k:
        raise TooFewSamplesError.for_class(sampler, parameter, k, smallest.label, smallest.count)


def check_n_rows(sampler: str, parameter: str, k: int, n_rows: int) -> None:
    """Check that X has more than `k` samples, so that each sample has `k` neighbors.

    Raises
    ------
    InputError
        If X has `k` samples or fewer.
    """
    if n_rows <= k:
        raise InputError(
            f"{sampler} needs more than {parameter}={k} samples in X, which has {n_rows}. "
            f"Set {parameter} to {n_rows - 1} or less."
        )


def _from_string(word: str, counts: list[int], family: Family) -> dict[int, int]:
    chosen = _select_classes(_AUTO[family] if word == "auto" else word, counts)
    reference = "majority" if family == "over-sampling" else "minority"
    if chosen is None:
        # The word that is refused below is not in the list.
        resampled = "minority" if family == "over-sampling" else "majority"
        raise InputError(
            "When sampling_strategy is a string, it needs to be one of 'auto', "
            f"{resampled!r}, 'not majority', 'not minority' or 'all' to {_VERB[family]}; got "
            f"{word!r}."
        )
    if word == reference:
        raise InputError(
            f"sampling_strategy={word!r} cannot be used with {family.removesuffix('ing')}ers: they "
            f"would {_VERB[family]} the {word} class to its own size, so that nothing changes. Use "
            f"'auto' or 'not {word}'."
        )
    size = max(counts) if family == "over-sampling" else min(counts)
    return dict.fromkeys(chosen, size)


def _select_classes(word: str, counts: list[int]) -> list[int] | None:
    """Return the classes that a strategy's name stands for; of equal classes, the first counts."""
    every = list(range(len(counts)))
    largest, smallest = counts.index(max(counts)), counts.index(min(counts))
    selections = {
        "all": every,
        "majority": [largest],
        "minority": [smallest],
        "not majority": [code for code in every if code != largest],
        "not minority": [code for code in every if code != smallest],
    }
    return selections.get(word)


def _from_ratio(ratio: float, counts: list[int], family: Family) -> dict[int, int]:
    if family == "clean-sampling":
        raise InputError(
            "A cleaning method determines the number of samples itself: sampling_strategy must be "
            f"a str or a list of the classes to clean; got {ratio:g}."
        )
    if not 0 < ratio <= 1:
        raise InputError(
            f"When sampling_strategy is a float, it should be in the range (0, 1]; got {ratio:g}."
        )
    largest, smallest = max(counts), min(counts)
    oversamples = family == "over-sampling"
    chosen = _select_classes("not majority" if oversamples else "not minority", counts) or []
    size = round(ratio * largest) if oversamples else round(smallest / ratio)
    if all(counts[code] > size if oversamples else counts[code] < size for code in chosen):
        problem = (
            "remove samples from the minority class while trying to generate new ones"
            if oversamples
            else "generate samples in the majority class while trying to remove some"
        )
        raise InputError(
            f"sampling_strategy={ratio:g} would {problem}: it requests {size} samples of each "
            f"class, and each has {'more' if oversamples else 'fewer'} already. The ratio of the "
            f"smallest class to the largest is {smallest}:{largest} = {smallest / largest:.3g}. "
            "Choose a larger sampling_strategy."
        )
    limit = max if oversamples else min
    return {code: limit(counts[code], size) for code in chosen}


def _from_mapping(
    strategy: Mapping[Any, Any], target: EncodedTarget, family: Family
) -> dict[int, int]:
    if family == "clean-sampling":
        raise InputError(
            "sampling_strategy as a dict for cleaning methods is not supported: they determine the "
            "number of samples themselves. Pass a str or a list of the classes to clean."
        )
    sizes = {}
    for label, size in strategy.items():
        code = _code_of(label, target)
        count = int(target.counts[code])
        is_whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
        if not is_whole or not 0 <= size < _MAX_ROWS:
            raise InputError(
                "The number of samples in a class cannot be negative: sampling_strategy must give "
                f"a whole number from 0 to {_MAX_ROWS - 1}; for class {label!r} it gives {size!r}."
            )
        if (size < count) if family == "over-sampling" else (size > count):
            limit = "greater" if family == "over-sampling" else "less"
            raise InputError(
                f"sampling_strategy gives {size} samples for class {label!r}. To {_VERB[family]} a "
                f"class, the number of samples should be {limit} or equal to the original number; "
                f"give {count} or {'more' if size < count else 'fewer'}."
            )
        sizes[code] = int(size)
    return sizes


def _from_list(strategy: Iterable[Any], target: EncodedTarget, family: Family) -> dict[int, int]:
    if family != "clean-sampling":
        raise InputError(
            "sampling_strategy cannot be a list for samplers that are not cleaning methods. For "
            f"{family}, pass a dict of classes to numbers of samples."
        )
    smallest = int(target.counts.min())
    return {_code_of(label, target): smallest for label in strategy}


def _code_of(label: Any, target: EncodedTarget) -> int:
    if label not in target.classes:
        known = ", ".join(map(repr, target.classes[:20]))
        raise InputError(
            f"Classes of sampling_strategy are not present in the data: {label!r}. The classes of "
            f"y are {known}."
        )
    return target.classes.index(label)
