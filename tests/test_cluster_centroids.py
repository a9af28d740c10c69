"""ClusterCentroids: centers and the samples nearest to them, for every feature type."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.cluster import BisectingKMeans, KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from counterpoise._table import Resampling, SyntheticSamples, as_table
from counterpoise.combine import Chain
from counterpoise.exceptions import CounterpoiseWarning, FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.under_sampling import ClusterCentroids
from tests.containers import as_array


def three_classes(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a table of three columns, and classes of 50, 30 and 10 rows, shuffled."""
    rng = np.random.RandomState(seed)
    return rng.randn(90, 3), rng.permutation(np.repeat([0, 1, 2], [50, 30, 10]))


def test_centers_are_means_of_their_clusters(seed):
    """The centers of the last class are the means of the estimator's clusters."""
    X, y = three_classes(seed)
    sampler = ClusterCentroids(random_state=seed)

    X_out, y_out = sampler.fit_resample(X, y)

    found = sampler.estimator_.labels_
    means = [X[y == 1][found == cluster].mean(axis=0) for cluster in range(10)]
    np.testing.assert_allclose(means, X_out[10:20], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(np.repeat([0, 1, 2], 10), y_out)
    np.testing.assert_array_equal(X[y == 2], X_out[20:])
    provenance = sampler.provenance_
    assert provenance.is_synthetic.tolist() == [True] * 20 + [False] * 10
    assert {-1} == set(provenance.base.tolist())


def test_nearest_rows(seed):
    """The sample nearest to each center is kept, the first of those at the same distance."""
    X, y = three_classes(seed)
    soft, hard = (ClusterCentroids(voting=v, random_state=seed) for v in ("soft", "hard"))

    centers, _ = soft.fit_resample(X, y)
    X_out, _ = hard.fit_resample(X, y)

    for code, start in ((0, 0), (1, 10)):
        rows = np.flatnonzero(y == code)
        distance = np.linalg.norm(centers[start : start + 10, None] - X[None, rows], axis=2)
        nearest = (distance <= distance.min(axis=1, keepdims=True) + 1e-12).argmax(axis=1)
        np.testing.assert_array_equal(rows[nearest], hard.sample_indices_[start : start + 10])
    np.testing.assert_array_equal(X[hard.sample_indices_], X_out)
    assert not hard.provenance_.is_synthetic.any()


def test_only_hard_voting_has_sample_indices():
    """Attributes of an earlier call are removed."""
    X, y = three_classes(0)
    sampler = ClusterCentroids(voting="hard", random_state=0)
    sampler.fit_resample(X, y)
    assert 30 == len(sampler.sample_indices_)

    sampler.set_params(voting="soft").fit_resample(X, y)

    assert not hasattr(sampler, "sample_indices_")
    assert "soft" == sampler.voting_


def test_clusters_of_two_samples():
    """In a cluster of two samples the first is kept, whatever the rounding."""
    rng = np.random.RandomState(0)
    pairs = np.repeat(rng.randn(40, 3) * 1e3, 2, axis=0) + rng.randn(80, 3)
    X, y = np.vstack([pairs, rng.randn(40, 3)]), np.repeat([0, 1], [80, 40])
    start = KMeans(40, init=(pairs[::2] + pairs[1::2]) / 2, n_init=1)

    for form in (np.asarray, np.float32, sparse.csr_matrix):
        sampler = ClusterCentroids(estimator=start, voting="hard")
        sampler.fit_resample(form(X), y)

        np.testing.assert_array_equal(2 * np.arange(40), sampler.sample_indices_[:40])


@pytest.mark.parametrize("form", [np.asarray, np.float32, sparse.csr_matrix])
def test_many_tied_samples(form, seed):
    """Of many samples at the same distance to a center the first is kept."""
    category = np.random.RandomState(seed).permutation(48)
    X, y = np.vstack([np.eye(48)[category], np.eye(48)[:2]]), np.repeat([0, 1], [48, 2])
    start = np.array([np.eye(48)[:24].mean(axis=0), np.eye(48)[24:].mean(axis=0)])
    sampler = ClusterCentroids(estimator=KMeans(init=start, n_init=1), voting="hard")

    sampler.fit_resample(form(X), y)

    first = [np.flatnonzero(category < 24)[0], np.flatnonzero(category >= 24)[0]]
    np.testing.assert_array_equal(first, sampler.sample_indices_[:2])


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int64, np.float32])
@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, pl.DataFrame, sparse.csr_matrix])
def test_centers_have_the_dtype_of_their_column(dtype, form, seed):
    """Integers are rounded to the nearest, floats keep their precision."""
    X, y = three_classes(seed)
    X = (20 * X + 60).astype(dtype)
    names = {"columns": ["a", "b", "c"]} if form is pd.DataFrame else {}

    out, _ = ClusterCentroids(voting="soft", random_state=seed).fit_resample(form(X, **names), y)
    exact, _ = ClusterCentroids(random_state=seed).fit_resample(X.astype(float), y)

    found = as_array(out)
    if dtype is np.float32:
        np.testing.assert_allclose(exact, found, rtol=1e-5)
    else:
        assert np.abs(exact - found).max() <= 0.5 + 1e-4
        np.testing.assert_array_equal(np.rint(found), found)


