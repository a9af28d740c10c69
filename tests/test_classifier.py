"""Classifier trained on resampled data: no leakage, corrected and calibrated probabilities."""

from __future__ import annotations

import pickle

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, recall_score, roc_auc_score
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_validate,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from counterpoise import FunctionSampler, ResampledClassifier
from counterpoise.combine import SMOTEENN, Chain
from counterpoise.exceptions import CounterpoiseWarning, InputError
from counterpoise.over_sampling import ADASYN, SMOTE, RandomOverSampler
from counterpoise.probability import calibration_intercept, correct_prior
from counterpoise.under_sampling import NearMiss, RandomUnderSampler, TomekLinks


@pytest.fixture
def data(seed):
    """Return samples of which one in ten is of the minority class."""
    return make_classification(1200, 6, weights=[0.9], class_sep=0.7, random_state=seed)


def expected_failures(estimator):
    """Name the checks that a classifier fails, each with its reason."""
    if estimator.calibration != "sigmoid" or not hasattr(estimator, "decision_function"):
        return {}
    return {
        "check_classifiers_train": "after calibration one class at a time, the most probable of "
        "three classes need not be the one that the resampled classifier predicts"
    }


@parametrize_with_checks(
    [
        ResampledClassifier(
            LogisticRegression(), RandomUnderSampler(random_state=0), calibration="prior"
        ),
        ResampledClassifier(LogisticRegression(), RandomUnderSampler(random_state=0)),
        ResampledClassifier(DecisionTreeClassifier(random_state=0), RandomOverSampler()),
    ],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_checks(estimator, check):
    """The classifier passes all of scikit-learn's checks."""
    if isinstance(estimator.sampler, RandomOverSampler):
        estimator.sampler.set_params(random_state=0)
    check(estimator)


def test_predictions_are_those_of_the_resampled_estimator(data):
    """Classes, scores and rankings equal those of the estimator fitted on resampled data."""
    X, y = data
    sampler = SMOTE(random_state=0)
    model = ResampledClassifier(LogisticRegression(), sampler, calibration="prior").fit(X, y)
    plain = LogisticRegression().fit(*SMOTE(random_state=0).fit_resample(X, y))

    np.testing.assert_array_equal(plain.predict(X), model.predict(X))
    np.testing.assert_array_equal(plain.decision_function(X), model.decision_function(X))
    raw, corrected = plain.predict_proba(X)[:, 1], model.predict_proba(X)[:, 1]
    np.testing.assert_allclose(corrected, correct_prior(raw, 0.5, y.mean()))
    np.testing.assert_allclose(model.predict_log_proba(X)[:, 1], np.log(corrected))
    assert roc_auc_score(y, raw) == roc_auc_score(y, corrected)
    assert average_precision_score(y, raw) == average_precision_score(y, corrected)
    assert abs(calibration_intercept(y, corrected)) < abs(calibration_intercept(y, raw)) / 3


def test_threshold(data):
    """`predict` uses the resampled estimator, the most probable class, or a probability."""
    X, y = data
    model = ResampledClassifier(LogisticRegression(), RandomOverSampler(random_state=0)).fit(X, y)
    probability = model.predict_proba(X)[:, 1]
    recall = {"resampled": recall_score(y, model.predict(X))}
    for threshold in ("argmax", 0.05):
        predicted = model.set_params(threshold=threshold).predict(X)
        lowest = 0.5 if threshold == "argmax" else threshold
        np.testing.assert_array_equal(probability >= lowest, predicted)
        recall[threshold] = recall_score(y, predicted)

    assert recall["argmax"] < recall["resampled"] < recall[0.05]


def test_without_calibration(data):
    """With calibration=None, probabilities are those of the estimator."""
    X, y = data
    model = ResampledClassifier(
        LogisticRegression(), RandomUnderSampler(random_state=0), calibration=None
    ).fit(X, y)

    np.testing.assert_array_equal(model.estimator_.predict_proba(X), model.predict_proba(X))


def test_several_classes_with_names(seed):
    """The mean probability of each class is close to its proportion."""
    X, y = make_classification(
        3000, n_informative=4, n_classes=3, weights=[0.8, 0.15], random_state=seed
    )
    names = np.array(["a", "b", "c"])[y]
    model = ResampledClassifier(LogisticRegression(), RandomOverSampler(random_state=0))
    model.fit(pd.DataFrame(X).rename(columns=str), pd.Series(names))

    proportions = pd.Series(names).value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(model.class_prior_, proportions)
    np.testing.assert_allclose(model.resampled_prior_, 1 / 3)
    X = pd.DataFrame(X).rename(columns=str)
    assert model.feature_names_in_.tolist() == [str(i) for i in range(20)]
    assert set(model.predict(X)) <= set(names)
    np.testing.assert_allclose(model.predict_proba(X).mean(axis=0), proportions, atol=0.03)


@pytest.mark.parametrize(
    ("sampler", "correction"),
    [
        (RandomOverSampler(), "exact"),
        (RandomUnderSampler(), "exact"),
        (RandomOverSampler(shrinkage=0.1), "approximate"),
        (SMOTE(), "approximate"),
        (ADASYN(), "approximate"),
        (TomekLinks(), "invalid"),
        (NearMiss(), "invalid"),
        (SMOTEENN(), "invalid"),
        (Chain([RandomUnderSampler(), SMOTE()]), "approximate"),
        (Chain([SMOTE(), TomekLinks()]), "invalid"),
        (Chain([RandomUnderSampler()]), "exact"),
    ],
)
def test_warning_where_the_correction_is_invalid(sampler, correction, data, recwarn):
    """Prior correction warns of samplers that select by features; calibration does not."""
    X, y = data
    assert sampler.prior_correction == correction

    ResampledClassifier(LogisticRegression(), sampler, cv=2).fit(X, y)
    assert not recwarn.list
    ResampledClassifier(LogisticRegression(), sampler, calibration="prior").fit(X, y)

    messages = [str(w.message) for w in recwarn if issubclass(w.category, CounterpoiseWarning)]
    assert bool(messages) == (correction == "invalid")
    assert all("calibration='sigmoid'" in message for message in messages)


def test_sampler_of_imbalanced_learn(data):
    """A sampler of another library is accepted; prior correction warns."""
    X, y = data
    samplers = (
        imblearn.under_sampling.RandomUnderSampler(random_state=0),
        RandomUnderSampler(random_state=0),
    )
    theirs, ours = (
        ResampledClassifier(LogisticRegression(), sampler, random_state=0).fit(X, y)
        for sampler in samplers
    )
    with pytest.warns(
        CounterpoiseWarning, match="the effect of RandomUnderSampler .* is not known"
    ):
        ResampledClassifier(LogisticRegression(), samplers[0], calibration="prior").fit(X, y)

    np.testing.assert_array_equal(ours.predict_proba(X), theirs.predict_proba(X))


class RecordingRegression(LogisticRegression):
    """Logistic regression that records the samples on which it was fitted."""

    def fit(self, X, y, sample_weight=None):
        """Record and fit."""
        self.first_feature_ = np.asarray(X)[:, 0]
        self.weight_ = sample_weight
        return super().fit(X, y, sample_weight)


@pytest.mark.costly
def test_test_folds_are_not_resampled(data):
    """In cross-validation, only the training fold is resampled."""
    X, y = data
    X = np.column_stack([np.arange(len(y)), X])
    folds = list(StratifiedKFold(4).split(X, y))
    model = ResampledClassifier(
        RecordingRegression(max_iter=2000), RandomOverSampler(random_state=0)
    )

    out = cross_validate(model, X, y, cv=folds, return_estimator=True)

    for (train, test), fitted in zip(folds, out["estimator"], strict=True):
        origin = train[fitted.sampler_.provenance_.row]
        np.testing.assert_array_equal(origin, fitted.estimator_.first_feature_)
        assert not set(origin) & set(test)


def test_sample_weight(data, seed):
    """Weights are resampled; a synthetic sample has that of its base; priors are weighted."""
    X, y = data
    weight = np.random.RandomState(seed).rand(len(y)) + 0.5
    model = ResampledClassifier(RecordingRegression(), SMOTE(random_state=0))
    model.fit(X, y, sample_weight=weight)

    np.testing.assert_array_equal(
        model.sampler_.provenance_.carry(weight), model.estimator_.weight_
    )
    assert model.class_prior_[1] == pytest.approx(weight[y == 1].sum() / weight.sum())


@pytest.mark.costly
def test_metadata_is_routed(data):
    """With metadata routing, the estimator gets resampled metadata, also in a search."""
    X, y = data
    with sklearn.config_context(enable_metadata_routing=True):
        estimator = RecordingRegression().set_fit_request(sample_weight=True)
        model = ResampledClassifier(estimator, RandomUnderSampler(random_state=0), cv=2)
        search = GridSearchCV(
            model.set_fit_request(groups=True).set_score_request(sample_weight=False),
            {"estimator__C": [0.1, 1], "sampler__sampling_strategy": [1.0, 0.5]},
            cv=3,
        )
        groups = np.arange(len(y)) // 2
        search.fit(X, y, sample_weight=np.arange(len(y)) + 1.0, groups=groups)
        best = search.best_estimator_

        kept = best.sampler_.sample_indices_
        np.testing.assert_array_equal(kept + 1.0, best.estimator_.weight_)


@pytest.mark.costly
def test_inside_scikit_learn_meta_estimators(data):
    """Calibration, threshold tuning, clone and pickle work as with any classifier."""
    X, y = data
    model = ResampledClassifier(LogisticRegression(), RandomUnderSampler(random_state=0))
    for wrapped in (CalibratedClassifierCV(model, cv=3), TunedThresholdClassifierCV(model, cv=3)):
        assert wrapped.fit(X, y).score(X, y) > 0.5
    model.fit(X, y)
    restored = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(model.predict_proba(X), restored.predict_proba(X))
    assert not hasattr(clone(model), "estimator_")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (ResampledClassifier(LogisticRegression(), SMOTE(), threshold=1.5), "threshold must be"),
        (ResampledClassifier(LogisticRegression(), SMOTE(), threshold="x"), "threshold must be"),
        (
            ResampledClassifier(LinearSVC(), SMOTE(), threshold=0.5, calibration=None),
            "no predict_proba. Set calibration='sigmoid'. Or set threshold='resampled'",
        ),
        (ResampledClassifier(LogisticRegression(), SMOTE(), cv=1), "cv must be at least 2"),
        (ResampledClassifier(LogisticRegression(), SMOTE(), cv="five"), "cv must be a number"),
        (ResampledClassifier(LogisticRegression(), SMOTE(), calibration="x"), "calibration"),
        (
            ResampledClassifier(KNeighborsClassifier(), SMOTE(), original_share=0.5),
            "the fit method of KNeighborsClassifier has no sample_weight. Set original_share=None",
        ),
        (
            ResampledClassifier(
                LogisticRegression(), imblearn.over_sampling.SMOTE(), original_share=0.5
            ),
            "which samples are synthetic, and SMOTE does not report it",
        ),
        (ResampledClassifier(LogisticRegression(), LogisticRegression()), "sampler"),
        (ResampledClassifier(SMOTE(), SMOTE()), "estimator"),
        (
            ResampledClassifier(
                LogisticRegression(), FunctionSampler(func=lambda X, y: (X[y == 0], y[y == 0]))
            ),
            "removed all samples of class|needs samples of at least 2 classes",
        ),
    ],
)
def test_error_messages(model, message, data):
    """Invalid parameters raise an error."""
    with pytest.raises(ValueError, match=message):
        model.fit(*data)


def test_more_error_messages(data):
    """Unfitted models, missing probabilities, and weights that cannot be resampled."""
    X, y = data
    model = ResampledClassifier(LogisticRegression(), RandomUnderSampler())
    for method in ("predict", "predict_proba", "decision_function"):
        with pytest.raises(NotFittedError):
            getattr(model, method)(X)
    with pytest.raises(AttributeError) as caught:
        ResampledClassifier(LinearSVC(), RandomUnderSampler(), calibration="prior").fit(
            X, y
        ).predict_proba(X)
    assert "Set calibration='sigmoid'" in str(caught.value.__cause__)
    unknown_origin = FunctionSampler(func=lambda X, y: (X, y))
    with pytest.raises(InputError, match="does not report which input sample"):
        ResampledClassifier(RecordingRegression(), unknown_origin).fit(
            X, y, sample_weight=np.ones(len(y))
        )
    three = np.arange(len(y)) % 3
    with pytest.raises(InputError, match="threshold=0.3 is for two classes"):
        ResampledClassifier(LogisticRegression(), RandomUnderSampler(), threshold=0.3).fit(X, three)
