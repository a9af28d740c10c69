"""The same result as imbalanced-learn for the same random state, wherever it is correct."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import imblearn.datasets
import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

import counterpoise.over_sampling
import counterpoise.under_sampling
from counterpoise.datasets import make_imbalance
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.under_sampling import RandomUnderSampler
from tests.conftest import SEEDS


def three_of_most(y: np.ndarray) -> dict[int, int]:
    """Return a strategy that keeps three samples of each class but the smallest."""
    classes, counts = np.unique(y, return_counts=True)
    return dict.fromkeys(np.delete(classes, counts.argmin()).tolist(), 3)


def both(name: str, *, draws: bool = True, **params: Any) -> tuple[Any, Any]:
    """Return how to build an undersampler and imbalanced-learn's, with the same parameters."""

    def builder(module: Any) -> Any:
        def build(random_state: Any = None) -> Any:
            seed = {"random_state": random_state} if draws else {}
            return getattr(module, name)(**params, **seed)

        return build

    return builder(counterpoise.under_sampling), builder(imblearn.under_sampling)


def over(name: str, **params: Any) -> tuple[Any, Any]:
    """Return an oversampler and imbalanced-learn's, with the same parameters."""
    packages = counterpoise.over_sampling, imblearn.over_sampling
    ours, theirs = (partial(getattr(package, name), **params) for package in packages)
    return ours, theirs


PAIRS = {
    "SMOTE": (SMOTE, imblearn.over_sampling.SMOTE),
    "RandomOverSampler": (RandomOverSampler, imblearn.over_sampling.RandomOverSampler),
    "RandomUnderSampler": (RandomUnderSampler, imblearn.under_sampling.RandomUnderSampler),
    "BorderlineSMOTE": over("BorderlineSMOTE"),
    "KMeansSMOTE of one cluster": over("KMeansSMOTE", kmeans_estimator=KMeans(1, random_state=0)),
    "TomekLinks": both("TomekLinks", draws=False),
    "TomekLinks of all": both("TomekLinks", draws=False, sampling_strategy="all"),
    "EditedNearestNeighbours": both("EditedNearestNeighbours", draws=False),
    "EditedNearestNeighbours by mode": both(
        "EditedNearestNeighbours", draws=False, kind_sel="mode", n_neighbors=5
    ),
    "RepeatedEditedNearestNeighbours": both("RepeatedEditedNearestNeighbours", draws=False),
    "RepeatedEditedNearestNeighbours by mode": both(
        "RepeatedEditedNearestNeighbours", draws=False, kind_sel="mode"
    ),
    "AllKNN": both("AllKNN", draws=False),
    "AllKNN by mode": both("AllKNN", draws=False, kind_sel="mode", n_neighbors=4),
    "OneSidedSelection": both("OneSidedSelection"),
    "OneSidedSelection of three": both("OneSidedSelection", n_neighbors=3),
    "NearMiss 1": both("NearMiss", draws=False),
    "NearMiss 2": both("NearMiss", draws=False, version=2),
    "NearMiss 3": both("NearMiss", draws=False, version=3, n_neighbors_ver3=8),
    "InstanceHardnessThreshold": both(
        "InstanceHardnessThreshold", estimator=LogisticRegression(), cv=3
    ),
    # In a cluster of two rows, rounding decides which is nearer; few clusters are larger.
    "ClusterCentroids": both("ClusterCentroids", sampling_strategy=three_of_most),
    "ClusterCentroids hard": both(
        "ClusterCentroids", voting="hard", sampling_strategy=three_of_most
    ),
    "ClusterCentroids soft": both("ClusterCentroids", voting="soft"),
}
# Tie-free tables: widths from 2 to 30, 2 to 5 classes, both precisions, dense and sparse.
TABLES = [
    (width, n_classes, dtype, form)
    for width, n_classes in ((2, 2), (3, 5), (8, 3), (16, 4), (30, 2))
    for dtype in (np.float64, np.float32)
    for form in (np.asarray, sparse.csr_matrix, sparse.csc_array)
]