MISSING = {
    "numpy": np.asarray,
    "float32": np.float32,
    "list": lambda v: [[None if np.isnan(x) else x for x in row] for row in v.tolist()],
    "pandas": lambda v: pd.DataFrame(v, columns=["a", "b", "c"]),
    "nullable": lambda v: pd.DataFrame(v, columns=["a", "b", "c"]).convert_dtypes(),
    "integers": lambda v: pd.DataFrame(np.rint(v * 9), columns=["a", "b", "c"]).astype("Int16"),
    "polars": lambda v: pl.DataFrame(pd.DataFrame(v, columns=["a", "b", "c"])),
    "pyarrow": lambda v: pa.Table.from_pandas(pd.DataFrame(v, columns=["a", "b", "c"])),
}


@pytest.mark.parametrize("form", MISSING)
@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_missing_values(form, voting, seed):
    """Missing values are imputed for the clustering; a feature without values stays missing."""
    X, y = three_classes(seed)
    X[np.random.RandomState(seed).rand(*X.shape) < 0.1] = np.nan
    X[y == 0, 1] = np.nan
    filled = X.copy()
    for code in (0, 1):
        median = np.nan_to_num([np.median(v[~np.isnan(v)]) if (~np.isnan(v)).any() else 0
                                for v in X[y == code].T])  # fmt: skip
        filled[y == code] = np.where(np.isnan(X[y == code]), median, X[y == code])
    expected, _ = ClusterCentroids(voting=voting, random_state=seed).fit_resample(
        np.nan_to_num(filled), y
    )

    out, _ = ClusterCentroids(voting=voting, random_state=seed).fit_resample(MISSING[form](X), y)

    values = np.array(out, dtype=float) if isinstance(out, list) else as_array(out)
    assert np.isnan(values[:10, 1]).all()
    if voting == "soft":
        assert not np.isnan(np.delete(values[:20], 1, axis=1)).any()
        if form != "integers":
            np.testing.assert_allclose(expected[10:20], values[10:20], rtol=1e-5, atol=1e-6)
    elif form in ("numpy", "pandas"):
        kept = ClusterCentroids(voting=voting, random_state=seed)
        kept.fit_resample(MISSING[form](X), y)
        np.testing.assert_array_equal(X[kept.sample_indices_], values)
        np.testing.assert_array_equal(expected[:20], filled[kept.sample_indices_[:20]])


def test_booleans_are_averaged_with_a_warning():
    """Booleans stay booleans, the more frequent one of each cluster."""
    X, y = three_classes(0)
    frame = pd.DataFrame({"flag": X[:, 0] > 0, "x": 100 * (X[:, 0] > 0) + X[:, 1]})

    with pytest.warns(CounterpoiseWarning, match="ClusterCentroids treats booleans"):
        out, _ = ClusterCentroids(random_state=0).fit_resample(frame, y)

    assert bool == out["flag"].dtype
    np.testing.assert_array_equal(out["x"] > 50, out["flag"])


def test_categorical_columns_are_named():
    """Strings have no mean: the message names the column and a sampler that accepts it."""
    frame = pd.DataFrame({"color": list("rgbrgb"), "x": range(6)})

    with pytest.raises(
        FeatureTypeError, match="'color' is categorical. Use RandomUnderSampler, NearMiss"
    ):
        ClusterCentroids().fit_resample(frame, [0, 0, 0, 0, 1, 1])


def test_copied_columns_are_refused():
    """A center has no row to copy a column from; ignored columns are missing."""
    X, y = three_classes(0)
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(row=range(90))

    with pytest.raises(InputError, match="'row' cannot be copied .* ignore it instead"):
        ClusterCentroids(random_state=0)._fit_resample_table(as_table(frame, copy=["row"]), y)
    out, _ = ClusterCentroids(random_state=0)._fit_resample_table(
        as_table(frame, ignore=["row"]), y
    )
    assert out["row"].isna().tolist() == [True] * 20 + [False] * 10


@pytest.mark.parametrize(
    ("estimator", "voting"),
    [(MiniBatchKMeans(max_iter=2), "hard"), (BisectingKMeans(random_state=1), "soft")],
)
def test_other_clusterings(estimator, voting):
    """Any clustering with centers works; without its own seed it uses the sampler's."""
    X, y = three_classes(0)

    first, second = (
        ClusterCentroids(estimator=estimator, voting=voting, random_state=4).fit_resample(X, y)[0]
        for _ in range(2)
    )

    np.testing.assert_array_equal(first, second)
    assert (30, 3) == first.shape
    assert estimator.get_params()["n_clusters"] == 8


