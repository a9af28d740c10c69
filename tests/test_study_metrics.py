"""Metrics, influences and gains of a study, against plain and independent computations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from sklearn import metrics as sk

from counterpoise.comparison.gains import Difference, adjusted, compare, measure
from counterpoise.comparison.judging import Judge, corrected_scores
from counterpoise.comparison.metrics import METRICS, Judged
from counterpoise.comparison.records import Arm, Costs, Data
from counterpoise.comparison.thresholds import best_threshold
from counterpoise.comparison.winner import choose_winner
from counterpoise.metrics import geometric_mean_score

COSTS = Costs(1.0, 7.0)


def rows(seed: int, n_classes: int = 2, n: int = 60, ties: bool = True) -> Judged:
    random = np.random.RandomState(seed)
    codes = np.r_[np.arange(n_classes), random.randint(n_classes, size=n - n_classes)]
    raw = random.random_sample((n, n_classes)) + 0.8 * (codes[:, None] == np.arange(n_classes))
    raw = np.round(raw, 1) if ties else raw
    share = (raw + 0.1) / (raw + 0.1).sum(axis=1, keepdims=True)
    scores = share[:, [1]] if n_classes == 2 else share
    positive = 1 if n_classes == 2 else None
    return Judged(codes, scores, share.argmax(axis=1), positive, n_classes, COSTS)


def oracle(name: str, tested: Judged, weight: np.ndarray | None = None) -> float:
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
    elif name == "f1":
        value = sk.f1_score(y, said, average="binary" if two else "macro", sample_weight=w)
    elif name == "expected_cost":
        cost = (said > y) * COSTS.false_positive + (said < y) * COSTS.false_negative
        value = np.average(cost, weights=w)
    else:
        function = {
            "balanced_accuracy": sk.balanced_accuracy_score,
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
    loose = 2e-3 if not METRICS[name].reads_scores and name != "expected_cost" else 1e-6
    assert found == pytest.approx(np.array(slopes), abs=loose / 10, rel=loose * 10)
    assert found.sum() == pytest.approx(0, abs=1e-3)


def make_arm(
    seed: int, n_repeats: int = 2, n_folds: int = 3, n: int = 90
) -> tuple[Judge, Arm, Arm]:
    random = np.random.RandomState(seed)
    codes = np.tile([0, 0, 1], n // 3)
    folds = np.stack([np.repeat(np.arange(n_folds), n // n_folds) for _ in range(n_repeats)])
    for repeat in folds[1:]:
        blocks = repeat.reshape(n_folds, -1, 3)
        repeat[:] = blocks[:, random.permutation(blocks.shape[1])].ravel()
    arms = []
    for remedy, lift in (("nothing", 0.5), ("smote", 0.8)):
        logit = random.normal(size=(n_repeats, n)) + lift * codes
        scores = 1 / (1 + np.exp(-logit))
        priors = np.full(
            (n_repeats, n_folds, 2), [0.5, 0.5] if remedy == "smote" else [2 / 3, 1 / 3]
        )
        blank = np.full((n_repeats, n_folds), np.nan)
        said = (scores > 0.5).astype(int)
        arms.append(
            Arm("m", remedy, scores[:, :, None], said, True, priors, "exact", blank, blank, "done")
        )
    data = Data((0, 1), codes, 1, (("a", "float"),), 0)
    return Judge(data, folds, n_folds, COSTS), arms[0], arms[1]


@pytest.mark.parametrize("name", TESTABLE)
def test_a_gain_is_the_mean_difference_of_folds(name: str, seed: int) -> None:
    judge, nothing, arm = make_arm(seed)
    metric = METRICS[name]
    found = measure(judge, metric, nothing, arm, 0.01)
    assert found is not None
    differences, squares = [], np.zeros(judge.folds.shape)
    for repeat in range(2):
        for number in range(3):
            at = judge.folds[repeat] == number
            pair = [
                Judged(
                    judge.data.codes[at],
                    a.scores[repeat, at],
                    a.predictions[repeat, at],
                    1,
                    2,
                    COSTS,
                )
                for a in (nothing, arm)
            ]
            differences.append(metric.better * (metric.value(pair[1]) - metric.value(pair[0])))
            squares[repeat, at] = metric.influence(pair[1]) - metric.influence(pair[0])
    assert found.value == pytest.approx(np.mean(differences))
    rows_part = ((squares.sum(axis=0) / 6) ** 2).sum()
    folds_part = 2 / 3 * np.var(differences, ddof=1) / 6
    assert found.error == pytest.approx(np.sqrt(rows_part + folds_part))


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


def difference(value: float, error: float, *, same: bool = False) -> Difference:
    return Difference("m", "r", "average_precision", 0.5, 0.5 + value, value, error, 0.01, same)


@pytest.mark.parametrize(
    ("value", "error", "word", "sign"),
    [
        (0.10, 0.01, "helps", 1),
        (-0.10, 0.01, "harms", -1),
        (0.001, 0.002, "no material difference", 0),
        (0.006, 0.001, "no material difference", 1),
        (0.02, 0.008, "cannot tell", 1),
        (0.02, 0.02, "cannot tell", 0),
    ],
)
def test_words_agree_with_intervals(value: float, error: float, word: str, sign: int) -> None:
    gain = compare([difference(value, error)], 0.95, 100)[0]
    assert (gain.word, gain.sign) == (word, sign)
    half = norm.ppf(0.975) * error
    assert (gain.low, gain.high) == pytest.approx((value - half, value + half))
    assert (gain.more_rows > 0) == (word == "cannot tell")


def test_words_of_a_family_agree_with_their_intervals(seed: int) -> None:
    random = np.random.RandomState(seed)
    family = [
        difference(value, error)
        for value, error in zip(
            random.normal(0, 0.03, 40), random.uniform(1e-3, 0.02, 40), strict=True
        )
    ]
    for gain in compare(family, 0.95, 100):
        margin = gain.margin
        word = (
            "helps"
            if gain.low > margin
            else "harms"
            if gain.high < -margin
            else "no material difference"
            if -margin < gain.low and gain.high < margin
            else "cannot tell"
        )
        assert gain.word == word
        assert gain.confirmatory
        assert (gain.p_value <= 0.05) == (word != "cannot tell")


def test_holm_against_its_definition(seed: int) -> None:
    p = np.random.RandomState(seed).random_sample(12) ** 3
    order = np.argsort(p)
    expected, running = np.empty(12), 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, p[place] * (12 - rank)))
        expected[place] = running
    assert [adjusted_p for _, adjusted_p in adjusted(p, 0.05)] == pytest.approx(expected)


def test_same_scores_are_not_tested() -> None:
    gains = compare([difference(0.0, 0.0, same=True), difference(0.1, 0.03)], 0.95, 100)
    assert gains[0].word == "no material difference"
    assert not gains[0].confirmatory
    # The other has the whole level to itself.
    assert gains[1].low == pytest.approx(0.1 - norm.ppf(0.975) * 0.03)


def test_more_rows_make_the_interval_short_enough() -> None:
    gain = compare([difference(0.03, 0.02)], 0.95, 100)[0]
    error = 0.02 * np.sqrt(100 / (100 + gain.more_rows))
    assert compare([difference(0.03, error * 0.999)], 0.95, 100)[0].word == "helps"
    assert compare([difference(0.03, error * 1.001)], 0.95, 100)[0].word == "cannot tell"
    assert compare([difference(0.0099, 0.0005)], 0.95, 100)[0].more_rows == float("inf")


def test_corrected_scores_are_in_odds_form(seed: int) -> None:
    judge, nothing, arm = make_arm(seed)
    found = corrected_scores(arm, judge.data, judge.folds)
    odds = arm.scores / (1 - arm.scores) * (1 / 3) / (2 / 3)
    assert found == pytest.approx(odds / (1 + odds))
    assert corrected_scores(nothing, judge.data, judge.folds) == pytest.approx(nothing.scores)


@pytest.mark.parametrize("costs", [None, Costs(1, 1), Costs(1, 30), Costs(50, 1)])
def test_the_best_threshold_is_as_good_as_any(costs: Costs | None, seed: int) -> None:
    tested = rows(seed)
    rare, scores = tested.codes == 1, tested.scores[:, 0]

    def loss(threshold: float) -> float:
        said = scores >= threshold
        false, missed = (said & ~rare).sum(), (~said & rare).sum()
        if costs is None:
            return float(false / (~rare).sum() + missed / rare.sum())
        return float(costs.false_positive * false + costs.false_negative * missed)

    found = best_threshold(rare, scores, costs)
    every = [*np.unique(scores), scores.max() + 1]
    assert loss(found) == pytest.approx(min(map(loss, every)))


def test_the_winner_is_scored_on_folds_that_did_not_choose_it(seed: int) -> None:
    random = np.random.RandomState(seed)
    values = {("m", f"r{arm}"): random.random_sample((2, 5)) for arm in range(6)}
    for better in ("average_precision", "log_loss"):
        metric = METRICS[better]
        found = choose_winner(values, metric)
        assert found is not None
        sign = metric.better
        means = {arm: sign * v.mean() for arm, v in values.items()}
        assert (found.model, found.remedy) == max(means, key=means.__getitem__)
        scores = []
        for repeat in range(2):
            for fold in range(5):
                others = [f for f in range(5) if f != fold]
                best = max(values, key=lambda arm: sign * values[arm][repeat, others].mean())
                scores.append(values[best][repeat, fold])
        assert found.score == pytest.approx(np.mean(scores))
        assert sum(count for *_, count in found.picked) == 10


def test_the_winners_score_is_not_optimistic() -> None:
    """Among arms that are all alike the best looks better than it is; its score does not."""
    random = np.random.RandomState(0)
    apparent, honest = [], []
    for _ in range(300):
        values = {("m", f"r{arm}"): random.normal(size=(2, 5)) for arm in range(8)}
        found = choose_winner(values, METRICS["average_precision"])
        assert found is not None
        apparent.append(found.apparent)
        honest.append(found.score)
    assert abs(np.mean(honest)) < 4 * np.std(honest) / np.sqrt(300)
    assert np.mean(apparent) > 10 * np.std(apparent) / np.sqrt(300)
