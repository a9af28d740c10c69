"""FunctionSampler: user-defined functions on any container."""

from __future__ import annotations

import imblearn
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.utils.estimator_checks import parametrize_with_checks

from counterpoise import FunctionSampler
from counterpoise.combine import Chain
from counterpoise.exceptions import FeatureTypeError, InputError, TargetError
from counterpoise.over_sampling import SMOTE
from tests.containers import CONTAINERS, as_array, as_labels, signature
from tests.promises import numbers


def reverse(X, y):
    """Return the samples in reverse order."""
    return X[::-1], y[::-1]


class Reverse:
    """`reverse` with a name that is the same in every process of a parallel test run."""

    def __call__(self, X, y):
        return reverse(X, y)

    def __repr__(self):
        return "reverse"


def multiply(X, y, *, by=2):
    """Return the samples multiplied by a number."""
    return X * by, y


@parametrize_with_checks(
    [FunctionSampler(), FunctionSampler(func=Reverse()), FunctionSampler(accept_sparse=False)]
)
def test_scikit_learn_checks(estimator, check):
    """The sampler passes scikit-learn's checks."""
    check(estimator)


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
@pytest.mark.parametrize("func", [None, reverse])
def test_containers_are_preserved(container, func):
    """The output has the container of the input."""
    values, codes = numbers(0)
    X, y = container.table(values), container.labels(codes)
    step = -1 if func else 1

    X_out, y_out = FunctionSampler(func=func).fit_resample(X, y)

    assert signature(X) == signature(X_out)
    assert signature(y) == signature(y_out)
    np.testing.assert_array_equal(as_array(X)[::step], as_array(X_out))
    np.testing.assert_array_equal(as_labels(y)[::step], as_labels(y_out))


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix, sparse.csc_array])
def test_same_as_imbalanced_learn(form):
    """imbalanced-learn's FunctionSampler gives the same samples."""
    values, codes = numbers(0)
    params = {"func": multiply, "kw_args": {"by": 3}}

    ours, theirs = (
        S(**params).fit_resample(form(values), codes)
        for S in (FunctionSampler, imblearn.FunctionSampler)
    )

    np.testing.assert_array_equal(as_array(theirs[0]), as_array(ours[0]))
    np.testing.assert_array_equal(theirs[1], ours[1])
    assert type(theirs[0]) is type(ours[0])


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, sparse.csr_matrix])
def test_the_function_cannot_modify_the_input(form):
    """The function gets copies."""

    def modify(X, y):
        X[0], y[:] = 0, y[0]
        return X, y

    values, codes = numbers(0)
    X = form(values.copy())
    before = codes.copy()

    FunctionSampler(func=modify).fit_resample(X, codes)

    np.testing.assert_array_equal(values, as_array(X))
    np.testing.assert_array_equal(before, codes)


def test_provenance():
    """The origin of the output of a function is unknown; without a function it is known."""
    X, y = numbers(0)
    with_function, identity = FunctionSampler(func=reverse), FunctionSampler()
    for sampler in (with_function, identity):
        sampler.fit_resample(X, y)

    provenance = with_function.provenance_
    for rows in (provenance.row, provenance.base, provenance.neighbor):
        assert set(rows.tolist()) == {-1}
    assert provenance.is_synthetic.all()
    np.testing.assert_array_equal(np.arange(40), identity.provenance_.row)
    with pytest.raises(InputError, match="carry cannot give a value"):
        provenance.carry(y)


@pytest.mark.parametrize(
    "returns", [list, pd.DataFrame, sparse.csr_matrix, np.ndarray.tolist], ids=lambda f: f.__name__
)
def test_the_function_may_return_any_container(returns):
    """The function may return a list, a data frame or a sparse matrix."""
    values, codes = numbers(0)

    X_out, y_out = FunctionSampler(func=lambda X, y: (returns(X), list(y))).fit_resample(
        values, codes
    )

    np.testing.assert_array_equal(values, X_out)
    np.testing.assert_array_equal(codes, y_out)


def test_dtypes_are_preserved():
    """Integers are rounded; booleans, missing values and large integers are preserved."""
    y = ["a", "b", "a", "b"]
    frame = pd.DataFrame({"n": [1, 2, 3, 4], "b": [True, False, True, False]})
    frame["m"] = pd.array([1, None, 3, 4], dtype="Int64")
    large = [[2**60 + 1], [2], [3], [4]]

    X_out, _ = FunctionSampler(func=lambda X, y: (X * 0.9, y)).fit_resample(frame, y)

    assert X_out.dtypes.equals(frame.dtypes)
    assert X_out["n"].to_list() == [1, 2, 3, 4]
    assert X_out["m"].isna().to_list() == [False, True, False, False]
    assert FunctionSampler(func=reverse).fit_resample(large, y)[0] == large[::-1]


