"""Relevance of a continuous target, and the sample weights from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicHermiteSpline
from scipy.stats import gaussian_kde
from sklearn.base import clone

from counterpoise.exceptions import InputError, TargetError
from counterpoise.regression import RelevanceFunction, relevance_weights

# fmt: off
SKEWED = [8.31, 1.62, 3.24, 14.72, 9.4, 0.31, 3.13, 0.83, 0.88, 1.64, 1.19,
          5.73, 2.49, 1.16, 1.7, 1.49, 6.01, 0.78, 1.46, 0.36, 0.05]
BOTH_SIDES = [-30, -20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40]
# Computed with smogn 0.1.2: smogn.phi(y=y, ctrl_pts=smogn.phi_ctrl_pts(y=y, ...)), where y is a
# pandas Series. The arguments were xtrm_type="both" or "low", or method="manual" with ctrl_pts.
SMOGN = [
    (SKEWED, {}, [
        1.0, 0.0, 0.308025, 1.0, 1.0, 0.0, 0.273543, 0.0, 0.0, 6.2e-05, 0.0,
        0.988315, 0.102257, 0.0, 0.000984, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
    (SKEWED, {"method": "points", "points": [[0, 0, 0], [2, 0.2, 0], [5, 1, 0]]}, [
        1.0, 0.181084, 0.497042, 1.0, 1.0, 0.012925, 0.455002, 0.074746, 0.082086, 0.182893,
        0.128157, 1.0, 0.257055, 0.123795, 0.18785, 0.167618, 1.0, 0.067532, 0.164133, 0.017107,
        0.000369]),
    (BOTH_SIDES, {"extremes": "low"}, [
        1, 1, 1, 0.84375, 0.5, 0.15625, 0, 0, 0, 0, 0, 0, 0]),
    (BOTH_SIDES, {}, [
        1, 1, 1, 0.84375, 0.5, 0.15625, 0, 0.15625, 0.5, 0.84375, 1, 1, 1]),
]
# fmt: on


@pytest.mark.parametrize(("y", "parameters", "expected"), SMOGN)
def test_relevance_is_that_of_smogn(y, parameters, expected):
    relevance = RelevanceFunction(**parameters).fit(y).relevance(y)

    np.testing.assert_allclose(relevance, expected, atol=1e-6)


def test_relevance_between_median_and_whisker_is_the_cubic_of_the_paper():
    """With slopes of 0 at both ends, the cubic is 3 t**2 - 2 t**3."""
    y = [1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40]  # the median is 6, and the upper whisker 9
    t = np.array([0.0, 0.1, 0.5, 0.9, 1.0])

    relevance = RelevanceFunction().fit(y).relevance(6 + 3 * t)

    np.testing.assert_allclose(relevance, 3 * t**2 - 2 * t**3)


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=6),
    st.lists(st.floats(0.01, 10), min_size=6, max_size=6),
)
@settings(deadline=None, max_examples=60)
def test_interpolation_is_monotone_and_goes_through_its_points(values, steps):
    """Between two points, the relevance is the cubic with their slopes, and has no extremum."""
    x = np.cumsum(steps[: len(values)])
    function = RelevanceFunction(method="points", points=np.column_stack([x, values])).fit([0, 1])
    fine = np.concatenate([np.linspace(*x[i : i + 2], 30) for i in range(len(x) - 1)])
    relevance = function.relevance(fine)

    np.testing.assert_allclose(function.relevance(x), values, atol=1e-12)
    np.testing.assert_allclose(
        relevance, np.clip(CubicHermiteSpline(*function.points_.T)(fine), 0, 1), atol=1e-9
    )
    for i, part in enumerate(np.split(relevance, len(x) - 1)):
        assert (np.diff(part) * np.sign(values[i + 1] - values[i]) >= -1e-9).all()
    assert (function.relevance([x[0] - 9, x[-1] + 9]) == [values[0], values[-1]]).all()


def test_estimated_slopes_follow_a_line():
    """Points on a line give the line between them, where both neighbors are on it."""
    points = [(0, 0.1), (1, 0.3), (2, 0.5), (3, 0.7)]

    relevance = RelevanceFunction(method="points", points=points).fit([0, 1]).relevance([1.25, 1.5])

    np.testing.assert_allclose(relevance, [0.35, 0.4])


def test_density_is_that_of_scipy(seed):
    """The inverse density is scaled to [0, 1] by the training target."""
    rng = np.random.RandomState(seed)
    y = np.concatenate([rng.randn(300), rng.randn(20) * 0.1 + 50, [1e6]])
    bandwidth = 0.4
    density = gaussian_kde(y, bandwidth / y.std(ddof=1))(y)
    expected = (density.max() - density) / (density.max() - density.min())

    relevance = RelevanceFunction(method="density", bandwidth=bandwidth).fit(y)

    np.testing.assert_allclose(relevance.relevance(y), expected, atol=2e-3)
    assert relevance.relevance([-500]) == 1  # rarer than any value


def test_density_of_extreme_outliers():
    """The nodes of the density are near values only, so that the range does not matter."""
    y = np.append(np.linspace(0, 1, 100), [1e9, -1e100])

    relevance = RelevanceFunction(method="density").fit(y).relevance(y)

    np.testing.assert_allclose(relevance[-2:], 1, atol=1e-3)
    assert relevance[50] < 0.1


def test_default_bandwidth_is_that_of_silverman():
    y = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 30])
    bandwidth = 0.9 * (4 / 1.34) * 9 ** (-1 / 5)

    default, given = (RelevanceFunction(method="density", bandwidth=b) for b in (None, bandwidth))

    np.testing.assert_array_equal(default.fit(y).relevance(y), given.fit(y).relevance(y))


@pytest.mark.parametrize("method", ["boxplot", "density"])
def test_relevance_follows_scale_and_sign(method, seed):
    """Units do not matter, and the relevance of -y is the mirror image."""
    y = np.random.RandomState(seed).standard_t(2, 101)
    relevance = RelevanceFunction(method=method).fit(y).relevance(y)

    for other in (1000 * y - 5, -y):
        again = RelevanceFunction(method=method).fit(other).relevance(other)
        np.testing.assert_allclose(again, relevance, atol=2e-3)
    assert relevance.min() >= 0
    assert relevance.max() <= 1


@pytest.mark.parametrize(
    "convert",
    [list, tuple, pd.Series, pd.Index, pd.array, pl.Series, pa.array, lambda y: y[:, None]],
)
def test_containers_change_nothing(convert):
    y = np.array(SKEWED)

    relevance = RelevanceFunction().fit(convert(y)).relevance(convert(y))

    np.testing.assert_array_equal(relevance, RelevanceFunction().fit(y).relevance(y))


@pytest.mark.parametrize(
    ("y", "parameters", "message"),
    [
        ([3, 3, 3], {}, "y is constant: all 3 values are 3"),
        ([1, np.nan, None, 2], {}, "y has 2 missing values, the first in row 1"),
        ([1, np.inf], {}, "y has 1 infinite value, in row 1"),
        ([1, 2, 3, 4], {}, 'y has no outliers.*RelevanceFunction\\(method="density"\\)'),
        (SKEWED, {"extremes": "low"}, "y has no low outliers"),
        ([0] * 20 + [1, 2], {}, "most values are 0"),
        (["a", "b"], {}, "y must hold numbers.*its first value is 'a'"),
        (pl.Series(["a", "b"]), {}, "its first value is 'a', of type String"),
        (pa.array(["a", "b"]), {}, "its first value is 'a', of type String"),
        ([True, False], {}, "y must hold numbers"),
        ([[1, 2], [3, 4]], {}, "it has 2 columns"),
        (None, {}, "y is None"),
        (3, {}, "must be an array-like of numbers"),
    ],
)
def test_bad_targets(y, parameters, message):
    with pytest.raises(TargetError, match=message):
        RelevanceFunction(**parameters).fit(y)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (None, "needs two or more points"),
        ([(0, 1)], "needs two or more points"),
        ([(0, 0), (5, 1), (3, 0)], "in ascending order of their values.*3 comes after 5"),
        ([(0, 0), (0, 1)], "each value once; 0 comes after 0"),
        ([(0, 0), (1, 20)], r"must be in \[0, 1\]; got 20"),
        ([(0, np.nan), (1, 1)], "must be finite"),
    ],
)
def test_bad_points(points, message):
    with pytest.raises(InputError, match=message):
        RelevanceFunction(method="points", points=points).fit([1, 2])


def test_weights_are_those_of_the_paper(seed):
    """Weights are max(1 - alpha * density, 1e-6), divided by their mean."""
    y = np.random.RandomState(seed).lognormal(size=200)
    density = 1 - RelevanceFunction(method="density").fit(y).relevance(y)
    for alpha in (0.0, 0.5, 1.0, 2.0):
        expected = np.maximum(1 - alpha * density, 1e-6)

        weights = relevance_weights(y, alpha=alpha)

        np.testing.assert_allclose(weights, expected / expected.mean())
        assert weights.mean() == pytest.approx(1)
    with pytest.raises(InputError, match="alpha must be a finite number of at least 0"):
        relevance_weights(y, alpha=-1)


def test_weights_fit_a_relevance_function_only_if_it_is_not():
    unfitted = RelevanceFunction()
    fitted = RelevanceFunction().fit(BOTH_SIDES)
    weights = relevance_weights(SKEWED, unfitted)

    assert not hasattr(unfitted, "points_")
    np.testing.assert_array_equal(weights, relevance_weights(SKEWED, clone(fitted).fit(SKEWED)))
    assert (weights != relevance_weights(SKEWED, fitted)).any()
