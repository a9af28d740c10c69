"""Calibration on out-of-fold predictions: known probabilities, order of the rows, groups, time."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold, StratifiedKFold, TimeSeriesSplit
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.fixes import parse_version

from counterpoise import ResampledClassifier
from counterpoise.ensemble import BalancedRandomForestClassifier, EasyEnsembleClassifier
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import SMOTE, RandomOverSampler
from counterpoise.probability import CalibratedClassifier, calibrate, calibration_slope
from counterpoise.probability._calibrators import fit_calibrator
from counterpoise.under_sampling import EditedNearestNeighbours, RandomUnderSampler

ROOT = Path(__file__).parent.parent


def draw_world(n, seed):
    """Draw samples whose probabilities are known; about one in ten is positive."""
    rng = np.random.RandomState(seed)
    X = rng.randn(n, 4)
    truth = expit(1.5 * X[:, 0] + X[:, 1] ** 2 - X[:, 2] * X[:, 3] - 4)
    return X, (rng.rand(n) < truth).astype(int), truth


def sort_rows(X, y):
    """Sort by class and within a class by a feature: the worst order for folds in a row."""
    order = np.lexsort((X[:, 0], -y))
    return X[order], y[order]


FOREST = RandomForestClassifier(15, random_state=0)
BOOSTING = HistGradientBoostingClassifier(max_iter=30, early_stopping=False, random_state=0)
WITH_SAMPLER = [
    (LogisticRegression(), RandomOverSampler(random_state=0)),
    (FOREST, RandomUnderSampler(random_state=0)),
    (FOREST, SMOTE(random_state=0)),
    (BOOSTING, SMOTE(random_state=0)),
    (KNeighborsClassifier(15), RandomOverSampler(random_state=0)),
    (GaussianNB(), EditedNearestNeighbours()),
]
ALONE = [
    LogisticRegression(class_weight="balanced"),
    make_pipeline(StandardScaler(), LinearSVC(class_weight="balanced")),
    BalancedRandomForestClassifier(20, random_state=0),
    EasyEnsembleClassifier(3, random_state=0),
]


def describe(value):
    """Return a short name for a parametrized estimator."""
    return type(value[-1] if hasattr(value, "steps") else value).__name__


# ---- Known probabilities ----


@pytest.mark.costly
@pytest.mark.parametrize(("estimator", "sampler"), WITH_SAMPLER, ids=describe)
def test_probabilities_of_resampled_models_are_near_the_truth(estimator, sampler, seed):
    """Calibration comes nearer to the known probabilities, also if the rows are sorted."""
    X, y = sort_rows(*draw_world(3000, seed)[:2])
    X_new, y_new, truth = draw_world(4000, seed + 1)
    model = ResampledClassifier(estimator, sampler, random_state=seed).fit(X, y)
    calibrated = model.predict_proba(X_new)[:, 1]
    raw = model.estimator_.predict_proba(X_new)[:, 1]

    assert np.abs(calibrated - truth).mean() < np.abs(raw - truth).mean() - 0.01
    assert log_loss(y_new, calibrated) < log_loss(y_new, np.clip(raw, 1e-6, 1 - 1e-6))
    assert 0.8 < calibrated.mean() / truth.mean() < 1.25
    assert 0.75 < calibration_slope(y_new, calibrated) < 1.35


@pytest.mark.costly
@pytest.mark.parametrize("estimator", ALONE, ids=describe)
def test_probabilities_of_balanced_models_are_near_the_truth(estimator, seed):
    """Class weights, balanced ensembles and support vector machines are calibrated, rows sorted."""
    X, y = sort_rows(*draw_world(3000, seed)[:2])
    X_new, _, truth = draw_world(4000, seed + 1)

    model = calibrate(estimator, X, y, random_state=seed)
    calibrated = model.predict_proba(X_new)[:, 1]

    assert 0.8 < calibrated.mean() / truth.mean() < 1.25
    if hasattr(estimator, "predict_proba"):
        raw = model.estimators_[0].predict_proba(X_new)[:, 1]
        assert np.abs(calibrated - truth).mean() < np.abs(raw - truth).mean() - 0.02


def test_probabilities_that_are_true_stay(seed):
    """Calibration of the known probabilities changes them little, on every scale."""
    rng = np.random.RandomState(seed)
    truth = expit(1.5 * rng.randn(20_000) - 2)
    codes = (rng.rand(len(truth)) < truth).astype(int)
    columns = np.column_stack([1 - truth, truth])
    for method in ("sigmoid", "isotonic", "temperature"):
        fitted = fit_calibrator(method, columns, codes, np.ones(len(truth)))

        assert np.abs(fitted.predict(columns)[:, 1] - truth).mean() < 0.012, method


# ---- Advice in the documents ----

DOCUMENTS = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
CALLS = r"`((?:calibrate|ResampledClassifier|CalibratedClassifier(?:CV)?)\([^`]+\))`"
ADVICE = sorted(
    {call for path in DOCUMENTS for call in re.findall(CALLS, (ROOT / path).read_text("utf-8"))}
)


def test_the_documents_advise_how_to_calibrate():
    """The test below finds the calls in the documents."""
    assert len(ADVICE) >= 4
    assert any(call.startswith("calibrate(") for call in ADVICE)


@pytest.mark.parametrize("call", ADVICE)
def test_advice_of_the_documents_holds_on_sorted_rows(call, seed):
    """Each call in the documents gives calibrated probabilities if the rows are sorted."""
    X, y = sort_rows(*draw_world(2000, seed)[:2])
    X_new, _, truth = draw_world(4000, seed + 1)
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
    advised = eval(call, globals(), {"model": model, "sampler": SMOTE(), "X": X, "y": y})  # noqa: S307
    if not call.startswith("calibrate("):
        advised.fit(X, y)

    assert 0.8 < advised.predict_proba(X_new)[:, 1].mean() / truth.mean() < 1.25


def test_folds_that_are_not_shuffled_fail_on_sorted_rows(seed):
    """The tests of sorted rows can fail: scikit-learn's default folds do."""
    X, y = sort_rows(*draw_world(2000, seed)[:2])
    X_new, _, truth = draw_world(4000, seed + 1)
    model = CalibratedClassifierCV(LogisticRegression()).fit(X, y)

    assert model.predict_proba(X_new)[:, 1].mean() > 1.5 * truth.mean()


