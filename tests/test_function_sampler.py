"""FunctionSampler: a function of the user's, in any container."""

from __future__ import annotations

import imblearn
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.utils.estimator_checks import parametrize_with_checks

from counterpoise import FunctionSampler
from counterpoise.combine import Chain
from counterpoise.exceptions import ColumnKindError, InputError, LabelError
from counterpoise.over_sampling import SMOTE
from tests.containers import CONTAINERS, as_array, as_labels, signature
from tests.promises import numbers


def backwards(X, y):
    """Return the rows in reverse."""
    return X[::-1], y[::-1]


class Backwards:
    """The same, under a name that every process of a parallel test run gives it."""

    def __call__(self, X, y):
        return backwards(X, y)

    def __repr__(self):
        return "backwards"


def doubled(X, y, *, by=2):
    """Return the rows multiplied."""
    return X * by, y


@parametrize_with_checks(
    [FunctionSampler(), FunctionSampler(func=Backwards()), FunctionSampler(accept_sparse=False)]
)
def test_scikit_learn_checks(estimator, check):
    """scikit-learn's own checks of estimators pass."""
    check(estimator)


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
@pytest.mark.parametrize("func", [None, backwards])
def test_containers_come_back(container, func):
    """Whatever holds the rows holds what the function returned."""
    values, codes = numbers(0)
    X, y = container.table(values), container.labels(codes)
    step = -1 if func else 1

    X_out, y_out = FunctionSampler(func=func).fit_resample(X, y)

    assert signature(X) == signature(X_out)
    assert signature(y) == signature(y_out)
    np.testing.assert_array_equal(as_array(X)[::step], as_array(X_out))
    np.testing.assert_array_equal(as_labels(y)[::step], as_labels(y_out))


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix, sparse.csc_array])
def test_same_as_the_peer(form):
    """The peer's FunctionSampler gives the same rows."""
    values, codes = numbers(0)
    how = {"func": doubled, "kw_args": {"by": 3}}

    ours, theirs = (
        S(**how).fit_resample(form(values), codes)
        for S in (FunctionSampler, imblearn.FunctionSampler)
    )

    np.testing.assert_array_equal(as_array(theirs[0]), as_array(ours[0]))
    np.testing.assert_array_equal(theirs[1], ours[1])
    assert type(theirs[0]) is type(ours[0])


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, sparse.csr_matrix])
def test_the_function_cannot_harm_the_input(form):
    """The function works on copies."""

    def writes(X, y):
        X[0], y[:] = 0, y[0]
        return X, y

    values, codes = numbers(0)
    X = form(values.copy())
    before = codes.copy()

    FunctionSampler(func=writes).fit_resample(X, codes)

    np.testing.assert_array_equal(values, as_array(X))
    np.testing.assert_array_equal(before, codes)


def test_new_rows_are_of_no_known_rows():
    """Provenance knows nothing of them; of the identity, everything."""
    X, y = numbers(0)
    made, same = FunctionSampler(func=backwards), FunctionSampler()
    for sampler in (made, same):
        sampler.fit_resample(X, y)

    origin = made.provenance_
    for rows in (origin.row, origin.base, origin.partner):
        assert set(rows.tolist()) == {-1}
    assert origin.is_new.all()
    np.testing.assert_array_equal(np.arange(40), same.provenance_.row)
    with pytest.raises(InputError, match="carry cannot give a value"):
        origin.carry(y)


@pytest.mark.parametrize(
    "returns", [list, pd.DataFrame, sparse.csr_matrix, np.ndarray.tolist], ids=lambda f: f.__name__
)
def test_the_function_may_return_any_container(returns):
    """A list, a frame or a sparse matrix is taken as well."""
    values, codes = numbers(0)

    X_out, y_out = FunctionSampler(func=lambda X, y: (returns(X), list(y))).fit_resample(
        values, codes
    )

    np.testing.assert_array_equal(values, X_out)
    np.testing.assert_array_equal(codes, y_out)


def test_types_stay():
    """Integers are rounded, booleans and missing cells come back, and no huge integer is bent."""
    y = ["a", "b", "a", "b"]
    frame = pd.DataFrame({"n": [1, 2, 3, 4], "b": [True, False, True, False]})
    frame["m"] = pd.array([1, None, 3, 4], dtype="Int64")
    huge = [[2**60 + 1], [2], [3], [4]]

    X_out, _ = FunctionSampler(func=lambda X, y: (X * 0.9, y)).fit_resample(frame, y)

    assert X_out.dtypes.equals(frame.dtypes)
    assert X_out["n"].to_list() == [1, 2, 3, 4]
    assert X_out["m"].isna().to_list() == [False, True, False, False]
    assert FunctionSampler(func=backwards).fit_resample(huge, y)[0] == huge[::-1]


