"""The same result as imbalanced-learn on tables and searches arranged to avoid its defects."""

from __future__ import annotations

from typing import Any

import imblearn.combine
import imblearn.over_sampling
import imblearn.under_sampling as imblearn_under
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from counterpoise import combine
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import (
    ADASYN,
    SMOTEN,
    SMOTENC,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
)
from counterpoise.under_sampling import CondensedNearestNeighbour, NeighbourhoodCleaningRule

SEEDS = range(20)
# The search is the same for all forms of a table, and containers are tested elsewhere: each case
# uses one form in turn, so that every test uses all of them.


def in_turn(case: int, *forms: Any) -> tuple[Any, ...]:
    """Return one of the forms, in turn."""
    return (forms[case % len(forms)],)


def random_target(rng: np.random.RandomState, n: int, n_classes: int) -> np.ndarray:
    """Return classes of different sizes, the first the smallest."""
    weights = np.arange(2, n_classes + 2)
    return rng.choice(n_classes, n, p=weights / weights.sum())


class LeaveOneOutNeighbors(KNeighborsClassifier):
    """A classifier that excludes a training row from its own neighbors."""

    def predict(self, X: Any) -> np.ndarray:
        nearest = self.kneighbors(X, n_neighbors=self.n_neighbors + 1, return_distance=False)
        votes = self._y[nearest[:, 1:]]
        return self.classes_[np.array([np.bincount(row).argmax() for row in votes])]


@pytest.mark.parametrize("case", SEEDS)
def test_neighborhood_cleaning(case):
    """Equal if imbalanced-learn's rows do not vote for themselves."""
    rng = np.random.RandomState(case)
    X, y = rng.randn(400, rng.randint(2, 30)), random_target(rng, 400, rng.randint(2, 6))
    theirs = imblearn_under.NeighbourhoodCleaningRule(
        n_neighbors=LeaveOneOutNeighbors(3),
        edited_nearest_neighbours=imblearn_under.EditedNearestNeighbours(kind_sel="mode"),
    )
    for form in in_turn(case, np.asarray, np.float32, sparse.csr_matrix):
        ours = NeighbourhoodCleaningRule()
        for sampler in (ours, theirs):
            sampler.fit_resample(form(X), y)

        np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)
        assert set(theirs.classes_to_clean_) == set(ours.classes_to_clean_)


@pytest.mark.parametrize("n_neighbors", [None, 3])
@pytest.mark.parametrize("case", SEEDS[:10])
def test_condensed_neighbors(case, n_neighbors):
    """Equal in a single pass if the larger class is first: then its two numberings agree."""
    rng = np.random.RandomState(case)
    X, y = rng.randn(120, rng.randint(2, 30)), np.sort(1 - random_target(rng, 120, 2))
    # imbalanced-learn fits a model for each row that is added, which is slow, above all with
    # sparse rows.
    forms = (np.asarray, np.float32) if case else (sparse.csr_matrix,)
    for form in in_turn(case, *forms):
        ours, theirs = (
            package(random_state=np.random.RandomState(case), n_neighbors=n_neighbors, **params)
            for package, params in (
                (CondensedNearestNeighbour, {"passes": "one"}),
                (imblearn_under.CondensedNearestNeighbour, {}),
            )
        )
        for sampler in (ours, theirs):
            sampler.fit_resample(form(X), y)

        np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)


