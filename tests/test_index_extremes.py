"""The index on tables where float32 bounds exclude few points, and checks of arguments."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise import _native
from counterpoise.neighbors._index import Index


def all_pairs(points: np.ndarray, queries: np.ndarray) -> np.ndarray:
    """Return all squared distances, summed in column order in float64."""
    squared = np.zeros((len(queries), len(points)))
    for column in range(points.shape[1]):
        squared += (queries[:, column, None] - points[None, :, column]) ** 2
    return squared


def test_equal_points_cost_little():
    """If all points are equal, the first positions are the nearest, and the search stops early."""
    found = Index(np.full((200_000, 3), 7.5)).nearest_others(
        3, query_positions=np.array([0, 2, 199_999])
    )
    np.testing.assert_array_equal([[1, 2, 3], [0, 1, 3], [0, 1, 2]], found)


@pytest.mark.parametrize("far", [1e8, 1e12, 1e30, 1e120])
def test_one_outlier(far):
    """One outlier does not change the neighbors of other points."""
    points = np.random.default_rng(0).normal(size=(700, 5))
    points[300, 2] = far
    points[301] = -far
    squared = all_pairs(points, points)
    np.fill_diagonal(squared, np.inf)
    expected = np.argsort(squared, axis=1, kind="stable")[:, :6]

    np.testing.assert_array_equal(expected, Index(points).nearest_others(6))


@pytest.mark.parametrize("far", [1e3, 1e9, 1e25, 1e100])
@pytest.mark.parametrize("n", [3, 900])
def test_queries_from_far_away(far, n):
    """Points are ranked exactly for queries to which all points are almost equally far."""
    rng = np.random.default_rng(1)
    points, queries = rng.normal(size=(n, 3)), far * rng.normal(size=(40, 3))
    expected = np.argsort(all_pairs(points, queries), axis=1, kind="stable")[:, :3]

    np.testing.assert_array_equal(expected, Index(points).nearest(queries, 3))


def test_row_numbers_are_copied():
    """A change of the row numbers after the index was built has no effect."""
    rows = np.array([1, 3, 5, 7])
    index = Index(np.arange(10.0)[:, None], rows=rows)
    rows[:] = 10**12

    np.testing.assert_array_equal([[1], [0], [1], [2]], index.nearest_others(1))


@pytest.mark.parametrize("shift", [0, 1, -1])
def test_output_must_not_overlap_input(shift):
    """Rows cannot be copied or interpolated into their own array."""
    table = np.arange(40.0).reshape(10, 4)
    source, out = table[1:9], table[1 + shift : 9 + shift]
    rows = np.arange(2)

    with pytest.raises(ValueError, match="overlap"):
        _native.copy_rows(out, 0, source, None, 1)
    with pytest.raises(ValueError, match="overlap"):
        _native.interpolate_rows(out, 0, source, rows, rows, np.zeros(2), 1)
    with pytest.raises(ValueError, match="overlap"):
        _native.copy_rows(out[::-1], 0, source[:, ::-1], None, 1)
