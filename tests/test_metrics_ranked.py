"""Metrics of scores: precision at a recall, lift, expected cost, Brier scores."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve

from counterpoise import metrics
from counterpoise.exceptions import InputError, TargetError

COST = partial(metrics.expected_cost, threshold=0.5, cost_fp=1, cost_fn=7, cost_tp=0.5)
OF_SCORES = {
    "precision_at_recall": partial(metrics.precision_at_recall, recall=0.6),
    "recall_at_precision": partial(metrics.recall_at_precision, precision=0.4),
    "lift_at": partial(metrics.lift_at, share=0.23),
    "gain_at": partial(metrics.gain_at, share=0.23),
    "expected_cost": COST,
    "balanced_brier_score": metrics.balanced_brier_score,
    "brier_skill_score": metrics.brier_skill_score,
    "average_precision_skill": metrics.average_precision_skill,
}
every = pytest.mark.parametrize("metric", OF_SCORES.values(), ids=OF_SCORES)


def draw(seed: int, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Draw labels of both classes, and scores with ties."""
    rng = np.random.RandomState(seed)
    y = (rng.rand(n) < 0.25).astype(int)
    y[:2] = 0, 1
    return y, np.round(np.clip(0.3 * y + 0.7 * rng.rand(n), 0, 1), 1)


@every
def test_weights_equal_duplicated_samples(metric, seed):
    """A weight of 3 has the effect of three copies of the sample, a weight of 0 of none."""
    y, score = draw(seed)
    weight = np.random.RandomState(seed).randint(0, 4, 60)
    weight[:2] = 1

    expected = metric(np.repeat(y, weight), np.repeat(score, weight))
    np.testing.assert_allclose(metric(y, score, sample_weight=weight), expected)


@every
def test_order_of_samples_is_irrelevant(metric, seed):
    y, score = draw(seed)
    order = np.random.RandomState(seed).permutation(60)

    np.testing.assert_allclose(metric(y, score), metric(y[order], score[order]), rtol=1e-13)


@every
def test_string_labels_in_any_container(metric, seed):
    """Strings with pos_label give the values of 0 and 1."""
    y, score = draw(seed)
    labels = np.where(y == 1, "fraud", "fine")

    named = metric(pl.Series(labels), pl.Series(score), pos_label="fraud")
    np.testing.assert_array_equal(metric(y, score), named)


def test_a_column_of_scores():
    """Scores of shape (n_samples, 1) are accepted."""
    assert metrics.gain_at([1, 0], [[0.9], [0.1]], 0.5) == 1


def test_operating_points_are_those_of_the_curve(seed):
    """Values are the best points of scikit-learn's precision-recall curve."""
    y, score = draw(seed)
    precision, recall, _ = precision_recall_curve(y, score)
    for least in (0.01, 0.2, 0.5, 0.9, 1.0):
        best = precision[:-1][recall[:-1] >= least - 1e-12].max()
        assert metrics.precision_at_recall(y, score, least) == pytest.approx(best)
        reached = recall[:-1][precision[:-1] >= least - 1e-12].max(initial=0)
        assert metrics.recall_at_precision(y, score, least) == pytest.approx(reached)


def test_unreachable_precision():
    """The recall is 0 if no threshold reaches the precision."""
    assert metrics.recall_at_precision([0, 1, 0], [0.9, 0.5, 0.1], 0.9) == 0


def test_gain_is_the_expectation_over_the_order_of_ties():
    """It is the mean over all orders of samples with equal scores."""
    y, score = np.array([1, 0, 1, 0, 0, 1]), np.array([3, 2, 2, 2, 1, 1])
    for share in (1 / 6, 0.25, 0.5, 0.6, 5 / 6, 1.0):
        gains = []
        for order in permutations(range(6)):
            if (np.diff(score[list(order)]) <= 0).all():
                found = np.append(0, np.cumsum(y[list(order)]))
                gains.append(np.interp(share * 6, np.arange(7), found) / 3)

        assert metrics.gain_at(y, score, share) == pytest.approx(np.mean(gains))
        assert metrics.lift_at(y, score, share) == pytest.approx(np.mean(gains) / share)


