"""Tools for developers of samplers, compared with those of imbalanced-learn."""

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
from counterpoise._table import Resampling, as_table, encode_target, rebuild
from counterpoise.base import SamplerMixin, is_sampler
from counterpoise.exceptions import InputError, TargetError
from counterpoise.over_sampling import SMOTE
from counterpoise.utils import (
    all_estimators,
    check_neighbors_object,
    check_sampling_strategy,
    check_target_type,
)

Y = np.repeat([0, 1, 2], [50, 20, 10])


class RaisingAttributes:
    """Object of which every attribute access raises an error."""

    def __getattr__(self, name):
        raise RuntimeError(name)


def test_is_sampler():
    """`is_sampler` is true for samplers of any library, and never raises."""
    theirs = imblearn.over_sampling.SMOTE()

    assert all(issubclass(cls, SamplerMixin) for _, cls in all_estimators())
    assert all(map(is_sampler, (SMOTE(), theirs)))
    assert imblearn.base.is_sampler(SMOTE())
    for other in (LogisticRegression(), None, "sampler", np.arange(3), RaisingAttributes(), object):
        assert is_sampler(other) is False


def test_samplers_in_the_pipeline_of_imbalanced_learn():
    """Our samplers work as steps of imbalanced-learn's Pipeline (see docs/migrating.md)."""
    X = np.random.RandomState(0).randn(80, 3)
    steps = make_pipeline(SMOTE(random_state=0), FunctionSampler(), LogisticRegression())

    X_resampled, y_resampled = SMOTE(random_state=0).fit_resample(X, Y)
    expected = LogisticRegression().fit(X_resampled, y_resampled)

    np.testing.assert_array_equal(expected.coef_, steps.fit(X, Y)[-1].coef_)


@pytest.mark.parametrize("sampler", [SMOTE(k_neighbors=1), FunctionSampler()])
def test_feature_names_out(sampler):
    """The output has the features of the input, as in imbalanced-learn."""
    X = pd.DataFrame(np.random.RandomState(0).randn(80, 2), columns=["age", "income"])

    assert sampler.fit(X, Y).get_feature_names_out().tolist() == ["age", "income"]
    assert sampler.fit(X.to_numpy(), Y).get_feature_names_out().tolist() == ["x0", "x1"]


@pytest.mark.parametrize("sampling_type", ["over-sampling", "under-sampling", "clean-sampling"])
@pytest.mark.parametrize(
    "strategy",
    ["auto", "all", "not majority", "not minority", "majority", "minority", {0: 50, 1: 20}, [1, 2]],
    ids=repr,
)
def test_same_strategies_as_imbalanced_learn(sampling_type, strategy):
    """Each strategy gives the result of imbalanced-learn, or both raise an error."""
    try:
        theirs = imblearn.utils.check_sampling_strategy(strategy, Y, sampling_type)
    except ValueError:
        with pytest.raises(InputError):
            check_sampling_strategy(strategy, Y, sampling_type)
    else:
        ours = check_sampling_strategy(strategy, Y, sampling_type)
        assert type(ours) is type(theirs)
        assert list(ours.items()) == list(theirs.items())


def test_callable_strategies_and_ratios():
    """A callable gets y and the keyword arguments; a ratio works for two classes or more."""

    def strategy(y, *, n):
        return {1: n, 2: len(y)}

    ours, theirs = (
        check(strategy, Y, "over-sampling", n=30)
        for check in (check_sampling_strategy, imblearn.utils.check_sampling_strategy)
    )

    assert ours == theirs == {1: 10, 2: 70}
    assert check_sampling_strategy(0.5, Y, "over-sampling") == {1: 5, 2: 15}
    assert check_sampling_strategy("auto", list("aab"), "under-sampling") == {"a": 1}
    assert check_sampling_strategy("any", Y, "bypass") == "any"


def test_strategy_errors():
    """An unknown sampling type and a target with a single class raise an error."""
    with pytest.raises(InputError, match="'sampling_type' should be one of 'over-.* 'up'"):
        check_sampling_strategy("auto", Y, "up")
    with pytest.raises(TargetError, match="needs to have more than 1 class"):
        check_sampling_strategy("auto", [1, 1], "bypass")


def test_neighbors_object():
    """A number gives an estimator, an estimator is cloned, anything else raises an error."""
    estimator = NearestNeighbors(n_neighbors=3, metric="manhattan").fit([[0.0]] * 4)

    assert check_neighbors_object("k", np.int64(4), 1).n_neighbors == 5
    cloned = check_neighbors_object("k", estimator)
    assert cloned is not estimator
    assert cloned.metric == "manhattan"
    assert not hasattr(cloned, "n_samples_fit_")
    for invalid in (0, True, 2.5, "five", NearestNeighbors):
        with pytest.raises(InputError, match="k_neighbors must be a number of neighbors, 1 or"):
            check_neighbors_object("k_neighbors", invalid)


@pytest.mark.parametrize(
    "y",
    [Y, Y[:, None], np.eye(3, dtype=int)[Y], Y.tolist(), pd.Series(Y), np.array(list("ab"))],
    ids=["flat", "column", "one-hot", "list", "series", "strings"],
)
def test_same_target_as_imbalanced_learn(y):
    """Every shape of target gives the result of imbalanced-learn."""
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
        ([[1, 1], [0, 1]], "has 2"),
        ([[0, 0], [0, 1]], "has 0"),
        ([1.0, np.nan], "y has 1 missing value"),
    ],
)
def test_target_errors(y, message):
    """Invalid targets raise an error."""
    with pytest.raises(TargetError, match=message):
        check_target_type(y)


@pytest.mark.parametrize("rows", [range(9, -1, -1), np.arange(10)[::-1], np.arange(20)[::2] // 2])
def test_resampling_accepts_any_row_numbers(rows):
    """A Resampling accepts ranges and arrays that are not contiguous."""
    X = np.arange(20.0).reshape(10, 2)
    table = as_table(X)
    target = encode_target([0, 1] * 5, 10)

    out, _ = rebuild(table, target, Resampling(kept=rows))

    np.testing.assert_array_equal(X[list(rows)], out)


def test_resampling_rejects_masks():
    """A boolean mask raises an error; read as row numbers it would repeat rows 0 and 1."""
    with pytest.raises(InputError, match="numpy.flatnonzero"):
        Resampling(kept=np.array([True, False, True]))