# ---- Groups, time and splitters ----


def test_groups_are_not_divided(seed):
    """With copies of samples in training and test folds, probabilities are far too extreme."""
    X, y, _ = draw_world(600, seed)
    groups = np.repeat(np.arange(len(y)), 3)
    copies, labels = X[groups], y[groups]
    X_new, y_new, _ = draw_world(3000, seed + 1)
    nearest = KNeighborsClassifier(3)

    losses = [
        log_loss(
            y_new,
            calibrate(nearest, copies, labels, groups=given, random_state=0).predict_proba(X_new),
        )
        for given in (groups, None)
    ]

    assert losses[0] < losses[1] - 0.1


class Recorder(ClassifierMixin, BaseEstimator):
    """Classifier that records the first feature of the samples that it trained on and predicted."""

    def __init__(self, log=None):
        self.log = log

    def __sklearn_clone__(self):
        return Recorder(self.log)  # a deep copy of the log would record nothing

    def fit(self, X, y, sample_weight=None):
        """Record."""
        self.classes_ = np.unique(y)
        self.log.append(("fit", np.asarray(X)[:, 0], sample_weight))
        return self

    def predict_proba(self, X):
        """Record, and predict the same for all."""
        self.log.append(("predict", np.asarray(X)[:, 0]))
        return np.full((len(X), 2), 0.5)

    def predict(self, X):
        """Predict the first class."""
        return np.full(len(X), self.classes_[0])


def record(X, y, **how):
    """Return the training and the tested rows of each fold, and the rows of the final fit."""
    log = []
    fit = {name: how.pop(name) for name in ("groups", "time", "sample_weight") if name in how}
    calibrate(Recorder(log), np.column_stack([np.arange(len(y)), X]), y, **how, **fit)
    fits = [entry[1].astype(int) for entry in log if entry[0] == "fit"]
    tests = [entry[1].astype(int) for entry in log if entry[0] == "predict"]
    return list(zip(fits[1:], tests, strict=True)), fits[0], log


def test_folds_by_time_train_on_the_past(seed):
    """With times, each model is tested on later samples; the final one is fitted on all."""
    X, y, _ = draw_world(400, seed)
    time = np.random.RandomState(seed).permutation(len(y))

    folds, final, _ = record(X, y, time=time)

    assert len(folds) == 5
    assert all(time[train].max() < time[test].min() for train, test in folds)
    np.testing.assert_array_equal(final, np.arange(len(y)))


