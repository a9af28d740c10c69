"""The index for sparse rows compared with the native index for the same dense rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from counterpoise.neighbors._adapters import SparseIndex
from counterpoise.neighbors._condensing import classify_by_neighbors
from counterpoise.neighbors._farthest import farthest_distances
from counterpoise.neighbors._index import Index
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import SearchSpace
from counterpoise.over_sampling import SVMSMOTE
from counterpoise.under_sampling import CondensedNearestNeighbour, OneSidedSelection

KINDS = {
    "counts": lambda rng, shape: rng.randint(0, 3, shape) * (rng.rand(*shape) < 0.4),
    "binary": lambda rng, shape: rng.rand(*shape) < 0.3,
    "floats": lambda rng, shape: rng.randn(*shape) * (rng.rand(*shape) < 0.4),
    "halves": lambda rng, shape: rng.randint(0, 4, shape) / 2,
    "far away": lambda rng, shape: rng.randn(*shape) + 1e8,
    "zeros": lambda rng, shape: np.zeros(shape),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("few_pairs", [False, True])
def test_neighbors_are_those_of_dense_rows(kind, few_pairs, monkeypatch):
    """Ties are broken by row number and rounding has no effect, with one block of pairs or many."""
    if few_pairs:
        monkeypatch.setattr("counterpoise.neighbors._adapters._MAX_PAIRS", 500)
    for seed in range(8):
        rng = np.random.RandomState(seed)
        points = KINDS[kind](rng, (rng.randint(20, 300), rng.randint(1, 30))).astype(float)
        k = rng.randint(1, 9)

        found = SparseIndex(sparse.csr_array(points)).nearest_others(k)

        expected = Index(points).nearest_others(k, return_distance=True, squared=True)
        np.testing.assert_array_equal(expected[0], found[0])
        np.testing.assert_array_equal(expected[1], found[1])


@pytest.mark.parametrize("kind", KINDS)
def test_other_points_as_queries(kind):
    """Queries that are not in the index have the same neighbors."""
    rng = np.random.RandomState(1)
    points = KINDS[kind](rng, (200, 12)).astype(float)
    queries = KINDS[kind](rng, (50, 12)).astype(float)

    found, squared = SparseIndex(sparse.csr_array(points)).nearest(sparse.csr_array(queries), 4)

    expected = Index(points).nearest(queries, 4, return_distance=True, squared=True)
    np.testing.assert_array_equal(expected[0], found)
    np.testing.assert_array_equal(expected[1], squared)


@pytest.mark.parametrize("n_neighbors", [1, 3])
@pytest.mark.parametrize("kind", ["counts", "binary", "floats", "halves"])
def test_condensing_sparse_rows(kind, n_neighbors):
    """The same rows are kept of a sparse table as of a dense one."""
    for seed in range(4):
        rng = np.random.RandomState(seed)
        points = KINDS[kind](rng, (rng.randint(60, 200), rng.randint(2, 12))).astype(float)
        y = np.where(rng.rand(len(points)) < 0.2, 1, 0)
        for sampler_class in (CondensedNearestNeighbour, OneSidedSelection):
            sampler = sampler_class(random_state=seed, n_neighbors=n_neighbors)
            dense = sampler.fit(points, y).fit_resample(points, y)[0]

            resampled = sampler.fit_resample(sparse.csr_array(points), y)[0]

            np.testing.assert_array_equal(dense, resampled.toarray())


@pytest.mark.parametrize("convert", [np.asarray, sparse.csr_array])
def test_a_store_smaller_than_the_number_of_neighbors(convert):
    """If the store has fewer rows than neighbors, all rows of the store are used."""
    points = convert(np.arange(12.0).reshape(6, 2))
    codes = np.array([0, 0, 0, 0, 1, 1])

    predicted = classify_by_neighbors(
        SearchSpace(points), codes, np.arange(2, 6), np.array([0, 1]), neighbors=5
    )

    np.testing.assert_array_equal([0, 0, 0, 0], predicted)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
@pytest.mark.parametrize("neighbors", [3, NearestNeighbors(n_neighbors=4)], ids=["k", "estimator"])
def test_no_queries(form, neighbors):
    """Every search answers an empty query with an empty result, whatever searches."""
    points = np.random.RandomState(0).randn(20, 2)
    space, nothing = SearchSpace(form(points)), np.empty(0, np.intp)
    search = NeighborSearch(space, neighbors)

    positions, distances = search.nearest(space.subset(nothing), 2)

    assert (0, 2) == positions.shape == distances.shape
    assert (0, 3) == search.nearest_others(nothing).shape
    every = np.arange(20)
    assert not len(farthest_distances(space, every, nothing, neighbors))
    codes = np.arange(20) % 2
    assert not len(classify_by_neighbors(space, codes, nothing, every, neighbors=neighbors))


def test_svm_smote_of_one_sample():
    """One synthetic sample comes from one side of the border: the other side has no queries."""
    rng = np.random.RandomState(0)
    X, y = np.r_[rng.randn(40, 3), rng.randn(20, 3) + 1.5], np.repeat([0, 1], [40, 20])
    sampler = SVMSMOTE(sampling_strategy={1: 21}, random_state=0, k_neighbors=3, m_neighbors=6)

    dense, _ = sampler.fit_resample(X, y)
    out, _ = sampler.fit_resample(sparse.csr_matrix(X), y)

    np.testing.assert_allclose(dense, out.toarray())
