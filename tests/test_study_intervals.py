"""Simultaneous intervals of several improvements, and the influence of training samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from counterpoise.study._improvement import Difference, Errors, compare_family
from counterpoise.study._metrics import METRICS, ScoredSamples
from counterpoise.study._records import Candidate, Costs, Improvement, TableSummary
from counterpoise.study._scoring import Evaluator
from counterpoise.study._simultaneous import draw_errors
from counterpoise.study._training_influence import training_influences

# ---- Simultaneous intervals ----


def draw_components(seed: int, n: int = 8, shared: float = 1.0) -> np.ndarray:
    rng = np.random.RandomState(seed)
    scale = rng.uniform(0.5, 2, size=(n, 1))
    return scale * (rng.normal(size=(n, 400)) + shared * rng.normal(size=400))


def test_critical_values_are_between_those_of_equal_and_of_independent_errors(seed: int) -> None:
    components = draw_components(seed)
    single, independent = norm.ppf(0.975), norm.ppf((1 + 0.95 ** (1 / 8)) / 2)
    assert draw_errors(components[:1]).critical_value(0.95) == pytest.approx(single)
    assert draw_errors(components[[0] * 8]).critical_value(0.95) == pytest.approx(single, abs=0.03)
    assert draw_errors(np.eye(8)).critical_value(0.95) == pytest.approx(independent, abs=0.03)
    assert single < draw_errors(components).critical_value(0.95) < independent
    # More correlation, shorter intervals.
    much = draw_errors(draw_components(seed, shared=3)).critical_value(0.95)
    assert much < draw_errors(draw_components(seed, shared=0.5)).critical_value(0.95)


def test_draws_depend_on_the_components_only(seed: int) -> None:
    components = draw_components(seed)
    state = repr(np.random.get_state())
    first, again = draw_errors(components), draw_errors(components)
    assert np.array_equal(first.errors, again.errors)
    assert repr(np.random.get_state()) == state


def test_step_down_p_values_against_their_definition(seed: int) -> None:
    draws = draw_errors(draw_components(seed))
    statistics = np.abs(np.random.RandomState(seed).normal(size=8)) * 2
    found = draws.adjust_p_values(statistics)
    remaining, highest = list(range(8)), 0.0
    for place in np.argsort(-statistics):
        largest = draws.errors[:, remaining].max(axis=1)
        highest = max(highest, float((largest >= statistics[place]).mean()))
        assert found[place] == pytest.approx(highest, abs=0.01)
        remaining.remove(place)


def test_step_down_decides_all_that_holm_decides(seed: int) -> None:
    draws = draw_errors(draw_components(seed))
    for scale in (1, 2, 3):
        statistics = np.abs(np.random.RandomState(seed).normal(size=8)) * scale
        single = 2 * norm.sf(statistics)
        order = np.argsort(single)
        holm = np.empty(8)
        holm[order] = np.maximum.accumulate(np.minimum(single[order] * np.arange(8, 0, -1), 1))
        found = draws.adjust_p_values(statistics)
        assert (found <= holm + 1e-12).all()
        assert (found >= single - 1e-12).all()


def make_family(estimates: np.ndarray, components: np.ndarray) -> list[Difference]:
    return [
        Difference("m", str(n), "roc_auc", 0.5, 0.5, value, Errors(row, np.zeros(1), 1), 0.5, False)
        for n, (value, row) in enumerate(zip(estimates, components, strict=True))
    ]


def test_intervals_are_simultaneous_and_outcomes_right(seed: int) -> None:
    """All intervals of a family include the truth in 95% of families; few outcomes are wrong."""
    components = draw_components(seed, n=6) / 40
    truth = np.array([0.0, 0.4, 0.5, -0.5, 1.5, -2.0])
    rng = np.random.RandomState(seed)
    n_families, n_joint, n_wrong = 60, 0, 0
    for _ in range(n_families):
        estimates = truth + components @ rng.normal(size=components.shape[1])
        family = compare_family(make_family(estimates, components), 0.95, 100)
        n_joint += all(one.low <= true <= one.high for one, true in zip(family, truth, strict=True))
        n_wrong += any(is_wrong(one, true) for one, true in zip(family, truth, strict=True))
    assert n_joint >= 0.86 * n_families
    assert n_wrong <= 0.13 * n_families


def is_wrong(improvement: Improvement, truth: float) -> bool:
    return {
        "better": truth < 0.5,
        "worse": truth > -0.5,
        "equivalent": abs(truth) > 0.5,
        "inconclusive": False,
    }[improvement.outcome]


def test_an_outcome_of_the_step_down_ends_its_interval_at_the_margin() -> None:
    """The second comparison is decided only because the first one is."""
    components = np.zeros((2, 4000))
    components[0, :2000] = components[1, 2000:] = 1 / np.sqrt(2000)
    family = compare_family(make_family(np.array([9.0, 2.6]), components), 0.95, 100)
    alone = draw_errors(components).critical_value(0.95)
    assert 2.6 - alone < 0.5 < 2.6 - norm.ppf(0.975)
    assert [one.outcome for one in family] == ["better", "better"]
    assert (family[1].low, family[1].direction) == (0.5, 1)
    assert family[0].low == pytest.approx(9 - alone, abs=0.01)


# ---- Influence of training samples ----

MEANS_OF_LOSSES = ("brier", "log_loss", "expected_cost")


def make_candidate(scores: np.ndarray, prior: float) -> Candidate:
    unknown = np.full((len(scores), 5), np.nan)
    return Candidate(
        model="m",
        method="r",
        scores=scores[..., None],
        predictions=(scores > 0.5).astype(int),
        has_probabilities=True,
        priors=np.broadcast_to([1 - prior, prior], (len(scores), 5, 2)),
        correction="exact",
        thresholds=unknown,
        seconds=unknown,
        status="done",
    )


def make_evaluator(y: np.ndarray, folds: np.ndarray) -> Evaluator:
    return Evaluator(TableSummary((0, 1), y, 1, (), 0), folds, 5, Costs())


def influences_of(evaluator: Evaluator, name: str, candidate: Candidate) -> np.ndarray:
    tested = evaluator.influences(METRICS[name], candidate, np.ones((1, 5), bool))
    return training_influences(evaluator.data, METRICS[name], candidate, tested)


def draw_classes(rng: np.random.RandomState, n: int = 500) -> tuple[np.ndarray, np.ndarray]:
    y = (rng.random_sample(n) < 0.15).astype(int)
    return rng.normal(size=(n, 2)) + y[:, None], y


@pytest.mark.costly
def test_influences_have_the_variance_of_models_of_other_training_samples() -> None:
    """Balanced logistic regressions: the variance of their true metrics is the estimated one."""
    rng = np.random.RandomState(0)
    X_test, y_test = draw_classes(rng, 10_000)
    values, variances = [], []
    for _ in range(60):
        X, y = draw_classes(rng)
        folds = np.zeros((1, len(y)), int)
        scores = np.zeros((1, len(y)))
        for fold, (train, test) in enumerate(StratifiedKFold(5).split(X, y)):
            model = LogisticRegression(class_weight="balanced").fit(X[train], y[train])
            folds[0, test], scores[0, test] = fold, model.predict_proba(X[test])[:, 1]
        evaluator, candidate = make_evaluator(y, folds), make_candidate(scores, 0.5)
        p = LogisticRegression(class_weight="balanced").fit(X, y).predict_proba(X_test)
        tested = ScoredSamples(y_test, p[:, 1:], p.argmax(axis=1), 1, 2, Costs())
        values.append([METRICS[name].value(tested) for name in MEANS_OF_LOSSES])
        by_sample = [
            influences_of(evaluator, name, candidate).sum(axis=0) / 5 for name in MEANS_OF_LOSSES
        ]
        variances.append([each @ each for each in by_sample])
    ratio = np.sqrt(np.mean(variances, axis=0)) / np.std(values, axis=0)
    assert (ratio > 0.75).all()
    assert (ratio < 1.35).all()


def draw_scores(seed: int, n: int = 4000) -> tuple[Evaluator, np.ndarray]:
    """Draw classes with normally distributed log-odds, which are calibrated."""
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(n) < 0.2).astype(int)
    log_odds = 1.5 * (1.5 * y + rng.normal(size=n)) - 1.5**2 / 2 + logit(0.2)
    folds = np.repeat(np.arange(5), n // 5)[None]
    return make_evaluator(y, folds), log_odds[None]


def test_weights_of_test_samples_represent_another_level(seed: int) -> None:
    """The influence of a sample is what its effect on the level does to the metric."""
    evaluator, log_odds = draw_scores(seed)
    candidate = make_candidate(expit(log_odds + 1), float(evaluator.data.codes.mean()))
    residuals = evaluator.data.codes - candidate.scores[0, :, 0]

    def mean_brier(shift: float) -> float:
        return float(np.mean((evaluator.data.codes - expit(log_odds + 1 + shift)) ** 2))

    # One unit of residuals moves the sum of all probabilities by one.
    step = 1e-4
    moved = (expit(log_odds + 1 + step) - expit(log_odds + 1 - step)).sum()
    slope = 5 * (mean_brier(step) - mean_brier(-step)) / moved  # summed over five folds
    expected = slope * (residuals - residuals.mean())
    found = influences_of(evaluator, "brier", candidate)[0]
    assert np.corrcoef(found, expected)[0, 1] > 0.999
    assert np.std(found) == pytest.approx(np.std(expected), rel=0.2)


@pytest.mark.parametrize("name", ["brier", "f1"])
def test_influences_have_the_mean_zero(name: str, seed: int) -> None:
    evaluator, log_odds = draw_scores(seed)
    for prior in (0.2, 0.5, np.nan):
        found = influences_of(evaluator, name, make_candidate(expit(log_odds + 1), prior))[0]
        assert found.std() > 0
        assert found.mean() == pytest.approx(0, abs=1e-9)
        # Where the method sets the class proportions, this holds within each class.
        is_zero = abs(found[evaluator.data.codes == 1].mean()) < 1e-9
        assert is_zero == (prior != 0.2)


def test_without_a_level_training_samples_have_no_influence(seed: int) -> None:
    evaluator, log_odds = draw_scores(seed)
    candidate = make_candidate(expit(log_odds), 0.5)
    tuned = replace(candidate, thresholds=np.full((1, 5), 0.3))
    unscaled = replace(candidate, has_probabilities=False)
    constant = make_candidate(np.full(log_odds.shape, 0.3), 0.5)
    for name, without in (
        ("roc_auc", candidate),
        ("average_precision", candidate),
        ("f1", tuned),
        ("f1", unscaled),
        ("brier", constant),
    ):
        assert not influences_of(evaluator, name, without).any()
    assert influences_of(evaluator, "brier", tuned).any()


def test_a_level_has_the_same_influence_if_proportions_are_unknown(seed: int) -> None:
    """Of a balanced model, the weights of the classes follow from its scores."""
    evaluator, log_odds = draw_scores(seed)
    scores = expit(log_odds - logit(evaluator.data.codes.mean()))
    known, unknown = (
        influences_of(evaluator, "brier", make_candidate(scores, prior))[0]
        for prior in (0.5, np.nan)
    )
    assert unknown == pytest.approx(known, rel=0.3, abs=known.std() / 5)