def test_default_folds_are_stratified_and_shuffled(seed):
    """Each sample is tested once, and sorted rows are spread over the folds."""
    X, y = sort_rows(*draw_world(500, seed)[:2])
    folds, _, _ = record(X, y, random_state=seed)
    tested = np.concatenate([test for _, test in folds])

    np.testing.assert_array_equal(np.sort(tested), np.arange(len(y)))
    assert all(abs(y[test].mean() - y.mean()) < 0.02 for _, test in folds)
    assert all(np.ptp(test) > len(y) / 2 for _, test in folds)
    again, _, _ = record(X, y, random_state=seed)
    np.testing.assert_array_equal(folds[0][1], again[0][1])


@pytest.mark.parametrize("cv", [TimeSeriesSplit(3), GroupKFold(4), StratifiedKFold(3)])
def test_splitters(cv, seed):
    """The splits of a splitter are used as they are, also if it does not test all samples."""
    X, y, _ = draw_world(400, seed)
    groups = np.arange(len(y)) // 5 if isinstance(cv, GroupKFold) else None
    folds, _, _ = record(X, y, cv=cv, groups=groups)

    for (train, test), expected in zip(folds, cv.split(X, y, groups), strict=True):
        np.testing.assert_array_equal(train, expected[0])
        np.testing.assert_array_equal(test, expected[1])
    splits = list(cv.split(X, y, groups))
    assert len(record(X, y, cv=splits)[0]) == len(splits)


def test_weights_are_divided_and_weight_the_calibration(seed):
    """Fits get the weights of their samples, and weighted probabilities have the weighted rate."""
    X, y, _ = draw_world(1000, seed)
    weight = np.where(y == 1, 3.0, 1.0) * (1 + np.arange(len(y)) % 2)
    _, _, log = record(X, y, sample_weight=weight)
    for entry in log:
        if entry[0] == "fit":
            np.testing.assert_array_equal(entry[2], weight[entry[1].astype(int)])

    model = calibrate(LogisticRegression(), X, y, sample_weight=weight, random_state=0)

    mean = np.average(model.predict_proba(X)[:, 1], weights=weight)
    assert mean == pytest.approx(np.average(y, weights=weight), rel=0.05)


# ---- Calibrators ----


@pytest.mark.parametrize("ensemble", [False, True])
def test_isotonic_calibration_equals_scikit_learns(ensemble, seed):
    """With the same folds, isotonic probabilities are those of CalibratedClassifierCV."""
    X, y, _ = draw_world(600, seed)
    folds = list(StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y))
    tree = DecisionTreeClassifier(max_depth=4, random_state=0)
    ours = CalibratedClassifier(tree, method="isotonic", cv=folds, ensemble=ensemble).fit(X, y)

    assert len(ours.estimators_) == (3 if ensemble else 1)
    if not ensemble:
        theirs = CalibratedClassifierCV(tree, method="isotonic", cv=folds, ensemble=False)
        np.testing.assert_allclose(ours.predict_proba(X), theirs.fit(X, y).predict_proba(X))
    else:
        members = [
            ours._calibrated.calibrator.predict(tree.predict_proba(X)) for tree in ours.estimators_
        ]
        np.testing.assert_allclose(ours.predict_proba(X), np.mean(members, axis=0))


@pytest.mark.skipif(
    parse_version(sklearn.__version__) < parse_version("1.8"), reason="needs scikit-learn 1.8"
)
def test_temperature_equals_scikit_learns(seed):
    """Temperature scaling of several classes is scikit-learn's, apart from the smoothing."""
    rng = np.random.RandomState(seed)
    X, codes = rng.randn(3000, 3), rng.randint(0, 3, 3000)
    X[np.arange(3000), codes] += 0.7
    model = GaussianNB().fit(X[:1000], codes[:1000])
    probabilities = model.predict_proba(X)
    ours = fit_calibrator("temperature", probabilities, codes, np.ones(3000))
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method="temperature").fit(X, codes)

    np.testing.assert_allclose(ours.predict(probabilities), theirs.predict_proba(X), atol=0.002)


def test_sigmoid_fits_at_least_as_well_as_platt_scaling(seed):
    """The log loss is not above that of a logistic regression on log-odds or on probabilities."""
    rng = np.random.RandomState(seed)
    codes = rng.randint(0, 2, 2000)
    votes = rng.binomial(15, np.where(codes == 1, 0.6, 0.35)) / 15
    smooth = (votes + 1 / 2000) / (1 + 2 / 2000)
    ours = fit_calibrator(
        "sigmoid", np.column_stack([1 - votes, votes]), codes, np.ones(2000)
    ).predict(np.column_stack([1 - votes, votes]))
    for feature in (votes, np.log(smooth / (1 - smooth))):
        platt = LogisticRegression(C=np.inf).fit(feature[:, None], codes)

        assert log_loss(codes, ours) < log_loss(codes, platt.predict_proba(feature[:, None])) + 1e-5


