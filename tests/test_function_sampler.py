"""A sampler made of a function: in every container, and every mistake named."""

from __future__ import annotations

import imblearn
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from counterpoise import FunctionSampler
from counterpoise.base import is_sampler
from counterpoise.exceptions import ColumnKindError, InputError
from tests.containers import CONTAINERS, as_array, as_labels, signature
from tests.promises import numbers


def thirds(X, y):
    """Keep every third row."""
    return X[::3], y[::3]


@pytest.mark.parametrize("container", CONTAINERS, ids=repr)
def test_every_container(container):
    """What the function returns leaves in the container, names and types that came."""
    values, labels = numbers(0)
    X, y = container.table(values), container.labels(labels)
    sampler = FunctionSampler(func=thirds)

    X_out, y_out = sampler.fit_resample(X, y)

    np.testing.assert_array_equal(as_array(X)[::3], as_array(X_out))
    np.testing.assert_array_equal(as_labels(y)[::3], as_labels(y_out))
    assert (signature(X), signature(y)) == (signature(X_out), signature(y_out))
    origin = sampler.provenance_
    assert origin.is_new.all()
    for parent in (origin.row, origin.base, origin.partner):
        assert (parent == -1).all()


def test_without_a_function_nothing_changes():
    """The identity keeps every row, and says which."""
    values, labels = numbers(0)
    frame = pd.DataFrame(values, index=np.arange(40) + 100)

    sampler = FunctionSampler()
    X_out, _ = sampler.fit_resample(frame, pd.Series(labels, index=frame.index))

    pd.testing.assert_frame_equal(frame, X_out)
    np.testing.assert_array_equal(np.arange(40), sampler.provenance_.row)


def test_arguments_and_the_peer():
    """Further arguments reach the function, and arrays leave as the peer has it."""
    values, labels = numbers(0)

    def scale(X, y, by):
        return X * by, y

    params = {"func": scale, "kw_args": {"by": 3}}
    ours, theirs = (
        package(**params).fit_resample(values, labels)
        for package in (FunctionSampler, imblearn.FunctionSampler)
    )

    np.testing.assert_array_equal(theirs[0], ours[0])
    np.testing.assert_array_equal(theirs[1], ours[1])


def test_without_validation_the_function_sees_all():
    """Whatever goes in comes to the function as it is, and its answer is returned."""
    seen = []

    def look(X, y):
        seen.append((X, y))
        return "anything", None

    assert FunctionSampler(func=look, validate=False).fit_resample({"a": 1}, "b") == (
        "anything",
        None,
    )
    assert seen == [({"a": 1}, "b")]


@pytest.mark.parametrize(
    ("func", "message"),
    [
        (lambda X, y: X, "must return X and y; it returned ndarray"),
        (lambda X, y: (X[:, :1], y), "rows of 3 columns.*shape \\(40, 1\\)"),
        (lambda X, y: (X, y[:7]), "40 rows and 7 labels"),
        (lambda X, y: (X, y + 50), "the label 5[0-2], which is no class"),
    ],
)
def test_answers_that_are_no_table(func, message):
    """Each mistake of a function is named, with what came."""
    with pytest.raises(InputError, match=message):
        FunctionSampler(func=func).fit_resample(*numbers(0))


def test_what_it_does_not_take():
    """Sparse matrices if it does not accept them, and strings while it validates."""
    values, labels = numbers(0)

    with pytest.raises(InputError, match="takes no sparse X"):
        FunctionSampler(func=thirds, accept_sparse=False).fit_resample(
            sparse.csr_matrix(values), labels
        )
    with pytest.raises(ColumnKindError, match="'c' is nominal. Set validate=False"):
        FunctionSampler(func=thirds).fit_resample(pd.DataFrame({"c": list("ab") * 20}), labels)


def test_it_is_a_sampler():
    """So are the peer's; nothing else is, and nothing makes the question fail."""
    assert is_sampler(FunctionSampler())
    assert is_sampler(imblearn.FunctionSampler())
    for other in (FunctionSampler, object(), None, 3, np.array([1])):
        assert not is_sampler(other)
