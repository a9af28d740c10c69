"""Searches that know the classes, against their definitions over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from counterpoise.neighbors import Editor, SearchSpace, tomek_links
from tests.test_index_mixed import mixed_pairs


def random_table(rng: np.random.RandomState) -> tuple[SearchSpace, np.ndarray, np.ndarray]:
    """Return a small space full of ties, class codes, and all squared distances."""
    n = rng.randint(6, 60)
    n_numeric, n_nominal = [(2, 0), (1, 2), (0, 3), (4, 0)][rng.randint(4)]
    numbers = rng.randint(0, 4, (n, n_numeric)) if rng.rand() < 0.7 else rng.randn(n, n_numeric)
    points = np.hstack([numbers, rng.randint(0, 3, (n, n_nominal))]).astype(float)
    penalties = None
    if n_numeric and rng.rand() < 0.3:
        points[rng.rand(n) < 0.2, 0] = np.nan
        penalties = np.full(n_numeric, rng.choice([0.0, 1.0]))
    mismatch = np.full(n_nominal, 1.5)
    # Mostly one class is rare, so that the searches apart are used.
    n_classes = rng.randint(2, 4)
    codes = np.where(rng.rand(n) < rng.choice([0.1, 0.5]), rng.randint(1, n_classes, n), 0)
    squared = mixed_pairs(points, points, penalties, mismatch)
    np.fill_diagonal(squared, np.inf)
    return SearchSpace(points, None, penalties, mismatch if n_nominal else None), codes, squared


def links(squared: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the rows in a Tomek link, by the definition."""
    nearest = squared.min(axis=1)
    linked = (squared == nearest[:, None]) & (squared == nearest) & (codes != codes[:, None])
    return linked.any(axis=1)


# Hundreds of tables in the ordinary run, and ten times as many in the slow tests.
BATCHES = [*range(2), *(pytest.param(batch, marks=pytest.mark.slow) for batch in range(2, 20))]


@pytest.mark.parametrize("batch", BATCHES)
def test_tomek_links(batch):
    """On many tables with duplicates and conflicts, links are as they are defined."""
    for case in range(300):
        space, codes, squared = random_table(np.random.RandomState(1000 * batch + case))
        if codes.max() == 0:
            continue

        np.testing.assert_array_equal(links(squared, codes), tomek_links(space, codes))


def agreement(squared: np.ndarray, codes: np.ndarray, k: int, kind: str) -> np.ndarray:
    """Return whether each row agrees with its k nearest others, by the definition."""
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :k]
    votes = codes[nearest]
    if kind == "all":
        return (votes == codes[:, None]).all(axis=1)
    return np.array([np.bincount(row).argmax() for row in votes]) == codes


@pytest.mark.parametrize("kind", ["all", "mode"])
@pytest.mark.parametrize("batch", BATCHES)
def test_editing(kind, batch):
    """On many tables, rows agree as defined, at first and after any rows are dropped."""
    for case in range(150):
        rng = np.random.RandomState(1000 * batch + case)
        space, codes, squared = random_table(rng)
        most = rng.randint(1, 5)
        editor = Editor(space, codes, most, most, kind=kind)
        for _ in range(4):
            left = np.flatnonzero(editor.is_left)
            if len(left) < 3:
                break
            k = min(rng.randint(1, most + 1), len(left) - 1)
            among = squared[np.ix_(left, left)]
            asked = rng.rand(len(left)) < 0.7

            np.testing.assert_array_equal(
                agreement(among, codes[left], k, kind)[asked], editor.agree(left[asked], k)
            )
            editor.drop(left[rng.rand(len(left)) < 0.3])


def test_a_rare_class_is_searched_apart(seed):
    """Where one class is rare, the many are told from their enemies without ranking anybody."""
    rng = np.random.RandomState(seed)
    points = rng.randn(3000, 3)
    codes = (rng.rand(3000) < 0.02).astype(int)
    squared = mixed_pairs(points, points, None, np.empty(0))
    np.fill_diagonal(squared, np.inf)
    for kind in ("all", "mode"):
        editor = Editor(SearchSpace(points), codes, 5, 5, kind=kind)
        common = np.flatnonzero(codes == 0)

        np.testing.assert_array_equal(
            agreement(squared, codes, 5, kind)[common], editor.agree(common, 5)
        )


def test_an_object_is_asked_again(seed):
    """A user's own search is fitted anew on the rows that are left."""
    rng = np.random.RandomState(seed)
    points = rng.randn(200, 2)
    codes = rng.randint(0, 2, 200)
    rows = np.arange(0, 200, 2)
    answers = []
    for neighbors in (3, NearestNeighbors(n_neighbors=4)):
        editor = Editor(SearchSpace(points), codes, neighbors, 3, kind="mode")
        first = editor.agree(rows, 3)
        editor.drop(rows[~first])
        answers.append((first, editor.agree(rows[first], 3)))

    for ours, theirs in zip(*answers, strict=True):
        np.testing.assert_array_equal(ours, theirs)
