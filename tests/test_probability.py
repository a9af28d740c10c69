"""Prior correction, cost-based thresholds and calibration measures: mathematical properties."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from counterpoise.exceptions import InputError
from counterpoise.over_sampling import RandomOverSampler
from counterpoise.probability import (
    PriorCorrection,
    calibration_intercept,
    calibration_slope,
    correct_prior,
    correct_undersampling,
    cost_threshold,
    expected_calibration_error,
    prior_shift_offset,
)
from counterpoise.under_sampling import RandomUnderSampler

PREVALENCES = {0.01: -4.60, 0.05: -2.94, 0.1: -2.20, 0.2: -1.39, 0.3: -0.85}


def draw_logistic(n: int, prevalence: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw samples whose log-odds are linear in the features, with a given prevalence."""
    rng = np.random.RandomState(seed)
    y = (rng.rand(n) < prevalence).astype(int)
    return rng.randn(n, 3) + 0.7 * y[:, None], y


@pytest.mark.parametrize("how", ["over", "under", "weights"])
@pytest.mark.parametrize("prevalence", PREVALENCES)
def test_balancing_shifts_calibration_by_the_logit_of_the_prevalence(how, prevalence, seed):
    """Balancing increases log-odds by -logit(prevalence), and prior correction undoes it."""
    X, y = draw_logistic(60_000, prevalence, seed)
    X_new, y_new = draw_logistic(60_000, prevalence, seed + 1)
    model = LogisticRegression(C=np.inf)
    if how == "weights":
        model.set_params(class_weight="balanced").fit(X, y)
    else:
        sampler = {"over": RandomOverSampler, "under": RandomUnderSampler}[how](random_state=seed)
        model.fit(*sampler.fit_resample(X, y))
    probability = model.predict_proba(X_new)
    # Standard error of the intercept, from the test samples and from the training samples.
    error = 4 * np.sqrt(2 * (1 + (how == "under")) / (len(y) * prevalence * (1 - prevalence)))

    raw = calibration_intercept(y_new, probability)
    corrected = calibration_intercept(y_new, correct_prior(probability, [0.5, 0.5], y.mean()))

    assert abs(raw - logit(prevalence)) < max(0.15, error)
    assert round(float(logit(prevalence)), 2) == pytest.approx(PREVALENCES[prevalence], abs=0.006)
    assert abs(corrected) < error
    np.testing.assert_allclose(prior_shift_offset(0.5, prevalence)[1], -logit(prevalence))


def test_oversampling_equals_sample_weights(seed):
    """Duplicated samples and equivalent sample weights give the same logistic regression."""
    X, y = draw_logistic(2000, 0.1, seed)
    sampler = RandomOverSampler(random_state=seed)
    oversampled = LogisticRegression(tol=1e-10, max_iter=1000).fit(*sampler.fit_resample(X, y))
    counts = np.bincount(sampler.sample_indices_, minlength=len(y))

    weighted = LogisticRegression(tol=1e-10, max_iter=1000).fit(X, y, sample_weight=counts)

    np.testing.assert_allclose(weighted.coef_, oversampled.coef_, rtol=1e-5)
    np.testing.assert_allclose(weighted.intercept_, oversampled.intercept_, rtol=1e-5)


def test_prior_correction_keeps_the_ranking(seed):
    """ROC AUC and average precision are identical before and after correction."""
    rng = np.random.RandomState(seed)
    y, score = rng.randint(0, 2, 500), np.round(rng.rand(500), 2)  # with ties
    corrected = correct_prior(score, 0.5, 0.03)

    assert roc_auc_score(y, score) == roc_auc_score(y, corrected)
    assert average_precision_score(y, score) == average_precision_score(y, corrected)


def test_correction_of_several_classes(seed):
    """Correction can be undone, rows sum to 1, and an unchanged prior changes nothing."""
    rng = np.random.RandomState(seed)
    probabilities, prior, other = rng.dirichlet([1] * 4, 50), *rng.dirichlet([5] * 4, 2)

    corrected = correct_prior(probabilities, prior, other)

    np.testing.assert_allclose(corrected.sum(axis=1), 1)
    np.testing.assert_allclose(correct_prior(corrected, other, prior), probabilities)
    np.testing.assert_allclose(correct_prior(probabilities, prior, prior), probabilities)
    odds = np.log(corrected[:, 1:] / corrected[:, :1]) - np.log(
        probabilities[:, 1:] / probabilities[:, :1]
    )
    np.testing.assert_allclose(odds, np.tile(-prior_shift_offset(prior, other)[1:], (50, 1)))


@pytest.mark.parametrize("kept", [1, 0.3, 0.01])
def test_undersampling_is_a_change_of_prior(kept):
    """Dal Pozzolo's formula equals prior correction for the prior after undersampling."""
    score, prior = np.linspace(0, 1, 11), 0.02
    training_prior = prior / (prior + kept * (1 - prior))

    np.testing.assert_allclose(
        correct_undersampling(score, kept), correct_prior(score, training_prior, prior), atol=1e-15
    )


@pytest.mark.costly
def test_estimated_prior_is_within_its_standard_error():
    """In 60 data sets, the true prior is within two standard errors in about 95%."""
    X, y = draw_logistic(200_000, 0.3, 0)
    model = LogisticRegression(C=np.inf).fit(X, y)
    errors = []
    for seed in range(60):
        X_new, _ = draw_logistic(4000, 0.05, 100 + seed)
        found = PriorCorrection(y.mean()).fit(model.predict_proba(X_new))
        errors.append((found.prior_[1] - 0.05) / found.prior_standard_error_[1])
        assert found.prior_standard_error_[0] == pytest.approx(found.prior_standard_error_[1])

    # The prevalence in the drawn samples varies as well; the standard error includes that.
    assert (np.abs(errors) < 2).mean() > 0.85
    assert abs(np.mean(errors)) < 0.6
    assert 0.6 < np.std(errors) < 1.5


