"""Tomek links and edited nearest neighbors compared with their definitions over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from counterpoise.neighbors._editing import Editor
from counterpoise.neighbors._space import SearchSpace
from counterpoise.neighbors._tomek import find_tomek_links
from tests.test_index_mixed import mixed_pairs


def random_table(rng: np.random.RandomState) -> tuple[SearchSpace, np.ndarray, np.ndarray]:
    """Return a small space with many ties, an encoded target, and all squared distances."""
    n = rng.randint(6, 60)
    n_numeric, n_categorical = [(2, 0), (1, 2), (0, 3), (4, 0)][rng.randint(4)]
    numbers = rng.randint(0, 4, (n, n_numeric)) if rng.rand() < 0.7 else rng.randn(n, n_numeric)
    points = np.hstack([numbers, rng.randint(0, 3, (n, n_categorical))]).astype(float)
    penalties = None
    if n_numeric and rng.rand() < 0.3:
        points[rng.rand(n) < 0.2, 0] = np.nan
        penalties = np.full(n_numeric, rng.choice([0.0, 1.0]))
    mismatch = np.full(n_categorical, 1.5)
    # Mostly one class is small, so that classes are searched separately.
    n_classes = rng.randint(2, 4)
    codes = np.where(rng.rand(n) < rng.choice([0.1, 0.5]), rng.randint(1, n_classes, n), 0)
    squared = mixed_pairs(points, points, penalties, mismatch)
    np.fill_diagonal(squared, np.inf)
    return SearchSpace(points, None, penalties, mismatch if n_categorical else None), codes, squared


def links(squared: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return whether each row is part of a Tomek link, by the definition."""
    nearest = squared.min(axis=1)
    linked = (squared == nearest[:, None]) & (squared == nearest) & (codes != codes[:, None])
    return linked.any(axis=1)


# Hundreds of tables by default, and ten times as many as slow tests.
BATCHES = [*range(2), *(pytest.param(batch, marks=pytest.mark.slow) for batch in range(2, 20))]


@pytest.mark.parametrize("batch", BATCHES)
def test_tomek_links(batch):
    """Links follow the definition on many tables with duplicates and conflicts."""
    for case in range(300):
        space, codes, squared = random_table(np.random.RandomState(1000 * batch + case))
        if codes.max() == 0:
            continue

        np.testing.assert_array_equal(links(squared, codes), find_tomek_links(space, codes))


def agreement(squared: np.ndarray, codes: np.ndarray, k: int, kind: str) -> np.ndarray:
    """Return whether the k nearest neighbors of each row agree with it, by the definition."""
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :k]
    votes = codes[nearest]
    if kind == "all":
        return (votes == codes[:, None]).all(axis=1)
    return np.array([np.bincount(row).argmax() for row in votes]) == codes


@pytest.mark.parametrize("kind", ["all", "mode"])
@pytest.mark.parametrize("batch", BATCHES)
def test_editing(kind, batch):
    """Results follow the definition on many tables, also after rows are removed."""
    for case in range(150):
        rng = np.random.RandomState(1000 * batch + case)
        space, codes, squared = random_table(rng)
        max_k = rng.randint(1, 5)
        editor = Editor(space, codes, max_k, max_k, kind=kind)
        for _ in range(4):
            left = np.flatnonzero(editor.is_kept)
            if len(left) < 3:
                break
            k = min(rng.randint(1, max_k + 1), len(left) - 1)
            squared_left = squared[np.ix_(left, left)]
            queried = rng.rand(len(left)) < 0.7

            np.testing.assert_array_equal(
                agreement(squared_left, codes[left], k, kind)[queried],
                editor.neighbors_agree(left[queried], k),
            )
            editor.remove(left[rng.rand(len(left)) < 0.3])


@pytest.mark.costly
def test_classes_are_searched_separately(seed):
    """With a small minority class, rows of the majority class agree without a ranking."""
    rng = np.random.RandomState(seed)
    points = rng.randn(3000, 3)
    codes = (rng.rand(3000) < 0.02).astype(int)
    squared = mixed_pairs(points, points, None, np.empty(0))
    np.fill_diagonal(squared, np.inf)
    for kind in ("all", "mode"):
        editor = Editor(SearchSpace(points), codes, 5, 5, kind=kind)
        majority = np.flatnonzero(codes == 0)

        np.testing.assert_array_equal(
            agreement(squared, codes, 5, kind)[majority], editor.neighbors_agree(majority, 5)
        )


def test_an_estimator_is_fitted_again(seed):
    """A nearest neighbors estimator is fitted again on the remaining rows."""
    rng = np.random.RandomState(seed)
    points = rng.randn(200, 2)
    codes = rng.randint(0, 2, 200)
    rows = np.arange(0, 200, 2)
    results = []
    for neighbors in (3, NearestNeighbors(n_neighbors=4)):
        editor = Editor(SearchSpace(points), codes, neighbors, 3, kind="mode")
        first = editor.neighbors_agree(rows, 3)
        editor.remove(rows[~first])
        results.append((first, editor.neighbors_agree(rows[first], 3)))

    for native, estimator in zip(*results, strict=True):
        np.testing.assert_array_equal(native, estimator)
