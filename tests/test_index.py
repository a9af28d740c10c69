"""The index compared with brute force over all pairs, on many kinds of points."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise._lib.threads import thread_count
from counterpoise.exceptions import InputError
from counterpoise.neighbors._index import Index


def all_pairs(points: np.ndarray, queries: np.ndarray, penalties: np.ndarray | None) -> np.ndarray:
    """Return all squared distances, summed in column order in float64."""
    squared = np.zeros((len(queries), len(points)))
    for column in range(points.shape[1]):
        step = queries[:, column, None].astype(float) - points[None, :, column].astype(float)
        step *= step
        if penalties is not None:
            step[np.isnan(step)] = penalties[column]
        squared += step
    return squared


def brute_force(
    points: np.ndarray, k: int, *, penalties: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the k nearest other points of every point, and their distances."""
    squared = all_pairs(points, points, penalties)
    np.fill_diagonal(squared, np.inf)
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :k]
    return nearest, np.sqrt(np.take_along_axis(squared, nearest, axis=1))


def assert_exact(points: np.ndarray, k: int, **params: Any) -> None:
    """Assert that the index gives the same results as brute force."""
    # A power of two keeps the squares of extreme values in range and is exact.
    with np.errstate(divide="ignore"):
        exponent = np.frexp(np.nanmax(np.abs(points), initial=0.0))[1]
    scale = 1.0 if abs(exponent) < 400 else 2.0 ** -float(exponent)
    expected, distance = brute_force(points * scale, k, penalties=params.get("penalties"))
    distance = distance / scale
    found, found_distance = Index(points, **params).nearest_others(k, return_distance=True)
    np.testing.assert_array_equal(expected, found)
    np.testing.assert_array_equal(distance, found_distance)


def assert_closer_are_found(points: np.ndarray, rng: np.random.RandomState) -> None:
    """Assert that only points before random thresholds are found, and enough of them."""
    squared = all_pairs(points, points, None)
    np.fill_diagonal(squared, np.inf)
    order = np.argsort(squared, axis=1, kind="stable")
    rank = rng.randint(0, 6, len(points))
    position = np.take_along_axis(order, rank[:, None], axis=1)[:, 0]
    threshold = squared[np.arange(len(points)), position]

    found = Index(points).find_closer(4, threshold, position)

    for row in range(len(points)):
        some = found[row][found[row] >= 0]
        assert len(some) == len(np.unique(some)) == min(4, rank[row])
        assert set(some) <= set(order[row, : rank[row]])


