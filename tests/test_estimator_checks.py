"""The checks for samplers that others write: ours pass all, and each catches what it is for."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

import counterpoise.under_sampling
from counterpoise.base import BaseSampler
from counterpoise.exceptions import InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.table import Resampling
from counterpoise.under_sampling import RandomUnderSampler
from counterpoise.utils import all_estimators, estimator_checks
from counterpoise.utils.estimator_checks import (
    check_sampler,
    parametrize_with_checks,
    sampler_checks,
)

# What a sampler needs to be made, or to be quick.
PARAMS = {
    "Chain": {"samplers": [RandomUnderSampler(sampling_strategy=0.6), SMOTE()]},
    "CondensedNearestNeighbour": {"n_jobs": 1},
    "OneSidedSelection": {"n_jobs": 1},
    "InstanceHardnessThreshold": {"estimator": DecisionTreeClassifier()},
}


@parametrize_with_checks([cls(**PARAMS.get(name, {})) for name, cls in all_estimators()])
def test_every_sampler(estimator, check):
    """All of our samplers keep all the promises."""
    check(estimator)


class Half(BaseSampler):
    """Keep a random half of the classes concerned: the sound one, from which the others stray."""

    _family = "clean-sampling"

    def __init__(self, *, sampling_strategy="auto", random_state=None):
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    def _resample(self, table, labels, targets, random):
        stays = np.ones(table.n_rows, bool)
        for target in targets:
            stays[random.permutation(labels.rows_of(target.code))[: target.count // 2]] = False
        self.sample_indices_ = np.flatnonzero(stays)
        return Resampling(kept=self.sample_indices_)


class NoSampler(LogisticRegression):
    """It is something else."""


class Assigning(Half):
    """It sets in __init__ what a fit should set."""

    def __init__(self, *, sampling_strategy="auto", random_state=None):
        super().__init__(sampling_strategy=sampling_strategy, random_state=random_state)
        self.n_rows_ = 0


class Forgetful(Half):
    """It forgets what it is asked for."""

    def fit(self, X, y):
        return self


class Writing(Half):
    """It writes to its input."""

    def fit_resample(self, X, y):
        result = super().fit_resample(X, y)
        if isinstance(X, np.ndarray):
            X[0] = 0
        return result


class Tuning(Half):
    """It changes its parameters."""

    def fit_resample(self, X, y):
        self.sampling_strategy = "not minority"
        return super().fit_resample(X, y)


class Cutting(Half):
    """It loses a label."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out, y_out[:-1]


class Shuffling(Half):
    """It returns other rows than it says."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out[::-1], y_out


class Greedy(Half):
    """It keeps other numbers than it was asked for."""

    _family = "under-sampling"


class Converting(Half):
    """It returns floats of another width."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return (X_out.astype(np.float64) if isinstance(X, np.ndarray) else X_out), y_out


class ArraysOnly(Half):
    """It has no lists."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return (np.array(X_out) if isinstance(X, list) else X_out), y_out


class Nameless(Half):
    """It loses names."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out.rename(columns=str.upper) if hasattr(X, "columns") else X_out, y_out


class Dense(Half):
    """It makes sparse tables dense."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return X_out.toarray() if hasattr(X, "toarray") else X_out, y_out


class Partial(Half):
    """It orders frames otherwise than arrays."""

    def fit_resample(self, X, y):
        X_out, y_out = super().fit_resample(X, y)
        return (X_out, y_out) if isinstance(X, np.ndarray) else (X_out[::-1], y_out[::-1])


class Unseeded(Half):
    """It ignores its seed."""

    def _resample(self, table, labels, targets, random):
        return super()._resample(table, labels, targets, np.random.RandomState())


class Global(Half):
    """It draws from numpy's global state."""

    def _resample(self, table, labels, targets, random):
        np.random.random()
        return super()._resample(table, labels, targets, random)


class Numeric(Half):
    """It takes labels for numbers."""

    def _resample(self, table, labels, targets, random):
        others = targets[::-1] if labels.classes[0] == 0 else targets
        return super()._resample(table, labels, others, random)


class Lenient(Half):
    """It takes any target."""

    def fit_resample(self, X, y):
        try:
            return super().fit_resample(X, y)
        except ValueError:
            return X, y


class Anonymous(Half):
    """It does not remember the columns."""

    def _remember_features(self, table):
        self.n_features_in_ = 4


class Miscounting(Half):
    """It does not count the columns."""

    def _remember_features(self, table):
        pass


class Unpicklable(Half):
    """It keeps a function that has no name."""

    def _resample(self, table, labels, targets, random):
        self.order_ = lambda row: row
        return super()._resample(table, labels, targets, random)


