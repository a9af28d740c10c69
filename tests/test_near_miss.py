"""NearMiss: each version against brute force, and the search for the farthest rows."""

from __future__ import annotations

import imblearn.under_sampling
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.neighbors import KNeighborsTransformer, NearestNeighbors

from counterpoise.exceptions import CounterpoiseWarning, InputError, TooFewSamplesError
from counterpoise.neighbors import _adapters as adapters
from counterpoise.neighbors._farthest import farthest_distances
from counterpoise.neighbors._space import SearchSpace
from counterpoise.under_sampling import NearMiss
from tests.test_index import all_pairs

IMBLEARN = imblearn.under_sampling.NearMiss


def two_classes(seed: int, n: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """Return a table of four columns, a quarter of its rows of minority class 1, shuffled."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat([0, 1], [n - n // 4, n // 4]))
    return rng.randn(n, 4) + y[:, None], y


def select_by_definition(
    X: np.ndarray, y: np.ndarray, penalties: np.ndarray | None, **params: int
) -> list[int]:
    """Return the rows of class 0 that NearMiss keeps, computed from its definition."""
    majority, minority = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    version, k = params["version"], params["n_neighbors"]
    distance = np.sqrt(all_pairs(X[minority], X[majority], penalties))
    mean = np.sort(distance, axis=1)[:, -k if version == 2 else 0 :][:, :k].mean(axis=1)
    if version < 3:
        return majority[np.argsort(mean, kind="stable")[: len(minority)]].tolist()
    nearest = np.argsort(distance.T, axis=1, kind="stable")[:, : params["n_neighbors_ver3"]]
    candidates = np.unique(nearest)
    return majority[
        candidates[np.argsort(-mean[candidates], kind="stable")[: len(minority)]]
    ].tolist()


@pytest.mark.parametrize("share", [0.0, 0.2])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_definition(version, share, seed):
    """Rows are selected by distance, missing values included, in any order of rows."""
    X, y = two_classes(seed)
    X[np.random.RandomState(seed).rand(*X.shape) < share] = np.nan
    penalties = 2 * np.nanvar(X, axis=0) if share else None
    params = {"version": version, "n_neighbors": 4, "n_neighbors_ver3": 5}
    sampler = NearMiss(**params)

    sampler.fit_resample(X, y)

    rows = sampler.sample_indices_
    assert select_by_definition(X, y, penalties, **params) == rows[y[rows] == 0].tolist()
    np.testing.assert_array_equal(np.flatnonzero(y == 1), rows[y[rows] == 1])


@pytest.mark.parametrize("version", [1, 2, 3])
def test_scale_measures_in_scaled_units(version, seed):
    """Once scaled, a feature in small units counts as much as one in large units."""
    X, y = two_classes(seed)
    X[:, 0] *= 1e6
    scaled, by_hand = NearMiss(version=version, scale="standard"), NearMiss(version=version)

    scaled.fit_resample(X, y)
    by_hand.fit_resample(X / X.std(axis=0), y)

    np.testing.assert_array_equal(by_hand.sample_indices_, scaled.sample_indices_)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("strategy", ["all", 0.5, {0: 7}, {0: 5, 1: 3}])
def test_parameters_as_in_imbalanced_learn(version, strategy, seed):
    """Each form of sampling_strategy selects the rows of imbalanced-learn."""
    X, y = two_classes(seed)
    params = {
        "version": version,
        "sampling_strategy": strategy,
        "n_neighbors": 5,
        "n_neighbors_ver3": 22,
    }
    ours, theirs = NearMiss(**params), IMBLEARN(**params)

    ours.fit_resample(X, y)
    theirs.fit_resample(X, y)

    np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_neighbor_estimators(version, seed):
    """An estimator sets the number of neighbors, as in imbalanced-learn."""
    X, y = two_classes(seed)
    own = {
        "n_neighbors": NearestNeighbors(n_neighbors=4, metric="manhattan"),
        "n_neighbors_ver3": NearestNeighbors(n_neighbors=5),
    }
    ours, theirs = (S(version=version, **own) for S in (NearMiss, IMBLEARN))

    ours.fit_resample(X, y)
    theirs.fit_resample(X, y)

    np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)
    assert (ours.nn_.n_neighbors, ours.nn_.metric) == (4, "manhattan")
    assert theirs.nn_.n_neighbors == ours.nn_.n_neighbors


def test_estimator_with_one_neighbor():
    """An estimator with one neighbor means one: the queries are rows of another class."""
    X, y = two_classes(0)
    ours, number = NearMiss(n_neighbors=NearestNeighbors(n_neighbors=1)), NearMiss(n_neighbors=1)

    np.testing.assert_array_equal(number.fit_resample(X, y)[0], ours.fit_resample(X, y)[0])


def test_neighbor_estimators_refuse_missing_values():
    """An estimator is refused if values are missing."""
    X, y = two_classes(0)
    X[0, 0] = np.nan

    for version in (1, 2, 3):
        with pytest.raises(InputError, match="cannot be used with missing values"):
            NearMiss(version=version, n_neighbors=NearestNeighbors()).fit_resample(X, y)


def test_threads_change_nothing():
    """n_jobs does not change the selected rows."""
    X, y = two_classes(0)
    for form in (np.asarray, sparse.csr_array):
        for version in (1, 2, 3):
            samplers = [NearMiss(version=version, n_jobs=n) for n in (1, 2, -1)]
            for sampler in samplers:
                sampler.fit_resample(form(X), y)

            for other in samplers[1:]:
                np.testing.assert_array_equal(samplers[0].sample_indices_, other.sample_indices_)


def test_ties_go_by_row_number():
    """Of rows at the same distance the first are kept, nearest or farthest."""
    X = np.array([[3.0], [1], [-1], [-3], [1], [0], [0]])
    y = [0, 0, 0, 0, 0, 1, 1]

    for version, expected in ((1, [1, 2]), (2, [1, 2]), (3, [0, 3])):
        sampler = NearMiss(version=version, n_neighbors=2, n_neighbors_ver3=5)
        sampler.fit_resample(X, y)

        assert expected == sampler.sample_indices_[:2].tolist()


def test_fewer_candidates_than_requested():
    """Version 3 warns if it has fewer candidates than requested."""
    X = np.array([[0.0], [1], [2], [3], [9], [10], [11]])

    with pytest.warns(CounterpoiseWarning, match="only 1 of the 3 requested samples of class 'a'"):
        _, y = NearMiss(version=3, n_neighbors_ver3=1).fit_resample(X, list("aaaabbb"))

    assert list("abbb") == y


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"n_neighbors": 9},
            "n_neighbors=9 neighbors in class 'b', which has 3 samples. .* to 3 or less",
        ),
        ({"version": 3, "n_neighbors": 4}, "n_neighbors=4 neighbors in class 'b', which has 3"),
        (
            {"version": 3, "n_neighbors_ver3": 8},
            (
                "n_neighbors_ver3=8 neighbors in class 'a', which has 5 samples. "
                "Set n_neighbors_ver3 to 5"
            ),
        ),
    ],
)
def test_too_few_rows(params, message):
    """A class with fewer rows than neighbors is named, with its size."""
    X = np.arange(8.0)[:, None]

    with pytest.raises(TooFewSamplesError, match=f"NearMiss searches for {message}") as caught:
        NearMiss(**params).fit_resample(X, list("aaaaabbb"))

    assert caught.value.label in ("a", "b")
    assert caught.value.parameter in message


def test_all_rows_are_the_farthest():
    """Version 2 uses all rows of a class that has fewer than n_neighbors."""
    X, y = two_classes(0)
    n_minority = int((y == 1).sum())

    too_many, exact = (NearMiss(version=2, n_neighbors=k) for k in (1000, n_minority))

    np.testing.assert_array_equal(exact.fit_resample(X, y)[0], too_many.fit_resample(X, y)[0])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"version": 4}, "'version' parameter"),
        ({"version": "1"}, "'version' parameter"),
        ({"n_neighbors": 0}, "'n_neighbors' parameter"),
        ({"n_neighbors": 2.5}, "'n_neighbors' parameter"),
        ({"n_neighbors": True}, "must be 1 or more; got True"),
        ({"n_neighbors_ver3": 0}, "'n_neighbors_ver3' parameter"),
        ({"n_neighbors": KNeighborsTransformer(n_neighbors=0)}, "n_neighbors of 1 or more; got"),
        ({"scale": "unit"}, "'scale' parameter"),
        ({"n_jobs": 1.5}, "'n_jobs' parameter"),
        ({"n_jobs": 0}, "n_jobs must be a number of threads"),
    ],
)
def test_bad_parameters(params, message):
    """Invalid parameters are named."""
    X, y = two_classes(0)

    with pytest.raises(ValueError, match=message):
        NearMiss(**params).fit_resample(X, y)


def test_dates_are_refused_by_name():
    """A column on which no distance is defined is named."""
    X = pd.DataFrame({"x": range(6), "when": pd.date_range("2026", periods=6)})

    with pytest.raises(InputError, match="NearMiss measures distances.*'when'"):
        NearMiss().fit_resample(X, [0, 0, 0, 0, 1, 1])


@pytest.fixture
def tiny_blocks(monkeypatch):
    """Make blocks of pairs so small that there are many."""
    monkeypatch.setattr(adapters, "_MAX_PAIRS", 100)


def some_rows(seed: int, n: int = 130) -> tuple[np.ndarray, np.ndarray]:
    """Return two disjoint sets of rows."""
    chosen = np.random.RandomState(seed).permutation(n)
    return np.sort(chosen[: n // 3]), np.sort(chosen[n // 3 : n - 9])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [1, 3, 43, 50])
def test_farthest(k, dtype, seed):
    """The farthest distances equal those of brute force."""
    table = np.random.RandomState(seed).randn(130, 5).astype(dtype)
    points, queries = some_rows(seed)

    found = farthest_distances(SearchSpace(table), points, queries, k)

    distance = np.sqrt(all_pairs(table[points], table[queries], None))
    np.testing.assert_array_equal(np.sort(distance, axis=1)[:, -k:], found)


@pytest.mark.parametrize("extreme", [1e300, 1.0, 1e-250])
def test_farthest_with_missing_and_categorical_values(extreme, seed):
    """A missing number adds its column's penalty, two different categories their mismatch."""
    rng = np.random.RandomState(seed)
    numbers, codes = rng.randn(130, 3), rng.randint(0, 3, (130, 2))
    numbers[rng.rand(130, 3) < 0.2] = np.nan
    points, queries = some_rows(seed)
    penalties, mismatch = rng.rand(3), np.array([0.25, 0.7])
    squared = all_pairs(numbers[points], numbers[queries], penalties)
    for column, penalty in zip(codes.T, mismatch, strict=True):
        squared += penalty * (column[queries, None] != column[None, points])

    if extreme != 1:  # whose square is out of range, like the penalties
        penalties = mismatch = None
        numbers = np.nan_to_num(numbers)
        squared = all_pairs(numbers[points], numbers[queries], None)
        table = numbers * extreme
    else:
        table = np.column_stack([numbers, codes])
    found = farthest_distances(SearchSpace(table, None, penalties, mismatch), points, queries, 4)

    distance = np.sqrt(np.sort(squared, axis=1)[:, -4:])
    np.testing.assert_allclose(distance * extreme, found, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float64])
