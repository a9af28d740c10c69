"""Bagging, boosting and rounds on balanced rows: the peer's members, fitted without copies."""

from __future__ import annotations

import pickle

import imblearn.ensemble
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import AdaBoostClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

import counterpoise.ensemble as ours
from counterpoise.combine import SMOTETomek
from counterpoise.ensemble._votes import as_trees_read, boosted_probabilities
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import SMOTE
from counterpoise.under_sampling import TomekLinks

SHALLOW = DecisionTreeClassifier(max_depth=3)
PAIRS = [
    ("BalancedBaggingClassifier", {}),
    ("BalancedBaggingClassifier", {"max_features": 0.5, "max_samples": 0.7}),
    ("BalancedBaggingClassifier", {"bootstrap": False, "replacement": True}),
    ("BalancedBaggingClassifier", {"estimator": GaussianNB(), "bootstrap_features": True}),
    ("BalancedBaggingClassifier", {"estimator": LinearSVC()}),
    ("BalancedBaggingClassifier", {"sampling_strategy": {"a": 60}}),
    ("EasyEnsembleClassifier", {"n_estimators": 4}),
    ("EasyEnsembleClassifier", {"n_estimators": 4, "estimator": LogisticRegression()}),
    ("RUSBoostClassifier", {"estimator": SHALLOW}),
    ("RUSBoostClassifier", {"estimator": SHALLOW, "replacement": True, "learning_rate": 0.5}),
    ("RUSBoostClassifier", {"estimator": GaussianNB(), "n_estimators": 8}),
]
ROUNDS = (ours.SelfPacedEnsembleClassifier, ours.BalanceCascadeClassifier)


@pytest.fixture
def data(seed):
    """Return a table of three classes with names, two of them rare."""
    X, y = make_classification(
        900, 8, n_informative=5, n_classes=3, weights=[0.8, 0.15], random_state=seed
    )
    return X, np.array(["a", "b", "c"])[y]


def expected_failures(estimator):
    """Return the checks that need not hold, and why."""
    if isinstance(estimator, ours.RUSBoostClassifier):
        why = "rows are drawn by their class, and weights count within the rounds alone"
        return {
            "check_sample_weight_equivalence_on_dense_data": why,
            "check_sample_weight_equivalence_on_sparse_data": why,
        }
    return {}


