"""Every form of sampling_strategy, and every error message."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest

from counterpoise._strategy import check_class_sizes, resolve_strategy
from counterpoise._table import encode_target
from counterpoise.exceptions import InputError, TooFewSamplesError

Y = np.repeat(["a", "b", "c"], [100, 28, 10])


def amounts(strategy, family="over-sampling", y=Y):
    """Return the amount that a strategy resolves to for each class."""
    target = encode_target(y, len(y))
    return {t.label: t.amount for t in resolve_strategy(strategy, target, family)}


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
    """Each form gives the number of samples to generate for each class."""
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
    """Each form gives the number of samples to keep of each class."""
    assert expected == amounts(strategy, "under-sampling")


@pytest.mark.parametrize("strategy", [["a", "b"], lambda _: ["a", "b"], "not minority", "auto"])
def test_cleaning(strategy):
    """Cleaning methods accept strings and lists of classes."""
    assert ["a", "b"] == list(amounts(strategy, "clean-sampling"))


def test_ratio_is_rounded():
    """28 samples to 100 and a ratio of 0.29 give one synthetic sample, not an error."""
    assert {1: 1} == amounts(0.29, y=np.repeat([0, 1], [100, 28]))


def test_ratio_of_several_classes():
    """A ratio of the largest class is reached by each class, and no sample is removed."""
    assert {"b": 2, "c": 20} == amounts(0.3)


def test_equally_large_classes():
    """The first of equally large classes is the majority class."""
    assert {1: 0, 2: 5} == amounts("auto", y=np.repeat([0, 1, 2], [10, 10, 5]))


def test_the_smallest_class_is_named():
    """The error names the class that limits the number of neighbors, not the first small one."""
    target = encode_target(Y, len(Y))
    quotas = resolve_strategy("auto", target, "over-sampling")
    with pytest.raises(TooFewSamplesError, match="class 'c' has 10. Set k_neighbors to 9") as found:
        check_class_sizes("SMOTE", "k_neighbors", 30, quotas)
    assert (found.value.label, found.value.max_neighbors) == ("c", 9)
    check_class_sizes("SMOTE", "k_neighbors", 9, quotas)


@pytest.mark.parametrize(
    ("strategy", "family", "message"),
    [
        ("most", "over-sampling", "is a string, it needs to be one of 'auto', .* got 'most'"),
        ("most", "over-sampling", "'auto', 'minority', 'not majority', 'not minority' or 'all'"),
        ("most", "under-sampling", "'auto', 'majority', 'not majority', 'not minority' or 'all'"),
        ("majority", "over-sampling", "Use 'auto' or 'not majority'"),
        ("minority", "under-sampling", "Use 'auto' or 'not minority'"),
        (1.5, "over-sampling", "a float, it should be in the range .0, 1.; got 1.5"),
        (
            0.05,
            "over-sampling",
            "remove samples from the minority class .* 5 samples .* more already. .* 10:100",
        ),
        (1e-9, "under-sampling", "generate samples in the majority .* each has fewer already"),
        (0.5, "clean-sampling", "determines the number of samples itself"),
        ({"a": 5}, "clean-sampling", "a dict for cleaning methods is not supported"),
        (["a"], "over-sampling", "cannot be a list for samplers that are not cleaning methods"),
        (
            {"d": 5},
            "over-sampling",
            "not present in the data: 'd'. The classes of y are 'a', 'b', 'c'",
        ),
        (
            {"c": 5},
            "over-sampling",
            "5 .* 'c'. .* should be greater or equal to .* give 10 or more",
        ),
        (
            {"c": 50},
            "under-sampling",
            "50 .* 'c'. .* should be less or equal to .* give 10 or fewer",
        ),
        (
            {"c": 10.5},
            "over-sampling",
            "in a class cannot be negative: .* whole number .* gives 10.5",
        ),
        ({"c": -1}, "under-sampling", "in a class cannot be negative"),
        (None, "over-sampling", "must be a str, a float, a dict"),
        (True, "over-sampling", "must be a str, a float, a dict"),
    ],
)
def test_messages(strategy, family, message):
    """An invalid strategy raises an error with the user's names and numbers."""
    with pytest.raises(InputError, match=message):
        amounts(strategy, family)