def test_lift_of_extreme_rankings(seed):
    """It is 1 for all samples and for constant scores, and highest for a perfect ranking."""
    y, score = draw(seed)
    for share in (0.05, 0.3, 1.0):
        assert metrics.lift_at(y, np.zeros(60), share) == pytest.approx(1)
        best = min(1 / share, 1 / y.mean())
        assert metrics.lift_at(y, y, share) == pytest.approx(best)
        assert metrics.lift_at(y, score, share) <= best + 1e-12
    assert metrics.lift_at(y, score, 1) == pytest.approx(1)
    assert metrics.gain_at(y, score, 1) == pytest.approx(1)


def test_expected_cost_of_each_outcome(seed):
    """It is the sum of costs times counts, from scores or from predicted classes."""
    y, score = draw(seed)
    predicted = (score >= 0.5).astype(int)
    confusion = np.bincount(2 * y + predicted, minlength=4)
    expected = confusion @ [0.1, 1, 7, 0.5] / 60
    costs = {"cost_tn": 0.1, "cost_fp": 1, "cost_fn": 7, "cost_tp": 0.5}

    assert metrics.expected_cost(y, score, threshold=0.5, **costs) == pytest.approx(expected)
    assert metrics.expected_cost(y, predicted, **costs) == pytest.approx(expected)
    weight = np.arange(60)
    assert metrics.expected_cost(y, predicted, sample_weight=weight, **costs) == pytest.approx(
        metrics.expected_cost(np.repeat(y, weight), np.repeat(predicted, weight), **costs)
    )
    names = np.array(["no", "yes"])
    assert metrics.expected_cost(
        names[y], names[predicted], pos_label="yes", **costs
    ) == pytest.approx(expected)


def test_brier_scores(seed):
    """They equal the Brier score with balanced weights, and relative to the prevalence."""
    y, score = draw(seed)
    weight = np.where(y == 1, 1 / y.mean(), 1 / (1 - y.mean()))
    reference = brier_score_loss(y, np.full(60, y.mean()))

    balanced = brier_score_loss(y, score, sample_weight=weight)
    assert metrics.balanced_brier_score(y, score) == pytest.approx(balanced)
    assert metrics.brier_skill_score(y, score) == pytest.approx(
        1 - brier_score_loss(y, score) / reference
    )
    assert metrics.brier_skill_score(y, np.full(60, y.mean())) == pytest.approx(0)
    assert metrics.brier_skill_score(y, y) == 1
    assert metrics.balanced_brier_score(y, y) == 0
    assert metrics.balanced_brier_score(y, np.full(60, 0.5)) == 0.25


def test_average_precision_and_baseline(seed):
    y, score = draw(seed)
    found = metrics.average_precision_skill(y, score)

    assert found.value == pytest.approx(average_precision_score(y, score))
    assert found.baseline == pytest.approx(y.mean())
    assert metrics.average_precision_skill(y, y).skill == 1
    assert metrics.average_precision_skill(y, np.zeros(60)).skill == pytest.approx(0)


# ---- Invalid input ----


@every
@pytest.mark.parametrize(
    ("y", "score", "chosen", "words"),
    [
        ([0, 1], [0.1], {}, "y_true has 2, y_score has 1"),
        ([0, 1], [0.1, np.nan], {}, "1 of 2 are NaN or infinite"),
        ([0, 1], [0.1, np.inf], {}, "1 of 2 are NaN or infinite"),
        ([0, 1], ["x", "y"], {}, "y_score must hold one number per sample"),
        ([0, 1], [[0.9, 0.1], [0.2, 0.8]], {}, "its shape is \\(2, 2\\)"),
        ([0, 1], [0.1, 0.2], {"sample_weight": [1, 2, 3]}, "its shape is \\(3,\\)"),
        ([0, 1], [0.1, 0.2], {"sample_weight": [1, -1]}, "it holds -1"),
        ([0, 1], [0.1, 0.2], {"pos_label": 5}, "one of the classes 0, 1; got 5"),
        (["a", "b"], [0.1, 0.2], {}, "one of the classes 'a', 'b'; got 1"),
        ([0, 1, 2], [0.1, 0.2, 0.3], {}, "needs two classes; y_true has 3: 0, 1, 2"),
        ([], [], {}, "y_true is empty"),
    ],
)
def test_errors(metric, y, score, chosen, words):
    with pytest.raises(InputError, match=words):
        metric(y, score, **chosen)