BROKEN = {
    "check_calls_itself_a_sampler": (NoSampler, "must call itself a sampler"),
    "check_clones": (Assigning, r"only assign in __init__; a fresh clone has \['n_rows_'\]"),
    "check_fit_resolves_the_strategy": (Forgetful, "must set sampling_strategy_ in fit"),
    "check_input_is_untouched": (Writing, "leave its input as it was; X in numpy has changed"),
    "check_parameters_are_untouched": (Tuning, r"changed: \['sampling_strategy'\]"),
    "check_rows_and_labels_agree": (Cutting, "a label for each row; 54 rows, 53 labels"),
    "check_kept_rows_are_the_inputs": (Shuffling, "must keep rows as they are, bit for bit"),
    "check_counts_equal_the_targets": (Greedy, "leave 18 rows of class 0; there are 24"),
    "check_numpy_comes_back": (Converting, "an array of float32; X is ndarray of float64"),
    "check_lists_come_back": (ArraysOnly, "return X as the list it was; it is ndarray"),
    "check_pandas_comes_back": (Nameless, "must keep the columns .* they are .*'ALPHA'"),
    "check_sparse_comes_back": (Dense, "the csr_matrix of float64 it was; it is ndarray"),
    "check_containers_agree": (Partial, "same rows in every container; those of lists differ"),
    "check_same_seed_same_output": (Unseeded, "must give the same rows for the same seed"),
    "check_global_random_state_is_untouched": (Global, "numpy's global one has moved"),
    "check_renaming_labels_changes_nothing": (Numeric, "must take labels as names"),
    "check_one_class_is_refused": (Lenient, "must refuse a target of one class"),
    "check_missing_labels_are_refused": (Lenient, "must refuse a target with missing labels"),
    "check_unequal_lengths_are_refused": (Lenient, "refuse a target that is shorter"),
    "check_features_are_remembered": (Anonymous, "must set feature_names_in_; it is None"),
    "check_pickles": (Unpicklable, "must survive pickling; it raised"),
}


def test_the_sound_one_passes():
    """What the broken ones stray from is sound."""
    check_sampler(Half())


def test_every_check_has_its_offender():
    """No check goes untested."""
    assert {check.__name__ for _, check in sampler_checks(Half())} == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_samplers_are_caught(name):
    """Each check fails on a sampler that breaks its promise, and says how."""
    cls, message = BROKEN[name]

    with pytest.raises(AssertionError, match=message) as caught:
        getattr(estimator_checks, name)(cls())
    assert cls.__name__ in str(caught.value)


def test_errors_are_told_apart():
    """A sampler that raises what it should not is told what it must take or refuse."""

    class Raising(Half):
        def fit_resample(self, X, y):
            raise KeyError("oops")

    with pytest.raises(AssertionError, match=r"Raising must take lists; it raised KeyError"):
        estimator_checks.check_lists_come_back(Raising())
    with pytest.raises(AssertionError, match=r"with a ValueError; it raised KeyError"):
        estimator_checks.check_one_class_is_refused(Raising())


@pytest.mark.parametrize(("strategy", "passes"), [("auto", True), (None, False)])
def test_a_strategy_that_is_no_mapping(strategy, passes):
    """A word, as imbalanced-learn's combinations have it, says nothing of counts."""

    class Vague(Half):
        _family = "under-sampling"

        def fit_resample(self, X, y):
            result = super().fit_resample(X, y)
            self.sampling_strategy_ = strategy
            return result

    if passes:
        estimator_checks.check_counts_equal_the_targets(Vague())
    else:
        with pytest.raises(AssertionError, match="must set sampling_strategy_ in fit_resample"):
            estimator_checks.check_counts_equal_the_targets(Vague())


def test_dense_samplers_skip_sparse():
    """A sampler that says it takes no sparse table is not given one."""
    from counterpoise import FunctionSampler

    checks = [check for _, check in sampler_checks(FunctionSampler(accept_sparse=False))]

    assert estimator_checks.check_sparse_comes_back not in checks
    check_sampler(FunctionSampler(accept_sparse=False))


def test_without_pandas(monkeypatch):
    """Where pandas is missing, all but the data frames is checked."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    checks = [check for _, check in sampler_checks(Half())]

    assert estimator_checks.check_pandas_comes_back not in checks
    assert len(checks) == len(BROKEN) - 1
    check_sampler(Half())
    with pytest.raises(AssertionError, match="Miscounting must set n_features_in_"):
        check_sampler(Miscounting())


def test_all_estimators():
    """Every public sampler is listed once, by name."""
    names = [name for name, _ in all_estimators()]

    assert names == sorted(set(names))
    assert {"SMOTE", "FunctionSampler", "SMOTEENN"} <= set(names)
    assert set(counterpoise.under_sampling.__all__) <= set(names)
    assert all_estimators() == all_estimators("sampler") == all_estimators(["sampler"])


@pytest.mark.parametrize("wanted", ["classifier", ["sampler", "classifier"]])
def test_no_other_estimators(wanted):
    """Types that there are not are refused."""
    with pytest.raises(InputError, match="type_filter must be 'sampler' or None; got"):
        all_estimators(wanted)
