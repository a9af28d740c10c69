"""How many rows of each class: the `sampling_strategy` of every sampler, resolved once.

A strategy is a word, a ratio, a mapping, a list of classes or a function. The words differ only in
which classes they speak of; the three families of samplers differ only in what an amount means:
rows to make (over-sampling), rows to keep (under-sampling), or nothing at all (cleaning, where the
method finds its own number).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

import numpy as np

from counterpoise.exceptions import InputError, TooFewRowsError
from counterpoise.table import Labels

__all__ = [
    "Family",
    "SamplingStrategy",
    "Target",
    "require_rows",
    "require_table",
    "resolve_targets",
]

Family = Literal["over-sampling", "under-sampling", "clean-sampling"]
SamplingStrategy = str | float | Mapping[Any, int] | Iterable[Any] | Callable[[Any], Any]

_MOST_ROWS = 2**48  # no memory holds more
_VERB = {"over-sampling": "grow", "under-sampling": "shrink", "clean-sampling": "clean"}
_AUTO = {
    "over-sampling": "not majority",
    "under-sampling": "not minority",
    "clean-sampling": "not minority",
}


@dataclass(frozen=True)
class Target:
    """What shall become of one class.

    Attributes
    ----------
    label : object
        The class.
    code : int
        Its position among the sorted classes.
    count : int
        How many rows it has.
    amount : int
        Rows to make (over-sampling) or to keep (under-sampling and cleaning).
    """

    label: Any
    code: int
    count: int
    amount: int


def resolve_targets(
    strategy: SamplingStrategy, labels: Labels, family: Family
) -> tuple[Target, ...]:
    """Resolve a sampling strategy against the class counts.

    Parameters
    ----------
    strategy : str, float, mapping, list or callable
        A word: "auto", "all", "majority", "not majority", "minority", "not minority". A ratio in
        (0, 1]: over-sampling brings each class to ``max(count, round(ratio * largest))``,
        under-sampling to ``min(count, round(smallest / ratio))``. A mapping of classes to the
        number of rows wanted. A list of classes, for cleaning. A function of y giving a mapping
        (or, for cleaning, a list).
    labels : Labels
    family : {"over-sampling", "under-sampling", "clean-sampling"}

    Returns
    -------
    tuple of Target
        In sorted class order, the order in which random numbers are drawn.

    Raises
    ------
    InputError
        If the strategy is not one for this family, or cannot be met.
    """
    if callable(strategy):
        strategy = strategy(labels.source)
    counts = [int(count) for count in labels.counts]
    if isinstance(strategy, str):
        wanted = _by_word(strategy, counts, family)
    elif isinstance(strategy, Mapping):
        wanted = _by_mapping(strategy, labels, family)
    elif isinstance(strategy, Real) and not isinstance(strategy, bool):
        wanted = _by_ratio(float(strategy), counts, family)
    elif isinstance(strategy, Iterable):
        wanted = _by_list(strategy, labels, family)
    else:
        raise InputError(
            "sampling_strategy must be a word, a ratio, a mapping, a list of classes or a "
            f"function; got {strategy!r}."
        )
    grows = family == "over-sampling"
    return tuple(
        Target(labels.classes[code], code, counts[code], rows - counts[code] if grows else rows)
        for code, rows in sorted(wanted.items())
    )


def require_rows(sampler: str, parameter: str, k: int, growing: Iterable[Target]) -> None:
    """Refuse classes too small for each of their rows to have `k` others.

    Parameters
    ----------
    sampler, parameter : str
        The sampler and its parameter that says how many neighbours, for the message.
    k : int
    growing : iterable of Target

    Raises
    ------
    TooFewRowsError
        For the first class with `k` rows or fewer.
    """
    for target in growing:
        if target.count <= k:
            raise TooFewRowsError.for_class(sampler, parameter, k, target.label, target.count)


def require_table(sampler: str, parameter: str, k: int, n_rows: int) -> None:
    """Refuse a table too small for each row to have `k` others.

    Raises
    ------
    InputError
        With the sizes, and what to do.
    """
    if n_rows <= k:
        raise InputError(
            f"{sampler} needs more than {parameter}={k} rows in the table; X has {n_rows}. "
            f"Set {parameter} to {n_rows - 1} or less."
        )


def _by_word(word: str, counts: list[int], family: Family) -> dict[int, int]:
    chosen = _classes_named(_AUTO[family] if word == "auto" else word, counts)
    if chosen is None:
        raise InputError(
            "sampling_strategy must be one of 'auto', 'all', 'majority', 'not majority', "
            f"'minority' or 'not minority'; got {word!r}."
        )
    impossible = "majority" if family == "over-sampling" else "minority"
    if word == impossible:
        raise InputError(
            f"sampling_strategy={word!r} would {_VERB[family]} the class that the others are "
            f"measured by, so nothing would change. Use 'auto' or 'not {word}'."
        )
    rows = max(counts) if family == "over-sampling" else min(counts)
    return dict.fromkeys(chosen, rows)


def _classes_named(word: str, counts: list[int]) -> list[int] | None:
    every = list(range(len(counts)))
    largest, smallest = counts.index(max(counts)), counts.index(min(counts))
    named = {
        "all": every,
        "majority": [largest],
        "minority": [smallest],
        "not majority": [code for code in every if code != largest],
        "not minority": [code for code in every if code != smallest],
    }
    return named.get(word)


def _by_ratio(ratio: float, counts: list[int], family: Family) -> dict[int, int]:
    if family == "clean-sampling":
        raise InputError(
            "A cleaning method finds its own number of rows: sampling_strategy must be a word or "
            f"a list of the classes to clean; got {ratio:g}."
        )
    if not 0 < ratio <= 1:
        raise InputError(f"A sampling_strategy that is a ratio must be in (0, 1]; got {ratio:g}.")
    largest, smallest = max(counts), min(counts)
    grows = family == "over-sampling"
    chosen = _classes_named("not majority" if grows else "not minority", counts) or []
    goal = round(ratio * largest) if grows else round(smallest / ratio)
    if all(counts[code] > goal if grows else counts[code] < goal for code in chosen):
        raise InputError(
            f"sampling_strategy={ratio:g} asks to {_VERB[family]} classes to {goal} rows, but each "
            f"has {'more' if grows else 'fewer'} already: smallest to largest is "
            f"{smallest}:{largest}, a ratio of {smallest / largest:.3g}. Choose a ratio above that."
        )
    pick = max if grows else min
    return {code: pick(counts[code], goal) for code in chosen}


def _by_mapping(strategy: Mapping[Any, Any], labels: Labels, family: Family) -> dict[int, int]:
    if family == "clean-sampling":
        raise InputError(
            "A cleaning method finds its own number of rows: sampling_strategy must be a word or "
            "a list of the classes to clean, not a mapping to numbers."
        )
    wanted = {}
    for label, rows in strategy.items():
        code = _code_of(label, labels)
        count = int(labels.counts[code])
        is_whole = isinstance(rows, int | np.integer) and not isinstance(rows, bool)
        if not is_whole or not 0 <= rows < _MOST_ROWS:
            raise InputError(
                "sampling_strategy must give a whole number of rows, 0 or more; for class "
                f"{label!r} it gives {rows!r}."
            )
        if (rows < count) if family == "over-sampling" else (rows > count):
            raise InputError(
                f"sampling_strategy asks for {rows} rows of class {label!r}, which has {count}; "
                f"{family} can only {_VERB[family]} a class. "
                f"Ask for {count} or {'more' if rows < count else 'fewer'}."
            )
        wanted[code] = int(rows)
    return wanted


def _by_list(strategy: Iterable[Any], labels: Labels, family: Family) -> dict[int, int]:
    if family != "clean-sampling":
        raise InputError(
            f"A list of classes suits cleaning methods only; for {family}, give a mapping of "
            "classes to numbers of rows."
        )
    smallest = int(labels.counts.min())
    return {_code_of(label, labels): smallest for label in strategy}


def _code_of(label: Any, labels: Labels) -> int:
    if label not in labels.classes:
        known = ", ".join(map(repr, labels.classes[:20]))
        raise InputError(
            f"sampling_strategy names the class {label!r}, which is not in y. "
            f"The classes are {known}."
        )
    return labels.classes.index(label)
