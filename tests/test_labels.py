"""Every type of target is encoded and built again; what cannot be classes is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.tree import DecisionTreeClassifier

from counterpoise import ResampledClassifier, ensemble
from counterpoise._table import encode_target
from counterpoise.exceptions import InputError, TargetError
from counterpoise.over_sampling import RandomOverSampler
from counterpoise.pipeline import make_pipeline
from counterpoise.probability import CalibratedClassifier
from counterpoise.under_sampling import RandomUnderSampler

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
    """The classes are sorted, and the output target has the input's type, for every container."""
    target = encode_target(y, 5)

    assert classes == target.classes
    assert [4, 1] == [target.counts[target.codes[0]], target.counts[target.codes[1]]]
    _, y_out = RandomOverSampler(random_state=0).fit_resample(X, y)
    assert 8 == len(y_out)
    assert type(y_out) is (list if isinstance(y, tuple) else type(y))


def test_one_hot_target_stays_one_hot():
    """A one-hot target of two columns is returned with two columns and the same dtype."""
    y = np.eye(2, dtype=np.int8)[[1, 0, 1, 1, 1]]

    _, y_out = RandomOverSampler(random_state=0).fit_resample(X, y)

    assert ((8, 2), np.int8) == (y_out.shape, y_out.dtype)
    np.testing.assert_array_equal([4, 4], y_out.sum(axis=0))


def test_one_hot_rows_need_a_single_one():
    """A one-hot row without a 1, or with two, raises an error with its row number."""
    with pytest.raises(TargetError, match="row 2 has 0"):
        encode_target(np.array([[1, 0], [0, 1], [0, 0]]), 3)
    with pytest.raises(TargetError, match="row 1 has 2"):
        encode_target(pd.DataFrame([[1, 0], [1, 1], [0, 1]]), 3)


class ArrayInterface:
    """Object that can only be converted to an array."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values.astype(dtype or self.values.dtype)


def test_target_that_converts_to_an_array():
    """A target with `__array__` alone is read as the array that it converts to."""
    X, y = [[1.0], [2.0], [3.0]], ArrayInterface([0, 1, 1])

    X_out, y_out = RandomUnderSampler(random_state=0).fit_resample(X, y)

    assert len(X_out) == 2
    np.testing.assert_array_equal(y_out, [0, 1])


def test_objects_holding_integers():
    """Integers in an object array are sorted as numbers."""
    assert (1, 2, 10) == encode_target(np.array([10, 2, 1], object), 3).classes


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "the target y is None"),
        ("fraud", r"got 'fraud'. Pass the column: X, y = table.drop\(columns='fraud'\)"),
        ([0, 0, 0], "needs to have more than 1 class; it has only 0"),
        (["a", "a", "a"], "needs to have more than 1 class; it has only 'a'"),
        ([0.5, 1.0, 2.0], "continuous values such as 0.5"),
        ([1.0, np.nan, 0.0], r"y has 1 missing value .*, in row 1 \(counted from 0\)"),
        (["a", None, None], r"y has 2 missing values .*, the first in row 1"),
        (["a", None, "b"], "y has 1 missing value"),
        (np.array(["a", np.nan, "b"], object), "y has 1 missing value"),
        (np.array(["a", pd.NA, "b"], object), "y has 1 missing value"),
        (pd.Series([1, None, 0], dtype="Int64"), "y has 1 missing value"),
        (pl.Series(["a", None, "b"]), "y has 1 missing value"),
        (pa.array(["a", None, "b"]), "y has 1 missing value"),
        ([1, "a", 2], "of one type, .* it contains number and str"),
        ([True, "a", "b"], "bool and str"),
        (np.array(["2020", "2021", "2022"], "datetime64"), "must contain classes; its dtype is"),
        (np.zeros((3, 2, 2)), "its shape is"),
        (np.array([[1, 2], [3, 4], [5, 6]]), "it is not one-hot"),
        ([[1], [1, 2], [3]], "its rows have different lengths"),
        (5, "with one class per row; got 5"),
        (np.array([0.0, np.inf, 1.0]), "continuous values such as inf"),
        (np.array([object, int, str], object), "type type is not"),
        (np.array([{}, [], {}], object), "must be single values"),
        (np.ma.masked_equal([0, 1, 2], 2), "y has 1 missing value"),
        (np.ones(3, bool), "needs to have more than 1 class; it has only True"),
        (sparse.csr_matrix(np.eye(3)), "must be dense"),
    ],
)
def test_messages(y, message):
    """A target without valid classes raises an error that describes the problem."""
    with pytest.raises(TargetError, match=message):
        encode_target(y, 3)


MISSING = [None, np.nan, pd.NA, pd.NaT]
CLASSIFIERS = [
    *(getattr(ensemble, name)() for name in ensemble.__all__),
    ResampledClassifier(DecisionTreeClassifier(), RandomOverSampler()),
    CalibratedClassifier(DecisionTreeClassifier()),
    make_pipeline(RandomOverSampler(), DecisionTreeClassifier()),
]


@pytest.mark.parametrize("missing", MISSING, ids=repr)
@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda model: type(model).__name__)
def test_classifiers_count_missing_classes(classifier, missing):
    """Every form of a missing value is counted, in arrays, lists, series and data frames."""
    classes = np.array(["a"] * 150 + ["b"] * 50, object)
    classes[10:53] = missing
    samples = np.random.default_rng(0).normal(size=(200, 2))
    for features in (samples, pd.DataFrame(samples, columns=["x", "z"])):
        for y in (classes, list(classes), pd.Series(classes)):
            with pytest.raises(TargetError, match=r"y has 43 missing values .*first in row 10"):
                classifier.fit(features, y)


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
def test_extreme_classes(y, classes):
    """Extreme classes stay distinct and keep their type."""
    n = len(y) if hasattr(y, "__len__") else 2

    assert classes == encode_target(y, n).classes


def test_x_and_y_of_different_lengths():
    """The error has both lengths."""
    with pytest.raises(InputError, match="X has 5, y has 3"):
        encode_target([0, 1, 1], 5)