KINDS = {
    "blob": lambda rng, n, d: rng.randn(n, d),
    "clusters": lambda rng, n, d: rng.randn(9, d)[rng.randint(0, 9, n)] * 50 + rng.randn(n, d),
    "grid": lambda rng, n, d: rng.randint(0, 4, (n, d)).astype(float),
    "duplicates": lambda rng, n, d: rng.randn(max(1, n // 9), d)[rng.randint(0, max(1, n // 9), n)],
    "one point": lambda rng, n, d: np.repeat(rng.randn(1, d), n, axis=0),
    "constant columns": lambda rng, n, d: rng.randn(n, d) * (rng.rand(d) < 0.5),
    "far away": lambda rng, n, d: rng.randn(n, d) * 1e-2 + 1e7,
    "mixed scales": lambda rng, n, d: rng.randn(n, d) * 10.0 ** rng.randint(-9, 9, d),
    "tight and apart": lambda rng, n, d: rng.randn(n, d) * 1e-3 + 1e6 * rng.randint(0, 3, (n, 1)),
    "outlier": lambda rng, n, d: np.vstack([rng.randn(n - 1, d), np.full((1, d), 1e12)]),
    "huge": lambda rng, n, d: rng.randn(n, d) * 1e300 / d,
    "tiny": lambda rng, n, d: rng.randn(n, d) * 1e-300,
    "heavy tails": lambda rng, n, d: np.sign(rng.randn(n, d)) * rng.standard_cauchy((n, d)) ** 2,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_points(kind, dtype, seed):
    """Duplicates, ties, offsets, scales: positions and distances are those of brute force."""
    rng = np.random.RandomState(seed)
    if dtype == np.float32 and kind in ("huge", "tiny"):
        pytest.skip("such values are out of the range of float32")
    # One shape for each seed: all kinds are tested with all shapes in both precisions.
    n, d, k = {0: (1100, 3, 5), 7: (700, 17, 1), 123: (300, 40, 60)}[seed]
    assert_exact(KINDS[kind](rng, n, d).astype(dtype), k)


@pytest.mark.parametrize("width", [1, 2, 5, 16, 31, 64, 129, 300])
@pytest.mark.parametrize("n", [2, 3, 127, 128, 129, 400])
def test_widths_and_sizes(width, n):
    """Any number of columns and any number of points."""
    points = np.random.RandomState(width * n).randn(n, width)

    assert_exact(points, min(n - 1, 4))


@pytest.mark.parametrize("k", [1, 2, 31, 500, 999, 1000])
def test_many_neighbors(k):
    """Up to a thousand neighbors, and up to all other points."""
    assert_exact(np.random.RandomState(k).randn(1001, 6), k)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("kind", ["blob", "grid", "clusters", "far away", "tight and apart"])
def test_missing_values(kind, share, seed):
    """A value missing in a point or a query adds the penalty of its column."""
    rng = np.random.RandomState(seed)
    for n, d in ((600, 4), (300, 20)):
        points = KINDS[kind](rng, n, d)
        penalties = 2 * points.var(axis=0)
        penalties[0] = 0
        points[rng.rand(n, d) < share] = np.nan
        points[5] = np.nan

        assert_exact(points, 5, penalties=penalties)


@pytest.mark.parametrize(
    "layout",
    [
        np.asfortranarray,
        lambda x: np.repeat(np.repeat(x, 2, axis=0), 3, axis=1)[::2, ::3],
        lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
        lambda x: np.lib.stride_tricks.as_strided(x, writeable=False),
        lambda x: x[:, :1].repeat(5, axis=1),
        lambda x: np.broadcast_to(x[:, :1], x.shape),
    ],
    ids=["F", "strided", "reversed", "read-only", "repeated", "broadcast"],
)
def test_any_strides(layout):
    """Points may have any memory layout."""
    points = layout(np.random.RandomState(0).randn(300, 5))

    assert_exact(points, 4)


def test_rows_and_some_of_them(seed):
    """An index over some rows, queried for some of them in any order and with duplicates."""
    rng = np.random.RandomState(seed)
    points = rng.randn(900, 7)
    rows = np.flatnonzero(rng.rand(900) < 0.4)
    query_positions = rng.randint(0, len(rows), 500)
    index = Index(points, rows=rows)

    found = index.nearest_others(6, query_positions=query_positions)

    np.testing.assert_array_equal(brute_force(points[rows], 6)[0][query_positions], found)
    assert (len(rows), 7) == (index.n_points, index.n_features)
    assert (0, 3) == index.nearest_others(3, query_positions=np.empty(0, int)).shape


@pytest.mark.parametrize("kind", ["blob", "grid", "far away", "duplicates"])
def test_other_points_as_queries(kind, seed):
    """The nearest points to queries that are not in the index."""
    rng = np.random.RandomState(seed)
    points, queries = np.split(KINDS[kind](rng, 900, 5), [600])

    found, distance = Index(points).nearest(queries, 7, return_distance=True)

    squared = all_pairs(points, queries, None)
    expected = np.argsort(squared, axis=1, kind="stable")[:, :7]
    np.testing.assert_array_equal(expected, found)
    np.testing.assert_array_equal(np.sqrt(np.take_along_axis(squared, expected, axis=1)), distance)


def test_missing_values_in_queries():
    """Values may be missing in queries, and not in the index."""
    rng = np.random.RandomState(0)
    points, queries, penalties = rng.randn(400, 4), rng.randn(90, 4), np.full(4, 0.3)
    queries[rng.rand(90, 4) < 0.3] = np.nan

    found = Index(points, penalties=penalties).nearest(queries, 3)

    squared = all_pairs(points, queries, penalties)
    np.testing.assert_array_equal(np.argsort(squared, axis=1, kind="stable")[:, :3], found)


def test_a_single_point():
    """In an index of one point, it is the nearest point to every query and has no neighbors."""
    index = Index(np.array([[1.0, 2.0]]))

    np.testing.assert_array_equal([[0], [0]], index.nearest(np.zeros((2, 2)), 1))
    with pytest.raises(InputError, match="k must be from 1 to 0"):
        index.nearest_others(1)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_table(data):
    """Any values, including missing ones."""
    n, d = data.draw(st.integers(2, 40)), data.draw(st.integers(1, 5))
    number = (
        st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)
        | st.integers(-3, 3).map(float)
        | st.sampled_from([0.0, -0.0, 1e16, 1e16 + 2, np.nan])
    )
    row = st.lists(number, min_size=d, max_size=d)
    points = np.array(data.draw(st.lists(row, min_size=n, max_size=n)))

    assert_exact(points, data.draw(st.integers(1, n - 1)), penalties=np.full(d, 0.5))


LONG_SEARCH = """
import sys, numpy as np
from counterpoise.neighbors._index import Index
index = Index(np.random.RandomState(0).randn(60_000, 200))
print("started", flush=True)
try:
    index.nearest_others(20)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.costly
def test_ctrl_c():
    """Ctrl-C interrupts a long search at once with a KeyboardInterrupt."""
    command = [sys.executable, "-c", LONG_SEARCH]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "started" == process.stdout.readline().strip()
        time.sleep(0.5)

        process.send_signal(signal.SIGINT)

        assert "interrupted" == process.stdout.readline().strip()
        assert 0 == process.wait(timeout=30)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is not available")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork():
    """A child process can use an index that its parent process has used."""
    points = np.random.RandomState(0).randn(500, 3)
    index = Index(points)
    before = index.nearest_others(3)

    child = os.fork()
    if child == 0:
        os._exit(0 if np.array_equal(before, index.nearest_others(3)) else 1)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_many_callers():
    """Several threads can use one index at the same time."""
    points = np.random.RandomState(0).randn(3000, 8)
    index = Index(points)
    expected = index.nearest_others(5)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: index.nearest_others(5), range(12)))

    for result in results:
        np.testing.assert_array_equal(expected, result)


def test_the_index_keeps_its_points_alive():
    """The index holds a reference to its points."""
    index = Index(np.random.RandomState(0).randn(2000, 4), penalties=np.ones(4))
    expected = index.nearest_others(2)
    _ = [np.full((2000, 4), float(i)) for i in range(20)]

    np.testing.assert_array_equal(expected, index.nearest_others(2))


POINTS = np.random.RandomState(0).randn(10, 2)
INCOMPLETE = np.where(POINTS > 1, np.nan, POINTS)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Index(np.zeros((0, 2))), InputError, "needs at least one point and one column"),
        (lambda: Index(np.zeros((2, 0))), InputError, "needs at least one point and one column"),
        (lambda: Index(np.full((3, 2), np.inf)), InputError, "some are infinite"),
        (lambda: Index(INCOMPLETE), InputError, "pass penalties"),
        (lambda: Index(POINTS, penalties=np.array([1.0, -1])), InputError, "0 or more"),
        (lambda: Index(POINTS, penalties=np.array([1.0, np.nan])), InputError, "finite"),
        (
            lambda: Index(POINTS, penalties=np.ones(3)),
            InputError,
            "an entry for each numeric column",
        ),
        (lambda: Index(POINTS, rows=np.array([0, 10])), IndexError, "out of range"),
        (lambda: Index(POINTS, rows=np.array([-1, 2])), IndexError, "out of range"),
        (lambda: Index(POINTS.astype(int)), InputError, "float32 or float64"),
        (lambda: Index([[1.0], [2.0]]), InputError, "must be a two-dimensional numpy array"),
        (lambda: Index(POINTS[0]), InputError, r"of shape \(2,\)"),
        (lambda: Index(POINTS, rows=np.array([2, 1])), InputError, "ascending order"),
        (
            lambda: Index(POINTS).nearest_others(2, query_positions=np.array([1.5])),
            InputError,
            "array of integers",
        ),
        (lambda: Index(POINTS).nearest_others(2.0), InputError, "got 2.0"),
        (lambda: Index(POINTS, n_jobs=0), ValueError, "n_jobs"),
        (lambda: Index(POINTS).nearest_others(0), InputError, "from 1 to 9, .* got 0"),
        (lambda: Index(POINTS).nearest_others(10), InputError, "from 1 to 9, .* got 10"),
        (
            lambda: Index(POINTS).nearest_others(2, query_positions=np.array([10])),
            IndexError,
            "out of range",
        ),
        (lambda: Index(POINTS).nearest(POINTS, 11), InputError, "from 1 to 10"),
        (lambda: Index(POINTS).nearest(POINTS[:, :1], 1), InputError, "must have 2 columns"),
        (lambda: Index(POINTS).nearest(INCOMPLETE, 1), InputError, "no penalties"),
        (lambda: Index(POINTS).nearest(POINTS / 0, 1), InputError, "some are infinite"),
    ],
)
def test_messages(call, error, message):
    """Invalid points, queries and parameters raise errors that name the numbers."""
    with np.errstate(all="ignore"), pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({"OMP_NUM_THREADS": "1"}, 1), ({"COUNTERPOISE_NUM_THREADS": "1"}, 1),
     ({"OMP_NUM_THREADS": "1,4"}, 1), ({"OMP_NUM_THREADS": "junk"}, None)],
)  # fmt: skip
def test_thread_count(environment, expected, monkeypatch):
    """The number of threads is that of the cores, limited by the environment, or as requested."""
    for name in ("OMP_NUM_THREADS", "COUNTERPOISE_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    default = thread_count()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert (expected or default) == thread_count()
    assert 3 == thread_count(3)
    assert max(1, thread_count() - 1) == thread_count(-2)
    assert thread_count() == thread_count(-1)