@settings(max_examples=60, deadline=None)
@given(
    probability=st.lists(st.sampled_from([0, 1e-9, 0.1, 0.3, 0.5, 0.9, 1]), min_size=4),
    seed=st.integers(0, 1000),
    method=st.sampled_from(["sigmoid", "isotonic", "temperature"]),
)
def test_calibrators_keep_the_order(probability, seed, method):
    """Any scores, constant and useless ones too, give ordered probabilities that sum to 1."""
    second = np.array(probability, float)
    columns = np.column_stack([1 - second, second])
    codes = np.random.RandomState(seed).randint(0, 2, len(second))
    codes[:2] = 0, 1
    calibrated = fit_calibrator(method, columns, codes, np.ones(len(second))).predict(columns)

    assert ((calibrated >= 0) & (calibrated <= 1)).all()
    np.testing.assert_allclose(calibrated.sum(axis=1), 1)
    assert (np.diff(calibrated[np.argsort(second), 1]) >= -1e-9).all()


def test_swapping_the_classes_swaps_the_probabilities(seed):
    """The sigmoid treats both classes alike."""
    rng = np.random.RandomState(seed)
    second, codes, weight = rng.rand(300), rng.randint(0, 2, 300), rng.rand(300)
    columns = np.column_stack([1 - second, second])
    one = fit_calibrator("sigmoid", columns, codes, weight).predict(columns)
    other = fit_calibrator("sigmoid", columns[:, ::-1], 1 - codes, weight).predict(columns[:, ::-1])

    np.testing.assert_allclose(one, other[:, ::-1], atol=1e-6)
    scaled = fit_calibrator("sigmoid", columns, codes, 1000 * weight).predict(columns)
    np.testing.assert_allclose(one, scaled, atol=1e-6)


# ---- As an estimator ----


@parametrize_with_checks(
    [
        CalibratedClassifier(DecisionTreeClassifier(random_state=0), cv=3),
    ]
)
def test_scikit_learn_checks(estimator, check):
    """The classifier passes all of scikit-learn's checks."""
    check(estimator)


CONTAINERS = {
    "array": lambda X: X,
    "list": lambda X: X.tolist(),
    "pandas": lambda X: pd.DataFrame(X).rename(columns=str),
    "polars": pl.DataFrame,
}
SAMPLERS = [None, RandomOverSampler(), RandomUnderSampler(), SMOTE(k_neighbors=2)]
TREE = DecisionTreeClassifier(max_depth=2, random_state=0)
ESTIMATORS = [LogisticRegression(), TREE, LinearSVC(), GaussianNB()]