def test_a_class_at_its_target_is_left_alone():
    """A class that has the requested size does not change."""
    X, y = three_classes(0)
    sampler = ClusterCentroids(sampling_strategy="all", random_state=0)

    X_out, _ = sampler.fit_resample(X, y)

    np.testing.assert_array_equal(X[y == 2], X_out[20:])
    same, _ = ClusterCentroids(sampling_strategy={0: 50, 1: 30}).fit_resample(X, y)
    np.testing.assert_array_equal(X[np.argsort(y, kind="stable")], same)


@pytest.mark.parametrize("voting", ["soft", "hard"])
@pytest.mark.parametrize("form", [np.asarray, sparse.csc_array, pd.DataFrame])
def test_few_rows(voting, form):
    """Classes can be undersampled to one sample, and to none."""
    X, y = three_classes(0)
    sampler = ClusterCentroids(sampling_strategy={0: 2, 1: 0}, voting=voting, random_state=0)

    X_out, y_out = sampler.fit_resample(form(X), y)

    assert [0, 0, *[2] * 10] == y_out.tolist()
    assert (12, 3) == X_out.shape


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_more_clusters_than_distinct_rows(voting):
    """With duplicates k-means warns, and no value is missing."""
    X, y = three_classes(0)
    X[y == 0] = X[np.flatnonzero(y == 0)[0]]
    sampler = ClusterCentroids(voting=voting, random_state=0)

    with pytest.warns(ConvergenceWarning, match="distinct clusters"):
        X_out, y_out = sampler.fit_resample(X, y)

    assert [10, 10, 10] == np.bincount(y_out).tolist()
    np.testing.assert_allclose(np.repeat(X[y == 0][:1], 10, axis=0), X_out[:10])


class NoCenters(BaseEstimator):
    """A clustering without centers, or with too few."""

    def __init__(self, n_clusters=8, centers=None):
        self.n_clusters = n_clusters
        self.centers = centers

    def fit(self, X):
        if self.centers is not None:
            self.cluster_centers_ = self.centers
        return self

    def predict(self, X):
        return np.zeros(len(X), int)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"voting": "loud"}, "'voting' parameter"),
        ({"estimator": "kmeans"}, "'estimator' parameter"),
        (
            {"estimator": GaussianMixture()},
            r"exposing a parameter `n_clusters` .* such as KMeans\(\); got Gau",
        ),
        (
            {"estimator": NoCenters()},
            r"here \(10, 3\); that of NoCenters.* is missing",
        ),
        (
            {"estimator": NoCenters(centers=np.zeros((2, 3)))},
            r"(?s)here \(10, 3\); .* has shape \(2, 3\)",
        ),
    ],
)
def test_bad_parameters(params, message):
    """Invalid parameters are named."""
    X, y = three_classes(0)

    with pytest.raises(ValueError, match=message):
        ClusterCentroids(**params).fit_resample(X, y)


def test_infinity_is_refused():
    """Infinite values are found before the clustering."""
    X, y = three_classes(0)
    X[4, 1] = np.inf

    with warnings.catch_warnings(), pytest.raises(InputError, match="row 4, column '1'"):
        ClusterCentroids().fit_resample(X, y)


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, pl.DataFrame, sparse.csr_array])
def test_after_another_sampler(form):
    """In a chain the centers are those of the rows that the sampler before returns."""
    X, y = three_classes(0)
    table = form(X, **({"columns": list("abc")} if form is pd.DataFrame else {}))
    samplers = [
        SMOTE(sampling_strategy={2: 15}, random_state=0),
        ClusterCentroids(voting="soft", random_state=0),
    ]

    chained, y_out = Chain(samplers).fit_resample(table, y)
    expected, y_expected = table, y
    for sampler in samplers:
        expected, y_expected = sampler.fit_resample(expected, y_expected)

    np.testing.assert_array_equal(y_expected, y_out)
    np.testing.assert_allclose(as_array(expected), as_array(chained))


def test_synthetic_samples_with_and_without_a_base():
    """A missing value of a synthetic sample comes from its base, if it has one."""
    frame = pd.DataFrame({"x": [1.0, np.nan, 3.0], "n": pd.array([1, 2, 3], "Int64")})
    base, no_neighbor = np.array([1, -1, 0]), np.full(3, -1)
    points = np.array([[np.nan, 5.0], [np.nan, np.nan], [7.0, 8.6]])
    synthetic = SyntheticSamples(base, no_neighbor, np.full(3, np.nan), np.zeros(3, int), points)

    out = as_table(frame).rebuild(Resampling(np.arange(1), synthetic), keep_index=False)

    assert frame.dtypes.tolist() == out.dtypes.tolist()
    np.testing.assert_array_equal([1, np.nan, np.nan, 7], out["x"])
    assert [1, 5, None, 9] == [None if value is pd.NA else value for value in out["n"]]
