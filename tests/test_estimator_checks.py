"""Checks for samplers: ours pass all of them, and each check fails for a broken sampler."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

import counterpoise.under_sampling
from counterpoise._table import Resampling
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.under_sampling import IterativePartitioningFilter, RandomUnderSampler
from counterpoise.utils import all_estimators, estimator_checks
from counterpoise.utils.estimator_checks import (
    check_sampler,
    parametrize_with_checks,
    sampler_checks,
)

# Required parameters of samplers, and parameters that make them fast.
PARAMS = {
    "Chain": {"samplers": [RandomUnderSampler(sampling_strategy=0.6), SMOTE()]},
    "CondensedNearestNeighbour": {"n_jobs": 1},
    "OneSidedSelection": {"n_jobs": 1},
    "IterativePartitioningFilter": {"n_partitions": 2, "n_quiet": 1},
    "SMOTEIPF": {
        "ipf": IterativePartitioningFilter(sampling_strategy="all", n_partitions=2, n_quiet=1)
    },
    "InstanceHardnessThreshold": {"estimator": DecisionTreeClassifier()},
}


@parametrize_with_checks([cls(**PARAMS.get(name, {})) for name, cls in all_estimators()])
def test_every_sampler(estimator, check):
    """All samplers of counterpoise pass all checks."""
    check(estimator)


class Half(BaseSampler):
    """Keep a random half of the resampled classes: the valid sampler that the others break."""

    _family = "clean-sampling"

    def __init__(self, *, sampling_strategy="auto", random_state=None):
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    def _resample(self, table, target, quotas, rng):
        is_kept = np.ones(table.n_rows, bool)
        for quota in quotas:
            is_kept[rng.permutation(target.rows_of(quota.code))[: quota.count // 2]] = False
        self.sample_indices_ = np.flatnonzero(is_kept)
        return Resampling(kept=self.sample_indices_)


class NoSampler(LogisticRegression):
    """It is a classifier."""


class FittedInInit(Half):
    """It sets a fitted attribute in __init__."""

    def __init__(self, *, sampling_strategy="auto", random_state=None):
        super().__init__(sampling_strategy=sampling_strategy, random_state=random_state)
        self.n_rows_ = 0


class FitWithoutStrategy(Half):
    """It does not set sampling_strategy_ in fit."""

    def fit(self, X, y):
        return self


class InputModifying(Half):
    """It modifies its input."""

    def fit_resample(self, X, y):
        result = super().fit_resample(X, y)
        if isinstance(X, np.ndarray):
            X[0] = 0
        return result


class ParameterChanging(Half):
    """It changes its parameters."""

    def fit_resample(self, X, y):
        self.sampling_strategy = "not minority"
        return super().fit_resample(X, y)


class ShortTarget(Half):
    """It returns one class too few."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out, y_out[:-1]


class WrongIndices(Half):
    """It returns other samples than it reports."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out[::-1], y_out


class WrongCounts(Half):
    """It does not keep the required number of samples."""

    _family = "under-sampling"


class DtypeChanging(Half):
    """It converts float32 to float64."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return (X_out.astype(np.float64) if isinstance(X, np.ndarray) else X_out), y_out


class ArraysOnly(Half):
    """It converts lists to arrays."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return (np.array(X_out) if isinstance(X, list) else X_out), y_out


class NameChanging(Half):
    """It changes the names of columns."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out.rename(columns=str.upper) if hasattr(X, "columns") else X_out, y_out


class Dense(Half):
    """It converts sparse matrices to arrays."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out.toarray() if hasattr(X, "toarray") else X_out, y_out


class ContainerDependent(Half):
    """It returns another order of samples for data frames than for arrays."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return (X_out, y_out) if isinstance(X, np.ndarray) else (X_out[::-1], y_out[::-1])


class Unseeded(Half):
    """It ignores random_state."""

    def _resample(self, table, target, quotas, rng):
        return super()._resample(table, target, quotas, np.random.RandomState())


class GlobalState(Half):
    """It uses the global random state of NumPy."""

    def _resample(self, table, target, quotas, rng):
        np.random.random()
        return super()._resample(table, target, quotas, rng)


class ClassNameDependent(Half):
    """It depends on the names of the classes."""

    def _resample(self, table, target, quotas, rng):
        others = quotas[::-1] if target.classes[0] == 0 else quotas
        return super()._resample(table, target, others, rng)


class NoErrors(Half):
    """It accepts any target."""

    def fit_resample(self, X, y):
        try:
            return super().fit_resample(X, y)
        except ValueError:
            return X, y


class NoFeatureNames(Half):
    """It does not set feature_names_in_."""

    def _set_feature_names(self, table):
        self.n_features_in_ = 4


class NoFeatureCount(Half):
    """It does not set n_features_in_."""

    def _set_feature_names(self, table):
        pass


class Unpicklable(Half):
    """It stores a lambda function."""

    def _resample(self, table, target, quotas, rng):
        self.order_ = lambda row: row
        return super()._resample(table, target, quotas, rng)