@settings(max_examples=12, deadline=None)
@given(
    estimator=st.sampled_from(ESTIMATORS),
    sampler=st.sampled_from(SAMPLERS),
    labels=st.sampled_from([[0, 1], [-1, 5], ["no", "yes"], ["a", "b", "c"], [False, True]]),
    container=st.sampled_from(sorted(CONTAINERS)),
    method=st.sampled_from(["sigmoid", "isotonic", "temperature"]),
    weighted=st.booleans(),
    ensemble=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_any_model_and_sampler(  # noqa: PLR0917
    estimator, sampler, labels, container, method, weighted, ensemble, seed
):
    """Shapes, classes and sums are right; clones and pickles predict the same."""
    rng = np.random.RandomState(seed)
    codes = rng.permutation(np.repeat(np.arange(len(labels)), [60, 24, 20][: len(labels)]))
    values = rng.randn(len(codes), 3) + codes[:, None]
    X, y = CONTAINERS[container](values), np.array(labels)[codes]
    params = {"sample_weight": rng.rand(len(y)) + 0.5} if weighted else {}
    how = {"cv": 3, "ensemble": ensemble, "random_state": seed}
    if sampler is None:
        model = CalibratedClassifier(estimator, method=method, **how)
    else:
        sampler = clone(sampler).set_params(random_state=seed)
        model = ResampledClassifier(estimator, sampler, calibration=method, **how)

    probabilities = model.fit(X, y, **params).predict_proba(X)

    assert probabilities.shape == (len(y), len(labels))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert model.classes_.tolist() == sorted(labels)
    assert model.n_features_in_ == 3
    assert set(model.predict(X)) <= set(labels)
    restored = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(restored.predict_proba(X), probabilities)
    if not isinstance(estimator, LinearSVC):  # its solver draws from the global random state
        again = clone(model).fit(X, y, **params)
        np.testing.assert_allclose(again.predict_proba(X), probabilities)


def test_feature_names_and_routing(seed):
    """Feature names are those of the estimator; with routing, weights and groups are requested."""
    X, y, _ = draw_world(300, seed)
    model = calibrate(LogisticRegression(), pd.DataFrame(X).rename(columns=str), y)
    assert model.feature_names_in_.tolist() == ["0", "1", "2", "3"]
    with sklearn.config_context(enable_metadata_routing=True):
        estimator = LogisticRegression().set_fit_request(sample_weight=True)
        model = CalibratedClassifier(estimator, random_state=0)
        weighted = model.fit(X, y, sample_weight=1 + 9 * y)

    assert weighted.predict_proba(X)[:, 1].mean() > 2 * y.mean()


# ---- Bad input ----


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"cv": 60}, "needs at least 60 samples of each class; the smallest class has 20. Set cv="),
        ({"cv": 1}, "cv must be at least 2; got 1. For example, set cv=5"),
        ({"cv": "five"}, "cv must be a number of folds, a splitter or splits; got 'five'"),
        ({"groups": np.arange(120) % 3}, "needs at least 5 groups; there are 3. Set cv=3"),
        ({"groups": [1, 2]}, "groups must have one value for each of the 120 samples"),
        ({"time": np.arange(120)}, "samples of each class in their test samples"),
        ({"time": np.zeros(120)}, "need more than 5 distinct times"),
        ({"method": "platt"}, "method"),
    ],
)
def test_messages(how, message):
    """Invalid folds raise an error that states what to do."""
    X, y = np.random.RandomState(0).randn(120, 2), np.repeat([1, 0], [20, 100])
    with pytest.raises((InputError, ValueError), match=message):
        calibrate(LogisticRegression(), X, y, **how)


def test_too_few_samples(seed):
    """Without enough samples, probabilities are corrected for the class frequencies; a warning."""
    X, y, _ = draw_world(400, seed)
    for n_minority, sampler, reason in (
        (4, RandomOverSampler(random_state=0), "at least 5 samples of each class"),
        (6, SMOTE(random_state=0), "SMOTE needs more than k_neighbors=5 samples"),
    ):
        rows = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:n_minority]])
        model = ResampledClassifier(LogisticRegression(), sampler)
        with pytest.warns(CounterpoiseWarning, match=f"not calibrated, but only .*{reason}"):
            model.fit(X[rows], y[rows])
        prior = clone(model).set_params(calibration="prior").fit(X[rows], y[rows])

        np.testing.assert_array_equal(model.predict_proba(X), prior.predict_proba(X))
        with pytest.raises(InputError, match=reason):
            ResampledClassifier(LinearSVC(), sampler).fit(X[rows], y[rows])


# ---- Weights that keep the class frequencies ----


@pytest.mark.parametrize("share", [0, 0.3, 1])
@pytest.mark.parametrize("weighted", [False, True])
def test_original_share_keeps_the_class_frequencies(share, weighted, seed):
    """Each class keeps its total weight, of which the original samples have the given share."""
    X, y, _ = draw_world(500, seed)
    weight = np.random.RandomState(seed).rand(len(y)) if weighted else np.ones(len(y))
    log = []
    model = ResampledClassifier(
        Recorder(log), SMOTE(random_state=0), original_share=share, calibration="prior"
    ).fit(X, y, sample_weight=weight)
    is_original = np.isin(log[0][1], X[:, 0])
    minority = np.isin(log[0][1], X[y == 1, 0]) | ~is_original
    used = log[0][2]

    assert (used > 0).all()
    assert used[~minority].sum() == pytest.approx(weight[y == 0].sum())
    assert used[minority].sum() == pytest.approx(weight[y == 1].sum())
    assert used[minority & is_original].sum() == pytest.approx(share * weight[y == 1].sum())
    np.testing.assert_allclose(model.class_prior_, model.resampled_prior_)


def test_all_weight_on_original_samples_is_the_baseline(seed):
    """With original_share=1, the model is that without resampling."""
    X, y, _ = draw_world(800, seed)
    for estimator in (make_pipeline(StandardScaler(), LogisticRegression()), BOOSTING):
        model = ResampledClassifier(
            estimator, SMOTE(random_state=0), original_share=1.0, calibration=None
        )
        expected = clone(estimator).fit(X, y).predict_proba(X)

        np.testing.assert_allclose(model.fit(X, y).predict_proba(X), expected, atol=1e-6)
