"""Decision stumps on sorted samples, compared with scikit-learn's trees and AdaBoost."""

from __future__ import annotations

import pickle
from itertools import pairwise

import imblearn.ensemble
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier, export_text

import counterpoise.ensemble as ours
from counterpoise.ensemble import _stumps
from counterpoise.ensemble._stumps import SortedSamples, fit_base_estimator, is_stump
from counterpoise.ensemble._tree_predictions import convert_for_trees

STUMP = DecisionTreeClassifier(max_depth=1)


def fit_stump(X, y, weights, rows=None, threads=1):
    """Fit a stump on samples that are sorted first."""
    rows = np.arange(len(y)) if rows is None else rows
    stump = DecisionTreeClassifier(max_depth=1)
    SortedSamples(convert_for_trees(X), rows, y[rows], threads=threads).fit(stump, weights[rows])
    return stump


def gini_decreases(X, y, weights):
    """Return the decrease of the weighted impurity by every split of every feature, sorted."""

    def impurity(samples):
        by_class = np.array([weights[samples & (y == c)].sum() for c in np.unique(y)])
        total = by_class.sum()
        return total - (by_class**2).sum() / total

    everything = np.ones(len(y), bool)
    decreases = []
    for column in np.asarray(X, np.float32).T:
        values = np.unique(column)
        for lower, upper in pairwise(values):
            if upper > lower + np.float32(1e-7):
                left = column <= lower
                parts = impurity(left) + impurity(~left)
                decreases.append(impurity(everything) - parts)
    return np.sort(decreases)


def assert_same_tree(expected, actual):
    """Check all that a tree stores; scikit-learn's differences of sums have rounding errors."""
    one, other = expected.tree_.__getstate__(), actual.tree_.__getstate__()
    assert one["max_depth"] == other["max_depth"]
    assert one["node_count"] == other["node_count"]
    for name in ("left_child", "right_child", "feature", "threshold", "n_node_samples"):
        np.testing.assert_array_equal(one["nodes"][name], other["nodes"][name])
    for name in ("impurity", "weighted_n_node_samples"):
        np.testing.assert_allclose(one["nodes"][name], other["nodes"][name], atol=1e-9)
    np.testing.assert_allclose(one["values"], other["values"], atol=1e-9)
    if one["node_count"] > 1:
        side = "missing_go_to_left"
        assert one["nodes"][side][0] == other["nodes"][side][0]


@st.composite
def samples(draw):
    """Draw few samples whose features are continuous, coarse, constant, huge or nearly equal."""
    n, n_classes = draw(st.integers(2, 40)), draw(st.integers(1, 4))
    rng = np.random.RandomState(draw(st.integers(0, 2**31)))
    features = {
        "continuous": lambda: rng.randn(n),
        "category": lambda: (rng.rand(n) < 0.2).astype(float),
        "coarse": lambda: rng.randint(-2, 3, n) * -0.1,
        "constant": lambda: np.full(n, rng.randn()),
        "huge": lambda: rng.uniform(-3e38, 3e38, n),
        "tiny": lambda: rng.randint(-3, 4, n) * 6e-8,
        "near": lambda: 1 + rng.randint(0, 4, n) * 4e-8,  # some are equal in float32
    }
    names = draw(st.lists(st.sampled_from(sorted(features)), min_size=1, max_size=4))
    X = np.column_stack([features[name]() for name in names])
    # Boosting gives weights of very different sizes.
    weights = 10 ** rng.uniform(-draw(st.integers(0, 6)), 0, n)
    return X, rng.randint(0, n_classes, n), weights