@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_farthest_of_sparse_rows(offset, dtype, seed, tiny_blocks):
    """Sparse and dense distances are equal to the last bit, with a large offset, too."""
    rng = np.random.RandomState(seed)
    table = rng.randn(130, 12) * 9 * (rng.rand(130, 12) < 0.5)
    table = (table + offset * (rng.rand(12) < 0.3)).astype(dtype)
    points, queries = some_rows(seed)
    of_dense = farthest_distances(SearchSpace(table.astype(float)), points, queries, 3)

    of_sparse = farthest_distances(SearchSpace(sparse.csr_array(table)), points, queries, 3)

    np.testing.assert_array_equal(of_dense, of_sparse)


@pytest.mark.parametrize("scale", ["length 1", "counts"])
def test_farthest_of_rows_without_common_words(scale, seed):
    """Most rows are at the same distance, which is right within rounding; of counts, exactly."""
    rng = np.random.RandomState(seed)
    table = rng.randint(1, 5, (900, 400)) * (rng.rand(900, 400) < 0.01).astype(float)
    if scale == "length 1":
        table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1)
    points, queries = np.split(np.arange(900), [600])

    dense, found = (
        farthest_distances(SearchSpace(form(table)), points, queries, 3)
        for form in (np.asarray, sparse.csr_array)
    )

    np.testing.assert_allclose(found, dense, rtol=0 if scale == "counts" else 1e-14)


