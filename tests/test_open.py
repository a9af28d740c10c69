"""Invalid tables and parameters raise errors that describe the problem."""

from __future__ import annotations

import datetime as dt
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

import counterpoise
from counterpoise._table import as_table
from counterpoise.datasets import make_imbalance
from counterpoise.exceptions import (
    CounterpoiseWarning,
    FeatureTypeError,
    InputError,
    TooFewSamplesError,
    UnknownColumnError,
)
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.under_sampling import RandomUnderSampler

Y = [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros(6), r"its shape is \(6,\)"),
        (np.zeros((0, 2, 2)), "0 rows"),
        (np.zeros((0, 2)), "0 rows"),
        (np.zeros((6, 0)), r"0 feature\(s\)"),
        ([], r"its shape is \(0,\)"),
        ([[1, 2], [3]], "rows of X must have the same length"),
        (pd.Series(range(6), name="s"), "a single column, 's'"),
        (pl.DataFrame({"a": range(6)}).lazy(), "Pass X.collect"),
        (pd.DataFrame(np.zeros((6, 2)), columns=["a", "a"]), "'a' twice"),
        (np.zeros((6, 2), complex), "Complex data not supported"),
        (None, "must be a table"),
    ],
)
def test_invalid_tables(X, message):
    """The error describes what is required and what was passed."""
    with pytest.raises(InputError, match=message):
        RandomOverSampler().fit_resample(X, Y)


def test_duplicate_column_names():
    """The error has the duplicate name."""
    frame = pd.DataFrame(np.zeros((6, 3)), columns=["b", "a", "b"])

    with pytest.raises(InputError, match="X has 'b' twice"):
        RandomUnderSampler().fit_resample(frame, Y)


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
@pytest.mark.parametrize(
    "make", [np.asarray, pd.DataFrame, lambda v: pl.DataFrame(v, schema=["0", "1"])]
)
def test_infinities(bad, make):
    """The error has the row and the column of an infinite value."""
    values = np.arange(12.0).reshape(6, 2)
    values[3, 1] = bad

    with pytest.raises(InputError, match="infinity in row 3, column '1'"):
        SMOTE(k_neighbors=1).fit_resample(make(values), Y)


@pytest.mark.parametrize(("bad", "name"), [(np.inf, "infinity"), (np.nan, "NaN")])
def test_sparse_must_be_finite(bad, name):
    """A sparse table must have finite values."""
    values = np.eye(6)
    values[3, 1] = bad

    with pytest.raises(InputError, match=f"contains {name}"):
        SMOTE(k_neighbors=1).fit_resample(sparse.csr_matrix(values), Y)


def test_categorical_columns():
    """SMOTE on strings: the error has the columns and the sampler to use."""
    frame = pd.DataFrame({"n": range(6), "s": list("abcabc"), "c": pd.Categorical(list("xyzxyz"))})

    with pytest.raises(
        FeatureTypeError, match="'s' and 'c' are categorical. Use SMOTENC"
    ) as caught:
        SMOTE().fit_resample(frame, Y)
    assert ("s", "c") == caught.value.columns
    with pytest.raises(TypeError, match="column '1' is categorical"):
        SMOTE().fit_resample([[1, "a"]] * 6, Y)


def test_date_columns():
    """SMOTE on dates: the error has the column and its data type."""
    frame = pl.DataFrame({"n": range(6), "when": [dt.date(2020, 1, 1)] * 6})

    with pytest.raises(FeatureTypeError, match="column 'when' holds dates or times .Date."):
        SMOTE().fit_resample(frame, Y)


def test_booleans_are_interpolated_with_a_warning():
    """Booleans stay booleans, and the warning recommends SMOTENC."""
    X = np.array([[True, False], [False, False]] * 3)

    with pytest.warns(CounterpoiseWarning, match="'0' and '1' are boolean. SMOTENC"):
        X_out, _ = SMOTE(k_neighbors=1, random_state=0).fit_resample(X, Y)
    assert (bool, (8, 2)) == (X_out.dtype, X_out.shape)


def test_too_few_samples():
    """The error has the class, its size and what to do; the sampler stays unfitted."""
    sampler = SMOTE()

    with pytest.raises(TooFewSamplesError) as caught:
        sampler.fit_resample(np.zeros((6, 2)), ["ok"] * 3 + ["fraud"] * 2 + ["ok"])

    assert str(caught.value) == (
        "SMOTE needs more than k_neighbors=5 samples in each class that it oversamples; class "
        "'fraud' has 2. Set k_neighbors to 1 or less, or pass small_classes=\"shrink_k\" (or "
        '"duplicate", or "skip").'
    )
    assert ("fraud", 2, 5) == (caught.value.label, caught.value.count, caught.value.n_neighbors)
    assert not hasattr(sampler, "provenance_")
    revived = pickle.loads(pickle.dumps(caught.value))
    assert (str(caught.value), 2) == (str(revived), revived.count)