@pytest.mark.parametrize(
    "name", [name for name in OF_SCORES if name not in ("expected_cost", "gain_at", "lift_at")]
)
@pytest.mark.parametrize(("y", "kind"), [([0, 0], "negative"), ([1, 1], "positive")])
def test_one_class(name, y, kind):
    """Metrics of two classes are undefined for one; samples with weight 0 do not count."""
    with pytest.raises(
        InputError, match=f"is undefined unless y_true has samples of both classes; all 2 .* {kind}"
    ):
        OF_SCORES[name](y, [0.1, 0.2])
    with pytest.raises(InputError, match=f"all 2 samples .* {kind}"):
        OF_SCORES[name]([*y, 1 - y[0]], [0.1, 0.2, 0.3], sample_weight=[1, 1, 0])


def test_lift_needs_a_positive_sample():
    with pytest.raises(InputError, match="none of the 2 samples with a weight above 0 is 1"):
        metrics.lift_at([0, 0], [0.1, 0.2], 0.5)
    assert metrics.lift_at([1, 1], [0.1, 0.2], 0.5) == 1


@pytest.mark.parametrize("value", [0, -0.1, 1.1])
@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("precision_at_recall", "recall"),
        ("recall_at_precision", "precision"),
        ("lift_at", "share"),
        ("gain_at", "share"),
    ],
)
def test_fractions(name, parameter, value):
    metric = getattr(metrics, name)
    with pytest.raises(InputError, match=f"{parameter} must be above 0 and at most 1; got {value}"):
        metric([0, 1], [0.1, 0.2], value)
    for invalid in (np.nan, "x", None, True):
        with pytest.raises(InputError, match=f"{parameter} must be a finite number"):
            metric([0, 1], [0.1, 0.2], invalid)


@pytest.mark.parametrize("name", ["cost_fp", "cost_fn", "cost_tp", "cost_tn"])
@pytest.mark.parametrize("cost", [-1, np.nan, np.inf, "much"])
def test_costs(name, cost):
    with pytest.raises(InputError, match=f"{name} must be a finite number of at least 0; got"):
        metrics.expected_cost([0, 1], [0, 1], **{"cost_fp": 1, "cost_fn": 1, name: cost})


def test_invalid_predictions_for_expected_cost():
    """Scores without a threshold, and classes that y_true does not have, are refused."""
    with pytest.raises(
        TargetError, match="y_pred must hold one class label per sample, not scores"
    ):
        metrics.expected_cost([0, 1], [0.2, 0.7], cost_fp=1, cost_fn=1)
    with pytest.raises(InputError, match="y_true and y_pred together have 3"):
        metrics.expected_cost([0, 1], [0, 2], cost_fp=1, cost_fn=1)
    with pytest.raises(InputError, match="one of the classes 0, 1; got 'x'"):
        metrics.expected_cost([0, 1], [0, 1], cost_fp=1, cost_fn=1, pos_label="x")
    with pytest.raises(InputError, match="threshold must be a finite number; got nan"):
        metrics.expected_cost([0, 1], [0, 1], threshold=np.nan, cost_fp=1, cost_fn=1)


@pytest.mark.parametrize("name", ["balanced_brier_score", "brier_skill_score"])
def test_probabilities(name):
    with pytest.raises(InputError, match="probabilities between 0 and 1; it holds 1.5"):
        getattr(metrics, name)([0, 1], [0.5, 1.5])