@settings(max_examples=250, deadline=None)
@given(samples())
def test_no_split_is_better(data):
    """Scikit-learn's tree is found where no two splits are equally good, else an equal one."""
    X, y, weights = data
    with np.errstate(all="ignore"):  # scikit-learn adds huge values up
        expected = DecisionTreeClassifier(max_depth=1).fit(X, y, weights)

    actual = fit_stump(X, y, weights)

    decreases = gini_decreases(X, y, weights)
    scale = 1e-9 * weights.sum()
    if len(decreases) < 2 or decreases[-1] > decreases[-2] + scale:
        assert_same_tree(expected, actual)
    else:
        nodes = actual.tree_
        parts = (nodes.impurity * nodes.weighted_n_node_samples)[1:].sum()
        decrease = nodes.impurity[0] * nodes.weighted_n_node_samples[0] - parts
        assert nodes.node_count == expected.tree_.node_count
        assert nodes.node_count == 1 or decrease > decreases[-1] - scale


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_many_samples(n_classes, seed):
    """Samples may be repeated or left out; the result does not depend on threads."""
    X, y = make_classification(
        3000, 12, n_informative=8, n_classes=n_classes, n_clusters_per_class=1, random_state=seed
    )
    X[:, 3] = X[:, 3] > 1
    rng = np.random.RandomState(seed)
    weights, rows = rng.rand(3000), rng.randint(0, 3000, 2000)
    labels = np.array(list("abcdefg"))[y]
    expected = DecisionTreeClassifier(max_depth=1).fit(X[rows], labels[rows], weights[rows])

    stumps = [fit_stump(X, labels, weights, rows, threads) for threads in (1, 3, 20)]

    for stump in stumps:
        assert_same_tree(expected, stump)
        assert vars(stump).keys() == vars(expected).keys()
        np.testing.assert_array_equal(expected.predict(X), stump.predict(X))
        np.testing.assert_array_equal(stumps[0].tree_.value, stump.tree_.value)