def test_class_of_one_sample():
    """A single sample has no neighbor to interpolate with."""
    with pytest.raises(TooFewSamplesError, match='has 1. Pass small_classes="shrink_k"'):
        SMOTE(k_neighbors=1).fit_resample(np.zeros((4, 2)), [0, 0, 0, 1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SMOTE(k_neighbors=0), "k_neighbors"),
        (lambda: SMOTE(k_neighbors="many"), "k_neighbors"),
        (lambda: SMOTE(k_neighbors=True), "must be 1 or more; got True"),
        (lambda: SMOTE(k_neighbors=NearestNeighbors(n_neighbors=1)), "n_neighbors of 2 or more"),
        (lambda: SMOTE(k_neighbors=NearestNeighbors), "must be an instance"),
        (lambda: SMOTE(sampling_strategy={1: True}), "whole number"),
        (lambda: SMOTE(sampling_strategy={1: 10**24}), "whole number"),
        (
            lambda: RandomOverSampler(shrinkage={1: "wide"}),
            "shrinkage factor needs to be >= 0 and finite",
        ),
        (lambda: SMOTE(scale="minmax"), "scale"),
        (lambda: SMOTE(random_state="seed"), "random_state"),
        (lambda: RandomOverSampler(shrinkage=-1), "shrinkage"),
        (lambda: RandomUnderSampler(replacement="yes"), "replacement"),
    ],
)
def test_invalid_parameters(make, message):
    """The error has the name of the parameter."""
    with pytest.raises(ValueError, match=message):
        make().fit_resample(np.arange(12.0).reshape(6, 2), Y)


def test_shrinkage_by_class():
    """shrinkage as a dict needs a value, not negative, for each oversampled class."""
    X = np.arange(12.0).reshape(6, 2)

    with pytest.raises(InputError, match="add one for 1"):
        RandomOverSampler(shrinkage={0: 1.0}).fit_resample(X, Y)
    with pytest.raises(InputError, match="for class 1 it is -2"):
        RandomOverSampler(shrinkage={1: -2}).fit_resample(X, Y)
    sampler = RandomOverSampler(shrinkage={1: 0.0}, random_state=0)
    X_out, _ = sampler.fit_resample(X, Y)
    np.testing.assert_array_equal(X[sampler.sample_indices_], X_out)
    assert {1: 0.0} == sampler.shrinkage_


def test_make_imbalance_needs_a_strategy(capsys):
    """make_imbalance requires sampling_strategy, and prints the counts if verbose."""
    X = np.arange(12.0).reshape(6, 2)
    with pytest.raises(InputError, match="needs a sampling_strategy"):
        make_imbalance(X, Y)

    _, y_out = make_imbalance(
        X, Y, sampling_strategy=lambda y, keep: {1: keep}, keep=1, verbose=True
    )

    assert [0, 0, 0, 0, 1] == list(y_out)
    assert "after: {0: 4, 1: 1}" in capsys.readouterr().out


def test_removing_all_samples():
    """A strategy that removes all samples raises an error."""
    with pytest.raises(InputError, match="would leave no row"):
        RandomUnderSampler(sampling_strategy={0: 0, 1: 0}).fit_resample(np.zeros((6, 1)), Y)


def test_ignored_and_copied_columns():
    """ignore and copy need a data frame that has these columns."""
    with pytest.raises(InputError, match="ignore and copy need a data frame"):
        as_table(np.zeros((6, 2)), ignore=["a"])
    with pytest.raises(
        UnknownColumnError, match="no column 'amont'. Did you mean 'amount'"
    ) as caught:
        as_table(pd.DataFrame({"amount": [1]}), copy=["amont"])
    assert ("amount",) == caught.value.nearest
    with pytest.raises(InputError, match="0 feature"):
        as_table(pd.DataFrame({"amount": [1]}), ignore=["amount"])


FRAME = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "label": Y})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: counterpoise.resample(FRAME, "lable"),
            "no target column 'lable'. Did you mean 'label'",
        ),
        (lambda: counterpoise.resample(FRAME, "zzz"), "The columns are 'x', 'label'"),
        (lambda: counterpoise.resample(FRAME, "label", method="smot"), "Did you mean 'smote'"),
        (
            lambda: counterpoise.resample(FRAME, "label", k_neighbours=3),
            "Did you mean 'k_neighbors'",
        ),
        (lambda: counterpoise.resample(np.zeros((6, 2)), "label"), "use a sampler's fit_resample"),
        (
            lambda: counterpoise.resample(FRAME, "label", method=SMOTE),
            "an instance of a sampler",
        ),
        (
            lambda: counterpoise.resample(FRAME, "label", method=SMOTE(), k_neighbours=2),
            "Did you mean 'k_neighbors'",
        ),
        (
            lambda: counterpoise.resample(FRAME, "label", ignore="label"),
            "cannot be in ignore",
        ),
        (lambda: counterpoise.resample(FRAME, "label", ignore="x", copy=["x"]), "and not both"),
        (
            lambda: counterpoise.resample(FRAME.set_axis(["x", "x"], axis=1), "x"),
            "X has 'x' twice",
        ),
        (lambda: counterpoise.resample(FRAME[["label"]], "label"), "0 feature"),
    ],
)
def test_resample_messages(call, message):
    """The error has the unknown name and the most similar known one."""
    with pytest.raises(InputError, match=message):
        call()
