"""Tools for those who write samplers, beside imbalanced-learn's."""

from __future__ import annotations

import imblearn.base
import imblearn.over_sampling
import imblearn.utils
import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors

from counterpoise import FunctionSampler
from counterpoise.base import SamplerMixin, is_sampler
from counterpoise.exceptions import InputError, LabelError
from counterpoise.over_sampling import SMOTE
from counterpoise.table import Resampling, open_labels, open_table, rebuild
from counterpoise.utils import (
    all_estimators,
    check_neighbors_object,
    check_sampling_strategy,
    check_target_type,
)

Y = np.repeat([0, 1, 2], [50, 20, 10])


class Angry:
    """It answers nothing."""

    def __getattr__(self, name):
        raise RuntimeError(name)


def test_samplers_are_told_apart():
    """Samplers of any library, and nothing else; nothing raises."""
    theirs = imblearn.over_sampling.SMOTE()

    assert all(issubclass(cls, SamplerMixin) for _, cls in all_estimators())
    assert all(map(is_sampler, (SMOTE(), theirs)))
    assert imblearn.base.is_sampler(SMOTE())
    for other in (LogisticRegression(), None, "sampler", np.arange(3), Angry(), object):
        assert is_sampler(other) is False


def test_the_peers_pipeline_takes_our_samplers():
    """Our samplers are steps of imbalanced-learn's Pipeline, as docs/migrating.md says."""
    X = np.random.RandomState(0).randn(80, 3)
    steps = make_pipeline(SMOTE(random_state=0), FunctionSampler(), LogisticRegression())

    X_even, y_even = SMOTE(random_state=0).fit_resample(X, Y)
    alone = LogisticRegression().fit(X_even, y_even)

    np.testing.assert_array_equal(alone.coef_, steps.fit(X, Y)[-1].coef_)


@pytest.mark.parametrize("kind", ["over-sampling", "under-sampling", "clean-sampling"])
@pytest.mark.parametrize(
    "strategy",
    ["auto", "all", "not majority", "not minority", "majority", "minority", {0: 50, 1: 20}, [1, 2]],
    ids=repr,
)
def test_strategy_as_the_peer_has_it(kind, strategy):
    """Each form gives what imbalanced-learn gives, or is refused by both."""
    try:
        theirs = imblearn.utils.check_sampling_strategy(strategy, Y, kind)
    except ValueError:
        with pytest.raises(InputError):
            check_sampling_strategy(strategy, Y, kind)
    else:
        ours = check_sampling_strategy(strategy, Y, kind)
        assert type(ours) is type(theirs)
        assert list(ours.items()) == list(theirs.items())


def test_strategy_functions_and_ratios():
    """A function is given y and the further arguments; a ratio speaks of two classes or more."""

    def rows(y, *, n):
        return {1: n, 2: len(y)}

    ours, theirs = (
        check(rows, Y, "over-sampling", n=30)
        for check in (check_sampling_strategy, imblearn.utils.check_sampling_strategy)
    )

    assert ours == theirs == {1: 10, 2: 70}
    assert check_sampling_strategy(0.5, Y, "over-sampling") == {1: 5, 2: 15}
    assert check_sampling_strategy("auto", list("aab"), "under-sampling") == {"a": 1}
    assert check_sampling_strategy("any", Y, "bypass") == "any"


def test_strategy_errors():
    """A kind that is none, and a single class."""
    with pytest.raises(InputError, match="sampling_type must be one of 'over-sampling', .* 'up'"):
        check_sampling_strategy("auto", Y, "up")
    with pytest.raises(LabelError, match="two classes or more"):
        check_sampling_strategy("auto", [1, 1], "bypass")


def test_neighbors_object():
    """A number becomes a search, a search is cloned, anything else is refused by name."""
    search = NearestNeighbors(n_neighbors=3, metric="manhattan").fit([[0.0]] * 4)

    assert check_neighbors_object("k", np.int64(4), 1).n_neighbors == 5
    cloned = check_neighbors_object("k", search)
    assert cloned is not search
    assert cloned.metric == "manhattan"
    assert not hasattr(cloned, "n_samples_fit_")
    for wrong in (0, True, 2.5, "five", NearestNeighbors):
        with pytest.raises(InputError, match="k_neighbors must be a number of neighbours, 1 or"):
            check_neighbors_object("k_neighbors", wrong)


@pytest.mark.parametrize(
    "y",
    [Y, Y[:, None], np.eye(3, dtype=int)[Y], Y.tolist(), pd.Series(Y), np.array(list("ab"))],
    ids=["flat", "column", "one-hot", "list", "series", "strings"],
)
def test_target_as_the_peer_has_it(y):
    """Every shape gives what imbalanced-learn gives."""
    source = np.asarray(y) if isinstance(y, list) else y

    (ours, is_one_hot), (theirs, was_one_hot) = (
        check_target_type(y, indicate_one_vs_all=True),
        imblearn.utils.check_target_type(np.squeeze(source), indicate_one_vs_all=True),
    )

    np.testing.assert_array_equal(theirs, ours)
    assert is_one_hot == was_one_hot
    np.testing.assert_array_equal(ours, check_target_type(y))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0.5, 1.0], "continuous"),
        ([[1, 1], [0, 1]], "marks 2"),
        ([[0, 0], [0, 1]], "marks 0"),
        ([1.0, np.nan], "1 of y are missing"),
    ],
)
def test_target_errors(y, message):
    """What is no target for samplers is refused."""
    with pytest.raises(LabelError, match=message):
        check_target_type(y)


@pytest.mark.parametrize("rows", [range(9, -1, -1), np.arange(10)[::-1], np.arange(20)[::2] // 2])
def test_a_decision_takes_row_numbers_as_they_are(rows):
    """Whoever writes a sampler need not know how native code wants its arrays."""
    X = np.arange(20.0).reshape(10, 2)
    table = open_table(X)
    labels = open_labels([0, 1] * 5, 10)

    out, _ = rebuild(table, labels, Resampling(kept=rows))

    np.testing.assert_array_equal(X[list(rows)], out)


def test_a_decision_takes_no_mask():
    """A mask in the place of row numbers would keep rows 0 and 1, again and again."""
    with pytest.raises(InputError, match="numpy.flatnonzero"):
        Resampling(kept=np.array([True, False, True]))
