"""Describe a continuous target in words."""

from __future__ import annotations

import numpy as np

from counterpoise._lib.format_text import format_number, format_percent
from counterpoise._lib.types import Float64Array
from counterpoise.study._regression.scoring import RegressionSummary
from counterpoise.study._regression.target import RARE, THRESHOLD
from counterpoise.study._text import TargetText, join_names

__all__ = ["describe_values", "format_value", "rare_ranges"]


def format_value(value: float) -> str:
    """Format a target value with up to six digits, without an exponent.

    Examples
    --------
    >>> [format_value(value) for value in (1250000, 0.5, -3.25, 1e-5, 0)]
    ['1,250,000', '0.5', '−3.25', '0.00001', '0']
    """
    digits = int(np.floor(np.log10(abs(value)))) if value else 0
    decimals = max(5 - digits, 0)
    text = format_number(value, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text


def describe_values(data: RegressionSummary) -> TargetText:
    """Describe a continuous target: its range, its rare values and its relevance."""
    values, count = data.values, int((data.codes == RARE).sum())
    low, median, high = map(format_value, np.quantile(values, [0, 0.5, 1]))
    rare = f"{count:,} of {len(values):,}, {format_percent(count / len(values))}"
    ranges = _join_ranges(data)
    return TargetText(
        f"Continuous target, {low} to {high}; rare values (relevance of at least "
        f"{THRESHOLD:g}): {ranges}; {rare}.",
        (
            ("target", f"{low} to {high}, median {median}"),
            ("rare values", f"{ranges} ({count:,} rows, {format_percent(count / len(values))})"),
        ),
        "quantiles of the target, separately for rare and for common values",
        "distribution of the target",
        f"Relevance of the target's values: {data.relevance_method}. Values with a relevance of at "
        f"least {THRESHOLD:g} are rare. The relevance function is fitted to the target of the "
        "whole table, and is the same for metrics, weights and samplers.",
    )


def rare_ranges(data: RegressionSummary) -> list[tuple[float, float]]:
    """Return the smallest and the largest value of each range of rare values."""
    order = np.argsort(data.values, kind="stable")
    values, rare = data.values[order], data.codes[order] == RARE
    edges = np.flatnonzero(np.diff(rare)) + 1
    parts: list[Float64Array] = np.split(values, edges)
    kinds = rare[np.append(0, edges)]
    return [
        (float(part[0]), float(part[-1]))
        for part, is_rare in zip(parts, kinds, strict=True)
        if is_rare
    ]


def _join_ranges(data: RegressionSummary) -> str:
    ranges = rare_ranges(data)
    if len(ranges) > 3:
        return f"{len(ranges)} ranges"
    lowest, highest = data.values.min(), data.values.max()
    return join_names(
        f"up to {format_value(high)}"
        if low == lowest
        else f"from {format_value(low)}"
        if high == highest
        else f"{format_value(low)} to {format_value(high)}"
        for low, high in ranges
    )
