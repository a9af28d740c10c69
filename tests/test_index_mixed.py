"""The index with numeric and categorical columns, and limits, compared with brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise.exceptions import InputError
from counterpoise.neighbors._index import Index
from tests.test_index import all_pairs


def mixed_pairs(
    points: np.ndarray,
    queries: np.ndarray,
    penalties: np.ndarray | None,
    mismatch: np.ndarray,
) -> np.ndarray:
    """Return all squared distances: numeric columns first, then the mismatches."""
    n_numeric = points.shape[1] - len(mismatch)
    squared = all_pairs(points[:, :n_numeric], queries[:, :n_numeric], penalties)
    for column, penalty in enumerate(mismatch, n_numeric):
        squared += penalty * (queries[:, column, None] != points[None, :, column])
    return squared


def ranked(squared: np.ndarray, k: int) -> np.ndarray:
    """Return the k nearest of each row of squared distances, ties by position."""
    return np.argsort(squared, axis=1, kind="stable")[:, :k]


def table(rng, n: int, n_numeric: int, n_codes: list[int], missing: float) -> np.ndarray:
    """Return a table of numbers, some missing, and codes."""
    numbers = rng.randn(n, n_numeric) * rng.choice([1.0, 10.0], n_numeric)
    numbers[rng.rand(n, n_numeric) < missing] = np.nan
    codes = [np.minimum(rng.randint(0, high, n), rng.randint(0, high, n)) for high in n_codes]
    return np.column_stack([numbers, *codes]) if n_codes else numbers


SHAPES = [
    (1, 1, [2]),
    (60, 0, [3, 40]),
    (700, 0, [2, 3, 5, 70]),
    (900, 3, [4]),
    (1500, 5, [2, 33, 100]),
    (400, 17, [3, 3, 3, 3, 3]),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_mixed_rows(shape, missing, dtype, seed):
    """Numbers, missing values and codes: exactly the nearest other points, in order."""
    n, n_numeric, n_codes = shape
    rng = np.random.RandomState(seed)
    points = table(rng, n + 1, n_numeric, n_codes, missing).astype(dtype)
    mismatch = rng.choice([0.0, 0.3, 2.0, 50.0], len(n_codes))
    penalties = 2 * np.ones(n_numeric) if missing else None
    k = min(n, 7)
    squared = mixed_pairs(points, points, penalties, mismatch)
    np.fill_diagonal(squared, np.inf)

    index = Index(points, penalties=penalties, mismatch=mismatch)
    found, distance = index.nearest_others(k, return_distance=True, squared=True)

    np.testing.assert_array_equal(ranked(squared, k), found)
    np.testing.assert_array_equal(np.take_along_axis(squared, found, 1), distance)


def test_other_points_as_queries(seed):
    """Queries may have codes that no point has, and a subset of queries can be selected."""
    rng = np.random.RandomState(seed)
    points = table(rng, 500, 2, [5, 9], 0.0)
    queries = table(rng, 80, 2, [50, 9], 0.0)
    mismatch = np.array([1.5, 0.5])
    rows = rng.randint(0, 80, 33)

    found = Index(points, mismatch=mismatch).nearest(queries, 4, rows=rows)

    squared = mixed_pairs(points, queries[rows], None, mismatch)
    np.testing.assert_array_equal(ranked(squared, 4), found)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_mixed_table(data):
    """Any small table of numbers and codes, with many ties."""
    n = data.draw(st.integers(2, 40))
    n_numeric = data.draw(st.integers(0, 3))
    n_categorical = data.draw(st.integers(0 if n_numeric else 1, 3))
    value = st.sampled_from([0.0, 1.0, -1.0, 0.5, np.nan])
    numbers = data.draw(st.lists(value, min_size=n * n_numeric, max_size=n * n_numeric))
    codes = data.draw(
        st.lists(st.integers(0, 40), min_size=n * n_categorical, max_size=n * n_categorical)
    )
    points = np.hstack(
        [np.reshape(numbers, (n, n_numeric)), np.reshape(codes, (n, n_categorical))]
    ).astype(float)
    penalty = st.sampled_from([0.0, 0.25, 1.0, 3.0])
    penalties = np.array(data.draw(st.lists(penalty, min_size=n_numeric, max_size=n_numeric)))
    mismatch = np.array(
        data.draw(st.lists(penalty, min_size=n_categorical, max_size=n_categorical))
    )
    k = data.draw(st.integers(1, n - 1))
    squared = mixed_pairs(points, points, penalties, mismatch)
    np.fill_diagonal(squared, np.inf)

    found = Index(points, penalties=penalties, mismatch=mismatch).nearest_others(k)

    np.testing.assert_array_equal(ranked(squared, k), found)


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize("k", [1, 3, 20])
def test_find_closer(grid, k, seed):
    """Points before a threshold: `k` of them if there are that many, else all."""
    rng = np.random.RandomState(seed)
    points = rng.randint(0, 3, (600, 4)).astype(float) if grid else rng.randn(600, 4)
    squared = all_pairs(points, points, None)
    np.fill_diagonal(squared, np.inf)
    query_positions = rng.randint(0, 600, 200)
    position = rng.randint(0, 600, 200)
    position[position == query_positions] = (query_positions[position == query_positions] + 1) % 600
    threshold = squared[query_positions, position]

    found = Index(points).find_closer(k, threshold, position, query_positions=query_positions)

    for row, before in enumerate(found):
        order = np.argsort(squared[query_positions[row]], kind="stable").tolist()
        closer = set(order[: order.index(position[row])])
        some = before[before >= 0].tolist()
        assert len(set(some)) == len(some) == min(k, len(closer))
        assert set(some) <= closer


def test_shared_units(seed):
    """With shared units, indexes over parts of a table return comparable squared distances."""
    points = np.random.RandomState(seed).randn(300, 3) * 1e250
    points[::50] *= 1e-90
    whole = Index(points, shared_units=True)
    few = Index(points, rows=np.arange(0, 300, 50), shared_units=True)

    nearest, squared = few.nearest(points, 1, return_distance=True, squared=True)
    others = whole.nearest_others(
        299, query_positions=np.array([7]), return_distance=True, squared=True
    )

    place = others[0][0].tolist().index(nearest[7, 0] * 50)
    assert others[1][0, place] == squared[7, 0]


def test_limits(seed):
    """The nearest point within the limit is found; beyond it the result may be -1 and infinite."""
    rng = np.random.RandomState(seed)
    points, queries = rng.randn(2000, 3), rng.randn(500, 3)
    squared = all_pairs(points, queries, None)
    limits = rng.choice([0.0, 1e-3, 1e-1, np.inf], 500)

    found, distance = Index(points).nearest(
        queries, 1, return_distance=True, squared=True, limits=limits
    )

    within = squared.min(axis=1) <= limits
    np.testing.assert_array_equal(squared.argmin(axis=1)[within], found[within, 0])
    none = found[:, 0] < 0
    assert none.any()
    assert np.isinf(distance[none]).all()


@pytest.mark.parametrize("n", [2, 4, 1000])
def test_max_leaves(n, seed):
    """A search of one leaf returns other points in order, none nearer than the true nearest."""
    points = np.random.RandomState(seed).randn(n, 4)
    squared = all_pairs(points, points, None)
    np.fill_diagonal(squared, np.inf)
    k = min(3, n - 1)

    found, distance = Index(points).nearest_others(
        k, return_distance=True, squared=True, max_leaves=1
    )

    exists = found >= 0
    expected = np.where(exists, np.take_along_axis(squared, found.clip(0), axis=1), np.inf)
    np.testing.assert_array_equal(expected, distance)
    assert (distance >= np.sort(squared, axis=1)[:, :k]).all()
    assert (np.diff(distance, axis=1) >= 0).all() if exists.all() else n == 1000


@pytest.mark.parametrize("code", [-1.0, 0.5, 2.0**25, np.nan])
def test_categorical_columns_hold_codes(code):
    """A categorical value that is not a code raises an error, in points and in queries."""
    points = np.array([[0.0, 1], [1, 2], [2, code]])

    with pytest.raises(InputError, match="must hold codes|missing"):
        Index(points, mismatch=np.ones(1))
    with pytest.raises(InputError, match="must hold codes|missing"):
        Index(points[:2], mismatch=np.ones(1)).nearest(points, 1)