@parametrize_with_checks(
    [
        ours.BalancedBaggingClassifier(n_estimators=3, random_state=0),
        ours.EasyEnsembleClassifier(n_estimators=3, random_state=0),
        ours.RUSBoostClassifier(SHALLOW, n_estimators=5, random_state=0),
        ours.SelfPacedEnsembleClassifier(n_estimators=4, random_state=0),
        ours.BalanceCascadeClassifier(n_estimators=4, random_state=0),
    ],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_checks(estimator, check):
    """scikit-learn's own checks, but for weights that stand for repeated rows."""
    check(estimator)


@pytest.mark.parametrize(("name", "params"), PAIRS)
def test_the_members_are_those_of_imbalanced_learn(name, params, data, seed):
    """The same seed gives the same members, and the same probabilities to the last bit."""
    X, y = data
    one = getattr(ours, name)(random_state=seed, **params).fit(X, y)
    other = getattr(imblearn.ensemble, name)(random_state=seed, **params).fit(X, y)

    np.testing.assert_array_equal(other.predict(X), one.predict(X))
    if hasattr(other, "predict_proba"):
        np.testing.assert_array_equal(other.predict_proba(X), one.predict_proba(X))


@pytest.mark.parametrize("name", ["BalancedBaggingClassifier", "EasyEnsembleClassifier"])
def test_answers_do_not_depend_on_threads(name, data):
    """Sums go member by member, whoever computes them."""
    X, y = data
    answers = [
        getattr(ours, name)(n_estimators=4, random_state=0, n_jobs=n_jobs)
        .fit(X, y)
        .predict_proba(X)
        for n_jobs in (None, 2, 3)
    ]

    for other in answers[1:]:
        np.testing.assert_array_equal(answers[0], other)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_boosted_trees_are_asked_quickly_and_say_the_same(n_classes):
    """One conversion of the table for all trees changes no bit; infinities are not swallowed."""
    X, y = make_classification(400, n_informative=5, n_classes=n_classes, random_state=0)
    model = AdaBoostClassifier(SHALLOW, n_estimators=20, random_state=0).fit(X, y)

    np.testing.assert_array_equal(
        model.predict_proba(X), boosted_probabilities(model, as_trees_read(X))
    )
    X[3, 4] = np.inf
    assert as_trees_read(X) is None
    assert as_trees_read(sparse.csr_array([[1.0]])) is None


def test_members_are_steps_and_hold_their_sampler(data):
    """A member is looked into as the pipeline that it is with imbalanced-learn."""
    X, y = data
    bags = ours.BalancedBaggingClassifier(n_estimators=3, random_state=0).fit(X, y)
    member = bags.estimators_[0]

    assert member[-1] is member.named_steps["classifier"] is member.classifier
    assert len(member) == 2
    assert member["sampler"] is member[0]
    np.testing.assert_array_equal(member.predict_proba(X), member.classifier.predict_proba(X))
    drawn = bags.estimators_samples_[0][member.sampler.sample_indices_]
    np.testing.assert_array_equal(np.unique(drawn), member.rows_)
    with pytest.raises(AttributeError, match="no attribute 'transform'"):
        member.transform(X)


@pytest.mark.parametrize("sampler", [SMOTE(k_neighbors=2), TomekLinks(), SMOTETomek()])
def test_any_sampler_balances(sampler, data):
    """Samplers that make rows or clean are taken, and see nothing but the bootstrap."""
    X, y = data
    bags = ours.BalancedBaggingClassifier(n_estimators=3, sampler=sampler, random_state=0)

    assert bags.fit(X, y).score(X, y) > 0.6


def test_defect_32_a_bootstrap_without_the_rare_class():
    """A class that a bootstrap has missed comes in with all its rows."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(80, 3), np.repeat([0, 1], [78, 2])
    with pytest.raises(ValueError, match="more than 1 class"):
        imblearn.ensemble.BalancedBaggingClassifier(n_estimators=30, random_state=0).fit(X, y)

    bags = ours.BalancedBaggingClassifier(n_estimators=30, random_state=0).fit(X, y)

    assert all(len(member.classes_) == 2 for member in bags.estimators_)


def test_rows_that_all_members_have_seen():
    """They have no out-of-bag estimate, and a warning says how many there are."""
    X, y = make_classification(100, flip_y=0, random_state=0)
    bags = ours.BalancedBaggingClassifier(n_estimators=1, oob_score=True, random_state=0)
    with pytest.warns(CounterpoiseWarning, match=r"Every member has seen \d+ of the rows"):
        bags.fit(X, y)

    seen = np.isnan(bags.oob_decision_function_[:, 0])
    np.testing.assert_array_equal(np.flatnonzero(seen), bags.estimators_[0].rows_)


def test_out_of_bag_on_noise():
    """On noise, members judge rows that they have not seen right half of the time."""
    scores = []
    for seed in range(5):
        rng = np.random.RandomState(seed)
        X, y = rng.randn(400, 6), rng.permutation(np.repeat([0, 1], 200))
        bags = ours.BalancedBaggingClassifier(
            n_estimators=40, oob_score=True, random_state=seed
        ).fit(X, y)
        scores.append(bags.oob_score_)

    assert abs(np.mean(scores) - 0.5) < 4 * 0.5 / np.sqrt(5 * 400)


@pytest.mark.parametrize("name", ["BalancedBaggingClassifier", "EasyEnsembleClassifier"])
def test_growing_on_gives_what_is_grown_at_once(name, data):
    """A warm start adds the members that a larger ensemble would have."""
    X, y = data
    once = getattr(ours, name)(n_estimators=5, random_state=1).fit(X, y)
    twice = getattr(ours, name)(n_estimators=2, random_state=1, warm_start=True).fit(X, y)
    twice.set_params(n_estimators=5).fit(X, y)

    np.testing.assert_array_equal(once.predict_proba(X), twice.predict_proba(X))


def test_boosting_keeps_its_samplers(data, seed):
    """Each round's rows are told, and its pipeline is fitted, as imbalanced-learn's is not."""
    X, y = data
    one = ours.RUSBoostClassifier(SHALLOW, n_estimators=5, random_state=seed).fit(X, y)
    other = imblearn.ensemble.RUSBoostClassifier(SHALLOW, n_estimators=5, random_state=seed)
    other.fit(X, y)

    for mine, theirs in zip(one.samplers_, other.samplers_, strict=True):
        np.testing.assert_array_equal(theirs.sample_indices_, mine.sample_indices_)
    assert not hasattr(other.pipelines_[0][-1], "tree_")  # defect 20
    assert hasattr(one.pipelines_[0][-1], "tree_")
    assert set(one.sampling_strategy_) == {"a", "b"}
    assert one.base_sampler_.sampling_strategy == "auto"


def test_boosting_what_only_guesses(data):
    """An estimator that is no better than guessing is refused."""
    X, y = data
    with pytest.raises(InputError, match="no better than guessing"):
        ours.RUSBoostClassifier(DummyClassifier(strategy="constant", constant="c")).fit(X, y)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_rounds_see_balanced_rows(rounds, data):
    """Each member has all rows of the smallest class, and as many of each other."""
    X, y = data
    model = rounds(n_estimators=6, random_state=0).fit(X, y)
    rare = np.flatnonzero(y == "c")

    for rows in model.estimators_samples_:
        assert len(rows) == len(np.unique(rows)) == 3 * len(rare)
        assert set(np.unique(y[rows], return_counts=True)[1]) == {len(rare)}
        assert set(rare) <= set(rows)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(model.predict(X), again.predict(X))
    frame = pd.DataFrame(X).rename(columns="x{}".format)
    named = rounds(n_estimators=6, random_state=0).fit(frame, y)
    np.testing.assert_array_equal(model.predict_proba(X), named.predict_proba(frame))


def test_a_cascade_leaves_out_what_is_easy():
    """What a member is sure about is not drawn again, until just enough is left."""
    X, y = make_classification(2000, weights=[0.95], class_sep=0.6, flip_y=0, random_state=0)
    model = ours.BalanceCascadeClassifier(GaussianNB(), 6, random_state=0).fit(X, y)

    last = model.estimators_samples_[-1]
    common = last[y[last] == 0]
    said = model.estimators_[0].predict_proba(X)[:, 0]
    assert said[common].mean() < said[y == 0].mean() - 0.03


def test_a_self_paced_ensemble_turns_to_what_is_hard():
    """The common rows of later members are harder on average than those of the first."""
    X, y = make_classification(4000, weights=[0.95], class_sep=0.6, flip_y=0, random_state=0)
    model = ours.SelfPacedEnsembleClassifier(GaussianNB(), 8, random_state=0).fit(X, y)
    said = model.predict_proba(X)[:, 0]
    first, last = (
        said[rows[y[rows] == 0]].mean()
        for rows in (model.estimators_samples_[0], model.estimators_samples_[-1])
    )

    assert last < first - 0.05


@pytest.mark.parametrize("rounds", ROUNDS)
def test_rounds_rank_better_than_a_tree_on_all_rows(rounds):
    """Averaged over tables, the rare class is ranked well above one plain tree's ranking."""
    gains = []
    for seed in range(4):
        X, y = make_classification(3000, weights=[0.95], class_sep=0.8, random_state=seed)
        half = len(y) // 2
        tree = DecisionTreeClassifier(random_state=0).fit(X[:half], y[:half])
        model = rounds(random_state=0).fit(X[:half], y[:half])
        scores = [m.predict_proba(X[half:])[:, 1] for m in (model, tree)]
        gains.append(np.subtract(*(average_precision_score(y[half:], s) for s in scores)))

    assert np.mean(gains) > 0.05


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y: ours.SelfPacedEnsembleClassifier(LinearSVC()).fit(X, y), "Calibrated"),
        (lambda X, y: ours.SelfPacedEnsembleClassifier(k_bins=0).fit(X, y), "k_bins"),
        (lambda X, y: ours.BalanceCascadeClassifier(n_estimators=0).fit(X, y), "n_estimators"),
        (
            lambda X, y: ours.BalancedBaggingClassifier(sampling_strategy={"q": 3}).fit(X, y),
            "names 'q', and y has the classes",
        ),
        (lambda X, y: ours.BalancedBaggingClassifier(sampler=3).fit(X, y), "sampler"),
        (lambda X, y: ours.EasyEnsembleClassifier(replacement=3).fit(X, y), "replacement"),
        (lambda X, y: ours.EasyEnsembleClassifier().fit(X, np.eye(3)[:, [0] * 9]), "samples|class"),
    ],
)
def test_messages(call, message, data):
    """What cannot be is refused."""
    with pytest.raises(ValueError, match=message):
        call(*data)
