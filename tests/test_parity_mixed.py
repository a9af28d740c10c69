"""Same rows as imbalanced-learn where a table, or its search, must first be arranged for that."""

from __future__ import annotations

from typing import Any

import imblearn.combine
import imblearn.over_sampling
import imblearn.under_sampling as peer
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.neighbors import KNeighborsClassifier

from counterpoise import combine
from counterpoise.over_sampling import SMOTEN, SMOTENC
from counterpoise.under_sampling import CondensedNearestNeighbour, NeighbourhoodCleaningRule

SEEDS = range(20)


def random_labels(rng: np.random.RandomState, n: int, n_classes: int) -> np.ndarray:
    """Return labels of unequal classes, the first the rarest."""
    weights = np.arange(2, n_classes + 2)
    return rng.choice(n_classes, n, p=weights / weights.sum())


class OtherRows(KNeighborsClassifier):
    """A classifier that asks other rows only, when it is asked of a row it knows."""

    def predict(self, X: Any) -> np.ndarray:
        found = self.kneighbors(X, n_neighbors=self.n_neighbors + 1, return_distance=False)
        votes = self._y[found[:, 1:]]
        return self.classes_[np.array([np.bincount(row).argmax() for row in votes])]


@pytest.mark.parametrize("case", SEEDS)
def test_neighbourhood_cleaning(case):
    """Equal once the peer's rows have no vote on themselves."""
    rng = np.random.RandomState(case)
    X, y = rng.randn(400, rng.randint(2, 30)), random_labels(rng, 400, rng.randint(2, 6))
    theirs = peer.NeighbourhoodCleaningRule(
        n_neighbors=OtherRows(3),
        edited_nearest_neighbours=peer.EditedNearestNeighbours(kind_sel="mode"),
    )
    for form in (np.asarray, np.float32, sparse.csr_matrix):
        ours = NeighbourhoodCleaningRule()
        for sampler in (ours, theirs):
            sampler.fit_resample(form(X), y)

        np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)
        assert set(theirs.classes_to_clean_) == set(ours.classes_to_clean_)


@pytest.mark.parametrize("n_neighbors", [None, 3])
@pytest.mark.parametrize("case", SEEDS)
def test_condensed_neighbours(case, n_neighbors):
    """Equal in a single pass where the larger class comes first: its two numberings are one."""
    rng = np.random.RandomState(case)
    X, y = rng.randn(300, rng.randint(2, 30)), np.sort(1 - random_labels(rng, 300, 2))
    # Sparse rows make a model be fitted anew for each row that is added, which takes its time.
    for form in (np.asarray, np.float32, sparse.csr_matrix)[: 3 if case < 3 else 2]:
        ours, theirs = (
            package(random_state=np.random.RandomState(case), n_neighbors=n_neighbors, **params)
            for package, params in (
                (CondensedNearestNeighbour, {"passes": "one"}),
                (peer.CondensedNearestNeighbour, {}),
            )
        )
        for sampler in (ours, theirs):
            sampler.fit_resample(form(X), y)

        np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)


def mixed_table(case: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a frame of numbers and categories without ties in distance."""
    rng = np.random.RandomState(case)
    y = random_labels(rng, 400, rng.randint(2, 6))
    numbers = {f"n{i}": rng.randn(400) for i in range(rng.randint(1, 8))}
    categories = {
        f"c{i}": pd.Categorical(rng.choice(list("abcdefgh"), 400)) for i in range(rng.randint(1, 4))
    }
    return pd.DataFrame(numbers | categories), y


@pytest.mark.parametrize("case", SEEDS)
def test_smote_nc(case):
    """Categories are the peer's, and numbers to the last bit."""
    X, y = mixed_table(case)
    ours, theirs = (
        package("auto", random_state=np.random.RandomState(case))
        for package in (SMOTENC, imblearn.over_sampling.SMOTENC)
    )

    (ours_X, ours_y), (theirs_X, theirs_y) = (s.fit_resample(X, y) for s in (ours, theirs))

    pd.testing.assert_frame_equal(theirs_X, ours_X, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(theirs_y, ours_y)
    assert theirs.median_std_ == pytest.approx(ours.median_std_)
    np.testing.assert_array_equal(theirs.categorical_features_, ours.categorical_features_)
    np.testing.assert_array_equal(theirs.continuous_features_, ours.continuous_features_)


@pytest.mark.parametrize("case", SEEDS)
def test_smote_n(case):
    """Rows are the peer's, where no two pairs of values are equally far apart."""
    rng = np.random.RandomState(case)
    y = random_labels(rng, 600, rng.randint(2, 6))
    X = rng.randint(0, 25, (600, 8)).astype(str).astype(object)
    ours, theirs = (
        package(random_state=np.random.RandomState(case))
        for package in (SMOTEN, imblearn.over_sampling.SMOTEN)
    )

    (ours_X, ours_y), (theirs_X, theirs_y) = (s.fit_resample(X, y) for s in (ours, theirs))

    np.testing.assert_array_equal(theirs_y, ours_y)
    np.testing.assert_array_equal(theirs_X, ours_X)


@pytest.mark.parametrize("name", ["SMOTEENN", "SMOTETomek"])
@pytest.mark.parametrize("case", SEEDS)
def test_combined(case, name):
    """Rows and their order are the peer's, dense and sparse, in both precisions."""
    rng = np.random.RandomState(case)
    X, y = rng.randn(300, rng.randint(2, 30)), random_labels(rng, 300, rng.randint(2, 6))
    for form in (np.asarray, np.float32, sparse.csr_matrix, sparse.csc_array):
        (ours_X, ours_y), (theirs_X, theirs_y) = (
            getattr(package, name)(random_state=np.random.RandomState(case)).fit_resample(
                form(X), y
            )
            for package in (combine, imblearn.combine)
        )

        assert type(theirs_X) is type(ours_X)
        dense = (
            table.toarray() if sparse.issparse(table) else table for table in (theirs_X, ours_X)
        )
        np.testing.assert_array_equal(*dense)
        np.testing.assert_array_equal(theirs_y, ours_y)