def tables_of(seed: int) -> list[Any]:
    """Return a third of the tables for each seed, with all widths, precisions and containers.

    Tables do not depend on the seed, and half of the samplers do not use it, so that each sampler
    is compared on each table once.
    """
    turn = SEEDS.index(seed)
    return [table for i, table in enumerate(TABLES) if (i // 3 + i) % len(SEEDS) == turn]


MOST_COMMON_NUMERIC = ("mammography", "phoneme", "pima_diabetes", "ionosphere", "glass")


def make_table(width: int, n_classes: int, dtype: Any, form: Any) -> tuple[Any, np.ndarray]:
    """Return a table without ties, and classes of different sizes."""
    rng = np.random.RandomState(width * n_classes)
    X = rng.randn(400, width).astype(dtype)
    weights = np.arange(1, n_classes + 1)
    return form(X), rng.choice(n_classes, 400, p=weights / weights.sum())


def dense(X: Any) -> np.ndarray:
    """Return a table as an array."""
    return X.toarray() if sparse.issparse(X) else X


def assert_same(ours: Any, theirs: Any, X: Any, y: Any) -> None:
    """Assert that two samplers return the same rows, in the same order, to the last bit."""
    (ours_X, ours_y), (theirs_X, theirs_y) = ours.fit_resample(X, y), theirs.fit_resample(X, y)
    np.testing.assert_array_equal(dense(theirs_X), dense(ours_X))
    np.testing.assert_array_equal(theirs_y, ours_y)
    assert (theirs_X.dtype, type(X)) == (ours_X.dtype, type(ours_X))
    assert dict(theirs.sampling_strategy_) == dict(ours.sampling_strategy_)
    for name in ("nn_", "nn_k_", "nn_m_", "nn_ver3_"):
        if hasattr(theirs, name):
            assert getattr(theirs, name).n_neighbors == getattr(ours, name).n_neighbors
            assert not hasattr(getattr(ours, name), "n_samples_fit_")  # it holds no data
    if hasattr(theirs, "sample_indices_"):
        np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)


@pytest.mark.parametrize("name", PAIRS)
def test_shared_generator(name, seed, capsys):
    """With a RandomState, tables give the rows of imbalanced-learn; each seed has a third."""
    ours, theirs = PAIRS[name]
    for table in tables_of(seed):
        X, y = make_table(*table)

        assert_same(
            ours(random_state=np.random.RandomState(seed)),
            theirs(random_state=np.random.RandomState(seed)),
            X,
            y,
        )
    with capsys.disabled():
        print(f" {name}: {len(tables_of(seed))} tables equal", end="")
    assert TABLES == sorted((t for s in SEEDS for t in tables_of(s)), key=TABLES.index)
    assert len(TABLES) >= 20


@pytest.mark.parametrize("name", PAIRS)
def test_integer_seed_one_class(name, seed):
    """The same with an integer seed, if one class is resampled."""
    ours, theirs = PAIRS[name]
    X, y = make_table(6, 2, np.float64, np.asarray)

    assert_same(ours(random_state=seed), theirs(random_state=seed), X, y)


@pytest.mark.parametrize("k", [1, 2, 8])
@pytest.mark.parametrize("strategy", [0.8, "minority", "all", {0: 200}, lambda y: {0: 150}])
def test_smote_parameters(k, strategy, seed):
    """The same for each form of sampling_strategy and number of neighbors."""
    X, y = make_table(4, 2, np.float64, np.asarray)
    params = {"k_neighbors": k, "sampling_strategy": strategy, "random_state": seed}

    assert_same(SMOTE(**params), imblearn.over_sampling.SMOTE(**params), X, y)


@pytest.mark.parametrize("strategy", [0.75, "majority", "all", {1: 30}, "not minority"])
@pytest.mark.parametrize("replacement", [False, True])
def test_random_under_parameters(strategy, replacement, seed):
    """The same for each form of sampling_strategy, with and without replacement."""
    X, y = make_table(4, 2, np.float64, np.asarray)
    params = {"replacement": replacement, "sampling_strategy": strategy, "random_state": seed}

    assert_same(
        RandomUnderSampler(**params), imblearn.under_sampling.RandomUnderSampler(**params), X, y
    )


def test_smoothed_bootstrap(seed):
    """The same smoothed samples, with a correction for imbalanced-learn's bandwidth."""
    X, y = make_table(5, 2, np.float64, np.asarray)
    n, n_class, d = len(y), int((y == 0).sum()), X.shape[1]
    # imbalanced-learn uses the table's size, not that of the class (docs/differences.md).
    correction = (n / n_class) ** (1 / (d + 4))

    ours, _ = RandomOverSampler(shrinkage=0.7, random_state=seed).fit_resample(X, y)
    theirs, _ = imblearn.over_sampling.RandomOverSampler(
        shrinkage=0.7 * correction, random_state=seed
    ).fit_resample(X, y)

    np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-12)


def test_make_imbalance(seed):
    """make_imbalance keeps the same rows as imbalanced-learn."""
    X, y = make_table(4, 3, np.float64, np.asarray)
    params = {"sampling_strategy": {1: 20, 2: 50}, "random_state": seed}

    ours, theirs = (f(X, y, **params) for f in (make_imbalance, imblearn.datasets.make_imbalance))

    np.testing.assert_array_equal(theirs[0], ours[0])
    np.testing.assert_array_equal(theirs[1], ours[1])


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("table", MOST_COMMON_NUMERIC)
def test_real_tables(name, table, tables):
    """Real numeric tables give the same rows, without ties and integers."""
    frame = pd.read_csv(tables / f"{table}.csv", dtype={"label": str})
    X = frame.drop(columns="label").astype(np.float64)
    keep = ~X.duplicated()  # imbalanced-learn confuses a row with its duplicates
    X, y = X[keep].to_numpy(), frame["label"][keep].to_numpy()
    if not name.startswith("Random"):
        rng = np.random.RandomState(0)
        X = X + 1e-9 * rng.randn(*X.shape) * X.std(axis=0)  # break the ties of rounded values
    if name == "InstanceHardnessThreshold" or "by mode" in name:
        y = np.unique(y, return_inverse=True)[1]  # imbalanced-learn fails for others
    ours, theirs = PAIRS[name]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_same(
            ours(random_state=np.random.RandomState(1)),
            theirs(random_state=np.random.RandomState(1)),
            X,
            y,
        )
