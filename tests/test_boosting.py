"""Boosting with the pseudo-loss, SMOTEBoost and SMOTEBagging, compared with their papers."""

from __future__ import annotations

import imblearn.over_sampling
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import RidgeClassifier
from sklearn.tree import DecisionTreeClassifier

from counterpoise.combine import SMOTEENN
from counterpoise.ensemble import (
    RUSBoostClassifier,
    SMOTEBaggingClassifier,
    SMOTEBoostClassifier,
    _rus_boost,
    _smote_boost,
)
from counterpoise.exceptions import FeatureTypeError, InputError
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.under_sampling import RandomUnderSampler

BOOSTING = [RUSBoostClassifier, SMOTEBoostClassifier]


class RecordingTree(DecisionTreeClassifier):
    """A tree that keeps the samples and the weights that it was fitted with."""

    def fit(self, X, y, sample_weight=None):
        """Fit the tree."""
        self.X_, self.y_, self.sample_weight_ = X, y, sample_weight
        return super().fit(X, y, sample_weight)


def make_data(seed, n_classes=2, n_samples=400):
    """Return samples of classes that overlap; the first class is the largest."""
    weights = [0.85] if n_classes == 2 else [0.7, 0.2]
    return make_classification(
        n_samples,
        5,
        n_informative=4,
        n_redundant=0,
        n_classes=n_classes,
        weights=weights,
        class_sep=0.5,
        flip_y=0.05,
        random_state=seed,
    )


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("ensemble", BOOSTING)
def test_the_algorithm_is_that_of_the_paper(ensemble, n_classes, seed):
    """Losses, weights and decisions are those of AdaBoost.M2, written out for single pairs."""
    X, y = make_data(seed, n_classes)
    model = ensemble(n_estimators=6, random_state=seed).fit(X, y)

    pairs = [(i, c) for i in range(len(y)) for c in range(n_classes) if c != y[i]]
    weight = dict.fromkeys(pairs, 1 / len(pairs))
    total = np.zeros((len(y), n_classes))
    for t, member in enumerate(model.estimators_):
        h = member.predict_proba(X)
        loss = sum(w * (1 - h[i, y[i]] + h[i, c]) / 2 for (i, c), w in weight.items())
        beta = loss / (1 - loss)
        for i, c in pairs:
            weight[i, c] *= beta ** ((1 + h[i, y[i]] - h[i, c]) / 2)
        norm = sum(weight.values())
        weight = {pair: w / norm for pair, w in weight.items()}
        total += np.log(1 / beta) * h
        assert loss == pytest.approx(model.estimator_errors_[t])
        assert np.log(1 / beta) == pytest.approx(model.estimator_weights_[t])

    assert len(model.estimators_) == 6
    np.testing.assert_allclose(total / total.sum(axis=1)[:, None], model.predict_proba(X))
    np.testing.assert_array_equal(total.argmax(axis=1), model.predict(X))


def test_boosting_on_samples_that_are_hard_to_classify(seed):
    """A tree of balanced samples is often wrong about the majority, and is boosted all the same."""
    X, y = make_classification(
        1500, weights=[0.97], class_sep=0.3, flip_y=0.02, n_informative=4, random_state=seed
    )
    counts = RUSBoostClassifier(algorithm="SAMME", random_state=seed)
    try:
        n_counted = len(counts.fit(X, y).estimators_)
    except InputError:  # the first tree is no better than guessing
        n_counted = 0

    model = RUSBoostClassifier(random_state=seed).fit(X, y)

    assert len(model.estimators_) == len(model.samplers_) == 50 > n_counted
    assert (model.estimator_errors_ < 0.5).all()
    assert (model.estimator_weights_ > 0).all()


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("params", [{}, {"algorithm": "SAMME", "learning_rate": 0.5}])
def test_stages_end_with_the_prediction(params, n_classes):
    """The last stage of decisions, probabilities and classes is what the model predicts."""
    X, y = make_data(1, n_classes)
    tree = DecisionTreeClassifier(max_depth=4)
    model = RUSBoostClassifier(tree, n_estimators=4, random_state=1, **params).fit(X, y)

    for name in ("decision_function", "predict_proba", "predict"):
        stages = list(getattr(model, f"staged_{name}")(X))
        assert len(stages) == len(model.estimators_)
        np.testing.assert_allclose(stages[-1], getattr(model, name)(X))
    assert model.predict_proba(X).sum(axis=1) == pytest.approx(1)
    np.testing.assert_array_equal(model.predict_proba(X).argmax(axis=1), model.predict(X))


@pytest.mark.parametrize("ensemble", BOOSTING)
def test_a_classifier_without_probabilities_is_boosted(ensemble):
    """Its predicted class has a probability of 1."""
    X, y = make_data(0)
    model = ensemble(RidgeClassifier(), n_estimators=4, random_state=0).fit(X, y)

    votes = [member.predict(X) for member in model.estimators_]
    expected = np.average(votes, axis=0, weights=model.estimator_weights_[: len(votes)])
    np.testing.assert_allclose(expected, model.predict_proba(X)[:, 1])


def test_samples_are_sorted_once_or_in_each_round(monkeypatch, seed):
    """To skip the samples that are not drawn gives the same model as to sort those that are."""
    X, y = make_data(seed, n_classes=3)
    X[:, :2] = X[:, :2].round(1)
    once = RUSBoostClassifier(n_estimators=20, random_state=seed).fit(X, y)
    monkeypatch.setattr(_rus_boost, "_MAX_SORTED", 0)

    always = RUSBoostClassifier(n_estimators=20, random_state=seed).fit(X, y)

    np.testing.assert_allclose(always.predict_proba(X), once.predict_proba(X))


