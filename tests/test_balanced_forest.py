"""Balanced random forest, compared with imbalanced-learn's; its out-of-bag score has no leak."""

from __future__ import annotations

import pickle

import imblearn.ensemble
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.metrics import balanced_accuracy_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from counterpoise.ensemble import BalancedRandomForestClassifier
from counterpoise.exceptions import CounterpoiseWarning, FeatureTypeError, InputError


@pytest.fixture
def data(seed):
    """Return samples of three classes, two of them minority classes."""
    return make_classification(
        1200, 8, n_informative=5, n_classes=3, weights=[0.8, 0.15], random_state=seed
    )


# A duplicated sample is drawn twice as often; a sample with a weight of 2 is not.
EXPECTED_FAILURES = dict.fromkeys(
    (
        "check_sample_weight_equivalence_on_dense_data",
        "check_sample_weight_equivalence_on_sparse_data",
    ),
    "undersampling ignores sample weights; only the trees use them",
)


@parametrize_with_checks(
    [BalancedRandomForestClassifier(n_estimators=10, random_state=0)],
    expected_failed_checks=lambda _: EXPECTED_FAILURES,
)
def test_scikit_learn_checks(estimator, check):
    """The forest passes scikit-learn's checks, except that a weight of 2 is no duplicate."""
    check(estimator)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"bootstrap": True},
        {"replacement": False},
        {"sampling_strategy": "auto"},
        {"sampling_strategy": {0: 150}},
        {"class_weight": "balanced"},
        {"min_samples_leaf": 4},
        {"min_samples_split": 0.05, "max_depth": 5, "criterion": "entropy"},
        {"max_features": None, "n_jobs": 2},
    ],
)
def test_same_trees_as_imbalanced_learn(params, data, seed):
    """The same seed draws the same samples for each tree, and gives the same probabilities."""
    X, y = data
    ours = BalancedRandomForestClassifier(12, random_state=seed, **params).fit(X, y)
    theirs = imblearn.ensemble.BalancedRandomForestClassifier(12, random_state=seed, **params)
    theirs.fit(X, y)

    np.testing.assert_array_equal(theirs.predict_proba(X), ours.predict_proba(X))
    for one, other in zip(theirs.samplers_, ours.samplers_, strict=True):
        np.testing.assert_array_equal(one.sample_indices_, other.sample_indices_)
    for pipeline, tree in zip(ours.pipelines_, ours.estimators_, strict=True):
        assert pipeline[-1] is tree


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("bootstrap", [True, False])
def test_defect_4_oob_score_on_noise(replacement, bootstrap):
    """On noise, the out-of-bag accuracy is one half."""
    scores = []
    for seed in range(5):
        rng = np.random.RandomState(seed)
        X, y = rng.randn(400, 6), rng.permutation(np.repeat([0, 1], 200))
        forest = BalancedRandomForestClassifier(
            60, oob_score=True, random_state=seed, replacement=replacement, bootstrap=bootstrap
        )
        if not replacement and not bootstrap:
            with pytest.raises(InputError, match="every tree was trained on all samples"):
                forest.fit(X, y)
            return
        scores.append(forest.fit(X, y).oob_score_)
        if replacement and bootstrap and seed == 0:
            peer = imblearn.ensemble.BalancedRandomForestClassifier(
                60, oob_score=True, random_state=seed, bootstrap=True
            )
            assert peer.fit(X, y).oob_score_ > 0.8  # duplicates of in-bag samples leak

    assert abs(np.mean(scores) - 0.5) < 4 * 0.5 / np.sqrt(5 * 400)


