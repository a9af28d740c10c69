"""SMOTE: its laws, and each place where it differs from imbalanced-learn on purpose."""

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

PEER = imblearn.over_sampling.SMOTE


def two_classes(values: np.ndarray, n_common: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return the values as a rare class beside a common one far away."""
    far = values.mean(axis=0) + 1e3 + np.random.RandomState(0).randn(n_common, values.shape[1])
    return np.vstack([values, far]), np.repeat([1, 0], [len(values), n_common])


def new_rows(sampler, X, y):
    """Return the new rows that a sampler makes."""
    X_out, _ = sampler.fit_resample(X, y)
    return X_out[sampler.provenance_.is_new] if hasattr(sampler, "provenance_") else X_out[len(y) :]


def test_variance_law(seed):
    """Joining random pairs keeps the mean and leaves two thirds of the variance."""
    rng = np.random.RandomState(seed)
    values = rng.randn(1500, 2)
    X, y = two_classes(values, 60_000)
    # With all others as neighbours every pair is as likely as any other.
    made = new_rows(SMOTE(k_neighbors=1499, random_state=seed), X, y)

    spread = values.std(axis=0)
    assert np.all(np.abs(made.mean(axis=0) - values.mean(axis=0)) < 4 * spread / np.sqrt(1500))
    ratio = made.var(axis=0) / values.var(axis=0)
    np.testing.assert_allclose(2 / 3, ratio, atol=0.02)


def test_variance_with_neighbours_lies_between(seed):
    """With k neighbours the variance lies between two thirds and all of it."""
    values = np.random.RandomState(seed).randn(1000, 3)
    X, y = two_classes(values, 30_000)

    ratio = new_rows(SMOTE(random_state=seed), X, y).var(axis=0) / values.var(axis=0)

    assert ((ratio > 2 / 3) & (ratio < 1.01)).all()


def test_partners_are_the_nearest(seed):
    """Each partner is one of the k nearest others of its base, found by comparing all."""
    rng = np.random.RandomState(seed)
    X, y = two_classes(rng.randn(50, 4))
    sampler = SMOTE(k_neighbors=3, random_state=seed)
    sampler.fit_resample(X, y)

    origin = sampler.provenance_
    for base, partner in zip(
        origin.base[origin.is_new], origin.partner[origin.is_new], strict=True
    ):
        others = np.setdiff1d(np.flatnonzero(y == 1), base)
        nearest = others[np.argsort(((X[others] - X[base]) ** 2).sum(axis=1))[:3]]
        assert partner in nearest


def test_classes_get_their_own_draws():
    """Two classes that are shifted copies grow differently; the peer's draws repeat."""
    rng = np.random.RandomState(0)
    values = rng.randn(30, 2)
    X = np.vstack([values, values + 100, rng.randn(100, 2) - 500])
    y = np.repeat([1, 2, 0], [30, 30, 100])

    ours, theirs = (new_rows(S(random_state=0), X, y) for S in (SMOTE, PEER))

    assert not np.allclose(ours[:70] + 100, ours[70:])
    np.testing.assert_allclose(theirs[:70] + 100, theirs[70:])


def test_a_row_is_never_its_own_partner():
    """Among duplicates a row's neighbours are other rows, and the peer's may be the row itself."""
    values = np.repeat(np.random.RandomState(0).randn(12, 2), 10, axis=0)
    X, y = two_classes(values)
    sampler = SMOTE(random_state=0)
    sampler.fit_resample(X, y)

    origin = sampler.provenance_
    assert (origin.base[origin.is_new] != origin.partner[origin.is_new]).all()
    # Where ten rows are equal, the nearest five of each are its own duplicates.
    own = NearestNeighbors(n_neighbors=6).fit(values).kneighbors(values, return_distance=False)
    assert (own[:, 1:] == np.arange(120)[:, None]).any(), "the peer's slice keeps a row itself"


def test_ties_go_by_row_number():
    """Of equally near rows the ones that come first are neighbours."""
    X, y = two_classes(np.array([[0.0], [1], [-1], [1], [-1]]))
    sampler = SMOTE(k_neighbors=2, random_state=0)
    sampler.fit_resample(X, y)

    origin = sampler.provenance_
    assert {1, 2} == set(origin.partner[origin.base == 0].tolist())


def test_huge_offsets_lose_nothing():
    """A table far from the origin grows as it would near to it."""
    values = np.random.RandomState(0).randint(-1000, 1000, (60, 20)) * 2.0**-17
    X, y = two_classes(values)
    offset = 2.0**24

    near, far = (SMOTE(random_state=0) for _ in range(2))
    near.fit_resample(X, y)
    far.fit_resample(X + offset, y)

    np.testing.assert_array_equal(near.provenance_.partner, far.provenance_.partner)


def test_integers_are_rounded_not_truncated():
    """Integer columns keep their mean; the peer's truncation lowers it."""
    values = np.random.RandomState(0).randint(0, 10, (200, 3))
    X, y = (
        np.vstack([values, values[:1] + np.zeros((4000, 3), int)]),
        np.repeat([1, 0], [200, 4000]),
    )

    ours, theirs = (new_rows(S(random_state=0), X, y) for S in (SMOTE, PEER))
    exact = new_rows(SMOTE(random_state=0), X.astype(float), y)

    assert X.dtype == ours.dtype
    assert abs(ours.mean() - exact.mean()) < 0.02 < abs(theirs.mean() - exact.mean())
    assert np.abs(ours - exact).max() <= 0.5


def test_huge_integers_survive():
    """Integers beyond 2**53 beside floats keep every digit, and new ones lie between."""
    big = 2**53 + 2 * np.arange(40) + 1
    frame = pd.DataFrame({"id": big, "x": np.linspace(0, 1, 40)})
    y = np.repeat([0, 1], [30, 10])
    sampler = SMOTE(k_neighbors=2, random_state=0)

    out, _ = sampler.fit_resample(frame, y)

    assert big.tolist() == out["id"][:40].to_list()
    origin = sampler.provenance_
    parents = np.sort([big[origin.base[40:]], big[origin.partner[40:]]], axis=0)
    assert ((out["id"][40:] >= parents[0]) & (out["id"][40:] <= parents[1])).all()


def test_missing_cells():
    """A new row misses what its base misses, and takes from it what only its partner misses."""
    rng = np.random.RandomState(0)
    X, y = two_classes(rng.randn(60, 4))
    X[rng.rand(*X.shape) < 0.2] = np.nan
    sampler = SMOTE(random_state=0)

    X_out, _ = sampler.fit_resample(X, y)

    origin = sampler.provenance_
    new = origin.is_new
    base, partner = X[origin.base[new]], X[origin.partner[new]]
    weight = origin.weight[new][:, None]
    expected = np.where(np.isnan(partner), base, base + weight * (partner - base))
    np.testing.assert_array_equal(expected, X_out[new])
    np.testing.assert_array_equal(np.isnan(base), np.isnan(X_out[new]))


def test_missing_cells_add_twice_the_variance():
    """A missing cell on either side adds twice its column's variance, over all rows given."""
    X = np.array([[0.0, 0.0], [np.nan, 0.1], [1.0, 0.0], [9.0, 9.0], [-9.0, 9.0], [9.0, -9.0]])
    variance = np.nanvar(X[:, 0])
    assert 2 * variance > 1.0  # so that row 2, one away, is nearer to row 0 than row 1 is

    sampler = SMOTE(k_neighbors=1, random_state=0, sampling_strategy={1: 30})
    sampler.fit_resample(X, [1, 1, 1, 0, 0, 0])

    origin = sampler.provenance_
    assert {2} == set(origin.partner[origin.base == 0].tolist())


def test_scale_searches_in_scaled_units():
    """A column in small units counts as much as one in large units, once scaled."""
    rng = np.random.RandomState(0)
    values = rng.randn(80, 2)
    X, y = two_classes(values)
    X[:, 0] *= 1e6
    plain = SMOTE(random_state=0, scale="standard")
    robust = SMOTE(random_state=0, scale="robust")
    by_hand = SMOTE(random_state=0)

    for sampler, table in ((plain, X), (robust, X), (by_hand, X / X.std(axis=0))):
        sampler.fit_resample(table, y)

    np.testing.assert_array_equal(by_hand.provenance_.partner, plain.provenance_.partner)
    quartiles = np.quantile(X, (0.25, 0.75), axis=0)
    by_hand.fit_resample(X / (quartiles[1] - quartiles[0]), y)
    np.testing.assert_array_equal(by_hand.provenance_.partner, robust.provenance_.partner)
    np.testing.assert_array_equal(X, plain.fit_resample(X, y)[0][: len(X)])


def test_neighbour_objects(seed):
    """A neighbour search of the user's is asked, and counts the row itself as the peer has it."""
    X, y = two_classes(np.random.RandomState(seed).randn(40, 3))
    own = NearestNeighbors(n_neighbors=4)

    with_object, with_number = (
        SMOTE(k_neighbors=k, random_state=seed).fit_resample(X, y)[0] for k in (own, 3)
    )

    np.testing.assert_array_equal(with_number, with_object)
    peers, _ = PEER(k_neighbors=own, random_state=seed).fit_resample(X, y)
    np.testing.assert_array_equal(peers, with_object)


def test_neighbour_objects_cannot_miss_cells():
    """A neighbour search of the user's is not asked where cells are missing."""
    X, y = two_classes(np.random.RandomState(0).randn(40, 3))
    X[0, 0] = np.nan

    with pytest.raises(InputError, match="cannot be asked where cells are missing"):
        SMOTE(k_neighbors=NearestNeighbors(n_neighbors=4)).fit_resample(X, y)


class WrongShape(KNeighborsTransformer):
    """A neighbour search that returns too little."""

    def kneighbors(self, X, return_distance=True):
        return np.zeros((len(X), 1), int)


def test_neighbour_object_of_the_wrong_shape():
    """A neighbour object that returns the wrong shape is told what it must return."""
    X, y = two_classes(np.random.RandomState(0).randn(40, 3))

    with pytest.raises(InputError, match="must return 4 neighbours for each of .* shape"):
        SMOTE(k_neighbors=WrongShape(n_neighbors=4)).fit_resample(X, y)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_table(data):
    """Any finite table with enough rows grows to the right size, inside its class's box."""
    n, width = data.draw(st.integers(3, 30)), data.draw(st.integers(1, 6))
    k = data.draw(st.integers(1, n - 1))
    numbers = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0, -1.0])
    values = np.array(
        data.draw(
            st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=n, max_size=n)
        )
    )
    X, y = two_classes(values, 50)

    made = new_rows(SMOTE(k_neighbors=k, random_state=data.draw(st.integers(0, 99))), X, y)

    assert (50 - n, width) == made.shape
    slack = 1e-9 * np.abs(values).max(axis=0)
    assert (made >= values.min(axis=0) - slack).all()
    assert (made <= values.max(axis=0) + slack).all()