def test_a_stump_is_a_whole_tree(seed):
    """A stump has all attributes of a fitted tree, and its tools work on it."""
    X, y = make_classification(300, random_state=seed)
    weights = np.ones(300)
    expected = DecisionTreeClassifier(max_depth=1).fit(X, y, weights)

    stump = fit_stump(X, y, weights)

    for name, value in vars(expected).items():
        if name != "tree_":
            np.testing.assert_array_equal(value, getattr(stump, name))
            assert type(value) is type(getattr(stump, name))
    missing = np.where(np.random.RandomState(seed).rand(*X.shape) < 0.5, np.nan, X)
    for one in (stump, pickle.loads(pickle.dumps(stump))):
        assert export_text(expected) == export_text(one)
        np.testing.assert_allclose(expected.predict_proba(missing), one.predict_proba(missing))
        np.testing.assert_array_equal(expected.feature_importances_, one.feature_importances_)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "params", [{}, {"n_estimators": 9, "learning_rate": 0.3}, {"estimator": STUMP}]
)
def test_adaboost_equals_scikit_learn(params, n_classes, seed):
    """Boosting gives the same model, bit for bit, if no two splits are equally good."""
    X, y = make_classification(
        1000, n_informative=6, n_classes=n_classes, flip_y=0.1, random_state=seed
    )
    expected = AdaBoostClassifier(random_state=seed, **params).fit(X, y)
    actual = AdaBoostClassifier(random_state=seed, **params)

    fit_base_estimator(actual, X, y)

    assert vars(expected).keys() == vars(actual).keys()
    assert expected.get_params() == actual.get_params()
    assert repr(expected.estimator_) == repr(actual.estimator_)
    for one, other in zip(expected.estimators_, actual.estimators_, strict=True):
        assert repr(one) == repr(other)  # with the same random state
        assert_same_tree(one, other)
    for name in ("estimator_weights_", "estimator_errors_", "classes_", "n_classes_"):
        np.testing.assert_array_equal(getattr(expected, name), getattr(actual, name))
    np.testing.assert_array_equal(expected.decision_function(X), actual.decision_function(X))
    for one, other in zip(expected.staged_predict(X), actual.staged_predict(X), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(expected.feature_importances_, actual.feature_importances_)


def test_end_of_boosting():
    """Boosting ends with a perfect stump; a first stump that is as bad as guessing is an error."""
    X = np.arange(8.0)[:, None]
    perfect, guessing = AdaBoostClassifier(), AdaBoostClassifier()

    fit_base_estimator(perfect, X, np.repeat([0, 1], 4))

    assert len(perfect.estimators_) == 1
    with pytest.raises(ValueError, match="worse than random"):
        fit_base_estimator(guessing, np.zeros((8, 1)), np.repeat([0, 1], 4))
    assert guessing.estimator is None


@pytest.mark.parametrize(
    "estimator",
    [
        DecisionTreeClassifier(max_depth=2),
        DecisionTreeClassifier(max_depth=1, max_features=3),
        DecisionTreeClassifier(max_depth=1, min_samples_leaf=1.0),
        DecisionTreeClassifier(max_depth=1, criterion="entropy"),
        DecisionTreeClassifier(max_depth=1, class_weight={0: 2, 1: 1}),
        DecisionTreeClassifier(max_depth=1, monotonic_cst=np.array([1, 0, 0])),
        type("Subclass", (DecisionTreeClassifier,), {})(max_depth=1),
    ],
)
def test_other_trees_are_not_stumps(estimator):
    """Only the default base estimator of AdaBoost is a stump, with any random state."""
    assert not is_stump(estimator)
    assert is_stump(DecisionTreeClassifier(max_depth=1, random_state=3))


def test_other_models_are_fitted_by_scikit_learn(monkeypatch, seed):
    """Their own `fit` is called, and the error messages are those of scikit-learn."""
    X, y = make_classification(200, random_state=seed)
    params = {"n_estimators": 5, "random_state": seed}
    expected = AdaBoostClassifier(**params).fit(X, y).decision_function(X)
    monkeypatch.setattr(_stumps, "SortedSamples", None)
    subclass = type("Subclass", (AdaBoostClassifier,), {})

    for model, table in [
        (subclass(**params), X),
        (AdaBoostClassifier(**params), sparse.csr_array(X)),
        (AdaBoostClassifier(**params), X.astype(object)),
    ]:
        fit_base_estimator(model, table, y)
        np.testing.assert_array_equal(expected, model.decision_function(X))
    for value, message in [(np.nan, "NaN"), (np.inf, "infinity"), (1e300, "too large for dtype")]:
        X[3, 3] = value
        with np.errstate(over="ignore"), pytest.raises(ValueError, match=message):
            fit_base_estimator(AdaBoostClassifier(), X, y)


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("params", [{}, {"estimator": STUMP, "learning_rate": 0.2}])
def test_rus_boost_equals_imbalanced_learn(params, replacement, seed):
    """RUSBoost of stumps has the same draws, trees, errors and probabilities."""
    X, y = make_classification(1500, class_sep=1.5, weights=[0.9], flip_y=0, random_state=seed)
    y = np.array(["no", "yes"])[y]
    params = {**params, "replacement": replacement, "random_state": seed, "n_estimators": 20}
    weights = np.random.RandomState(seed).uniform(0.5, 2, len(y))
    one = ours.RUSBoostClassifier(algorithm="SAMME", **params).fit(X, y, weights)
    other = imblearn.ensemble.RUSBoostClassifier(**params).fit(X, y, weights)

    assert len(one.estimators_) > 1
    for mine, theirs in zip(one.estimators_, other.estimators_, strict=True):
        assert_same_tree(theirs, mine)
        assert mine.classes_.tolist() == ["no", "yes"]
    np.testing.assert_array_equal(other.estimator_errors_, one.estimator_errors_)
    np.testing.assert_array_equal(other.predict_proba(X), one.predict_proba(X))


def test_rus_boost_with_weights_of_zero(seed):
    """Samples with a weight of 0 do not count, as in scikit-learn."""
    X, y = make_classification(1500, class_sep=1.5, weights=[0.9], flip_y=0, random_state=seed)
    weights = (np.random.RandomState(seed).rand(len(y)) < 0.7).astype(float)
    one = ours.RUSBoostClassifier(algorithm="SAMME", random_state=seed).fit(X, y, weights)
    other = imblearn.ensemble.RUSBoostClassifier(random_state=seed).fit(X, y, weights)

    np.testing.assert_array_equal(other.predict_proba(X), one.predict_proba(X))


@pytest.mark.parametrize("ensemble", ["BalancedBagging", "EasyEnsemble", "BalanceCascade"])
def test_ensembles_boost_stumps_on_sorted_samples(monkeypatch, ensemble, seed):
    """The base estimators are AdaBoost models, the same as those that scikit-learn fits."""
    X, y = make_classification(1500, weights=[0.85], flip_y=0.1, random_state=seed)
    booster = AdaBoostClassifier(n_estimators=10)
    model = getattr(ours, f"{ensemble}Classifier")(
        estimator=booster, n_estimators=3, random_state=seed
    )
    sorted_samples = model.fit(X, y).predict_proba(X)
    monkeypatch.setattr(_stumps, "_boosts_stumps", lambda model: False)

    np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), sorted_samples)