def test_oob_probabilities_use_out_of_bag_trees_only(data):
    """The estimate of a sample is the mean over the trees that were not trained on it."""
    X, y = data
    forest = BalancedRandomForestClassifier(40, oob_score=True, random_state=0).fit(X, y)

    for i in (0, 5, 77):
        predictions = [
            tree.predict_proba(X[[i]].astype(np.float32))[0]
            for tree, in_bag in zip(forest.estimators_, forest.estimators_samples_, strict=True)
            if i not in in_bag
        ]
        np.testing.assert_allclose(forest.oob_decision_function_[i], np.mean(predictions, axis=0))
    forest.set_params(oob_score=balanced_accuracy_score).fit(X, y)
    predicted = forest.oob_decision_function_.argmax(axis=1)
    assert forest.oob_score_ == balanced_accuracy_score(y, predicted)


def test_warm_start_equals_a_single_fit(data):
    """A warm start adds the trees that a larger forest would have."""
    X, y = data
    once = BalancedRandomForestClassifier(15, random_state=1).fit(X, y)
    twice = BalancedRandomForestClassifier(5, random_state=1, warm_start=True).fit(X, y)
    twice.set_params(n_estimators=15).fit(X, y)

    np.testing.assert_array_equal(once.predict_proba(X), twice.predict_proba(X))


def test_samples_without_an_out_of_bag_estimate():
    """A warning has their number, and their probabilities are NaN."""
    X, y = make_classification(400, weights=[0.9], random_state=0)
    forest = BalancedRandomForestClassifier(2, oob_score=True, replacement=False, random_state=0)
    with pytest.warns(CounterpoiseWarning, match="of 400 samples have no out-of-bag .* every tree"):
        forest.fit(X, y)

    has_no_oob = np.isnan(forest.oob_decision_function_[:, 0])
    assert has_no_oob[y == 1].all()
    assert not has_no_oob[y == 0].all()


@pytest.mark.parametrize("bootstrap", [False, True])
def test_sample_weight_and_balanced_subsample(bootstrap, data):
    """Weights of 1 change nothing, nor do class weights of classes that are balanced already."""
    X, y = data
    plain = BalancedRandomForestClassifier(8, random_state=0, bootstrap=bootstrap).fit(X, y)
    weighted = BalancedRandomForestClassifier(8, random_state=0, bootstrap=bootstrap)
    weighted.fit(X, y, sample_weight=np.ones(len(y)))

    np.testing.assert_array_equal(plain.predict_proba(X), weighted.predict_proba(X))
    if not bootstrap:
        balanced = BalancedRandomForestClassifier(
            8, random_state=0, class_weight="balanced_subsample"
        ).fit(X, y)
        np.testing.assert_allclose(plain.predict_proba(X), balanced.predict_proba(X))


