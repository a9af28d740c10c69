"""Resolve `sampling_strategy` to a number of samples for each relevance bin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, Literal

import numpy as np

from counterpoise._array_ops import split_proportionally
from counterpoise._lib.types import Float64Array
from counterpoise._strategy import SamplingStrategy
from counterpoise.exceptions import InputError
from counterpoise.regression._bins import RelevanceBin, describe_bins

__all__ = ["Direction", "resolve_sizes"]

#: Whether a sampler adds samples to relevant bins, removes samples from the other bins, or both.
Direction = Literal["over", "under", "both"]

_EXAMPLE = 'sampling_strategy="balance"'


def resolve_sizes(
    strategy: SamplingStrategy, bins: tuple[RelevanceBin, ...], direction: Direction, y: Any
) -> dict[int, int]:
    """Resolve a sampling strategy to the number of samples of bins after resampling.

    Parameters
    ----------
    strategy : str, float, mapping, list or callable
        - "balance": all bins get the same size. With direction "both", the number of samples stays
          the same; "over" uses the mean size of the bins that are not relevant, and "under" that of
          the relevant ones;
        - "extreme": the sizes of the bins are inverted, so that the rarest becomes the largest;
        - float: a ratio in (0, 1] of relevant bins to those that are not, in mean size;
        - mapping of bin numbers to numbers of samples, or a list with a number for each bin;
        - callable: a function of y that returns a mapping or a list.
    bins : tuple of RelevanceBin
    direction : {"over", "under", "both"}
    y : object
        The target, for a callable.

    Returns
    -------
    dict of int to int
        The number of samples of each bin that is resampled, in ascending order of bins.

    Raises
    ------
    InputError
        If the strategy is invalid.
    """
    if callable(strategy):
        strategy = strategy(y)
    if isinstance(strategy, str):
        return _from_string(strategy, bins, direction)
    if isinstance(strategy, Mapping):
        return _from_mapping(strategy, bins, direction)
    if isinstance(strategy, Real) and not isinstance(strategy, bool):
        return _from_ratio(float(strategy), bins, direction)
    if isinstance(strategy, Iterable):
        sizes = list(strategy)
        if len(sizes) != len(bins):
            raise InputError(
                f"sampling_strategy as a list must have a number of samples for each of the "
                f"{len(bins)} bins; it has {len(sizes)}. The bins are {describe_bins(bins)}."
            )
        return _from_mapping(dict(enumerate(sizes)), bins, direction)
    raise InputError(
        'sampling_strategy must be "balance", "extreme", a float, a dict, a list or a callable; '
        f"got {strategy!r}. For example, pass {_EXAMPLE}."
    )


def _from_string(word: str, bins: tuple[RelevanceBin, ...], direction: Direction) -> dict[int, int]:
    if word not in ("balance", "extreme"):
        raise InputError(
            'When sampling_strategy is a string, it must be "balance" or "extreme"; got '
            f"{word!r}. For example, pass {_EXAMPLE}."
        )
    counts = np.array([bin_.count for bin_ in bins], np.float64)
    if direction == "both":
        weights = np.ones(len(bins)) if word == "balance" else 1 / counts
        return dict(enumerate(split_proportionally(weights, int(counts.sum())).tolist()))
    reference = _mean_size(bins, is_relevant=direction == "under")
    sizes = np.full(len(bins), reference) if word == "balance" else reference**2 / counts
    return _limit(sizes, bins, direction)


def _from_ratio(
    ratio: float, bins: tuple[RelevanceBin, ...], direction: Direction
) -> dict[int, int]:
    if not 0 < ratio <= 1:
        raise InputError(
            f"When sampling_strategy is a float, it must be in the range (0, 1]; got {ratio:g}. "
            "For example, pass sampling_strategy=0.5."
        )
    relevant, others = (_mean_size(bins, is_relevant=value) for value in (True, False))
    size = relevant / ratio if direction == "under" else ratio * others
    limit: Direction = "under" if direction == "under" else "over"
    sizes = _limit(np.full(len(bins), size), bins, limit)
    if all(bins[number].count == size for number, size in sizes.items()):
        raise InputError(
            f"sampling_strategy={ratio:g} would change nothing: the mean size of relevant bins is "
            f"{relevant:g}, that of the others {others:g}, a ratio of {relevant / others:.3g}. "
            "Choose a larger sampling_strategy."
        )
    return sizes


def _mean_size(bins: tuple[RelevanceBin, ...], *, is_relevant: bool) -> float:
    return float(np.mean([bin_.count for bin_ in bins if bin_.is_relevant == is_relevant]))


def _limit(
    sizes: Float64Array, bins: tuple[RelevanceBin, ...], direction: Direction
) -> dict[int, int]:
    """Return the sizes of the bins that a direction resamples, which only grow or only shrink."""
    limit, is_chosen = (max, True) if direction == "over" else (min, False)
    return {
        number: limit(bin_.count, max(1, round(size)))
        for number, (bin_, size) in enumerate(zip(bins, sizes.tolist(), strict=True))
        if bin_.is_relevant == is_chosen
    }


def _from_mapping(
    strategy: Mapping[Any, Any], bins: tuple[RelevanceBin, ...], direction: Direction
) -> dict[int, int]:
    for number, size in strategy.items():
        if number not in range(len(bins)):
            raise InputError(
                f"sampling_strategy must map bin numbers to numbers of samples; there is no bin "
                f"{number!r}. The bins are {describe_bins(bins)}."
            )
        is_whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
        if not is_whole or size < 0:
            raise InputError(
                f"sampling_strategy must give a whole number of samples, 0 or more; for bin "
                f"{number} it gives {size!r}."
            )
        count = bins[number].count
        if (direction == "over" and size < count) or (direction == "under" and size > count):
            verb, limit = ("over", "more") if direction == "over" else ("under", "fewer")
            raise InputError(
                f"sampling_strategy gives {size} samples for bin {number}, which has {count}. To "
                f"{verb}sample it, give {count} or {limit}."
            )
    return {int(number): int(strategy[number]) for number in sorted(strategy)}
