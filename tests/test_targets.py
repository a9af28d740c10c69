"""Every form of sampling_strategy, and every message it can give."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest

from counterpoise.exceptions import InputError
from counterpoise.table import open_labels
from counterpoise.targets import resolve_targets

Y = np.repeat(["a", "b", "c"], [100, 28, 10])


def amounts(strategy, family="over-sampling", y=Y):
    """Return what a strategy asks of each class."""
    labels = open_labels(y, len(y))
    return {t.label: t.amount for t in resolve_targets(strategy, labels, family)}


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("auto", {"b": 72, "c": 90}),
        ("not majority", {"b": 72, "c": 90}),
        ("minority", {"c": 90}),
        ("all", {"a": 0, "b": 72, "c": 90}),
        ("not minority", {"a": 0, "b": 72}),
        (0.5, {"b": 22, "c": 40}),
        (0.2, {"b": 0, "c": 10}),
        ({"c": 50}, {"c": 40}),
        (OrderedDict(c=50, b=28), {"b": 0, "c": 40}),
        (lambda y: {"c": 2 * int((np.asarray(y) == "c").sum())}, {"c": 10}),
    ],
)
def test_over_sampling(strategy, expected):
    """Each form says how many rows to make of each class."""
    assert expected == amounts(strategy)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("auto", {"a": 10, "b": 10}),
        ("not minority", {"a": 10, "b": 10}),
        ("majority", {"a": 10}),
        ("all", {"a": 10, "b": 10, "c": 10}),
        ("not majority", {"b": 10, "c": 10}),
        (0.5, {"a": 20, "b": 20}),
        (0.3, {"a": 33, "b": 28}),
        ({"a": 12}, {"a": 12}),
    ],
)
def test_under_sampling(strategy, expected):
    """Each form says how many rows to keep of each class."""
    assert expected == amounts(strategy, "under-sampling")


@pytest.mark.parametrize("strategy", [["a", "b"], lambda _: ["a", "b"], "not minority", "auto"])
def test_cleaning(strategy):
    """Cleaning takes words and lists of classes."""
    assert ["a", "b"] == list(amounts(strategy, "clean-sampling"))


def test_ratio_is_rounded():
    """28 rows of 100 and a ratio of 0.29 make one more row, not an error."""
    assert {1: 1} == amounts(0.29, y=np.repeat([0, 1], [100, 28]))


def test_ratio_of_several_classes():
    """A ratio brings each class to its share of the largest, and takes none away."""
    assert {"b": 2, "c": 20} == amounts(0.3)


def test_ties_choose_the_first():
    """Of equally large classes the first is the majority."""
    assert {1: 0, 2: 5} == amounts("auto", y=np.repeat([0, 1, 2], [10, 10, 5]))


@pytest.mark.parametrize(
    ("strategy", "family", "message"),
    [
        ("most", "over-sampling", "must be one of 'auto', .* got 'most'"),
        ("majority", "over-sampling", "Use 'auto' or 'not majority'"),
        ("minority", "under-sampling", "Use 'auto' or 'not minority'"),
        (1.5, "over-sampling", r"must be in \(0, 1\]; got 1.5"),
        (0.05, "over-sampling", "to 5 rows, but each has more already: .* 10:100"),
        (1e-9, "under-sampling", "but each has fewer already"),
        (0.5, "clean-sampling", "finds its own number of rows"),
        ({"a": 5}, "clean-sampling", "finds its own number of rows"),
        (["a"], "over-sampling", "suits cleaning methods only"),
        ({"d": 5}, "over-sampling", "names the class 'd', .* The classes are 'a', 'b', 'c'"),
        ({"c": 5}, "over-sampling", "5 rows of class 'c', which has 10; .* Ask for 10 or more"),
        ({"c": 50}, "under-sampling", "50 rows of class 'c', which has 10; .* Ask for 10 or fewer"),
        ({"c": 10.5}, "over-sampling", "whole number of rows, .* class 'c' it gives 10.5"),
        ({"c": -1}, "under-sampling", "whole number of rows, 0 or more"),
        (None, "over-sampling", "must be a word, a ratio, a mapping"),
        (True, "over-sampling", "must be a word, a ratio, a mapping"),
    ],
)
def test_messages(strategy, family, message):
    """A strategy that cannot be met is refused in the user's words and numbers."""
    with pytest.raises(InputError, match=message):
        amounts(strategy, family)
