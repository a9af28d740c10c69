"""Array steps that several sampling methods share.

The samples that are kept, sorted by class; "danger" and "noise" samples; draws of a sample and one
of its neighbors; whole numbers in given proportions; the most frequent value in each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray

__all__ = [
    "BaseNeighborPairs",
    "draw_category_sources",
    "draw_most_frequent",
    "draw_pairs",
    "find_row_of_each_code",
    "find_unique_rows",
    "is_in_danger",
    "is_noise",
    "most_frequent",
    "select_by_class",
    "sort_by_class",
    "split_proportionally",
    "stratified_sample",
]


def sort_by_class(codes: IntArray, is_kept: BoolArray) -> RowArray:
    """Return the numbers of the kept samples, sorted by class and then by number.

    Parameters
    ----------
    codes : ndarray of int of shape (n_samples,)
        The class of each sample.
    is_kept : ndarray of bool of shape (n_samples,)

    Returns
    -------
    ndarray of int of shape (n_kept,)

    Examples
    --------
    >>> sort_by_class(np.array([1, 0, 1, 0]), np.array([True, True, False, True]))
    array([1, 3, 0])
    """
    kept = np.flatnonzero(is_kept)
    return kept[np.argsort(codes[kept], kind="stable")]


def select_by_class(codes: IntArray, chosen: Mapping[int, RowArray]) -> RowArray:
    """Return the selected samples of some classes and all samples of the others, by class.

    Parameters
    ----------
    codes : ndarray of int of shape (n_samples,)
        The class of each sample.
    chosen : mapping of int to ndarray of int
        For some classes, the numbers of their selected samples, in the order of the output.

    Returns
    -------
    ndarray of int of shape (n_kept,)

    Examples
    --------
    >>> select_by_class(np.array([1, 0, 1, 0, 1]), {1: np.array([4, 0])})
    array([1, 3, 4, 0])
    """
    classes = range(int(codes.max()) + 1)
    rows = [chosen[code] if code in chosen else np.flatnonzero(codes == code) for code in classes]
    return np.concatenate(rows)


def is_in_danger(n_other_class: IntArray, m: int) -> BoolArray:
    """Return whether samples are in danger: half or more of their neighbors, but not all, differ.

    The categories are those of Borderline-SMOTE [1]_.

    Parameters
    ----------
    n_other_class : ndarray of int of shape (n_samples,)
        Number of neighbors of another class, for each sample.
    m : int
        Number of neighbors of each sample.

    Returns
    -------
    ndarray of bool of shape (n_samples,)

    References
    ----------
    .. [1] H. Han, W.-Y. Wang and B.-H. Mao, "Borderline-SMOTE: a new over-sampling method in
       imbalanced data sets learning", 2005, doi:10.1007/11538059_91.
    """
    danger: BoolArray = (2 * n_other_class >= m) & (n_other_class < m)
    return danger


def is_noise(n_other_class: IntArray, m: int) -> BoolArray:
    """Return whether samples are noise: all of their neighbors are of other classes."""
    noise: BoolArray = n_other_class == m
    return noise


@dataclass(frozen=True)
class BaseNeighborPairs:
    """Random draws of a base sample and one of its nearest neighbors.

    Attributes
    ----------
    row : ndarray of int of shape (n_draws,)
        Position of the base sample among the samples of its class.
    rank : ndarray of int of shape (n_draws,)
        Rank of the neighbor, 0 for the nearest.
    weight : ndarray of float64 of shape (n_draws,)
        Position between base (0) and neighbor (1), uniform in [0, 1).
    """

    row: IntArray
    rank: IntArray
    weight: Float64Array


def draw_pairs(n_rows: int, k: int, n_draws: int, rng: np.random.RandomState) -> BaseNeighborPairs:
    """Draw base samples, ranks of neighbors and weights, in two calls of the random state.

    The draws do not depend on the neighbors themselves. So they come first, and neighbors are
    searched for the drawn samples only.

    Parameters
    ----------
    n_rows : int
        Number of samples of the class.
    k : int
        Number of neighbors of each.
    n_draws : int
    rng : RandomState instance

    Returns
    -------
    BaseNeighborPairs

    Examples
    --------
    >>> pairs = draw_pairs(10, 3, 4, np.random.RandomState(0))
    >>> pairs.row
    array([4, 5, 7, 0], dtype=int32)
    >>> pairs.rank
    array([0, 0, 0, 0], dtype=int32)
    """
    drawn = rng.randint(0, n_rows * k, size=n_draws)
    if n_rows * k < 2**31:
        drawn = drawn.astype(np.int32)  # halves the memory, and keeps the random stream
    weight = rng.uniform(size=n_draws)
    return BaseNeighborPairs(drawn // k, drawn % k, weight)


def find_unique_rows(row: IntArray, n_rows: int) -> tuple[RowArray, RowArray]:
    """Find the samples that were drawn at least once.

    Parameters
    ----------
    row : ndarray of int of shape (n_draws,)
        Positions of the drawn samples, with duplicates.
    n_rows : int
        Number of samples of the class.

    Returns
    -------
    drawn : ndarray of int of shape (n_drawn,)
        The sorted positions without duplicates.
    place : ndarray of int of shape (n_rows,)
        The position of each drawn sample in `drawn`; undefined for the others.

    Examples
    --------
    >>> drawn, place = find_unique_rows(np.array([3, 1, 3]), 5)
    >>> drawn, place[[3, 1, 3]]
    (array([1, 3]), array([1, 0, 1]))
    """
    is_drawn = np.zeros(n_rows, bool)
    is_drawn[row] = True
    return np.flatnonzero(is_drawn), np.cumsum(is_drawn) - 1


def split_proportionally(weights: Float64Array, total: int) -> IntArray:
    """Split a whole number in proportion to weights, with the largest remainder method.

    Parameters
    ----------
    weights : ndarray of float64 of shape (n_shares,)
        Finite and not negative. If all are 0, they count as equal.
    total : int

    Returns
    -------
    ndarray of int of shape (n_shares,)
        Whole numbers whose sum is `total`. The shares are rounded down, and the rest goes to those
        with the largest fractions, ties to the first.

    Examples
    --------
    >>> split_proportionally(np.array([1.0, 1.0, 2.0]), 7)
    array([2, 2, 3])
    """
    weight_sum = weights.sum()
    equal = np.full(len(weights), 1 / len(weights))
    exact = total * (weights / weight_sum if weight_sum > 0 else equal)
    shares: IntArray = np.floor(exact).astype(np.intp)
    remainder = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:remainder]] += 1
    return shares


def most_frequent(values: IntArray) -> IntArray:
    """Return the most frequent value of each row; of several, the smallest.

    Parameters
    ----------
    values : ndarray of int of shape (n_rows, n_values)
        With few columns, as all pairs of values in a row are compared.

    Returns
    -------
    ndarray of int of shape (n_rows,)

    Examples
    --------
    >>> most_frequent(np.array([[2, 1, 2], [3, 1, 2]]))
    array([2, 1])
    """
    ascending, counts = _count(values)
    # argmax returns the first of several maxima: the smallest value, as values are sorted.
    first = counts.argmax(axis=1)
    modes: IntArray = ascending[np.arange(len(ascending)), first]
    return modes


def draw_most_frequent(
    values: IntArray, row_of_draw: IntArray, rng: np.random.RandomState
) -> IntArray:
    """Draw the most frequent value of rows, with ties broken at random for each draw.

    Parameters
    ----------
    values : ndarray of int of shape (n_rows, n_values)
    row_of_draw : ndarray of int of shape (n_draws,)
        The row of each draw.
    rng : RandomState instance
        Used once, for a permutation of the tied values of all draws.

    Returns
    -------
    ndarray of int of shape (n_draws,)

    Examples
    --------
    >>> values = np.array([[2, 1, 2], [3, 1, 1], [4, 5, 6]])
    >>> draw_most_frequent(values, np.array([0, 1, 0]), np.random.RandomState(0))
    array([2, 1, 2])
    """
    ascending, counts = _count(values)
    is_tied = _first_of_run(ascending) & (counts == counts.max(axis=1, keepdims=True))
    n_tied = is_tied.sum(axis=1)
    tied = ascending[is_tied]  # the tied values of row 0, then of row 1, and so on
    begin = np.cumsum(n_tied) - n_tied
    n_of_draw = n_tied[row_of_draw]
    start = np.cumsum(n_of_draw) - n_of_draw
    order = rng.permutation(int(n_of_draw.sum()))
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    # Of the tied values of each draw, the one that comes first in the permutation.
    chosen = order[np.minimum.reduceat(place, start)] - start
    drawn: IntArray = tied[begin[row_of_draw] + chosen]
    return drawn


def draw_category_sources(
    categories: Sequence[IntArray],
    neighbors: IntArray,
    row_of_draw: IntArray,
    rng: np.random.RandomState,
) -> IntArray | None:
    """Draw the most frequent category of several neighbors, for each categorical feature.

    Parameters
    ----------
    categories : sequence of ndarray of int of shape (n_samples,)
        The codes of each categorical feature.
    neighbors : ndarray of int of shape (n_rows, n_neighbors)
        Samples.
    row_of_draw : ndarray of int of shape (n_draws,)
        The row of `neighbors` of each draw.
    rng : RandomState instance
        Breaks ties, feature by feature.

    Returns
    -------
    ndarray of int32 of shape (n_draws, n_categorical), or None
        For each draw and categorical feature, a sample with the category that was drawn; None
        without categorical features.
    """
    if not categories:
        return None
    sources = np.empty((len(row_of_draw), len(categories)), np.int32)
    for j, codes in enumerate(categories):
        drawn = draw_most_frequent(codes[neighbors], row_of_draw, rng)
        sources[:, j] = find_row_of_each_code(codes)[drawn]
    return sources


def find_row_of_each_code(codes: IntArray) -> IntArray:
    """Return the last row of each code; undefined for codes that no row has.

    Examples
    --------
    >>> find_row_of_each_code(np.array([1, 0, 1]))
    array([1, 2], dtype=int32)
    """
    rows = np.zeros(int(codes.max()) + 1, np.int32)
    rows[codes] = np.arange(len(codes))
    return rows


def _count(values: IntArray) -> tuple[IntArray, IntArray]:
    """Return the sorted values of each row, and the count of each value in its row."""
    ascending = np.sort(values, axis=1)
    counts = np.zeros(ascending.shape, np.int32)
    for j in range(ascending.shape[1]):
        counts += ascending == ascending[:, [j]]
    return ascending, counts


def _first_of_run(ascending: IntArray) -> BoolArray:
    """Return whether a value is the first of several equal ones in its sorted row."""
    first = np.ones(ascending.shape, bool)
    first[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    return first


def stratified_sample(codes: IntArray, n_rows: int, rng: np.random.RandomState) -> BoolArray:
    """Draw rows at random, of each class in proportion to its size, but at least one.

    Parameters
    ----------
    codes : ndarray of int of shape (n_samples,)
        The class of each sample; every class has one.
    n_rows : int
        If there are not more samples, all are drawn.
    rng : RandomState

    Returns
    -------
    ndarray of bool of shape (n_samples,)

    Examples
    --------
    >>> codes = np.array([0] * 90 + [1] * 10)
    >>> drawn = stratified_sample(codes, 20, np.random.RandomState(0))
    >>> np.bincount(codes[drawn])
    array([18,  2])
    """
    if n_rows >= len(codes):
        return np.ones(len(codes), bool)
    counts = np.bincount(codes)
    sizes = np.maximum(split_proportionally(counts.astype(np.float64), n_rows), 1)
    is_drawn = np.zeros(len(codes), bool)
    for code, (count, size) in enumerate(zip(counts, sizes, strict=True)):
        is_drawn[np.flatnonzero(codes == code)[rng.permutation(count)[:size]]] = True
    return is_drawn