BROKEN = {
    "check_is_sampler": (NoSampler, "must be tagged as a sampler"),
    "check_clone": (
        FittedInInit,
        r"only assign parameters in __init__; a clone has \['n_rows_'\]",
    ),
    "check_fit_sets_sampling_strategy": (FitWithoutStrategy, "must set sampling_strategy_ in fit"),
    "check_input_unchanged": (InputModifying, "not modify its input; X in numpy has changed"),
    "check_parameters_unchanged": (ParameterChanging, r"changed: \['sampling_strategy'\]"),
    "check_output_shapes": (ShortTarget, "same length; it returned 54 samples and 53 classes"),
    "check_kept_samples_unchanged": (WrongIndices, "must not change the samples that it keeps"),
    "check_class_counts": (WrongCounts, "return 18 samples of class 0; there are 24"),
    "check_numpy_preserved": (DtypeChanging, "an array of float32; X is ndarray of float64"),
    "check_lists_preserved": (ArraysOnly, "return X as a list if .* as a list; it is ndarray"),
    "check_pandas_preserved": (NameChanging, "must keep the columns .* it has .*'ALPHA'"),
    "check_sparse_preserved": (Dense, "return X as a csr_matrix of float64; it is ndarray"),
    "check_same_output_in_all_containers": (
        ContainerDependent,
        "same samples in all containers; lists and numpy differ",
    ),
    "check_reproducible": (Unseeded, "must give the same samples for the same seed"),
    "check_global_random_state_unchanged": (
        GlobalState,
        "the global state of NumPy has changed",
    ),
    "check_class_names_do_not_matter": (
        ClassNameDependent,
        "must not depend on the names of the classes",
    ),
    "check_single_class_error": (NoErrors, "raise a ValueError for a target with a single class"),
    "check_missing_target_error": (
        NoErrors,
        "raise a ValueError for a target with missing values",
    ),
    "check_inconsistent_length_error": (
        NoErrors,
        "raise a ValueError for a target that is shorter than X",
    ),
    "check_feature_names": (NoFeatureNames, "must set feature_names_in_; it is None"),
    "check_pickle": (Unpicklable, "must support pickle; it raised"),
}


def test_valid_sampler_passes():
    """The base class of the broken samplers passes all checks."""
    check_sampler(Half())


def test_every_check_has_a_broken_sampler():
    """Every check is tested."""
    assert {check.__name__ for _, check in sampler_checks(Half())} == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_samplers_fail(name):
    """Each check fails for its broken sampler, with a message that names the defect."""
    cls, message = BROKEN[name]

    with pytest.raises(AssertionError, match=message) as caught:
        getattr(estimator_checks, name)(cls())
    assert cls.__name__ in str(caught.value)


def test_unexpected_errors():
    """An unexpected error of a sampler becomes an AssertionError with what is required."""

    class Raising(Half):
        def fit_resample(self, X, y):
            raise KeyError("oops")

    with pytest.raises(AssertionError, match=r"Raising must accept lists; it raised KeyError"):
        estimator_checks.check_lists_preserved(Raising())
    with pytest.raises(AssertionError, match=r"single class; it raised KeyError"):
        estimator_checks.check_single_class_error(Raising())


@pytest.mark.parametrize(("strategy", "passes"), [("auto", True), (None, False)])
def test_strategy_that_is_no_mapping(strategy, passes):
    """A string in `sampling_strategy_`, as in imbalanced-learn's combinations, is not checked."""

    class StringStrategy(Half):
        _family = "under-sampling"

        def fit_resample(self, X, y):
            result = super().fit_resample(X, y)
            self.sampling_strategy_ = strategy
            return result

    if passes:
        estimator_checks.check_class_counts(StringStrategy())
    else:
        with pytest.raises(AssertionError, match="must set sampling_strategy_ in fit_resample"):
            estimator_checks.check_class_counts(StringStrategy())


def test_samplers_without_sparse_support():
    """The check of sparse matrices is skipped if the tags of a sampler exclude them."""
    from counterpoise import FunctionSampler

    checks = [check for _, check in sampler_checks(FunctionSampler(accept_sparse=False))]

    assert estimator_checks.check_sparse_preserved not in checks
    check_sampler(FunctionSampler(accept_sparse=False))


def test_without_pandas(monkeypatch):
    """If pandas is not installed, all checks except those of data frames run."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    checks = [check for _, check in sampler_checks(Half())]

    assert estimator_checks.check_pandas_preserved not in checks
    assert len(checks) == len(BROKEN) - 1
    check_sampler(Half())
    with pytest.raises(AssertionError, match="NoFeatureCount must set n_features_in_"):
        check_sampler(NoFeatureCount())


def test_all_estimators():
    """Every public sampler is listed once, sorted by name."""
    names = [name for name, _ in all_estimators()]

    assert names == sorted(set(names))
    assert {"SMOTE", "FunctionSampler", "SMOTEENN"} <= set(names)
    assert set(counterpoise.under_sampling.__all__) <= set(names)
    assert all_estimators() == all_estimators("sampler") == all_estimators(["sampler"])


@pytest.mark.parametrize("type_filter", ["classifier", ["sampler", "classifier"]])
def test_unknown_type_filter(type_filter):
    """Other types of estimators raise an error."""
    with pytest.raises(InputError, match="type_filter must be 'sampler' or None; got"):
        all_estimators(type_filter)
