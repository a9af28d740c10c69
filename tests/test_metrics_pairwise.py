"""Value difference metric: its formula, and parity with imbalanced-learn for k=1."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from imblearn.metrics.pairwise import ValueDifferenceMetric as Peer
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from counterpoise.exceptions import InputError
from counterpoise.metrics.pairwise import ValueDifferenceMetric


@parametrize_with_checks([ValueDifferenceMetric()])
def test_scikit_learn_checks(estimator, check):
    """The metric passes scikit-learn's checks."""
    check(estimator)


def draw(seed: int, n: int = 50) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(seed)
    return rng.randint(0, [3, 5, 2], (n, 3)), rng.choice(["a", "b", "c"], n)


def compute_distance(X, y, pair, k, r) -> float:
    """Compute one distance with the formula of the docstring."""
    total = 0.0
    for feature in range(X.shape[1]):
        between = 0.0
        for label in set(y.tolist()):
            frequencies = [(y[X[:, feature] == x[feature]] == label).mean() for x in pair]
            between += abs(frequencies[0] - frequencies[1]) ** k
        total += between**r
    return total


@pytest.mark.parametrize("r", [1, 2, 3])
@pytest.mark.parametrize("n_categories", ["auto", [3, 5, 2], [4, 9, 2]])
def test_parity_for_k_1(r, n_categories, seed):
    """Distances and class frequencies are those of imbalanced-learn."""
    X, y = draw(seed)
    ours = ValueDifferenceMetric(r=r, n_categories=n_categories).fit(X, y)
    theirs = Peer(r=r, n_categories=n_categories).fit(X, y)
    Y = X[:7][::-1]

    np.testing.assert_allclose(ours.pairwise(X), theirs.pairwise(X), atol=1e-14)
    np.testing.assert_allclose(ours.pairwise(X, Y), theirs.pairwise(X, Y), atol=1e-14)
    np.testing.assert_array_equal(ours.n_categories_, theirs.n_categories_)
    for our, their in zip(ours.proba_per_class_, theirs.proba_per_class_, strict=True):
        np.testing.assert_allclose(our, their)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("r", [1, 2])
def test_formula(k, r, seed):
    X, y = draw(seed, 30)
    distance = ValueDifferenceMetric(k=k, r=r).fit(X, y).pairwise(X[:4], X[4:8])

    for i in range(4):
        for j in range(4):
            expected = compute_distance(X, y, (X[i], X[4 + j]), k, r)
            assert distance[i, j] == pytest.approx(expected)


def test_defect_21_no_root_is_taken():
    """imbalanced-learn takes a k-th root, which the formula does not have."""
    X, y = np.array([[0]] * 4 + [[1]] * 4), np.array([0, 0, 0, 1, 0, 1, 1, 1])
    squares = 2 * (0.75 - 0.25) ** 2
    assert Peer(k=2, r=1).fit(X, y).pairwise(X)[0, -1] == pytest.approx(np.sqrt(squares))

    found = ValueDifferenceMetric(k=2, r=1).fit(X, y).pairwise(X)[0, -1]
    assert found == pytest.approx(squares)


def test_defect_21_extra_columns_are_refused(seed):
    """imbalanced-learn ignores additional features."""
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


def test_estimator_conventions(seed):
    """It can be cloned, stores feature names, and must be fitted first."""
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
        ({"k": 0}, [[0], [1]], "k must be an integer of at least 1; got 0"),
        ({"r": 1.5}, [[0], [1]], "r must be an integer of at least 1; got 1.5"),
        ({}, [[0], [-1]], "integers from 0; it holds -1"),
        ({}, [[0], [1.5]], "integers from 0; it holds 1.5"),
        ({}, [[0], [np.nan]], "contains NaN"),
        ({}, [["x"], ["y"]], "X must hold category codes"),
        ({}, [[0], [1], [1]], "X has 3, y has 2"),
        ({"n_categories": [2, 2]}, [[0], [1]], "one integer for each of the 1 features"),
        ({"n_categories": "many"}, [[0], [1]], "length of n_categories is not consistent"),
        ({"n_categories": [1]}, [[0], [1]], "Feature 0 holds the code 1, .* 0 to 0"),
    ],
)
def test_value_difference_errors(parameters, X, words):
    with pytest.raises(InputError, match=words):
        ValueDifferenceMetric(**parameters).fit(X, [0, 1])


def test_unknown_category_code():
    metric = ValueDifferenceMetric().fit([[0], [1]], [0, 1])

    with pytest.raises(InputError, match="Feature 0 holds the code 2, but has 2 categories"):
        metric.pairwise([[2]])
