"""Tables with enough columns for quantized points, which must not change any result."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.neighbors._index import Index
from tests.test_index import KINDS, all_pairs, assert_closer_are_found, assert_exact
from tests.test_index_mixed import mixed_pairs

WIDTHS = (8, 13, 32)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_wide_points(kind, width):
    """For any points, neighbors are those of brute force."""
    points = KINDS[kind](np.random.RandomState(width), 700, width)
    for k in (1, 20):
        assert_exact(points, k)


@pytest.mark.parametrize("width", [8, 30])
@pytest.mark.parametrize("share", [0.001, 0.02])
def test_outliers(width, share):
    """Points far outside the quantized range are found if they are nearest."""
    rng = np.random.RandomState(0)
    points = rng.randn(900, width)
    is_outlier = rng.rand(*points.shape) < share
    points[is_outlier] *= 10.0 ** rng.randint(1, 30, is_outlier.sum())
    assert_exact(points, 5)


@pytest.mark.parametrize("kind", ["blob", "clusters", "grid", "heavy tails", "far away"])
def test_within_limits(kind):
    """Points within a limit are found, nearest first."""
    rng = np.random.RandomState(1)
    points = KINDS[kind](rng, 2000, 16)
    queries, points = points[:700], points[700:]
    squared = all_pairs(points, queries, None)
    limits = np.quantile(squared, 0.01, axis=1) * rng.choice([0.5, 1, 1.5], len(squared))

    found, distance = Index(points).nearest(
        queries, 3, return_distance=True, squared=True, limits=limits
    )

    nearest = np.argsort(squared, axis=1, kind="stable")[:, :3]
    expected = np.take_along_axis(squared, nearest, axis=1)
    wanted = expected <= limits[:, None]
    np.testing.assert_array_equal(nearest[wanted], found[wanted])
    np.testing.assert_array_equal(expected[wanted], distance[wanted])


@pytest.mark.parametrize("kind", ["blob", "clusters", "grid", "duplicates", "heavy tails"])
def test_closer_than_a_threshold(kind):
    """Only points before a threshold are found, and enough of them."""
    rng = np.random.RandomState(2)
    points = KINDS[kind](rng, 1200, 20)
    assert_closer_are_found(points, rng)


@pytest.mark.parametrize("mismatch", [0.1, 4.0])
def test_wide_mixed_rows(mismatch):
    """Categorical columns count the same together with many numeric ones."""
    rng = np.random.RandomState(3)
    points = np.hstack([rng.randn(1500, 14), rng.randint(0, 5, (1500, 3))])
    penalties = np.full(3, mismatch)
    squared = mixed_pairs(points, points, None, penalties)
    np.fill_diagonal(squared, np.inf)

    found = Index(points, mismatch=penalties).nearest_others(5)

    np.testing.assert_array_equal(np.argsort(squared, axis=1, kind="stable")[:, :5], found)
