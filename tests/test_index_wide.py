"""Wide tables, such as images and embeddings: results are those of brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise.neighbors._index import Index
from tests.test_index import KINDS, all_pairs, assert_closer_are_found, assert_exact


def embeddings(rng: np.random.RandomState, n: int, d: int) -> np.ndarray:
    """Return unit vectors around a few topics."""
    points = rng.randn(12, d)[rng.randint(0, 12, n)] + rng.randn(n, d)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def low_rank(rng: np.random.RandomState, n: int, d: int) -> np.ndarray:
    """Return points close to a plane of few dimensions."""
    return rng.randn(n, 3) @ rng.randn(3, d) + 1e-3 * rng.randn(n, d)


def one_huge_column(rng: np.random.RandomState, n: int, d: int) -> np.ndarray:
    """Return points with a column of much larger values."""
    return np.column_stack([1e8 * rng.rand(n), rng.randn(n, d - 1)])


def huge_outliers(rng: np.random.RandomState, n: int, d: int) -> np.ndarray:
    """Return points of which a few have squares beyond the range of float32."""
    return rng.randn(n, d) * np.where(np.arange(n) % 97 == 5, 1e25, 1)[:, None]


WIDE_KINDS = {
    **KINDS,
    "embeddings": embeddings,
    "low rank": low_rank,
    "one huge column": one_huge_column,
    "huge outliers": huge_outliers,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", WIDE_KINDS)
def test_kinds_of_points(kind, dtype, seed):
    """Duplicates, ties, offsets and extreme values, in both precisions."""
    if dtype == np.float32 and kind in ("huge", "tiny"):
        pytest.skip("such values are out of the range of float32")
    n, d, k = {0: (420, 64, 5), 7: (260, 129, 1), 123: (150, 300, 100)}[seed]
    with np.errstate(over="ignore"):
        assert_exact(WIDE_KINDS[kind](np.random.RandomState(seed), n, d).astype(dtype), k)


@settings(deadline=None, max_examples=30)
@given(
    width=st.integers(1, 2000),
    n=st.integers(2, 140),
    k=st.integers(1, 100),
    kind=st.sampled_from(sorted(WIDE_KINDS)),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 2**31),
)
def test_any_width(*, width, n, k, kind, dtype, seed):
    """Any number of columns, points and neighbors."""
    if (dtype == np.float32 and kind in ("huge", "tiny")) or (width == 1 and "column" in kind):
        return
    with np.errstate(over="ignore"):
        points = WIDE_KINDS[kind](np.random.RandomState(seed), n, width).astype(dtype)
    assert_exact(points, min(k, n - 1))


@pytest.mark.parametrize("share", [0.002, 0.2])
def test_missing_values(share, seed):
    """Wide tables with missing values."""
    rng = np.random.RandomState(seed)
    points = embeddings(rng, 300, 100)
    penalties = 2 * points.var(axis=0)
    points[rng.rand(*points.shape) < share] = np.nan

    assert_exact(points, 5, penalties=penalties)


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda x: np.repeat(x, 2, axis=1)[:, ::2]])
def test_any_strides(layout, seed):
    """Columns that are not adjacent in memory."""
    assert_exact(layout(embeddings(np.random.RandomState(seed), 300, 80)), 5)


@pytest.mark.parametrize("dtypes", [(np.float32, np.float64), (np.float64, np.float32)])
@pytest.mark.parametrize("kind", ["embeddings", "grid", "far away", "huge outliers", "duplicates"])
def test_other_queries(kind, dtypes, seed):
    """Some rows as queries, of another precision than the points; with and without limits."""
    rng = np.random.RandomState(seed)
    table = WIDE_KINDS[kind](rng, 700, 90).astype(np.float32)
    rows, queries = np.arange(0, 500, 2), np.arange(699, 400, -3)
    points, others = table.astype(dtypes[0]), table.astype(dtypes[1])
    squared = all_pairs(points[rows], others[queries], None)
    order = np.argsort(squared, axis=1, kind="stable")[:, :7]
    expected = np.take_along_axis(squared, order, axis=1)
    index = Index(points, rows=rows)

    found, distance = index.nearest(others, 7, rows=queries, return_distance=True, squared=True)
    limits = expected[:, 3].copy()
    within, near = index.nearest(
        others, 7, rows=queries, return_distance=True, squared=True, limits=limits
    )

    np.testing.assert_array_equal(order, found)
    np.testing.assert_array_equal(expected, distance)
    wanted = expected <= limits[:, None]
    np.testing.assert_array_equal(order[wanted], within[wanted])
    np.testing.assert_array_equal(expected[wanted], near[wanted])


@pytest.mark.parametrize("kind", ["embeddings", "grid", "duplicates", "low rank"])
def test_closer_than_a_threshold(kind, seed):
    """Only points before a threshold are found, and enough of them."""
    rng = np.random.RandomState(seed)
    points = WIDE_KINDS[kind](rng, 500, 100)
    assert_closer_are_found(points, rng)
