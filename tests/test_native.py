"""Native operations on rows compared with numpy, and invalid arguments."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from counterpoise import _native

LAYOUTS = {
    "C": np.ascontiguousarray,
    "F": np.asfortranarray,
    "strided": lambda x: np.repeat(np.repeat(x, 2, axis=0), 2, axis=1)[::2, ::2],
    "reversed": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
}
DTYPES = [np.bool_, np.int8, np.uint16, np.float16, np.int32, np.float32, np.int64, np.float64]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("source_layout", LAYOUTS)
@pytest.mark.parametrize("out_layout", LAYOUTS)
def test_copy_rows(out_layout, source_layout, dtype, threads):
    """Rows are copied exactly, for any memory layout of source and output."""
    rng = np.random.RandomState(0)
    source = LAYOUTS[source_layout]((rng.rand(50, 7) * 100).astype(dtype))
    rows = rng.randint(0, 50, 30)
    out = LAYOUTS[out_layout](np.zeros((90, 7), dtype))
    expected = np.zeros((90, 7), dtype)
    expected[3:33], expected[40:] = source[rows], source

    _native.copy_rows(out, 3, source, rows, threads)
    _native.copy_rows(out, 40, source, None, threads)

    np.testing.assert_array_equal(expected, out)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("source_layout", LAYOUTS)
@pytest.mark.parametrize("out_layout", LAYOUTS)
def test_interpolation(out_layout, source_layout, dtype, seed):
    """Interpolated values have numpy's bits; a missing value leaves the value of the base."""
    rng = np.random.RandomState(seed)
    source = LAYOUTS[source_layout](
        (rng.randn(200, 9) * 10.0 ** rng.randint(-8, 8, 9)).astype(dtype)
    )
    base, neighbor = rng.randint(0, 200, (2, 5000))
    weight = rng.uniform(-0.5, 1.5, 5000)
    out = LAYOUTS[out_layout](np.zeros((5002, 9), dtype))

    _native.interpolate_rows(out, 1, source, base, neighbor, weight, 2)

    expected = source[base] + weight[:, None] * (source[neighbor] - source[base])
    np.testing.assert_array_equal(expected.astype(dtype), out[1:-1])
    assert not out[[0, -1]].any()
    incomplete = np.where(rng.rand(200, 9) < 0.3, np.nan, source).astype(dtype)
    _native.interpolate_rows(out, 1, incomplete, base, neighbor, weight, 2)
    interpolated = incomplete[base] + weight[:, None] * (incomplete[neighbor] - incomplete[base])
    expected = np.where(
        np.isnan(incomplete[neighbor]), incomplete[base], interpolated.astype(dtype)
    )
    np.testing.assert_array_equal(expected, out[1:-1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_scan_and_variances(layout, dtype, seed):
    """Missing and infinite values are found, and variances ignore missing values."""
    rng = np.random.RandomState(seed)
    plain = rng.randn(20_000, 5).astype(dtype) * 7 + 1000
    table = LAYOUTS[layout](plain)
    assert (False, -1) == _native.scan_values(table, 2)
    table[rng.rand(20_000, 5) < 0.1] = np.nan
    table[:, 3] = np.nan
    table[7, 3] = 1
    assert (True, -1) == _native.scan_values(table, 2)
    variances = np.empty(5)

    _native.compute_variances(table, variances, 2)

    np.testing.assert_allclose(np.nanvar(table.astype(float), axis=0), variances, rtol=1e-9)
    assert 0 == variances[3]
    table[[19_000, 15_000], 4] = [np.inf, -np.inf]
    assert (True, 15_000) == _native.scan_values(table, 2)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("threads", [1, 3])
def test_find_split(threads, n_classes, seed):
    """The split of sorted samples has the largest decrease of the weighted Gini impurity."""
    rng = np.random.RandomState(seed)
    columns = np.asfortranarray(rng.randn(90, 6), np.float32)
    columns[:, :2] = np.sign(columns[:, :2])
    rows, weights = rng.randint(0, 90, 60), rng.rand(60)
    classes = rng.randint(0, n_classes, 60).astype(np.int32)
    by_class = weights[:, None] * (classes[:, None] == np.arange(n_classes))
    splits = []
    for feature, values in enumerate(columns[rows].T):
        for lower, upper in pairwise(np.unique(values)):
            left = by_class[values <= lower].sum(axis=0)
            right = by_class[values > lower].sum(axis=0)
            purity = (left**2).sum() / left.sum() + (right**2).sum() / right.sum()
            splits.append((purity, (feature, lower, upper)))

    samples = _native.SortedSamples(columns, rows, classes, n_classes, threads)

    assert max(splits)[1] == samples.find_split(weights, threads)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_used", [1, 2, 7, 100, 199])
def test_samples_without_a_weight_are_not_used(n_classes, n_used):
    """The best split is that of the other samples, sorted alone; columns have runs of values."""
    rng = np.random.RandomState(n_used)
    columns = rng.randn(200, 6).astype(np.float32, order="F")
    columns[:, 1:3] = columns[:, 1:3].round()
    columns[:, 3:5] = columns[:, 3:5] > [1.5, -1.5]
    columns[:190, 5] = 0
    rows, weights = np.arange(200), rng.rand(200)
    classes = rng.randint(0, n_classes, 200).astype(np.int32)
    weights[rng.permutation(200)[n_used:]] = 0
    used = np.flatnonzero(weights)
    alone = _native.SortedSamples(columns, used, classes[used], n_classes, 2)

    samples = _native.SortedSamples(columns, rows, classes, n_classes, 2)

    assert alone.find_split(weights[used], 2) == samples.find_split(weights, 2)
    assert samples.find_split(np.zeros(200), 2)[0] == -1


def test_empty_arrays():
    """Empty arrays are valid."""
    empty, none = np.empty((0, 3)), np.empty(0, np.int64)
    _native.copy_rows(np.empty((4, 3)), 4, empty, None, 2)
    _native.copy_rows(np.empty((4, 0)), 0, np.empty((4, 0)), None, 2)
    _native.interpolate_rows(np.empty((4, 3)), 0, np.ones((1, 3)), none, none, np.empty(0), 2)

    assert (False, -1) == _native.scan_values(empty, 2)
    assert (False, -1) == _native.scan_values(np.empty((3, 0)), 2)


X = np.zeros((10, 3))
COLUMNS = np.zeros((10, 3), np.float32, order="F")
CLASSES = np.array([0, 1, 0, 1], np.int32)
ROWS = np.zeros(4, np.int64)
WEIGHT = np.zeros(4)
READ_ONLY = X.copy()
READ_ONLY.setflags(write=False)
BAD_CALLS = [
    lambda: _native.copy_rows(X.copy(), 0, X, ROWS + 10, 2),
    lambda: _native.copy_rows(X.copy(), 0, X, ROWS - 1, 2),
    lambda: _native.copy_rows(X.copy(), 7, X, ROWS, 2),
    lambda: _native.copy_rows(X.copy(), 2**62, X, ROWS, 2),
    lambda: _native.copy_rows(X.copy(), -1, X, ROWS, 2),
    lambda: _native.copy_rows(X.copy(), 1, X, None, 2),
    lambda: _native.copy_rows(X.astype(np.float32), 0, X, ROWS, 2),
    lambda: _native.copy_rows(X[:, :2].copy(), 0, X, ROWS, 2),
    lambda: _native.copy_rows(READ_ONLY, 0, X, ROWS, 2),
    lambda: _native.copy_rows(X[0], 0, X, ROWS, 2),
    lambda: _native.copy_rows(X.astype(complex), 0, X.astype(complex), ROWS, 2),
    lambda: _native.copy_rows(X.astype(object), 0, X.astype(object), ROWS, 2),
    lambda: _native.copy_rows(X.copy(), 0, X, WEIGHT, 2),
    lambda: _native.copy_rows(X.copy(), 0, X, [[1]], 2),
    lambda: _native.copy_rows(None, 0, X, ROWS, 2),
    lambda: _native.interpolate_rows(X.copy(), 0, X, ROWS, ROWS[:2], WEIGHT, 2),
    lambda: _native.interpolate_rows(X.copy(), 0, X, ROWS, ROWS, WEIGHT[:2], 2),
    lambda: _native.interpolate_rows(X.copy(), 0, X, ROWS + 99, ROWS, WEIGHT, 2),
    lambda: _native.interpolate_rows(X.copy(), 0, X, ROWS, ROWS - 1, WEIGHT, 2),
    lambda: _native.interpolate_rows(X.astype(int), 0, X.astype(int), ROWS, ROWS, WEIGHT, 2),
    lambda: _native.interpolate_rows(X.copy(), 0, X, ROWS, ROWS, WEIGHT.astype(np.float32), 2),
    lambda: _native.interpolate_rows(X.copy(), 8, X, ROWS, ROWS, WEIGHT, 2),
    lambda: _native.scan_values(X[0], 2),
    lambda: _native.scan_values(X.astype(int), 2),
    lambda: _native.scan_values("table", 2),
    lambda: _native.compute_variances(X, np.empty(2), 2),
    lambda: _native.compute_variances(X, np.empty(3, np.float32), 2),
    lambda: _native.Index(X, None, None, "many"),
    lambda: _native.Index(X, ROWS[:0], None, 2),
    lambda: _native.Index(X, None, None, 2).nearest_others(None, np.empty((9, 2), int), None, 2),
    lambda: _native.Index(X, None, None, 2).nearest_others(None, np.empty((10, 10), int), None, 2),
    lambda: _native.Index(X, None, None, 2).nearest_others(None, np.empty((10, 0), int), None, 2),
    lambda: _native.Index(X, None, None, 2).nearest_others(
        None, np.empty((10, 2), int), np.empty((10, 3)), 2
    ),
    lambda: _native.Index(X, None, None, 2).nearest(X[:, :2], np.empty((10, 2), int), None, 2),
    lambda: _native.Index(X, None, None, 2).nearest(X[:0], np.empty((1, 2), int), None, 2),
    lambda: _native.Index(X, None, None, 2).nearest(X / 0 * 0, np.empty((10, 2), int), None, 2),
    lambda: _native.SortedSamples(X, ROWS, CLASSES, 2, 2),
    lambda: _native.SortedSamples(COLUMNS.T, ROWS, CLASSES, 2, 2),
    lambda: _native.SortedSamples(COLUMNS, ROWS + 10, CLASSES, 2, 2),
    lambda: _native.SortedSamples(COLUMNS, ROWS - 1, CLASSES, 2, 2),
    lambda: _native.SortedSamples(COLUMNS, ROWS, CLASSES, 1, 2),
    lambda: _native.SortedSamples(COLUMNS, ROWS, CLASSES - 1, 2, 2),
    lambda: _native.SortedSamples(COLUMNS, ROWS, CLASSES[:3], 2, 2),
    lambda: _native.SortedSamples(COLUMNS, ROWS[:0], CLASSES[:0], 2, 2),
    lambda: _native.SortedSamples(COLUMNS, ROWS, CLASSES, 2, 2).find_split(np.ones(3), 2),
]


@pytest.mark.parametrize("call", BAD_CALLS)
def test_bad_calls_raise(call):
    """Invalid shapes, types, strides and row numbers raise errors."""
    with np.errstate(all="ignore"), pytest.raises((TypeError, ValueError, IndexError)):
        call()


@pytest.mark.parametrize("threads", [0, -3, 10_000])
def test_any_number_of_threads(threads):
    """Any number of threads is accepted."""
    source = np.random.RandomState(0).randn(3000, 40)
    out = np.empty_like(source)

    _native.copy_rows(out, 0, source, None, threads)

    np.testing.assert_array_equal(source, out)
