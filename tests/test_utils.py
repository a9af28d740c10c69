"""What third parties build on: checks that pass on our samplers, and fail on broken ones."""

from __future__ import annotations

from collections import OrderedDict

import imblearn.utils
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.neighbors import NearestNeighbors

from counterpoise.exceptions import InputError, LabelError
from counterpoise.over_sampling import SMOTE, KMeansSMOTE, RandomOverSampler
from counterpoise.under_sampling import RandomUnderSampler, TomekLinks
from counterpoise.utils import (
    all_estimators,
    check_neighbors_object,
    check_sampling_strategy,
    check_target_type,
)
from counterpoise.utils.estimator_checks import (
    check_sampler,
    parametrize_with_checks,
    sampler_checks,
)

OURS = [
    sampler(kmeans_estimator=1) if sampler is KMeansSMOTE else sampler()
    for name, sampler in all_estimators()
    if name not in ("Chain", "SMOTEENN", "SMOTETomek", "FunctionSampler")
]


@parametrize_with_checks(OURS)
@pytest.mark.filterwarnings("ignore")
def test_our_samplers_pass(sampler, check):
    """Each check passes on each of our samplers."""
    check(sampler)


class Broken(BaseEstimator):
    """A sampler that does one thing wrong."""

    def __init__(self, wrong="", random_state=None):
        self.wrong = wrong
        self.random_state = random_state

    def fit(self, X, y):
        self.fit_resample(X, y)
        return None if self.wrong == "fit" else self

    def fit_resample(self, X, y):
        inner = RandomUnderSampler(random_state=self.random_state)
        if self.wrong == "one class" and len(np.unique(y)) == 1:
            return X, y
        if self.wrong == "nan" and np.asarray(y).dtype.kind == "f":
            return X, y
        if self.wrong == "lengths" and len(X if isinstance(X, list) else y) != len(y):
            return X, y
        if self.wrong == "lengths" and np.shape(X)[0] != len(y):
            return X, y
        X_out, y_out = inner.fit_resample(X, y)
        self.sampling_strategy_ = inner.sampling_strategy_
        self.n_features_in_, self._family = 3, "under-sampling"
        self.sample_indices_ = inner.sample_indices_
        return self._spoil(X, y, X_out, y_out)

    def _spoil(self, X, y, X_out, y_out):
        if self.wrong == "input":
            X[0] = 7
        if self.wrong == "counts":
            self.sampling_strategy_ = OrderedDict({0: 1})
        if self.wrong == "rows":
            self.sample_indices_ = self.sample_indices_[::-1]
        if self.wrong == "container":
            X_out = np.asarray(X_out)
        if self.wrong == "seed":
            X_out = np.asarray(X_out) + np.random.default_rng().random()
            X_out = X_out.tolist() if isinstance(X, list) else X_out
            del self.sample_indices_
        if self.wrong == "global":
            np.random.rand()
        if self.wrong == "names" and np.asarray(y).dtype.kind == "U":
            X_out = X_out[::-1]
        if self.wrong == "pickle":
            self.hook = lambda: None
        return X_out, y_out

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = None if self.wrong == "tags" else "sampler"
        return tags


MISTAKES = {
    "tags": "does not say that it is a sampler",
    "input": "changed X",
    "counts": "was to have 1 rows",
    "rows": "does not name the output rows",
    "container": "a list of rows must come back as one",
    "seed": "gave different rows|a list gives other rows",
    "global": "np.random was drawn from",
    "names": "other names for the classes gave other rows",
    "one class": "a target of one class only must be refused",
    "nan": "a target with NaN must be refused",
    "lengths": "different lengths must be refused",
    "fit": "fit must return the sampler",
}


@pytest.mark.parametrize("wrong", MISTAKES)
def test_a_broken_sampler_fails(wrong):
    """Each mistake is found, and named."""
    with pytest.raises(AssertionError, match=MISTAKES[wrong]):
        check_sampler(Broken(wrong))


def test_each_check_has_its_mistake():
    """A sampler without mistakes passes, one that cannot be pickled does not."""
    check_sampler(Broken())
    with pytest.raises(Exception, match="pickle"):
        check_sampler(Broken("pickle"))
    assert len(list(sampler_checks())) == len(MISTAKES) + 1


def test_strategies_are_the_peers():
    """Each form of strategy is resolved as the peer resolves it."""
    y = np.repeat(["a", "b", "c"], [50, 20, 10])
    for family, strategies in {
        "over-sampling": ["auto", "minority", "not majority", "all", {"c": 30}],
        "under-sampling": ["auto", "majority", "not minority", "all", {"a": 30}],
        "clean-sampling": ["auto", "majority", "all", ["a", "b"]],
    }.items():
        for strategy in strategies:
            ours, theirs = (
                check(strategy, y, family)
                for check in (check_sampling_strategy, imblearn.utils.check_sampling_strategy)
            )
            assert ours == theirs

    assert check_sampling_strategy(lambda y, n: {"c": n}, y, "over-sampling", n=25) == {"c": 15}
    with pytest.raises(InputError, match="sampling_type must be one of"):
        check_sampling_strategy("auto", y, "ensemble")


def test_neighbour_objects():
    """A number becomes a search, a search is cloned, anything else is named."""
    search = NearestNeighbors(n_neighbors=4)

    assert check_neighbors_object("k", 3, 1).n_neighbors == 4
    assert check_neighbors_object("k", search) is not search
    for wrong in (0, True, "five", NearestNeighbors):
        with pytest.raises(InputError, match="k_neighbors must be a number of neighbours"):
            check_neighbors_object("k_neighbors", wrong)


def test_target_types():
    """Labels come back one by one, and continuous or multilabel ones are refused."""
    assert check_target_type(["a", "b", "a"]).tolist() == ["a", "b", "a"]
    assert check_target_type(np.eye(3)[[2, 0, 1]]).tolist() == [2, 0, 1]
    assert check_target_type([1, 2], indicate_one_vs_all=True)[1] is False
    for wrong in ([0.5, 1.5], [[1, 1], [0, 1]]):
        with pytest.raises(LabelError):
            check_target_type(wrong)


def test_every_sampler_is_listed():
    """All public samplers are found, by name."""
    names = [name for name, _ in all_estimators()]

    assert names == sorted(names)
    assert {"SMOTE", "TomekLinks", "SMOTEENN", "Chain", "FunctionSampler"} <= set(names)
    assert dict(all_estimators())["SMOTE"] is SMOTE
    assert len(names) >= 23
    assert {RandomOverSampler, TomekLinks} <= {sampler for _, sampler in all_estimators()}
