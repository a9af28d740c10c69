"""The same rows as imbalanced-learn of tables that are mostly zeros, for every sampler."""

from __future__ import annotations

from functools import partial
from typing import Any

import imblearn.combine
import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pytest
from scipy import sparse

import counterpoise.combine
import counterpoise.over_sampling
import counterpoise.under_sampling
from tests.conftest import SEEDS
from tests.test_parity import PAIRS, assert_same
from tests.test_parity_mixed import LeaveOneOutNeighbors

FORMS = (sparse.csr_matrix, sparse.csc_array, partial(sparse.csr_array, dtype=np.float32))


def make_table(seed: int, form: Any, n_classes: int = 2) -> tuple[Any, np.ndarray]:
    """Return a table with a fifth of its values not 0, without ties, and classes of any order."""
    rng = np.random.RandomState(seed)
    X = rng.randn(220, 50) * (rng.rand(220, 50) < 0.2)
    sizes = np.arange(1, n_classes + 1)
    return form(X), rng.choice(n_classes, 220, p=sizes / sizes.sum())


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("case", SEEDS)
def test_sparse_tables(name: str, case: int) -> None:
    """The rows, their order and their number agree to the last bit."""
    ours, theirs = PAIRS[name]
    case = SEEDS.index(case)
    X, y = make_table(case, FORMS[case % len(FORMS)], n_classes=2 + case % 2)

    assert_same(
        ours(random_state=np.random.RandomState(case)),
        theirs(random_state=np.random.RandomState(case)),
        X,
        y,
    )


@pytest.mark.parametrize("name", ["SMOTEENN", "SMOTETomek"])
@pytest.mark.parametrize("case", range(len(FORMS)))
def test_combined(name: str, case: int) -> None:
    """SMOTE and cleaning in one sampler."""
    X, y = make_table(case, FORMS[case])
    ours, theirs = (
        getattr(package, name)(random_state=np.random.RandomState(case))
        for package in (counterpoise.combine, imblearn.combine)
    )

    assert_equal_rows(ours.fit_resample(X, y), theirs.fit_resample(X, y))


def test_support_vectors() -> None:
    """Equal where imbalanced-learn generates as many rows as requested."""
    compared = 0
    for case in range(24):
        X, y = make_table(case, FORMS[case % len(FORMS)])
        ours, theirs = (
            package.SVMSMOTE(random_state=np.random.RandomState(case)).fit_resample(X, y)
            for package in (counterpoise.over_sampling, imblearn.over_sampling)
        )
        if len(theirs[1]) == len(ours[1]):
            compared += 1
            assert_equal_rows(ours, theirs)

    assert compared >= 3


def test_adasyn() -> None:
    """Equal if imbalanced-learn's rounding happens to give the requested number."""
    compared = 0
    for case in range(9):
        X, y = make_table(case, FORMS[case % len(FORMS)])
        n_majority = int((y == 1).sum())
        for n_synthetic in range(600, 660):
            ours, theirs = (
                package.ADASYN(
                    sampling_strategy={0: n_synthetic}, random_state=np.random.RandomState(case)
                )
                for package in (counterpoise.over_sampling, imblearn.over_sampling)
            )
            resampled = theirs.fit_resample(X, y)
            if len(resampled[1]) == n_majority + n_synthetic:
                compared += 1
                assert_equal_rows(ours.fit_resample(X, y), resampled)
                break

    assert compared >= 3


def assert_equal_rows(ours: Any, theirs: Any) -> None:
    """Assert that two samplers return the same rows, in the same order, to the last bit."""
    np.testing.assert_array_equal(theirs[0].toarray(), ours[0].toarray())
    np.testing.assert_array_equal(theirs[1], ours[1])


@pytest.mark.parametrize("case", SEEDS)
def test_neighborhood_cleaning(case: int) -> None:
    """Equal if imbalanced-learn's rows do not vote for themselves."""
    X, y = make_table(case, sparse.csr_matrix, n_classes=3)
    theirs = imblearn.under_sampling.NeighbourhoodCleaningRule(
        n_neighbors=LeaveOneOutNeighbors(3),
        edited_nearest_neighbours=imblearn.under_sampling.EditedNearestNeighbours(kind_sel="mode"),
    )
    ours = counterpoise.under_sampling.NeighbourhoodCleaningRule()
    for sampler in (ours, theirs):
        sampler.fit_resample(X, y)

    np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)


def test_condensed_neighbors() -> None:
    """Equal in a single pass if the larger class is first: then its two numberings agree."""
    X, y = make_table(0, sparse.csr_matrix)
    y = np.sort(1 - y)
    ours, theirs = (
        package.CondensedNearestNeighbour(random_state=np.random.RandomState(0), **params)
        for package, params in (
            (counterpoise.under_sampling, {"passes": "one"}),
            (imblearn.under_sampling, {}),
        )
    )
    for sampler in (ours, theirs):
        sampler.fit_resample(X, y)

    np.testing.assert_array_equal(theirs.sample_indices_, ours.sample_indices_)