def test_given_prior():
    """A given prior is not estimated; a single number is that of the second class."""
    correction = PriorCorrection(0.5, prior=0.1).fit([0.3, 0.6])

    np.testing.assert_allclose(correction.prior_, [0.9, 0.1])
    assert correction.prior_standard_error_ is None
    np.testing.assert_allclose(correction.transform([0.3]), correct_prior([0.3], 0.5, 0.1))
    np.testing.assert_allclose(clone(correction).fit_transform([[0.7, 0.3]])[:, 1], [0.3 / 6.6])


def test_expected_costs_are_equal_at_the_threshold():
    """At the threshold, predicting positive and negative has the same expected cost."""
    t = cost_threshold(3, 40, cost_tp=1, cost_tn=-0.5)

    assert t * 1 + (1 - t) * 3 == pytest.approx(t * 40 + (1 - t) * -0.5)
    assert cost_threshold(1, 1) == 0.5


def test_calibration_of_known_probabilities(seed):
    """Shifted and scaled log-odds have the corresponding intercept and slope."""
    rng = np.random.RandomState(seed)
    log_odds = rng.randn(100_000) * 1.5
    y = rng.rand(len(log_odds)) < expit(log_odds)

    assert abs(calibration_intercept(y, expit(log_odds))) < 0.05
    assert calibration_intercept(y, expit(log_odds - 0.7)) == pytest.approx(0.7, abs=0.05)
    assert calibration_slope(y, expit(log_odds * 2 + 1)) == pytest.approx(0.5, abs=0.02)
    assert expected_calibration_error(y, expit(log_odds)) < 0.02
    assert expected_calibration_error(y, expit(log_odds + 2), strategy="quantile") > 0.1


@pytest.mark.parametrize(
    "measure", [calibration_intercept, calibration_slope, expected_calibration_error]
)
def test_weights_equal_duplicated_samples(measure, seed):
    """A weight of 3 has the effect of three copies; labels can be strings."""
    rng = np.random.RandomState(seed)
    y, score = rng.randint(0, 2, 300), rng.rand(300)
    weight = rng.randint(1, 4, 300)
    expected = measure(np.repeat(y, weight), np.repeat(score, weight))

    assert measure(y, score, sample_weight=weight) == pytest.approx(expected, rel=1e-6)
    names = np.where(y, "bad", "good")
    assert measure(names, score, sample_weight=weight, pos_label="bad") == pytest.approx(
        expected, rel=1e-6
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: correct_prior([1.2], 0.5, 0.1), "between 0 and 1"),
        (lambda: correct_prior([np.nan], 0.5, 0.1), "between 0 and 1"),
        (
            lambda: correct_prior([[0.5, 0.6]], 0.5, 0.1),
            "sum to 1. Pass the output of predict_proba",
        ),
        (lambda: correct_prior([[0.2, 0.3, 0.5]], 0.5, 0.1), "each of the 3 classes; it holds 2"),
        (lambda: correct_prior([0.2], [0.5, 0.4], 0.1), "training_prior must sum to 1"),
        (lambda: correct_prior([0.2], 0.5, 0.0), "prior must hold one number per class, above 0"),
        (lambda: correct_prior([[[0.2]]], 0.5, 0.1), "got shape"),
        (lambda: correct_undersampling([0.2], 0), "kept must be above 0 and at most 1"),
        (lambda: correct_undersampling([[0.2, 0.8]], 0.5), "minority class's column"),
        (lambda: PriorCorrection(0.5, max_iter=0).fit([0.5]), "max_iter"),
        (lambda: cost_threshold(np.nan, 1), "cost_fp must be a finite number"),
        (
            lambda: cost_threshold(1, 1, cost_tp=2),
            "cost more than the correct prediction; cost_fn=1",
        ),
        (lambda: calibration_intercept([0, 0], [0.1, 0.2]), "samples of both classes"),
        (lambda: calibration_slope([0, 1], [0.1, 0.1]), "all of these are equal"),
        (
            lambda: calibration_slope([0, 1, 2], [0.1] * 3),
            "need two classes; y_true has 3: 0, 1, 2",
        ),
        (lambda: calibration_slope([0, 1], [0.1] * 3), "same length"),
        (
            lambda: calibration_slope([0, 1], [0.1, 0.3], pos_label=7),
            "one of the classes 0, 1; got 7",
        ),
        (lambda: calibration_slope([0, 1], [0.1, 0.3], sample_weight=[1]), "one weight for each"),
        (lambda: calibration_slope([0, 1], [0.1, 0.3], sample_weight=[1, -1]), "at least 0"),
        (lambda: expected_calibration_error([0, 1], [0.1, 0.3], n_bins=0), "n_bins must be"),
        (lambda: expected_calibration_error([0, 1], [0.1, 0.3], strategy="x"), "strategy must be"),
    ],
)
def test_messages(call, message):
    """Invalid arguments raise an error that states what is allowed."""
    with pytest.raises((InputError, ValueError), match=message):
        call()


def test_warning_without_convergence():
    """Too few iterations give a warning."""
    with pytest.warns(UserWarning, match="did not converge within max_iter=1"):
        PriorCorrection(0.5, max_iter=1).fit(np.random.RandomState(0).rand(50) * 0.2)