@pytest.mark.parametrize("max_samples", [None, 10, 0.5])
def test_max_samples(max_samples, data):
    """`max_samples` is a number, or a fraction of the balanced samples of a tree."""
    X, y = data
    forest = BalancedRandomForestClassifier(
        3, bootstrap=True, max_samples=max_samples, random_state=0
    ).fit(X, y)

    drawn = len(forest.samplers_[0].sample_indices_)
    expected = {None: drawn, 10: 10, 0.5: drawn // 2}[max_samples]
    assert {len(rows) for rows in forest.estimators_samples_} == {expected}
    assert forest.bootstrap
    assert forest.max_samples == max_samples


def test_input_types(data):
    """The forest takes data frames, string classes, sparse matrices and NaN; it can be pickled."""
    X, y = data
    names = np.array(["a", "b", "c"])[y]
    frame = pd.DataFrame(X).rename(columns="x{}".format)
    plain = BalancedRandomForestClassifier(8, random_state=0).fit(X, y)
    named = BalancedRandomForestClassifier(8, random_state=0).fit(frame, names)

    np.testing.assert_array_equal(plain.predict_proba(X), named.predict_proba(frame))
    assert set(named.predict(frame)) <= set("abc")
    restored = pickle.loads(pickle.dumps(named))
    np.testing.assert_array_equal(named.predict_proba(frame), restored.predict_proba(frame))
    on_sparse = BalancedRandomForestClassifier(8, random_state=0).fit(sparse.csr_array(X), y)
    np.testing.assert_array_equal(plain.predict_proba(X), on_sparse.predict_proba(X))
    X = X.copy()
    X[::7, 2] = np.nan
    assert BalancedRandomForestClassifier(8, random_state=0).fit(X, y).score(X, y) > 0.5


@pytest.mark.parametrize(
    ("params", "y", "message"),
    [
        ({}, np.eye(2)[np.arange(20) % 2], "one class per sample"),
        ({"sampling_strategy": {7: 3}}, np.arange(20) % 2, "7"),
        ({"n_estimators": 0}, np.arange(20) % 2, "n_estimators"),
        ({"replacement": "no"}, np.arange(20) % 2, "replacement"),
    ],
)
def test_error_messages(params, y, message):
    """Invalid parameters and targets raise an error."""
    with pytest.raises(ValueError, match=message):
        BalancedRandomForestClassifier(**params).fit(np.arange(40.0).reshape(20, 2), y)


# ---- Categories of a data frame ----


def make_people(seed, n_rows=400):
    """Return a data frame with categories, missing values among them, and classes."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_rows) % 8 == 0).astype(int)
    frame = pd.DataFrame(
        {
            "city": np.where(rng.random(n_rows) < 0.8, np.where(y, "rome", "oslo"), "bern"),
            "age": rng.normal(size=n_rows) + y,
            "member": rng.choice([True, False], n_rows),
        }
    )
    frame.loc[rng.random(n_rows) < 0.1, "city"] = None
    return frame, y


def fit_forest(X, y, **params):
    return BalancedRandomForestClassifier(20, random_state=0, **params).fit(X, y)


def test_categories_are_codes(seed):
    """The forest is that of the codes in sorted order, whatever the container and the type."""
    frame, y = make_people(seed)
    codes = frame.assign(city=frame["city"].map({"bern": 0, "oslo": 1, "rome": 2}))
    expected = fit_forest(codes, y, oob_score=True)
    by_type = frame.assign(city=frame["city"].astype("category"))
    for X, other in ((frame, codes), (by_type, codes), (pl.from_pandas(frame), codes)):
        forest = fit_forest(X, y, oob_score=True)
        np.testing.assert_array_equal(forest.predict_proba(X), expected.predict_proba(other))
        np.testing.assert_array_equal(forest.apply(X), expected.apply(other))
        assert forest.oob_score_ == expected.oob_score_
        assert list(forest.feature_names_in_) == ["city", "age", "member"]
    assert balanced_accuracy_score(y, forest.predict(X)) > 0.9


def test_unknown_categories_are_missing(seed):
    frame, y = make_people(seed)
    forest = fit_forest(frame, y)
    unknown, missing = frame.assign(city="lima"), frame.assign(city=None)
    np.testing.assert_array_equal(forest.predict_proba(unknown), forest.predict_proba(missing))
    restored = pickle.loads(pickle.dumps(forest))
    np.testing.assert_array_equal(restored.predict_proba(frame), forest.predict_proba(frame))


def test_warm_start_keeps_the_codes(seed):
    frame, y = make_people(seed)
    forest = fit_forest(frame, y, warm_start=True)
    before = [tree.predict_proba(np.zeros((1, 3))) for tree in forest.estimators_]
    forest.set_params(n_estimators=30).fit(frame[::-1], y[::-1])
    after = [tree.predict_proba(np.zeros((1, 3))) for tree in forest.estimators_[:20]]
    np.testing.assert_array_equal(before, after)
    assert forest.predict_proba(frame).shape == (400, 2)


def test_other_columns_are_named(seed):
    frame, y = make_people(seed)
    with pytest.raises(FeatureTypeError, match="Column 'day' has another type, such as dates"):
        fit_forest(frame.assign(day=pd.Timestamp("2024-01-31")), y)
    forest = fit_forest(frame, y)
    with pytest.raises(ValueError, match="feature names"):
        forest.predict(frame.rename(columns={"city": "town"}))