def mixed_table(case: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a frame of numbers and categories without ties in distance."""
    rng = np.random.RandomState(case)
    y = random_target(rng, 400, rng.randint(2, 6))
    numbers = {f"n{i}": rng.randn(400) for i in range(rng.randint(1, 8))}
    categories = {
        f"c{i}": pd.Categorical(rng.choice(list("abcdefgh"), 400)) for i in range(rng.randint(1, 4))
    }
    return pd.DataFrame(numbers | categories), y


@pytest.mark.parametrize("case", SEEDS)
def test_smote_nc(case):
    """Categories are equal, and numbers equal up to rounding."""
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


def test_neighbor_estimator_of_smote_nc(seed):
    """An estimator finds the neighbors that a number of neighbors finds, if there are no ties."""
    rng = np.random.RandomState(seed)
    X = pd.DataFrame(rng.randn(120, 2), columns=["height", "weight"])
    X["city"], X["job"] = rng.choice(list("abc"), 120), rng.choice(list("xy"), 120)
    y = np.repeat([0, 1], [90, 30])

    expected, found = (
        SMOTENC(k_neighbors=neighbors, random_state=seed).fit_resample(X, y)
        for neighbors in (4, NearestNeighbors(n_neighbors=5))
    )

    pd.testing.assert_frame_equal(expected[0], found[0])
    X.loc[100, "height"] = np.nan
    with pytest.raises(InputError, match="cannot be used with missing values"):
        SMOTENC(k_neighbors=NearestNeighbors(n_neighbors=5)).fit_resample(X, y)


@pytest.mark.parametrize("case", SEEDS)
def test_smote_n(case):
    """Equal if no two pairs of values are at the same distance."""
    rng = np.random.RandomState(case)
    y = random_target(rng, 600, rng.randint(2, 6))
    X = rng.randint(0, 25, (600, 8)).astype(str).astype(object)
    neighbors = NearestNeighbors(n_neighbors=6) if case % 2 else 5
    ours, theirs = (
        package(k_neighbors=neighbors, random_state=np.random.RandomState(case))
        for package in (SMOTEN, imblearn.over_sampling.SMOTEN)
    )

    (ours_X, ours_y), (theirs_X, theirs_y) = (s.fit_resample(X, y) for s in (ours, theirs))

    np.testing.assert_array_equal(theirs_y, ours_y)
    np.testing.assert_array_equal(theirs_X, ours_X)


def has_neighbor_of_same_class(sampler: Any, y: np.ndarray) -> np.ndarray:
    """Return which output rows are synthetic with a neighbor of the same class."""
    provenance = sampler.provenance_
    return provenance.is_synthetic & (y[provenance.neighbor] == y[provenance.base])


@pytest.mark.parametrize("case", SEEDS)
def test_borderline_2(case):
    """Equal towards neighbors of the same class; for the others only the draws agree."""
    rng = np.random.RandomState(case)
    X, y = rng.randn(400, rng.randint(2, 30)), random_target(rng, 400, rng.randint(2, 6))
    for form in in_turn(case, np.asarray, np.float32):
        ours, theirs = (
            package(kind="borderline-2", random_state=np.random.RandomState(case))
            for package in (BorderlineSMOTE, imblearn.over_sampling.BorderlineSMOTE)
        )

        ours_X, theirs_X = (sampler.fit_resample(form(X), y)[0] for sampler in (ours, theirs))

        same = has_neighbor_of_same_class(ours, y)
        assert same.any()
        np.testing.assert_array_equal(theirs_X[same], ours_X[same])
        for label, danger in theirs.in_danger_indices.items():
            np.testing.assert_array_equal(danger, ours.in_danger_indices[label])


def test_adasyn():
    """Equal if imbalanced-learn's rounding happens to give the requested number."""
    compared = 0
    for case in range(50):
        rng = np.random.RandomState(case)
        X, y = rng.randn(200, rng.randint(2, 30)), random_target(rng, 200, 2)
        n_majority = (y == 1).sum()
        for n_synthetic in range(n_majority - 40, n_majority):
            params = {"sampling_strategy": {0: n_synthetic}}
            ours, theirs = (
                package(random_state=np.random.RandomState(case), **params)
                for package in (ADASYN, imblearn.over_sampling.ADASYN)
            )
            try:
                theirs_X, _ = theirs.fit_resample(X, y)
            except ValueError:  # all its shares are rounded to 0
                continue
            if len(theirs_X) != n_majority + n_synthetic:
                continue
            compared += 1
            np.testing.assert_array_equal(theirs_X, ours.fit_resample(X, y)[0])
            break

    assert compared >= 20


def test_support_vectors():
    """Equal if imbalanced-learn generates as many as requested: some safe, some in danger."""
    compared = 0
    for case in range(24):
        rng = np.random.RandomState(case)
        y = random_target(rng, 400, rng.randint(2, 6))
        X = rng.randn(400, rng.randint(2, 30)) + 0.4 * y[:, None]
        for form in (np.asarray, np.float32, sparse.csr_matrix):
            ours, theirs = (
                package(random_state=np.random.RandomState(case)).fit_resample(form(X), y)
                for package in (SVMSMOTE, imblearn.over_sampling.SVMSMOTE)
            )
            if len(theirs[1]) < len(ours[1]):  # test_support_vectors_all_safe_or_all_in_danger
                continue
            compared += 1
            dense = (t[0].toarray() if sparse.issparse(t[0]) else t[0] for t in (theirs, ours))
            np.testing.assert_array_equal(*dense)
            np.testing.assert_array_equal(theirs[1], ours[1])

    assert compared >= 20


@pytest.mark.parametrize("case", SEEDS)
def test_clusters(case):
    """Equal if one cluster qualifies and the clustering has its own seed."""
    rng = np.random.RandomState(case)
    y = random_target(rng, 300, rng.randint(2, 4))
    X = rng.randn(300, rng.randint(2, 20))
    X[y == 0] += 6  # separate the smallest class
    params = {
        "kmeans_estimator": KMeans(2, random_state=case, n_init=1),
        "cluster_balance_threshold": 0.9,
        "sampling_strategy": {0: 250},
    }
    for form in in_turn(case, np.asarray, sparse.csr_matrix):
        ours, theirs = (
            package(random_state=np.random.RandomState(case), **params).fit_resample(form(X), y)
            for package in (KMeansSMOTE, imblearn.over_sampling.KMeansSMOTE)
        )

        dense = (t[0].toarray() if sparse.issparse(t[0]) else t[0] for t in (theirs, ours))
        np.testing.assert_array_equal(*dense)


@pytest.mark.parametrize("name", ["SMOTEENN", "SMOTETomek"])
@pytest.mark.parametrize("case", SEEDS)
def test_combined(case, name):
    """Rows and their order are equal, dense and sparse, in both precisions."""
    rng = np.random.RandomState(case)
    X, y = rng.randn(300, rng.randint(2, 30)), random_target(rng, 300, rng.randint(2, 6))
    for form in in_turn(case, np.asarray, np.float32, sparse.csr_matrix, sparse.csc_array):
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
