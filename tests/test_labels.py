"""Labels of every kind are opened and rebuilt; what is no label is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse

from counterpoise.exceptions import InputError, LabelError
from counterpoise.over_sampling import RandomOverSampler
from counterpoise.table import open_labels

X = np.arange(10.0).reshape(5, 2)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        ([1, 0, 1, 1, 1], (0, 1)),
        ((1, 0, 1, 1, 1), (0, 1)),
        ([-5, 10**12, -5, -5, -5], (-5, 10**12)),
        (["b", "a", "b", "b", "b"], ("a", "b")),
        (np.array(["b", "a", "b", "b", "b"]), ("a", "b")),
        (np.array([True, False, True, True, True]), (False, True)),
        (np.array([1.0, 0.0, 1, 1, 1]), (0.0, 1.0)),
        (np.array([1, 0, 1, 1, 1], np.uint8), (0, 1)),
        (np.array([1, 0, 1, 1, 1], object), (0, 1)),
        (np.array([[1], [0], [1], [1], [1]]), (0, 1)),
        (pd.Series(["b", "a", "b", "b", "b"], dtype="category"), ("a", "b")),
        (pd.Series([1, 0, 1, 1, 1], dtype="Int64"), (0, 1)),
        (pd.DataFrame({"y": [1, 0, 1, 1, 1]}), (0, 1)),
        (pl.Series(["b", "a", "b", "b", "b"], dtype=pl.Enum(["b", "a"])), ("a", "b")),
        (pl.DataFrame({"y": [True, False, True, True, True]}), (False, True)),
        (pa.array(["b", "a", "b", "b", "b"]), ("a", "b")),
        (pa.chunked_array([[1, 0], [1, 1, 1]]), (0, 1)),
    ],
)
def test_classes_are_sorted(y, classes):
    """Whatever holds the labels, its classes are found and sorted, and its type comes back."""
    labels = open_labels(y, 5)

    assert classes == labels.classes
    assert [4, 1] == [labels.counts[labels.codes[0]], labels.counts[labels.codes[1]]]
    _, y_out = RandomOverSampler(random_state=0).fit_resample(X, y)
    assert 8 == len(y_out)
    assert type(y_out) is (list if isinstance(y, tuple) else type(y))


def test_one_hot_comes_back():
    """A one-hot target of two columns comes back with two columns, of its type."""
    y = np.eye(2, dtype=np.int8)[[1, 0, 1, 1, 1]]

    _, y_out = RandomOverSampler(random_state=0).fit_resample(X, y)

    assert ((8, 2), np.int8) == (y_out.shape, y_out.dtype)
    np.testing.assert_array_equal([4, 4], y_out.sum(axis=0))


def test_one_hot_must_mark_one():
    """A one-hot row with no mark, or with two, is refused by its number."""
    with pytest.raises(LabelError, match="row 2 marks 0"):
        open_labels(np.array([[1, 0], [0, 1], [0, 0]]), 3)
    with pytest.raises(LabelError, match="row 1 marks 2"):
        open_labels(pd.DataFrame([[1, 0], [1, 1], [0, 1]]), 3)


def test_objects_holding_integers():
    """Integers in an object array are integers."""
    assert (1, 2, 10) == open_labels(np.array([10, 2, 1], object), 3).classes


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "the target y is None"),
        ([0, 0, 0], "two classes or more; every label of y is 0"),
        (["a", "a", "a"], "every label of y is 'a'"),
        ([0.5, 1.0, 2.0], "continuous values such as 0.5"),
        ([1.0, np.nan, 0.0], "1 of y are missing"),
        (["a", None, "b"], "1 of y are missing"),
        (np.array(["a", np.nan, "b"], object), "1 of y are missing"),
        (np.array(["a", pd.NA, "b"], object), "1 of y are missing"),
        (pd.Series([1, None, 0], dtype="Int64"), "1 of y are missing"),
        (pl.Series(["a", None, "b"]), "1 of y are missing"),
        (pa.array(["a", None, "b"]), "1 of y are missing"),
        ([1, "a", 2], "of one type to be sorted; y holds number and str"),
        ([True, "a", "b"], "bool and str"),
        (np.array(["2020", "2021", "2022"], "datetime64"), "must hold classes; its type is"),
        (np.zeros((3, 2, 2)), "its shape is"),
        (np.array([[1, 2], [3, 4], [5, 6]]), "it is not one-hot"),
        ([[1], [1, 2], [3]], "its rows differ in length"),
        (5, "a label for each row; got 5"),
        (np.array([0.0, np.inf, 1.0]), "continuous values such as inf"),
        (np.array([object, int, str], object), "type has none"),
        (np.array([{}, [], {}], object), "must be one value"),
        (np.ma.masked_equal([0, 1, 2], 2), "1 of y are missing"),
        (np.ones(3, bool), "every label of y is True"),
        (sparse.csr_matrix(np.eye(3)), "must be dense"),
    ],
)
def test_messages(y, message):
    """What cannot be a class is refused, with what came and what to do."""
    with pytest.raises(LabelError, match=message):
        open_labels(y, 3)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (np.repeat(np.int8([-100, 100]), 300), (-100, 100)),
        (np.uint64([2**64 - 1, 2**64 - 2]), (2**64 - 2, 2**64 - 1)),
        (np.array([0, 2**60 + 1, 2**60], object), (0, 2**60, 2**60 + 1)),
        (np.array([0, 2**70], object), (0, 2**70)),
        (np.array([np.str_("b"), "a"], object), ("a", "b")),
        ((label for label in "ba"), ("a", "b")),
    ],
    ids=["int8", "uint64", "beyond float64", "beyond int64", "numpy strings", "generator"],
)
def test_labels_at_the_ends_of_their_types(y, classes):
    """Extreme labels are told apart, in the type they have."""
    n = len(y) if hasattr(y, "__len__") else 2

    assert classes == open_labels(y, n).classes


def test_lengths_must_agree():
    """A target of another length is refused with both lengths."""
    with pytest.raises(InputError, match="X has 5, y has 3"):
        open_labels([0, 1, 1], 5)