def test_function_integers_are_rounded():
    """What a function makes of a column of integers is rounded; the peer cuts it off."""
    frame, y = pd.DataFrame({"n": [10, 20, 30, 40]}), np.array([0, 1, 0, 1])
    how = {"func": lambda X, y: (X * 0.99, y)}

    ours, theirs = (
        S(**how).fit_resample(frame, y)[0]["n"].to_list()
        for S in (FunctionSampler, imblearn.FunctionSampler)
    )

    assert theirs == [9, 19, 29, 39]
    assert ours == [10, 20, 30, 40]


def test_function_must_return_rows_that_fit():
    """Fewer labels than rows pass the peer unseen, and a class that y does not have."""
    X, y = numbers(0)
    for func in (lambda X, y: (X, y[:-1]), lambda X, y: (X, y * 0 + 9)):
        theirs = imblearn.FunctionSampler(func=func).fit_resample(X, y)

        assert len(theirs[0]) != len(theirs[1]) or 9 in theirs[1]
        with pytest.raises(InputError, match="func must return"):
            FunctionSampler(func=func).fit_resample(X, y)


def test_one_hot_comes_back():
    """A one-hot target reaches the function as class numbers, and leaves one-hot."""
    X, codes = numbers(0)
    seen = []

    def func(X, y):
        seen.append(y)
        return X[:7], y[:7]

    _, y_out = FunctionSampler(func=func).fit_resample(X, np.eye(3, dtype=int)[codes])

    np.testing.assert_array_equal(codes, seen[0])
    np.testing.assert_array_equal(np.eye(3, dtype=int)[codes[:7]], y_out)


def test_without_validation():
    """The function is given what came, and its answer is returned as it is."""
    X, y = object(), object()
    sampler = FunctionSampler(func=lambda *pair: (*pair, "more"), validate=False)

    assert sampler.fit(X, y) is sampler
    assert sampler.fit_resample(X, y) == (X, y, "more")
    assert FunctionSampler(validate=False).fit_resample(X, y) == (X, y)


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, sparse.csr_matrix])
def test_in_a_chain(form):
    """Another sampler works on what the function returned."""
    X, y = numbers(0)
    steps = [FunctionSampler(func=backwards), SMOTE(k_neighbors=2, random_state=0)]

    X_out, y_out = Chain([*steps, SMOTE(sampling_strategy={0: 40})]).fit_resample(form(X), y)

    assert np.bincount(y_out).tolist() == [40, 24, 24]
    expected, _ = SMOTE(k_neighbors=2, random_state=0).fit_resample(X[::-1], y[::-1])
    np.testing.assert_allclose(expected, as_array(X_out)[:72], rtol=1e-12)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda X, y: X, "must return a pair, X and y; it returned a ndarray"),
        (lambda X, y: (X, y, 1), "a pair, X and y; it returned a tuple of 3"),
        (lambda X, y: (X[:5], y), "a class for each row; it returned 5 rows and 40 classes"),
        (lambda X, y: (X[:, :2], y), "as wide as X, which has 3 columns; those .* have 2"),
        (lambda X, y: (X[:0], y[:0]), "rows like those of X. X has 0 rows"),
        (lambda X, y: (X.astype(str), y), "must return numbers; column 0 .* of type <U32"),
    ],
)
def test_what_a_function_may_not_return(returned, message):
    """Each way in which an answer does not fit has its message."""
    with pytest.raises(InputError, match=message):
        FunctionSampler(func=returned).fit_resample(*numbers(0))


def test_unknown_labels():
    """A label that y does not have is named."""
    X, y = numbers(0)

    with pytest.raises(LabelError, match="labels that y has. 9 is no class of y. .* are 0, 1, 2"):
        FunctionSampler(func=lambda X, y: (X, y * 0 + 9)).fit_resample(X, y)


def test_holes_in_integers():
    """A column of integers cannot be given missing cells."""
    X, y = numbers(0)
    frame = pd.DataFrame(X).assign(n=range(40))

    with pytest.raises(
        InputError, match="finite numbers for column 'n', .* int64; it returned nan"
    ):
        FunctionSampler(func=lambda X, y: (X * np.nan, y)).fit_resample(
            frame.rename(columns=str), y
        )


def test_nominal_columns():
    """Columns of strings are refused with a way out, which works."""
    X, y = pd.DataFrame({"plan": ["s", "m", "l"], "n": [1, 2, 3]}), ["a", "b", "b"]

    with pytest.raises(ColumnKindError, match="'plan', of type str.* Set validate=False"):
        FunctionSampler(func=backwards).fit_resample(X, y)
    assert FunctionSampler(func=backwards, validate=False).fit_resample(X, y)[1] == y[::-1]
    assert FunctionSampler().fit_resample(X, y)[0].equals(X)


def test_sparse_can_be_refused():
    """accept_sparse=False says what to do."""
    X, y = numbers(0)

    with pytest.raises(InputError, match="takes no sparse X. Set it to True, or pass X.toarray"):
        FunctionSampler(accept_sparse=False).fit_resample(sparse.csr_matrix(X), y)
