"""Tests of whether two tables differ more than the parts of a random split of all their rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma

import numpy as np
from scipy import special, stats

from counterpoise._lib.types import Float64Array, IntArray

__all__ = [
    "adjust",
    "compare_shares",
    "compute_one_sided_p_value",
    "measure_distance_of_categories",
    "measure_distance_of_numbers",
]

_MIN_EXPECTED = 5  # rows in each part, for the chi-squared approximation


def adjust(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for their number by Holm's method.

    Examples
    --------
    >>> adjust([0.01, 0.5, 0.02])
    [0.03, 0.5, 0.04]
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(np.asarray(p_values)[order] * factors), 1)
    return [float(p) for p in adjusted]


def compute_one_sided_p_value(n_rows: int, n_test: int, n_all: int) -> float:
    """Compute the probability that a random split puts some given rows all into the test set.

    Parameters
    ----------
    n_rows : int
        Number of the given rows.
    n_test, n_all : int
        Number of rows in the test set and in both tables.

    Examples
    --------
    >>> round(compute_one_sided_p_value(2, 5, 10), 3)
    0.222
    """
    ways = lgamma(n_test + 1) - lgamma(n_test - n_rows + 1)
    return exp(ways - lgamma(n_all + 1) + lgamma(n_all - n_rows + 1))


def compare_shares(count: int, n: int, test_count: int, n_test: int) -> float:
    """Test whether a property has the same share in two tables; return the p-value.

    Fisher's exact test if a count is small, otherwise the chi-squared test.
    """
    counts = np.array([[count, n - count], [test_count, n_test - test_count]])
    if not counts.sum(axis=0).all() or not counts.sum(axis=1).all():
        return 1.0
    expected = counts.sum(axis=0) * counts.sum(axis=1)[:, None] / counts.sum()
    if expected.min() < _MIN_EXPECTED:
        return float(stats.fisher_exact(counts).pvalue)
    return float(stats.chi2_contingency(counts, correction=False).pvalue)


def measure_distance_of_numbers(
    values: Float64Array, test_values: Float64Array
) -> tuple[float, float]:
    """Return the Kolmogorov-Smirnov distance of two samples and its asymptotic p-value.

    Examples
    --------
    >>> distance, p_value = measure_distance_of_numbers(np.arange(80.0), np.arange(40.0, 120.0))
    >>> distance, p_value < 0.001
    (0.5, True)
    """
    values, test_values = np.sort(values), np.sort(test_values)
    points = np.concatenate([values, test_values])
    shares = [np.searchsorted(part, points, "right") / len(part) for part in (values, test_values)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    n_effective = len(values) * len(test_values) / len(points)
    return distance, float(special.kolmogorov(np.sqrt(n_effective) * distance))


def measure_distance_of_categories(counts: IntArray, test_counts: IntArray) -> tuple[float, float]:
    """Return the total variation distance of two samples of categories, and its p-value.

    Half the sum of the differences between the shares. Infrequent categories, whose shares are
    uncertain, are counted as one; the p-value is that of the chi-squared test.

    Parameters
    ----------
    counts, test_counts : ndarray of int of shape (n_categories,)

    Examples
    --------
    >>> distance, p_value = measure_distance_of_categories(np.array([60, 40]), np.array([20, 80]))
    >>> round(distance, 3), p_value < 0.001
    (0.4, True)
    """
    table = _merge_infrequent(np.stack([counts, test_counts]))
    if table.shape[1] < 2:
        return 0.0, 1.0
    shares = table / table.sum(axis=1, keepdims=True)
    distance = float(np.abs(shares[0] - shares[1]).sum() / 2)
    return distance, float(stats.chi2_contingency(table, correction=False).pvalue)


def _merge_infrequent(table: IntArray) -> IntArray:
    """Count categories with few expected rows in one of the tables as one category."""
    totals = table.sum(axis=0)
    share = table.sum(axis=1).min() / table.sum()
    table = table[:, np.argsort(-totals, kind="stable")]
    n_frequent = int((totals * share >= _MIN_EXPECTED).sum())
    rest = table[:, n_frequent:].sum(axis=1, keepdims=True)
    if n_frequent and rest.sum() * share < _MIN_EXPECTED:
        n_frequent -= 1
        rest += table[:, n_frequent : n_frequent + 1]
    return np.concatenate([table[:, :n_frequent], rest], axis=1)