def test_stumps_of_smote_boost_are_those_of_scikit_learn(monkeypatch, seed):
    """Stumps on sorted samples are the trees that scikit-learn fits."""
    X, y = make_data(seed)
    native = SMOTEBoostClassifier(n_estimators=8, random_state=seed).fit(X, y)
    monkeypatch.setattr(_smote_boost, "convert_for_trees", lambda X: None)

    trees = SMOTEBoostClassifier(n_estimators=8, random_state=seed).fit(X, y)

    np.testing.assert_allclose(trees.predict_proba(X), native.predict_proba(X))


def test_samples_of_smote_boost(seed):
    """A base estimator gets all samples, and synthetic ones with the weights of their base."""
    X, y = make_data(seed)
    tree = RecordingTree(max_depth=2)
    model = SMOTEBoostClassifier(
        tree, n_estimators=3, sampler=RandomOverSampler(), random_state=seed
    ).fit(X, y)

    for member in model.estimators_:
        assert len(set(np.bincount(member.y_))) == 1
        np.testing.assert_array_equal(X, member.X_[: len(y)])
        weight_of = dict(zip(map(tuple, X), member.sample_weight_[: len(y)], strict=True))
        assert [weight_of[tuple(x)] for x in member.X_] == list(member.sample_weight_)
    assert len({len(set(member.sample_weight_)) for member in model.estimators_}) > 1
    first, second = (member.X_[len(y) :] for member in model.estimators_[:2])
    assert not np.array_equal(first, second)


def test_smote_boost_needs_the_bases_of_synthetic_samples():
    """A sampler that does not report them raises an error that says so."""
    X, y = make_data(0)
    model = SMOTEBoostClassifier(sampler=imblearn.over_sampling.SMOTE())
    with pytest.raises(InputError, match="does not report which input sample each output sample"):
        model.fit(X, y)


@pytest.mark.parametrize("strategy", ["auto", 0.5])
def test_samples_of_smote_bagging(strategy, seed):
    """10% to 100% of an oversampled class are drawn, and the other samples are synthetic."""
    X, y = make_data(seed)
    model = SMOTEBaggingClassifier(
        RecordingTree(), 11, sampling_strategy=strategy, random_state=seed
    ).fit(X, y)
    known, n_majority = set(map(tuple, X)), np.bincount(y)[0]
    size = n_majority if strategy == "auto" else n_majority // 2

    assert [m.sampler.rate for m in model.estimators_] == [*(np.arange(1, 11) / 10), 0.1]
    for member in model.estimators_:
        tree = member.classifier
        assert list(np.bincount(tree.y_)) == [n_majority, size]
        is_known = np.array([tuple(x) in known for x in tree.X_])
        assert is_known[tree.y_ == 0].all()
        assert len(np.unique(tree.X_[tree.y_ == 0], axis=0)) < n_majority  # with replacement
        assert is_known[tree.y_ == 1].sum() == round(member.sampler.rate * size)


@pytest.mark.parametrize("sampler", [SMOTEENN(), RandomUnderSampler()])
def test_smote_bagging_needs_a_sampler_that_only_adds(sampler):
    """The error names an ensemble that takes any sampler."""
    X, y = make_data(0)
    name = type(sampler).__name__
    with pytest.raises(ValueError, match=rf"sampling_strategy|BalancedBagging.*sampler={name}"):
        SMOTEBaggingClassifier(sampler=sampler).fit(X, y)


def test_smote_bagging_does_not_depend_on_threads():
    """The part that is drawn belongs to the position of a base estimator, in any thread."""
    X, y = make_data(0)
    models = [
        SMOTEBaggingClassifier(n_estimators=4, n_jobs=n_jobs, random_state=0).fit(X, y)
        for n_jobs in (None, 2)
    ]
    models.append(SMOTEBaggingClassifier(n_estimators=2, warm_start=True, random_state=0).fit(X, y))
    models[-1].set_params(n_estimators=4).fit(X, y)

    for other in models[1:]:
        np.testing.assert_array_equal(models[0].predict_proba(X), other.predict_proba(X))


@pytest.mark.parametrize("ensemble", [SMOTEBoostClassifier, SMOTEBaggingClassifier])
def test_errors_of_the_sampler_have_the_names_of_the_user(ensemble):
    """A class that is too small, and a column that is categorical, have their names."""
    X, y = make_data(0)
    y = np.array(["no", "yes"])[y].astype(object)
    y[:3] = "rare"
    with pytest.raises(ValueError, match="class 'rare' has 3"):
        ensemble().fit(X, y)
    frame = pd.DataFrame(X, columns=list("abcde")).assign(city="bern")
    with pytest.raises(FeatureTypeError, match="'city' is categorical. Use SMOTENC"):
        ensemble().fit(frame, y)


def test_parameters_of_smote_ensembles(seed):
    """The parameters of the sampler are kept, and the classes of a strategy are given by name."""
    X, y = make_data(seed)
    y = np.array(["no", "yes"])[y]
    for ensemble in (SMOTEBoostClassifier, SMOTEBaggingClassifier):
        sampler = SMOTE(k_neighbors=2, scale="standard")
        strategy = {"yes": 150}
        model = ensemble(n_estimators=2, sampler=sampler, sampling_strategy=strategy)
        assert set(model.fit(X, y).predict(X)) <= {"no", "yes"}
        assert sampler.sampling_strategy == "auto"  # the user's sampler is not changed
