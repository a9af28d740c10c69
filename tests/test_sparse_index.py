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
from counterpoise.over_sampling import SMOTE, SVMSMOTE
from counterpoise.under_sampling import CondensedNearestNeighbour, OneSidedSelection


def unit_rows(rng, shape):
    """Return rows of length 1, as those of TF-IDF."""
    rows = rng.rand(*shape) * (rng.rand(*shape) < 0.3)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)


KINDS = {
    "counts": lambda rng, shape: rng.randint(0, 3, shape) * (rng.rand(*shape) < 0.4),
    "binary": lambda rng, shape: rng.rand(*shape) < 0.3,
    "floats": lambda rng, shape: rng.randn(*shape) * (rng.rand(*shape) < 0.4),
    "halves": lambda rng, shape: rng.randint(0, 4, shape) / 2,
    "far away": lambda rng, shape: rng.randn(*shape) + 1e8,
    "zeros": lambda rng, shape: np.zeros(shape),
    "unit rows": unit_rows,
    "large counts": lambda rng, shape: rng.randint(0, 10**6, shape) * (rng.rand(*shape) < 0.3),
    "tiny": lambda rng, shape: rng.randn(*shape) * 1e-120,
    "all magnitudes": lambda rng, shape: rng.randn(*shape) * 10.0 ** rng.randint(-60, 60, shape),
    "equal rows": lambda rng, shape: rng.rand(3, shape[1])[rng.randint(0, 3, shape[0])],
}


@pytest.mark.parametrize("kind", KINDS)
def test_neighbors_are_those_of_dense_rows(kind):
    """Ties are broken by row number and rounding has no effect, whatever the shape of the table."""
    for seed in range(8):
        rng = np.random.RandomState(seed)
        n_columns = int(2 ** rng.uniform(0, 9))
        points = KINDS[kind](rng, (rng.randint(20, 300), n_columns)).astype(float)
        k = rng.randint(1, [9, min(100, len(points))][seed % 2])

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


def test_more_points_than_a_block():
    """The points are compared block by block."""
    rng = np.random.RandomState(0)
    points = unit_rows(rng, (5000, 40))
    some = rng.randint(0, 5000, 50)

    found, squared = SparseIndex(sparse.csr_array(points)).nearest_others(7, some)

    expected = Index(points).nearest_others(
        7, query_positions=some, return_distance=True, squared=True
    )
    np.testing.assert_array_equal(expected[0], found)
    np.testing.assert_array_equal(expected[1], squared)


def test_queries_far_from_all_points():
    """A query whose values overflow float32 in the units of the points has exact neighbors."""
    rng = np.random.RandomState(0)
    points, queries = rng.randn(100, 4), np.diag([1e60, 1e30, 1e12, 1.0])

    found, squared = SparseIndex(sparse.csr_array(points)).nearest(sparse.csr_array(queries), 3)

    expected = Index(points).nearest(queries, 3, return_distance=True, squared=True)
    np.testing.assert_array_equal(expected[0], found)
    np.testing.assert_array_equal(expected[1], squared)


def test_a_million_columns():
    """The number of columns costs next to nothing."""
    rng = np.random.RandomState(0)
    dense = rng.randint(0, 3, (60, 20)) * rng.rand(60, 20)
    columns = np.sort(rng.choice(10**6, 20, replace=False))
    wide = sparse.csr_array(dense)
    wide = sparse.csr_array((wide.data, columns[wide.indices], wide.indptr), shape=(60, 10**6))

    found = SparseIndex(wide).nearest_others(5)[0]

    np.testing.assert_array_equal(Index(dense).nearest_others(5), found)


@pytest.mark.parametrize("convert", [sparse.csr_array, sparse.csc_matrix, sparse.coo_array])
def test_stored_zeros_unsorted_and_duplicate_entries(convert):
    """Only the values of a matrix count, and not how they are stored."""
    rng = np.random.RandomState(0)
    X = np.where(rng.rand(80, 9) < 0.4, rng.randn(80, 9), 0.0)
    row, column = np.indices(X.shape).reshape(2, -1)
    order = rng.permutation(row.size)  # stores zeros too
    entries = (X[row, column][order], (row[order], column[order]))
    untidy = sparse.coo_array(entries, shape=X.shape)
    csr = sparse.csr_array(untidy)
    csr.indices, csr.indptr = csr.indices.astype(np.int64), csr.indptr.astype(np.int64)
    for matrix in (convert(untidy), csr):
        y = np.arange(80) < 20
        expected = SMOTE(random_state=0).fit_resample(X, y)[0]

        out = SMOTE(random_state=0).fit_resample(matrix, y)[0]

        np.testing.assert_array_equal(expected, out.toarray())


def test_threads_do_not_matter():
    """Neighbors and distances do not depend on the number of threads."""
    points = sparse.csr_array(unit_rows(np.random.RandomState(0), (700, 50)))
    one, four = (SparseIndex(points, n_jobs).nearest_others(5) for n_jobs in (1, 4))
    np.testing.assert_array_equal(one[0], four[0])
    np.testing.assert_array_equal(one[1], four[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_synthetic_rows_have_the_values_of_dense_ones(dtype):
    """Sparse rows are interpolated with the same bits as dense rows, and zeros are not stored."""
    rng = np.random.RandomState(0)
    X = np.where(rng.rand(120, 15) < 0.3, rng.randn(120, 15), 0).astype(dtype)
    y = np.arange(120) < 30

    dense = SMOTE(random_state=0).fit_resample(X, y)[0]
    out = SMOTE(random_state=0).fit_resample(sparse.csr_array(X), y)[0]

    assert out.dtype == dtype
    np.testing.assert_array_equal(dense, out.toarray())
    assert out.nnz == np.count_nonzero(dense)


def test_long_doubles_are_not_rounded():
    """Sparse rows of floats that are not float32 or float64 are interpolated, too."""
    rng = np.random.RandomState(0)
    X = np.where(rng.rand(60, 6) < 0.5, rng.randn(60, 6), 0)
    y = np.arange(60) < 15
    expected = SMOTE(random_state=0).fit_resample(X, y)[0]

    out = SMOTE(random_state=0).fit_resample(sparse.csr_array(X).astype(np.longdouble), y)[0]

    np.testing.assert_allclose(out.toarray().astype(float), expected)


@pytest.mark.parametrize("n_neighbors", [1, 3])
@pytest.mark.parametrize(
    "kind", ["counts", "binary", "floats", "halves", "far away", "unit rows", "all magnitudes"]
)
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
