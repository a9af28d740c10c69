"""Metrics, influences and improvements of a study, compared with independent computations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import t
from sklearn import metrics as sk

from counterpoise.metrics import geometric_mean_score
from counterpoise.study._improvement import (
    Difference,
    Errors,
    compare_family,
    measure_difference,
)
from counterpoise.study._metrics import METRICS, ScoredSamples
from counterpoise.study._probabilities import calibrated_scores, corrected_scores
from counterpoise.study._records import Candidate, Costs, TableSummary
from counterpoise.study._scoring import Evaluator
from counterpoise.study._selection import select_best
from counterpoise.study._thresholds import best_threshold
from counterpoise.study._training_influence import training_influences

COSTS = Costs(1.0, 7.0)


def rows(seed: int, n_classes: int = 2, n: int = 60, ties: bool = True) -> ScoredSamples:
    rng = np.random.RandomState(seed)
    codes = np.r_[np.arange(n_classes), rng.randint(n_classes, size=n - n_classes)]
    raw = rng.random_sample((n, n_classes)) + 0.8 * (codes[:, None] == np.arange(n_classes))
    raw = np.round(raw, 1) if ties else raw
    share = (raw + 0.1) / (raw + 0.1).sum(axis=1, keepdims=True)
    scores = share[:, [1]] if n_classes == 2 else share
    positive = 1 if n_classes == 2 else None
    return ScoredSamples(codes, scores, share.argmax(axis=1), positive, n_classes, COSTS)


def oracle(name: str, tested: ScoredSamples, weight: np.ndarray | None = None) -> float:
    y, p, said = tested.codes, tested.scores, tested.predictions
    two = tested.positive is not None
    one_hot = (y[:, None] == np.arange(tested.n_classes)).astype(float)
    w = np.ones(len(y)) if weight is None else weight
    if name in ("average_precision", "roc_auc"):
        function = getattr(sk, f"{name}_score")
        value = (
            function(y, p[:, 0], sample_weight=w) if two else function(one_hot, p, sample_weight=w)
        )
    elif name == "log_loss":
        value = sk.log_loss(y, p[:, 0] if two else p, sample_weight=w)
    elif name == "brier":
        error = (p[:, 0] - y) ** 2 if two else ((p - one_hot) ** 2).sum(axis=1)
        value = np.average(error, weights=w)
    elif name == "geometric_mean":
        value = geometric_mean_score(y, said, average="multiclass", sample_weight=w)
    elif name in ("f1", "precision", "recall"):
        function = getattr(sk, f"{name}_score")
        value = function(y, said, average="binary" if two else "macro", sample_weight=w)
    elif name == "expected_cost":
        cost = (said > y) * COSTS.false_positive + (said < y) * COSTS.false_negative
        value = np.average(cost, weights=w)
    else:
        function = {
            "balanced_accuracy": sk.balanced_accuracy_score,
            "cohen_kappa": sk.cohen_kappa_score,
            "matthews": sk.matthews_corrcoef,
        }
        value = function[name](y, said, sample_weight=w)
    return float(value)


TESTABLE = [name for name, metric in METRICS.items() if metric.influence is not None]


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", TESTABLE)
def test_metrics_are_those_of_scikit_learn(name: str, n_classes: int, seed: int) -> None:
    tested = rows(seed, n_classes)
    if n_classes > 2 and METRICS[name].needs_two_classes:
        pytest.skip("defined for two classes")
    assert METRICS[name].value(tested) == pytest.approx(oracle(name, tested), abs=1e-12)


@pytest.mark.costly
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", TESTABLE)
def test_influences_are_derivatives_by_weights(name: str, n_classes: int, seed: int) -> None:
    tested = rows(seed, n_classes)
    if n_classes > 2 and METRICS[name].needs_two_classes:
        pytest.skip("defined for two classes")
    influence = METRICS[name].influence
    assert influence is not None
    found = influence(tested)
    step = 1e-5
    slopes = []
    for row in range(len(tested.codes)):
        more, less = np.ones(len(tested.codes)), np.ones(len(tested.codes))
        more[row] += step
        less[row] -= step
        slopes.append((oracle(name, tested, more) - oracle(name, tested, less)) / (2 * step))
    # A count is moved by half a row, not by a hair: the slope is that of a secant.
    loose = 2e-3 if not METRICS[name].uses_scores and name != "expected_cost" else 1e-6
    assert found == pytest.approx(np.array(slopes), abs=loose / 10, rel=loose * 10)
    assert found.sum() == pytest.approx(0, abs=1e-3)


def make_candidates(
    seed: int, n_repeats: int = 2, n_folds: int = 3, n: int = 90
) -> tuple[Evaluator, Candidate, Candidate]:
    rng = np.random.RandomState(seed)
    codes = np.tile([0, 0, 1], n // 3)
    folds = np.stack([np.repeat(np.arange(n_folds), n // n_folds) for _ in range(n_repeats)])
    for repeat in folds[1:]:
        blocks = repeat.reshape(n_folds, -1, 3)
        repeat[:] = blocks[:, rng.permutation(blocks.shape[1])].ravel()
    candidates = []
    for method, lift in (("baseline", 0.5), ("smote", 0.8)):
        logit = rng.normal(size=(n_repeats, n)) + lift * codes
        scores = 1 / (1 + np.exp(-logit))
        priors = np.full(
            (n_repeats, n_folds, 2), [0.5, 0.5] if method == "smote" else [2 / 3, 1 / 3]
        )
        blank = np.full((n_repeats, n_folds), np.nan)
        predicted = (scores > 0.5).astype(int)
        candidates.append(
            Candidate(
                "m",
                method,
                scores[:, :, None],
                predicted,
                True,
                priors,
                "exact",
                blank,
                blank,
                "done",
            )
        )
    data = TableSummary((0, 1), codes, 1, (("a", "float"),), 0)
    return Evaluator(data, folds, n_folds, COSTS), candidates[0], candidates[1]


@pytest.mark.parametrize("name", TESTABLE)
def test_improvement_is_the_mean_difference_over_folds(name: str, seed: int) -> None:
    evaluator, baseline, candidate = make_candidates(seed)
    metric = METRICS[name]
    found = measure_difference(evaluator, metric, baseline, candidate, 0.01)
    assert found is not None
    differences, influences = [], np.zeros((2, *evaluator.folds.shape))
    for repeat in range(2):
        for number in range(3):
            at = evaluator.folds[repeat] == number
            pair = [
                ScoredSamples(
                    evaluator.data.codes[at],
                    a.scores[repeat, at],
                    a.predictions[repeat, at],
                    1,
                    2,
                    COSTS,
                )
                for a in (baseline, candidate)
            ]
            differences.append(metric.sign * (metric.value(pair[1]) - metric.value(pair[0])))
            for place, tested in enumerate(pair):
                influences[place, repeat, at] = metric.influence(tested)
    assert found.value == pytest.approx(np.mean(differences))
    for place, a in enumerate((baseline, candidate)):
        influences[place] += training_influences(evaluator.data, metric, a, influences[place])
    by_sample = (influences[1] - influences[0]).sum(axis=0) / 6
    shared = 1 if metric.uses_scores else 2
    by_fold = shared * 2 / 3 * np.var(differences, ddof=1) / 6
    variance = by_sample @ by_sample + by_fold
    assert found.errors.standard_error == pytest.approx(np.sqrt(variance))
    # Satterthwaite: the uncertainty of a variance, in terms of degrees of freedom.
    uncertainty = (by_sample**4).sum() + 2 * by_fold**2 / 5
    assert found.errors.degrees_of_freedom == pytest.approx(2 * variance**2 / uncertainty)


def test_roc_auc_of_one_fold_has_delongs_variance(seed: int) -> None:
    tested = rows(seed, ties=False)
    positive = tested.scores[tested.codes == 1, 0]
    negative = tested.scores[tested.codes == 0, 0]
    wins = positive[:, None] > negative[None, :]
    # DeLong's components with n in place of n - 1.
    variance = wins.mean(axis=1).var() / len(positive) + wins.mean(axis=0).var() / len(negative)
    influence = METRICS["roc_auc"].influence
    assert influence is not None
    assert (influence(tested) ** 2).sum() == pytest.approx(variance)


def difference(
    value: float, error: float, *, same_scores: bool = False, seed: int = 0
) -> Difference:
    direction = np.random.RandomState(seed).normal(size=5000)
    by_sample = error * direction / np.linalg.norm(direction)
    return Difference(
        "m",
        "r",
        "average_precision",
        0.5,
        0.5 + value,
        value,
        Errors(by_sample, np.zeros(10), 9),
        0.01,
        same_scores,
    )


def half_width(found: Difference) -> float:
    errors = found.errors
    return float(t.ppf(0.975, errors.degrees_of_freedom) * errors.standard_error)


@pytest.mark.parametrize(
    ("value", "error", "outcome", "direction"),
    [
        (0.10, 0.01, "better", 1),
        (-0.10, 0.01, "worse", -1),
        (0.001, 0.002, "equivalent", 0),
        (0.006, 0.001, "equivalent", 1),
        (0.02, 0.008, "inconclusive", 1),
        (0.02, 0.02, "inconclusive", 0),
    ],
)
def test_outcomes_agree_with_intervals(
    value: float, error: float, outcome: str, direction: int
) -> None:
    found = difference(value, error)
    improvement = compare_family([found], 0.95, 100)[0]
    assert (improvement.outcome, improvement.direction) == (outcome, direction)
    half = half_width(found)
    assert (improvement.low, improvement.high) == pytest.approx((value - half, value + half))
    assert (improvement.samples_needed > 0) == (outcome == "inconclusive")


def test_outcomes_of_a_family_agree_with_their_intervals(seed: int) -> None:
    rng = np.random.RandomState(seed)
    family = [
        difference(value, error, seed=place)
        for place, (value, error) in enumerate(
            zip(rng.normal(0, 0.03, 40), rng.uniform(1e-3, 0.02, 40), strict=True)
        )
    ]
    for improvement in compare_family(family, 0.95, 100):
        margin = improvement.margin
        outcome = (
            "better"
            if improvement.low >= margin
            else "worse"
            if improvement.high <= -margin
            else "equivalent"
            if -margin <= improvement.low and improvement.high <= margin
            else "inconclusive"
        )
        assert improvement.outcome == outcome
        assert improvement.confirmatory
        assert (improvement.p_value <= 0.05) == (outcome != "inconclusive")


def test_same_scores_are_not_tested() -> None:
    improvements = compare_family(
        [difference(0.0, 0.0, same_scores=True), difference(0.1, 0.03)], 0.95, 100
    )
    assert improvements[0].outcome == "equivalent"
    assert not improvements[0].confirmatory
    # The other comparison uses the whole significance level.
    assert improvements[1].low == pytest.approx(0.1 - half_width(difference(0.1, 0.03)))


def test_more_samples_make_the_interval_short_enough() -> None:
    improvement = compare_family([difference(0.03, 0.02)], 0.95, 100)[0]
    error = 0.02 * np.sqrt(100 / (100 + improvement.samples_needed))
    assert compare_family([difference(0.03, error * 0.999)], 0.95, 100)[0].outcome == "better"
    assert compare_family([difference(0.03, error * 1.001)], 0.95, 100)[0].outcome == "inconclusive"
    assert compare_family([difference(0.0099, 0.0005)], 0.95, 100)[0].samples_needed == float("inf")


def test_prior_correction_has_the_odds_form(seed: int) -> None:
    evaluator, baseline, candidate = make_candidates(seed)
    found = corrected_scores(candidate, evaluator.data, evaluator.folds)
    odds = candidate.scores / (1 - candidate.scores) * (1 / 3) / (2 / 3)
    assert found == pytest.approx(odds / (1 + odds))
    assert corrected_scores(baseline, evaluator.data, evaluator.folds) == pytest.approx(
        baseline.scores
    )


@pytest.mark.parametrize("by_time", [False, True])
def test_a_fold_is_calibrated_with_other_folds_only(seed: int, by_time: bool) -> None:
    rng = np.random.RandomState(seed)
    folds = np.repeat(np.arange(4), 50)[None]
    scores = rng.uniform(size=(1, 200, 1))
    codes = (rng.uniform(size=200) < scores[0, :, 0] ** 2).astype(int)

    def calibrate(codes: Any) -> Any:
        data = TableSummary((0, 1), codes, 1, (), 0)
        return calibrated_scores(scores, data, folds, by_time=by_time)[0, :, 0]

    found = calibrate(codes)
    assert np.array_equal(found[:50], scores[0, :50, 0]) == by_time
    for fold in range(4):
        changed = codes.copy()
        changed[folds[0] == fold] = rng.randint(2, size=50)
        # Only other folds, by time only later ones, depend on the classes of a fold.
        same = folds[0] <= fold if by_time else folds[0] == fold
        assert np.array_equal(calibrate(changed)[same], found[same])
        assert not np.array_equal(calibrate(changed), found) or (by_time and fold == 3)


def test_calibration_of_each_class_gives_probabilities(seed: int) -> None:
    rng = np.random.RandomState(seed)
    scores = rng.dirichlet([1, 1, 1], size=(1, 300))
    data = TableSummary((0, 1, 2), rng.randint(3, size=300), None, (), 0)
    folds = rng.randint(5, size=(1, 300))
    found = calibrated_scores(scores, data, folds, by_time=False)
    assert (found >= 0).all()
    assert found.sum(axis=2) == pytest.approx(1)
    # The classes do not depend on the scores.
    assert found.std() < scores.std() / 2


def test_calibrated_costs_are_those_of_the_cheapest_predictions(seed: int) -> None:
    evaluator, _, candidate = make_candidates(seed)
    evaluator = replace(evaluator, costs=Costs(1, 9))
    for kind in ("corrected", "calibrated"):
        changed = evaluator.with_probabilities(candidate, kind)
        positive = changed.predictions == evaluator.data.positive
        assert np.array_equal(positive, changed.scores[..., 0] >= 0.1)


@pytest.mark.parametrize("costs", [None, Costs(1, 1), Costs(1, 30), Costs(50, 1)])
def test_no_threshold_is_better_than_the_best(costs: Costs | None, seed: int) -> None:
    tested = rows(seed)
    positive, scores = tested.codes == 1, tested.scores[:, 0]

    def loss(threshold: float) -> float:
        predicted = scores >= threshold
        fp, fn = (predicted & ~positive).sum(), (~predicted & positive).sum()
        if costs is None:
            return float(fp / (~positive).sum() + fn / positive.sum())
        return float(costs.false_positive * fp + costs.false_negative * fn)

    found = best_threshold(positive, scores, costs)
    every = [*np.unique(scores), scores.max() + 1]
    assert loss(found) == pytest.approx(min(map(loss, every)))


def test_the_nested_score_uses_folds_that_did_not_select_the_candidate(seed: int) -> None:
    rng = np.random.RandomState(seed)
    values = {("m", f"r{candidate}"): rng.random_sample((2, 5)) for candidate in range(6)}
    for name in ("average_precision", "log_loss"):
        metric = METRICS[name]
        found = select_best(values, metric)
        assert found is not None
        direction = metric.sign
        means = {candidate: direction * v.mean() for candidate, v in values.items()}
        assert (found.model, found.method) == max(means, key=means.__getitem__)
        scores = []
        for repeat in range(2):
            for fold in range(5):
                others = [f for f in range(5) if f != fold]
                best = max(
                    values,
                    key=lambda candidate: direction * values[candidate][repeat, others].mean(),
                )
                scores.append(values[best][repeat, fold])
        assert found.nested_score == pytest.approx(np.mean(scores))
        assert sum(count for *_, count in found.selection_counts) == 10


def test_the_nested_score_is_not_optimistic() -> None:
    """Among equal candidates, the best mean score is biased; the nested score is not."""
    rng = np.random.RandomState(0)
    mean_scores, nested_scores = [], []
    for _ in range(300):
        values = {("m", f"r{candidate}"): rng.normal(size=(2, 5)) for candidate in range(8)}
        found = select_best(values, METRICS["average_precision"])
        assert found is not None
        mean_scores.append(found.mean_score)
        nested_scores.append(found.nested_score)
    assert abs(np.mean(nested_scores)) < 4 * np.std(nested_scores) / np.sqrt(300)
    assert np.mean(mean_scores) > 10 * np.std(mean_scores) / np.sqrt(300)
