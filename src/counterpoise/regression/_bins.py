"""Relevance bins: ranges of a continuous target that are relevant, or not, as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.exceptions import TargetError

__all__ = ["RelevanceBin", "describe_bins", "split_into_bins"]


@dataclass(frozen=True)
class RelevanceBin:
    """Range of target values whose relevance is at least the threshold, or below it.

    Attributes
    ----------
    low, high : float
        The smallest and the largest target value in the bin.
    count : int
        Number of samples.
    is_relevant : bool
        Whether the relevance of all its values is at least the threshold.
    """

    low: float
    high: float
    count: int
    is_relevant: bool


def split_into_bins(
    values: Float64Array, relevance: Float64Array, threshold: float
) -> tuple[tuple[RelevanceBin, ...], IntArray]:
    """Split the samples into bins: runs of target values on the same side of the threshold.

    Parameters
    ----------
    values, relevance : ndarray of float64 of shape (n_samples,)
        The target, and the relevance of each value.
    threshold : float

    Returns
    -------
    bins : tuple of RelevanceBin
        In ascending order of target values.
    codes : ndarray of int of shape (n_samples,)
        The bin of each sample.

    Raises
    ------
    TargetError
        If all samples are relevant, or none.
    """
    is_relevant = relevance >= threshold
    _check_both(is_relevant, relevance, threshold)
    order = np.argsort(values, kind="stable")
    changes = np.flatnonzero(np.diff(is_relevant[order])) + 1
    parts = np.split(order, changes)
    codes = np.empty(len(values), np.int32)
    codes[order] = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    bins = tuple(
        RelevanceBin(
            float(values[part[0]]), float(values[part[-1]]), len(part), bool(is_relevant[part[0]])
        )
        for part in parts
    )
    return bins, codes


def describe_bins(bins: tuple[RelevanceBin, ...]) -> str:
    """Return the number, range and size of each bin, for messages; at most ten of them."""
    described = [
        f"{number}: y from {bin_.low:g} to {bin_.high:g}, {bin_.count} samples, "
        f"{'relevant' if bin_.is_relevant else 'not relevant'}"
        for number, bin_ in enumerate(bins[:10])
    ]
    more = f"; and {len(bins) - 10} more" if len(bins) > 10 else ""
    return "; ".join(described) + more


def _check_both(is_relevant: BoolArray, relevance: Float64Array, threshold: float) -> None:
    if not is_relevant.any():
        raise TargetError(
            f"No target value has a relevance of at least threshold={threshold:g}; the largest "
            f"relevance is {relevance.max():.3g}. Pass a smaller threshold, or another relevance "
            "function."
        )
    if is_relevant.all():
        raise TargetError(
            f"All target values have a relevance of at least threshold={threshold:g}; the smallest "
            f"relevance is {relevance.min():.3g}. Pass a larger threshold, or another relevance "
            "function."
        )