@pytest.mark.parametrize("extreme", [1e300, 1e-250])
def test_farthest_of_extreme_sparse_rows(extreme):
    """Squares of sparse values do not overflow or underflow either."""
    table = np.random.RandomState(0).randn(130, 4)
    points, queries = some_rows(0)
    expected = farthest_distances(SearchSpace(table), points, queries, 3)

    far = SearchSpace(sparse.csr_array(table * extreme))

    np.testing.assert_allclose(
        expected * extreme, farthest_distances(far, points, queries, 3), rtol=1e-14
    )


def test_farthest_of_empty_sparse_rows():
    """Rows without stored values are at distance 0."""
    empty = SearchSpace(sparse.csr_array((130, 4)))

    assert not farthest_distances(empty, *some_rows(0), 3).any()


def test_farthest_of_objects(seed, tiny_blocks):
    """An estimator is queried one block at a time."""
    table = np.random.RandomState(seed).randn(130, 4)
    points, queries = some_rows(seed)
    estimator = NearestNeighbors(n_neighbors=3)

    of_estimator = farthest_distances(SearchSpace(table), points, queries, estimator)

    expected = farthest_distances(SearchSpace(table), points, queries, 3)
    np.testing.assert_allclose(expected, of_estimator, rtol=1e-12)


def test_version_2_of_sparse_rows_far_from_the_origin(seed):
    """A sparse table with a large offset keeps the rows of the dense table."""
    X, y = two_classes(seed)
    dense, other = NearMiss(version=2), NearMiss(version=2)

    dense.fit_resample(X + 1e8, y)
    other.fit_resample(sparse.csr_array(X + 1e8), y)

    np.testing.assert_array_equal(dense.sample_indices_, other.sample_indices_)
