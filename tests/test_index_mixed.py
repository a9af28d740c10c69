"""The index over mixed rows, and who comes before a place, against a plain comparison of pairs."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise.exceptions import InputError
from counterpoise.neighbors import Index
from tests.test_index import all_pairs


def mixed_pairs(
    points: np.ndarray,
    queries: np.ndarray,
    penalties: np.ndarray | None,
    mismatch: np.ndarray,
) -> np.ndarray:
    """Return every squared distance: numeric columns first, then what nominal ones add."""
    n_numeric = points.shape[1] - len(mismatch)
    squared = all_pairs(points[:, :n_numeric], queries[:, :n_numeric], penalties)
    for column, price in enumerate(mismatch, n_numeric):
        squared += price * (queries[:, column, None] != points[None, :, column])
    return squared


def ranked(squared: np.ndarray, k: int) -> np.ndarray:
    """Return the k nearest of each row of squared distances, ties by position."""
    return np.argsort(squared, axis=1, kind="stable")[:, :k]


def table(rng, n: int, n_numeric: int, n_codes: list[int], missing: float) -> np.ndarray:
    """Return a table of numbers, some missing, and codes."""
    numbers = rng.randn(n, n_numeric) * rng.choice([1.0, 10.0], n_numeric)
    numbers[rng.rand(n, n_numeric) < missing] = np.nan
    codes = [np.minimum(rng.randint(0, most, n), rng.randint(0, most, n)) for most in n_codes]
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
    """Numbers, missing cells and codes together: exactly the nearest others, in order."""
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


def test_queries_from_elsewhere(seed):
    """Codes that no point has are asked for as any other, and rows may be chosen."""
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
    """Whatever small table of numbers and codes there is, full of ties."""
    n = data.draw(st.integers(2, 40))
    n_numeric = data.draw(st.integers(0, 3))
    n_nominal = data.draw(st.integers(0 if n_numeric else 1, 3))
    cell = st.sampled_from([0.0, 1.0, -1.0, 0.5, np.nan])
    numbers = data.draw(st.lists(cell, min_size=n * n_numeric, max_size=n * n_numeric))
    codes = data.draw(st.lists(st.integers(0, 40), min_size=n * n_nominal, max_size=n * n_nominal))
    points = np.hstack(
        [np.reshape(numbers, (n, n_numeric)), np.reshape(codes, (n, n_nominal))]
    ).astype(float)
    prices = st.sampled_from([0.0, 0.25, 1.0, 3.0])
    penalties = np.array(data.draw(st.lists(prices, min_size=n_numeric, max_size=n_numeric)))
    mismatch = np.array(data.draw(st.lists(prices, min_size=n_nominal, max_size=n_nominal)))
    k = data.draw(st.integers(1, n - 1))
    squared = mixed_pairs(points, points, penalties, mismatch)
    np.fill_diagonal(squared, np.inf)

    found = Index(points, penalties=penalties, mismatch=mismatch).nearest_others(k)

    np.testing.assert_array_equal(ranked(squared, k), found)


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize("k", [1, 3, 20])
def test_ahead(grid, k, seed):
    """Who comes before a place: enough of them if there are enough, else every one."""
    rng = np.random.RandomState(seed)
    points = rng.randint(0, 3, (600, 4)).astype(float) if grid else rng.randn(600, 4)
    squared = all_pairs(points, points, None)
    np.fill_diagonal(squared, np.inf)
    of = rng.randint(0, 600, 200)
    place = rng.randint(0, 600, 200)
    place[place == of] = (of[place == of] + 1) % 600
    limit = squared[of, place]

    found = Index(points).ahead(k, limit, place, of=of)

    for row, before in enumerate(found):
        order = np.argsort(squared[of[row]], kind="stable").tolist()
        everyone = set(order[: order.index(place[row])])
        met = before[before >= 0].tolist()
        assert len(set(met)) == len(met) == min(k, len(everyone))
        assert set(met) <= everyone


def test_shared_units(seed):
    """Indices over parts of a table rank in the same units, however extreme the numbers."""
    points = np.random.RandomState(seed).randn(300, 3) * 1e250
    points[::50] *= 1e-90
    whole = Index(points, shared=True)
    few = Index(points, rows=np.arange(0, 300, 50), shared=True)

    nearest, squared = few.nearest(points, 1, return_distance=True, squared=True)
    mine = whole.nearest_others(299, of=np.array([7]), return_distance=True, squared=True)

    place = mine[0][0].tolist().index(nearest[7, 0] * 50)
    assert mine[1][0, place] == squared[7, 0]


def test_limits(seed):
    """Within its limit a search finds the nearest; beyond it need find nothing, and says so."""
    rng = np.random.RandomState(seed)
    points, queries = rng.randn(2000, 3), rng.randn(500, 3)
    squared = all_pairs(points, queries, None)
    limits = rng.choice([0.0, 1e-3, 1e-1, np.inf], 500)

    found, distance = Index(points).nearest(
        queries, 1, return_distance=True, squared=True, limits=limits
    )

    within = squared.min(axis=1) <= limits
    np.testing.assert_array_equal(squared.argmin(axis=1)[within], found[within, 0])
    nothing = found[:, 0] < 0
    assert nothing.any()
    assert np.isinf(distance[nothing]).all()


@pytest.mark.parametrize("n", [2, 4, 1000])
def test_few_cells(n, seed):
    """What is found in one cell are other points, in order, and no nearer than the nearest."""
    points = np.random.RandomState(seed).randn(n, 4)
    squared = all_pairs(points, points, None)
    np.fill_diagonal(squared, np.inf)
    k = min(3, n - 1)

    found, distance = Index(points).nearest_others(
        k, return_distance=True, squared=True, most_cells=1
    )

    there = found >= 0
    expected = np.where(there, np.take_along_axis(squared, found.clip(0), axis=1), np.inf)
    np.testing.assert_array_equal(expected, distance)
    assert (distance >= np.sort(squared, axis=1)[:, :k]).all()
    assert (np.diff(distance, axis=1) >= 0).all() if there.all() else n == 1000


@pytest.mark.parametrize("code", [-1.0, 0.5, 2.0**25, np.nan])
def test_nominal_cells_hold_codes(code):
    """A cell of a nominal column that is no code is refused, in points and in queries."""
    points = np.array([[0.0, 1], [1, 2], [2, code]])

    with pytest.raises(InputError, match="must hold codes|missing"):
        Index(points, mismatch=np.ones(1))
    with pytest.raises(InputError, match="must hold codes|missing"):
        Index(points[:2], mismatch=np.ones(1)).nearest(points, 1)


def test_instruction_sets_agree():
    """Mixed rows are ranked alike by every set of kernels."""
    code = (
        "import numpy as np; from counterpoise.neighbors import Index\n"
        "rng = np.random.RandomState(0)\n"
        "p = np.column_stack([rng.randn(3000, 5), rng.randint(0, 9, (3000, 3))])\n"
        "p[rng.rand(3000) < 0.1, 2] = np.nan\n"
        "i = Index(p, penalties=np.full(5, 2.0), mismatch=np.full(3, 0.7))\n"
        "print(hash(i.nearest_others(6).tobytes()))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": "0", "COUNTERPOISE_INSTRUCTION_SET": name},
            check=True,
            capture_output=True,
        ).stdout
        for name in ("baseline", "avx2", "")
    }

    assert len(outputs) == 1
