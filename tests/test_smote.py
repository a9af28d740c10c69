"""SMOTE: statistical properties, and each deliberate difference from imbalanced-learn."""

from __future__ import annotations

import imblearn.over_sampling
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsTransformer, NearestNeighbors

from counterpoise.exceptions import InputError
from counterpoise.over_sampling import SMOTE

IMBLEARN = imblearn.over_sampling.SMOTE


def two_classes(values: np.ndarray, n_majority: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return the values as the minority class, with a majority class far away."""
    far = values.mean(axis=0) + 1e3 + np.random.RandomState(0).randn(n_majority, values.shape[1])
    return np.vstack([values, far]), np.repeat([1, 0], [len(values), n_majority])


def synthetic_samples(sampler, X, y):
    """Return the synthetic samples of a sampler."""
    X_out, _ = sampler.fit_resample(X, y)
    return (
        X_out[sampler.provenance_.is_synthetic]
        if hasattr(sampler, "provenance_")
        else X_out[len(y) :]
    )


def test_variance_law(seed):
    """Interpolating random pairs keeps the mean and leaves two thirds of the variance."""
    rng = np.random.RandomState(seed)
    values = rng.randn(1500, 2)
    X, y = two_classes(values, 60_000)
    # With all other samples as neighbors, every pair has the same probability.
    synthetic = synthetic_samples(SMOTE(k_neighbors=1499, random_state=seed), X, y)

    spread = values.std(axis=0)
    assert np.all(np.abs(synthetic.mean(axis=0) - values.mean(axis=0)) < 4 * spread / np.sqrt(1500))
    ratio = synthetic.var(axis=0) / values.var(axis=0)
    np.testing.assert_allclose(2 / 3, ratio, atol=0.02)


def test_variance_with_k_neighbors_lies_between(seed):
    """With k neighbors the variance lies between two thirds and all of it."""
    values = np.random.RandomState(seed).randn(1000, 3)
    X, y = two_classes(values, 30_000)

    ratio = synthetic_samples(SMOTE(random_state=seed), X, y).var(axis=0) / values.var(axis=0)

    assert ((ratio > 2 / 3) & (ratio < 1.01)).all()


def test_neighbors_are_the_k_nearest(seed):
    """Each neighbor is one of the k nearest of its base sample, by brute force."""
    rng = np.random.RandomState(seed)
    X, y = two_classes(rng.randn(50, 4))
    sampler = SMOTE(k_neighbors=3, random_state=seed)
    sampler.fit_resample(X, y)

    provenance = sampler.provenance_
    for base, neighbor in zip(
        provenance.base[provenance.is_synthetic],
        provenance.neighbor[provenance.is_synthetic],
        strict=True,
    ):
        others = np.setdiff1d(np.flatnonzero(y == 1), base)
        nearest = others[np.argsort(((X[others] - X[base]) ** 2).sum(axis=1))[:3]]
        assert neighbor in nearest


def test_classes_get_different_draws():
    """Classes that are shifted copies get different draws; in imbalanced-learn the same."""
    rng = np.random.RandomState(0)
    values = rng.randn(30, 2)
    X = np.vstack([values, values + 100, rng.randn(100, 2) - 500])
    y = np.repeat([1, 2, 0], [30, 30, 100])

    ours, theirs = (synthetic_samples(S(random_state=0), X, y) for S in (SMOTE, IMBLEARN))

    assert not np.allclose(ours[:70] + 100, ours[70:])
    np.testing.assert_allclose(theirs[:70] + 100, theirs[70:])


def test_a_sample_is_never_its_own_neighbor():
    """Among duplicates a sample is never its own neighbor; in imbalanced-learn it may be."""
    values = np.repeat(np.random.RandomState(0).randn(12, 2), 10, axis=0)
    X, y = two_classes(values)
    sampler = SMOTE(random_state=0)
    sampler.fit_resample(X, y)

    provenance = sampler.provenance_
    assert (
        provenance.base[provenance.is_synthetic] != provenance.neighbor[provenance.is_synthetic]
    ).all()
    # Each sample has nine duplicates, so its five nearest neighbors are duplicates.
    search = NearestNeighbors(n_neighbors=6).fit(values)
    nearest = search.kneighbors(values, return_distance=False)
    assert (nearest[:, 1:] == np.arange(120)[:, None]).any(), (
        "imbalanced-learn's slice keeps itself"
    )


def test_ties_go_by_row_number():
    """Of samples at the same distance, those with the lower index are the neighbors."""
    X, y = two_classes(np.array([[0.0], [1], [-1], [1], [-1]]))
    sampler = SMOTE(k_neighbors=2, random_state=0)
    sampler.fit_resample(X, y)

    provenance = sampler.provenance_
    assert {1, 2} == set(provenance.neighbor[provenance.base == 0].tolist())


def test_large_offsets_do_not_change_neighbors():
    """A large offset of all features does not change the neighbors."""
    values = np.random.RandomState(0).randint(-1000, 1000, (60, 20)) * 2.0**-17
    X, y = two_classes(values)
    offset = 2.0**24

    near, far = (SMOTE(random_state=0) for _ in range(2))
    near.fit_resample(X, y)
    far.fit_resample(X + offset, y)

    np.testing.assert_array_equal(near.provenance_.neighbor, far.provenance_.neighbor)


def test_integers_are_rounded_not_truncated():
    """Integers are rounded and keep their mean; imbalanced-learn truncates them."""
    values = np.random.RandomState(0).randint(0, 10, (200, 3))
    X, y = (
        np.vstack([values, values[:1] + np.zeros((4000, 3), int)]),
        np.repeat([1, 0], [200, 4000]),
    )

    ours, theirs = (synthetic_samples(S(random_state=0), X, y) for S in (SMOTE, IMBLEARN))
    exact = synthetic_samples(SMOTE(random_state=0), X.astype(float), y)

    assert X.dtype == ours.dtype
    assert abs(ours.mean() - exact.mean()) < 0.02 < abs(theirs.mean() - exact.mean())
    assert np.abs(ours - exact).max() <= 0.5


def test_large_integers_keep_all_digits():
    """Integers beyond 2**53 keep every digit next to floats, and synthetic ones lie between."""
    big = 2**53 + 2 * np.arange(40) + 1
    frame = pd.DataFrame({"id": big, "x": np.linspace(0, 1, 40)})
    y = np.repeat([0, 1], [30, 10])
    sampler = SMOTE(k_neighbors=2, random_state=0)

    out, _ = sampler.fit_resample(frame, y)

    assert big.tolist() == out["id"][:40].to_list()
    provenance = sampler.provenance_
    ends = np.sort([big[provenance.base[40:]], big[provenance.neighbor[40:]]], axis=0)
    assert ((out["id"][40:] >= ends[0]) & (out["id"][40:] <= ends[1])).all()


def test_missing_values():
    """A synthetic sample has the base's missing values, and its value if only the neighbor's is."""
    rng = np.random.RandomState(0)
    X, y = two_classes(rng.randn(60, 4))
    X[rng.rand(*X.shape) < 0.2] = np.nan
    sampler = SMOTE(random_state=0)

    X_out, _ = sampler.fit_resample(X, y)

    provenance = sampler.provenance_
    new = provenance.is_synthetic
    base, neighbor = X[provenance.base[new]], X[provenance.neighbor[new]]
    weight = provenance.weight[new][:, None]
    expected = np.where(np.isnan(neighbor), base, base + weight * (neighbor - base))
    np.testing.assert_array_equal(expected, X_out[new])
    np.testing.assert_array_equal(np.isnan(base), np.isnan(X_out[new]))


def test_missing_values_add_twice_the_variance():
    """A missing value in either sample adds twice the variance of the feature."""
    X = np.array([[0.0, 0.0], [np.nan, 0.1], [1.0, 0.0], [9.0, 9.0], [-9.0, 9.0], [9.0, -9.0]])
    variance = np.nanvar(X[:, 0])
    assert 2 * variance > 1.0  # so that row 2, at distance 1, is nearer to row 0 than row 1

    sampler = SMOTE(k_neighbors=1, random_state=0, sampling_strategy={1: 30})
    sampler.fit_resample(X, [1, 1, 1, 0, 0, 0])

    provenance = sampler.provenance_
    assert {2} == set(provenance.neighbor[provenance.base == 0].tolist())


def test_scale_searches_in_scaled_units():
    """Once scaled, a feature in small units counts as much as one in large units."""
    rng = np.random.RandomState(0)
    values = rng.randn(80, 2)
    X, y = two_classes(values)
    X[:, 0] *= 1e6
    plain = SMOTE(random_state=0, scale="standard")
    robust = SMOTE(random_state=0, scale="robust")
    by_hand = SMOTE(random_state=0)

    for sampler, table in ((plain, X), (robust, X), (by_hand, X / X.std(axis=0))):
        sampler.fit_resample(table, y)

    np.testing.assert_array_equal(by_hand.provenance_.neighbor, plain.provenance_.neighbor)
    quartiles = np.quantile(X, (0.25, 0.75), axis=0)
    by_hand.fit_resample(X / (quartiles[1] - quartiles[0]), y)
    np.testing.assert_array_equal(by_hand.provenance_.neighbor, robust.provenance_.neighbor)
    np.testing.assert_array_equal(X, plain.fit_resample(X, y)[0][: len(X)])


def test_robust_scale_of_a_feature_with_mostly_equal_values(seed):
    """An interquartile range of 0 is replaced by the standard deviation."""
    rng = np.random.RandomState(seed)
    values = rng.randn(80, 2)
    values[:, 1] = np.where(np.arange(80) % 8 == 0, 1e5 * rng.rand(80), 0)
    X, y = two_classes(values)
    robust = SMOTE(random_state=0, scale="robust")
    robust.fit_resample(X, y)
    low, high = np.quantile(X[:, 0], (0.25, 0.75))
    by_hand = SMOTE(random_state=0)
    by_hand.fit_resample(X / [high - low, X[:, 1].std()], y)
    np.testing.assert_array_equal(by_hand.provenance_.neighbor, robust.provenance_.neighbor)


def test_neighbor_estimators(seed):
    """An estimator as k_neighbors counts the sample itself, as in imbalanced-learn."""
    X, y = two_classes(np.random.RandomState(seed).randn(40, 3))
    estimator = NearestNeighbors(n_neighbors=4)

    with_estimator, with_number = (
        SMOTE(k_neighbors=k, random_state=seed).fit_resample(X, y)[0] for k in (estimator, 3)
    )

    np.testing.assert_array_equal(with_number, with_estimator)
    theirs, _ = IMBLEARN(k_neighbors=estimator, random_state=seed).fit_resample(X, y)
    np.testing.assert_array_equal(theirs, with_estimator)


def test_neighbor_estimators_refuse_missing_values():
    """An estimator as k_neighbors is refused if values are missing."""
    X, y = two_classes(np.random.RandomState(0).randn(40, 3))
    X[0, 0] = np.nan

    with pytest.raises(InputError, match="cannot be used with missing values"):
        SMOTE(k_neighbors=NearestNeighbors(n_neighbors=4)).fit_resample(X, y)


class WrongShape(KNeighborsTransformer):
    """A neighbor search that returns too few neighbors."""

    def kneighbors(self, X, return_distance=True):
        return np.zeros((len(X), 1), int)


def test_neighbor_search_of_the_wrong_shape():
    """If an estimator returns the wrong shape, the message states the expected one."""
    X, y = two_classes(np.random.RandomState(0).randn(40, 3))

    with pytest.raises(InputError, match="must return 4 neighbors for each of .* shape"):
        SMOTE(k_neighbors=WrongShape(n_neighbors=4)).fit_resample(X, y)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_table(data):
    """Any finite table is oversampled to the right size, within the class's range."""
    n, width = data.draw(st.integers(3, 30)), data.draw(st.integers(1, 6))
    k = data.draw(st.integers(1, n - 1))
    numbers = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0, -1.0])
    values = np.array(
        data.draw(
            st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=n, max_size=n)
        )
    )
    X, y = two_classes(values, 50)

    synthetic = synthetic_samples(
        SMOTE(k_neighbors=k, random_state=data.draw(st.integers(0, 99))), X, y
    )

    assert (50 - n, width) == synthetic.shape
    tolerance = 1e-9 * np.abs(values).max(axis=0)
    assert (synthetic >= values.min(axis=0) - tolerance).all()
    assert (synthetic <= values.max(axis=0) + tolerance).all()