def test_integers_are_rounded():
    """Values of integer columns are rounded; imbalanced-learn truncates them."""
    frame, y = pd.DataFrame({"n": [10, 20, 30, 40]}), np.array([0, 1, 0, 1])
    params = {"func": lambda X, y: (X * 0.99, y)}

    ours, theirs = (
        S(**params).fit_resample(frame, y)[0]["n"].to_list()
        for S in (FunctionSampler, imblearn.FunctionSampler)
    )

    assert theirs == [9, 19, 29, 39]
    assert ours == [10, 20, 30, 40]


def test_output_must_match_the_input():
    """Lengths and classes are checked; imbalanced-learn accepts any."""
    X, y = numbers(0)
    for func in (lambda X, y: (X, y[:-1]), lambda X, y: (X, y * 0 + 9)):
        theirs = imblearn.FunctionSampler(func=func).fit_resample(X, y)

        assert len(theirs[0]) != len(theirs[1]) or 9 in theirs[1]
        with pytest.raises(InputError, match="func must return"):
            FunctionSampler(func=func).fit_resample(X, y)


def test_one_hot_target():
    """The function gets a one-hot target as class codes; the output is one-hot again."""
    X, codes = numbers(0)
    received = []

    def func(X, y):
        received.append(y)
        return X[:7], y[:7]

    _, y_out = FunctionSampler(func=func).fit_resample(X, np.eye(3, dtype=int)[codes])

    np.testing.assert_array_equal(codes, received[0])
    np.testing.assert_array_equal(np.eye(3, dtype=int)[codes[:7]], y_out)


def test_without_validation():
    """With validate=False, input and output of the function are unchanged."""
    X, y = object(), object()
    sampler = FunctionSampler(func=lambda *pair: (*pair, "more"), validate=False)

    assert sampler.fit(X, y) is sampler
    assert sampler.fit_resample(X, y) == (X, y, "more")
    assert FunctionSampler(validate=False).fit_resample(X, y) == (X, y)


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, sparse.csr_matrix])
def test_in_a_chain(form):
    """In a Chain, the next sampler gets the output of the function."""
    X, y = numbers(0)
    steps = [FunctionSampler(func=reverse), SMOTE(k_neighbors=2, random_state=0)]

    X_out, y_out = Chain([*steps, SMOTE(sampling_strategy={0: 40})]).fit_resample(form(X), y)

    assert np.bincount(y_out).tolist() == [40, 24, 24]
    expected, _ = SMOTE(k_neighbors=2, random_state=0).fit_resample(X[::-1], y[::-1])
    np.testing.assert_allclose(expected, as_array(X_out)[:72], rtol=1e-12)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda X, y: X, "must return a pair, X and y; it returned a ndarray"),
        (lambda X, y: (X, y, 1), "a pair, X and y; it returned a tuple of 3"),
        (
            lambda X, y: (X[:5], y),
            "X and y of the same length; it returned 5 samples and 40 classes",
        ),
        (lambda X, y: (X[:, :2], y), "as many features as X has, 3; it returned 2"),
        (lambda X, y: (X[:0], y[:0]), "an X like its input. X has 0 rows"),
        (lambda X, y: (X.astype(str), y), "must return numbers; column 0 .* of type <U32"),
    ],
)
def test_invalid_output(returned, message):
    """Each kind of invalid output has its message."""
    with pytest.raises(InputError, match=message):
        FunctionSampler(func=returned).fit_resample(*numbers(0))


def test_unknown_classes():
    """The message names a class that is not in y."""
    X, y = numbers(0)

    with pytest.raises(
        TargetError, match="classes that are in y. 9 is not a class of y. .* are 0, 1, 2"
    ):
        FunctionSampler(func=lambda X, y: (X, y * 0 + 9)).fit_resample(X, y)


def test_missing_values_in_integer_columns():
    """Missing values in the output for an integer column raise an error."""
    X, y = numbers(0)
    frame = pd.DataFrame(X).assign(n=range(40))

    with pytest.raises(
        InputError, match="finite numbers for column 'n', .* int64; it returned nan"
    ):
        FunctionSampler(func=lambda X, y: (X * np.nan, y)).fit_resample(
            frame.rename(columns=str), y
        )


def test_categorical_columns():
    """Columns of strings raise an error; with validate=False they are accepted."""
    X, y = pd.DataFrame({"plan": ["s", "m", "l"], "n": [1, 2, 3]}), ["a", "b", "b"]

    with pytest.raises(FeatureTypeError, match="'plan', of type str.* Set validate=False"):
        FunctionSampler(func=reverse).fit_resample(X, y)
    assert FunctionSampler(func=reverse, validate=False).fit_resample(X, y)[1] == y[::-1]
    assert FunctionSampler().fit_resample(X, y)[0].equals(X)


def test_accept_sparse():
    """With accept_sparse=False, a sparse X raises an error with the fix."""
    X, y = numbers(0)

    with pytest.raises(FeatureTypeError, match="dense data is required.*Set accept_sparse=True"):
        FunctionSampler(accept_sparse=False).fit_resample(sparse.csr_matrix(X), y)
