"""The value difference metric: its formula, and imbalanced-learn's answer for k=1."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from imblearn.metrics.pairwise import ValueDifferenceMetric as Peer
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from counterpoise.exceptions import InputError
from counterpoise.metrics.pairwise import ValueDifferenceMetric


def draw(seed: int, n: int = 50) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(seed)
    return random.randint(0, [3, 5, 2], (n, 3)), random.choice(["a", "b", "c"], n)


def by_hand(X, y, pair, k, r) -> float:
    """Return one distance, as the docstring's formula reads."""
    total = 0.0
    for column in range(X.shape[1]):
        between = 0.0
        for label in set(y.tolist()):
            shares = [(y[X[:, column] == row[column]] == label).mean() for row in pair]
            between += abs(shares[0] - shares[1]) ** k
        total += between**r
    return total


@pytest.mark.parametrize("r", [1, 2, 3])
@pytest.mark.parametrize("n_categories", ["auto", [3, 5, 2], [4, 9, 2]])
def test_parity_for_k_1(r, n_categories, seed):
    """Distances and class shares are the peer's."""
    X, y = draw(seed)
    ours = ValueDifferenceMetric(r=r, n_categories=n_categories).fit(X, y)
    theirs = Peer(r=r, n_categories=n_categories).fit(X, y)
    Y = X[:7][::-1]

    np.testing.assert_allclose(ours.pairwise(X), theirs.pairwise(X), atol=1e-14)
    np.testing.assert_allclose(ours.pairwise(X, Y), theirs.pairwise(X, Y), atol=1e-14)
    np.testing.assert_array_equal(ours.n_categories_, theirs.n_categories_)
    for own, other in zip(ours.proba_per_class_, theirs.proba_per_class_, strict=True):
        np.testing.assert_allclose(own, other)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("r", [1, 2])
def test_the_formula(k, r, seed):
    X, y = draw(seed, 30)
    distance = ValueDifferenceMetric(k=k, r=r).fit(X, y).pairwise(X[:4], X[4:8])

    for i in range(4):
        for j in range(4):
            expected = by_hand(X, y, (X[i], X[4 + j]), k, r)
            assert distance[i, j] == pytest.approx(expected)


def test_defect_21_no_root_is_taken():
    """The peer takes the k-th root that its formula does not have."""
    X, y = np.array([[0]] * 4 + [[1]] * 4), np.array([0, 0, 0, 1, 0, 1, 1, 1])
    squares = 2 * (0.75 - 0.25) ** 2
    assert Peer(k=2, r=1).fit(X, y).pairwise(X)[0, -1] == pytest.approx(np.sqrt(squares))

    found = ValueDifferenceMetric(k=2, r=1).fit(X, y).pairwise(X)[0, -1]
    assert found == pytest.approx(squares)


def test_defect_21_extra_columns_are_refused(seed):
    """The peer ignores them."""
    X, y = draw(seed)
    wide = np.column_stack([X, X[:, 0]])
    theirs = Peer().fit(X, y)
    np.testing.assert_array_equal(theirs.pairwise(wide), theirs.pairwise(X))

    ours = ValueDifferenceMetric().fit(X, y)
    for table in (wide, X[:, :2]):
        with pytest.raises(InputError, match="expecting 3 features"):
            ours.pairwise(table)
        with pytest.raises(InputError, match="expecting 3 features"):
            ours.pairwise(X, table)


def test_an_estimator_like_others(seed):
    """It can be cloned, knows its columns' names, and must be fitted first."""
    X, y = draw(seed)
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    metric = ValueDifferenceMetric(k=2)
    with pytest.raises(NotFittedError):
        metric.pairwise(X)
    metric.fit(frame, pd.Series(y))

    assert metric.feature_names_in_.tolist() == ["a", "b", "c"]
    assert metric.n_features_in_ == 3
    assert clone(metric).get_params() == {"k": 2, "n_categories": "auto", "r": 2}
    np.testing.assert_array_equal(
        metric.pairwise(frame), clone(metric).fit(X.astype(float), y).pairwise(X)
    )


@pytest.mark.parametrize(
    ("parameters", "X", "words"),
    [
        ({"k": 0}, [[0], [1]], "k must be a whole number above 0; got 0"),
        ({"r": 1.5}, [[0], [1]], "r must be a whole number above 0; got 1.5"),
        ({}, [[0], [-1]], "whole numbers from 0; it holds -1"),
        ({}, [[0], [1.5]], "whole numbers from 0; it holds 1.5"),
        ({}, [[0], [np.nan]], "contains NaN"),
        ({}, [["x"], ["y"]], "X must be a table of codes"),
        ({}, [[0], [1], [1]], "X has 3, y has 2"),
        ({"n_categories": [2, 2]}, [[0], [1]], "a whole number for each of the 1 columns"),
        ({"n_categories": "many"}, [[0], [1]], "n_categories must be 'auto' or"),
        ({"n_categories": [1]}, [[0], [1]], "Column 0 holds the code 1, .* up to 0"),
    ],
)
def test_value_difference_errors(parameters, X, words):
    with pytest.raises(InputError, match=words):
        ValueDifferenceMetric(**parameters).fit(X, [0, 1])


def test_a_code_that_fit_does_not_know():
    metric = ValueDifferenceMetric().fit([[0], [1]], [0, 1])

    with pytest.raises(InputError, match="Column 0 holds the code 2, and n_categories gives it 2"):
        metric.pairwise([[2]])
