"""Confidence intervals: they include the estimate and have the coverage that they state."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap
from sklearn.metrics import (
    accuracy_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
    roc_auc_score,
)

from counterpoise import metrics
from counterpoise.exceptions import CounterpoiseWarning, InputError

PROPORTIONS = {
    "sensitivity": lambda y, p: ((y & p).sum(), y.sum()),
    "recall": lambda y, p: ((y & p).sum(), y.sum()),
    "specificity": lambda y, p: ((~y & ~p).sum(), (~y).sum()),
    "precision": lambda y, p: ((y & p).sum(), p.sum()),
    "accuracy": lambda y, p: ((y == p).sum(), len(y)),
}


def draw(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(seed)
    y = rng.rand(n) < 0.3
    y[:2] = False, True
    return y.astype(int), np.where(rng.rand(n) < 0.75, y, ~y).astype(int)


@pytest.mark.parametrize("name", PROPORTIONS)
@pytest.mark.parametrize("confidence_level", [0.8, 0.95])
def test_exact_interval_is_that_of_scipy(name, confidence_level, seed):
    """The exact interval is that of scipy's binomial test."""
    y, predicted = draw(seed)
    n_successes, n_counted = PROPORTIONS[name](y == 1, predicted == 1)
    expected = binomtest(int(n_successes), int(n_counted)).proportion_ci(
        confidence_level, method="exact"
    )
    found = metrics.confidence_interval(
        name, y, predicted, method="exact", confidence_level=confidence_level
    )

    assert found.value == pytest.approx(n_successes / n_counted)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_exact_interval_of_0_and_1():
    """The limits are exact if all samples, or none, are counted."""
    lowest = metrics.confidence_interval("sensitivity", [0, 1, 1], [0, 0, 0], method="exact")
    highest = metrics.confidence_interval("specificity", [0, 1, 1], [0, 0, 0], method="exact")

    assert (lowest.value, lowest.low, highest.value, highest.high) == (0, 0, 1, 1)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (metrics.sensitivity_score, "sensitivity"),
        (recall_score, "sensitivity"),
        (metrics.specificity_score, "specificity"),
        (precision_score, "precision"),
        (accuracy_score, "accuracy"),
        (partial(precision_score, zero_division=0, average="binary"), "precision"),
    ],
)
def test_exact_interval_of_functions(function, name, seed):
    """Functions of proportions are recognized, including those of scikit-learn."""
    y, predicted = draw(seed)

    assert metrics.confidence_interval(
        function, y, predicted, method="exact"
    ) == metrics.confidence_interval(name, y, predicted, method="exact")


def test_exact_interval_with_pos_label(seed):
    y, predicted = draw(seed)
    names = np.array(["no", "yes"])
    expected = metrics.confidence_interval("sensitivity", y, predicted, method="exact")
    fixed = partial(metrics.sensitivity_score, pos_label="yes")

    found = metrics.confidence_interval(
        "sensitivity", names[y], names[predicted], method="exact", pos_label="yes"
    )
    assert found == expected
    assert (
        metrics.confidence_interval(fixed, names[y], names[predicted], method="exact") == expected
    )
    assert metrics.confidence_interval(
        "sensitivity", y, predicted, method="exact", pos_label=0
    ) == (metrics.confidence_interval("specificity", y, predicted, method="exact"))


def test_exact_weights_equal_duplicated_samples(seed):
    y, predicted = draw(seed)
    weight = np.random.RandomState(seed).randint(0, 4, 80)

    expected = metrics.confidence_interval(
        "precision", np.repeat(y, weight), np.repeat(predicted, weight), method="exact"
    )
    found = metrics.confidence_interval(
        "precision", y, predicted, method="exact", sample_weight=weight
    )
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    "metric",
    [
        roc_auc_score,
        metrics.brier_skill_score,
        partial(metrics.lift_at, share=0.2),
        partial(metrics.precision_at_recall, recall=0.7),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_bootstrap_of_scores(metric, weighted, seed):
    """The interval includes the estimate, and the same seed gives the same interval."""
    y, predicted = draw(seed)
    rng = np.random.RandomState(seed)
    score = 0.2 + 0.3 * predicted + 0.3 * rng.rand(80)
    weight = rng.rand(80) if weighted else None
    chosen = {"n_resamples": 60, "sample_weight": weight}
    found = metrics.confidence_interval(metric, y, score, random_state=seed, **chosen)
    state = repr(np.random.get_state())

    assert found == metrics.confidence_interval(
        metric, y, score, random_state=np.random.RandomState(seed), **chosen
    )
    assert repr(np.random.get_state()) == state
    assert found.low <= found.value <= found.high
    assert found.low < found.high
    assert found.value == pytest.approx(
        metric(y, score) if weight is None else metric(y, score, sample_weight=weight)
    )


@pytest.mark.parametrize("stratify", [False, True])
def test_bootstrap_draws_of_classes(stratify, seed):
    """Resamples have every class; with stratify=True, as many samples of each as the data."""
    y = np.array(["a"] * 5 + ["b"] * 3 + ["c"])
    resamples = []

    def metric(y_true, y_score):
        assert y_score.shape == (len(y_true), 2)
        resamples.append(sorted(y_true.tolist()))
        return float(len(resamples))

    metrics.confidence_interval(
        metric, y, np.zeros((9, 2)), n_resamples=20, stratify=stratify, random_state=seed
    )
    data, *drawn = resamples[:21]
    assert data == sorted(y.tolist())
    assert all(set(labels) == {"a", "b", "c"} and len(labels) == 9 for labels in drawn)
    assert all(labels == data for labels in drawn) == stratify


def test_bootstrap_interval_is_that_of_scipy(seed):
    """The interval is SciPy's BCa interval, apart from the random resamples."""
    rng = np.random.RandomState(seed)
    y = (rng.rand(150) < 0.4).astype(int)
    score = y + rng.exponential(size=150)

    def cost(true, score):
        return float(np.mean((true - score) ** 2))

    expected = bootstrap(
        (y, score), cost, paired=True, vectorized=False, method="BCa", n_resamples=4000, rng=seed
    ).confidence_interval
    found = metrics.confidence_interval(cost, y, score, n_resamples=4000, random_state=seed)
    tolerance = 0.06 * (expected.high - expected.low)

    assert found.low == pytest.approx(expected.low, abs=tolerance)
    assert found.high == pytest.approx(expected.high, abs=tolerance)


def test_bootstrap_of_transformed_metric(seed):
    """The interval of an increasing function of a metric is the function of its interval."""
    y, predicted = draw(seed)

    def odds(true, predicted):
        return accuracy_score(true, predicted) / (1 - accuracy_score(true, predicted))

    chosen = {"n_resamples": 200, "random_state": seed}
    of_odds = metrics.confidence_interval(odds, y, predicted, **chosen)
    plain = metrics.confidence_interval(accuracy_score, y, predicted, **chosen)

    # The acceleration is estimated on each scale, so that the limits agree but for one draw.
    step = 1.5 / len(y)
    assert of_odds.low / (1 + of_odds.low) == pytest.approx(plain.low, abs=step)
    assert of_odds.high / (1 + of_odds.high) == pytest.approx(plain.high, abs=step)


def test_bootstrap_of_too_small_classes(seed):
    """If resamples lack a class all the time, the message offers stratify=True."""
    y = np.arange(40)
    with pytest.raises(InputError, match="resamples in turn lack a class.* stratify=True"):
        metrics.confidence_interval(accuracy_score, y, y, n_resamples=3, random_state=seed)
    with pytest.warns(
        CounterpoiseWarning, match="All 3 resamples have the value 1.*method='exact'"
    ):
        found = metrics.confidence_interval(
            accuracy_score, y, y, n_resamples=3, stratify=True, random_state=seed
        )
    assert found == (1, 1, 1)


def test_bootstrap_with_pos_label(seed):
    """Metrics can be given by name, and get pos_label."""
    y, predicted = draw(seed)
    names = np.array(["no", "yes"])
    chosen = {"n_resamples": 30, "random_state": seed}

    assert metrics.confidence_interval(
        "precision", y, predicted, **chosen
    ) == metrics.confidence_interval(
        "precision", names[y], names[predicted].tolist(), pos_label="yes", **chosen
    )


@pytest.mark.costly
def test_bootstrap_coverage():
    """A 90% interval covers a sensitivity of 0.7 about as often as it states."""
    covered = 0
    for seed in range(200):
        rng = np.random.RandomState(seed)
        y = np.repeat([0, 1], [50, 80])
        predicted = (rng.rand(130) < np.where(y == 1, 0.7, 0.1)).astype(int)
        found = metrics.confidence_interval(
            fast_sensitivity, y, predicted, confidence_level=0.9, n_resamples=200, random_state=seed
        )
        covered += found.low <= 0.7 <= found.high

    assert 0.82 <= covered / 200 <= 0.97


def fast_sensitivity(y_true, y_pred):
    return (y_pred[y_true == 1] == 1).mean()


# ---- Matthews correlation coefficient ----


def test_matthews_value(seed):
    """The value is scikit-learn's and in the interval; the positive class is irrelevant."""
    y, predicted = draw(seed)
    names = np.array(["no", "yes"])
    found = metrics.matthews_interval(y, predicted)
    order = np.random.RandomState(seed).permutation(80)

    assert found.value == pytest.approx(matthews_corrcoef(y, predicted))
    assert found.low < found.value < found.high
    assert found == pytest.approx(metrics.matthews_interval(y[order], predicted[order]))
    for label in names:
        assert found == metrics.matthews_interval(names[y], names[predicted], pos_label=label)
    narrow = metrics.matthews_interval(y, predicted, confidence_level=0.5)
    assert found.low < narrow.low < narrow.high < found.high


def test_matthews_weights_equal_duplicated_samples(seed):
    y, predicted = draw(seed)
    weight = np.random.RandomState(seed).randint(0, 4, 80)
    expected = metrics.matthews_interval(np.repeat(y, weight), np.repeat(predicted, weight))

    assert metrics.matthews_interval(y, predicted, sample_weight=weight) == pytest.approx(expected)


def test_matthews_standard_error_is_the_classical_one():
    """For large samples, the half-width is that of Bishop, Fienberg and Holland's formula."""
    share = np.array([[0.6, 0.1], [0.05, 0.25]])
    n = 10**8
    a, b = share.sum(axis=1), share.sum(axis=0)
    product = a[0] * a[1] * b[0] * b[1]
    r = (share[0, 0] * share[1, 1] - share[0, 1] * share[1, 0]) / np.sqrt(product)
    true, predicted = a[0] - a[1], b[0] - b[1]
    variance = (
        1
        - r**2
        + r * (1 + r**2 / 2) * true * predicted / np.sqrt(product)
        - 0.75 * r**2 * (true**2 / (a[0] * a[1]) + predicted**2 / (b[0] * b[1]))
    ) / n
    found = metrics.matthews_interval(
        [0, 0, 1, 1], [0, 1, 0, 1], sample_weight=share.ravel() * n, confidence_level=0.95
    )

    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-3)


def test_matthews_of_perfect_and_constant_predictions():
    """The interval of perfect predictions has a width; constant predictions have value 0."""
    y = np.repeat([0, 1], [30, 10])
    perfect = metrics.matthews_interval(y, y)
    constant = metrics.matthews_interval(y, np.zeros(40, int))

    assert perfect.value == perfect.high == 1
    assert perfect.low < 0.95
    assert constant.value == 0
    assert constant.low < 0 < constant.high


def test_matthews_coverage():
    """A 90% interval covers the true coefficient about as often as it states, 200 samples."""
    share = np.array([0.8, 0.05, 0.05, 0.1])
    truth = (0.8 * 0.1 - 0.05**2) / (0.15 * 0.85)
    rng = np.random.RandomState(0)
    covered = 0
    for _ in range(300):
        counts = rng.multinomial(200, share)
        found = metrics.matthews_interval(
            [0, 0, 1, 1], [0, 1, 0, 1], sample_weight=counts, confidence_level=0.9
        )
        covered += found.low <= truth <= found.high

    assert 0.85 <= covered / 300 <= 0.95


# ---- Invalid input ----


@pytest.mark.parametrize(
    ("y", "predicted", "chosen", "words"),
    [
        (
            [0, 0],
            [0, 1],
            {},
            "is undefined unless y_true has samples of both classes; all 2 samples",
        ),
        ([0, 1, 2], [0, 1, 1], {}, "needs two classes; y_true and y_pred have 3"),
        ([0, 1], [0, 1], {"pos_label": 3}, "one of the classes 0, 1; got 3"),
        ([0, 1], [0, 1], {"confidence_level": 1.5}, "must be above 0 and below 1; got 1.5"),
        (
            [0, 1],
            [0, 1],
            {"confidence_level": np.nan},
            "confidence_level must be a finite number; got nan",
        ),
        ([0, 1], [0, 1], {"sample_weight": [1, -1]}, "it holds -1"),
        ([0, 1], [0], {}, "y_true has 2, y_pred has 1"),
    ],
)
def test_matthews_errors(y, predicted, chosen, words):
    with pytest.raises(InputError, match=words):
        metrics.matthews_interval(y, predicted, **chosen)


@pytest.mark.parametrize(
    ("metric", "chosen", "words"),
    [
        ("f1", {}, "one of accuracy, precision, .* got 'f1'"),
        (3, {}, "metric must be a function"),
        ("recall", {"confidence_level": 0}, "must be above 0 and below 1; got 0"),
        ("recall", {"method": "wald"}, "method must be 'bootstrap' or 'exact'; got 'wald'"),
        ("recall", {"n_resamples": 0}, "n_resamples must be an integer of at least 1; got 0"),
        ("recall", {"n_resamples": 1.5}, "n_resamples must be an integer of at least 1; got 1.5"),
        ("recall", {"sample_weight": [1]}, "its shape is \\(1,\\)"),
        ("recall", {"sample_weight": [1, -1, 1]}, "it holds -1"),
        ("recall", {"pos_label": 4}, "one of the classes 0, 1; got 4"),
        ("recall", {"method": "exact", "pos_label": 4}, "one of the classes 0, 1; got 4"),
        (matthews_corrcoef, {"method": "exact"}, "Use method='bootstrap'"),
        (
            partial(recall_score, average="macro"),
            {"method": "exact"},
            "without an average over classes; .* Use method='bootstrap'",
        ),
        (
            "recall",
            {"method": "exact", "sample_weight": [1, 0.5, 1]},
            "contains 0.5. Use method='boot",
        ),
        ("accuracy", {"pos_label": 1}, "no parameter pos_label; its parameters are y_true, y_pred"),
        (lambda y, p: 0.5, {"sample_weight": [1, 1, 1]}, "no parameter sample_weight; .* are y, p"),
        (lambda y, p: np.nan, {}, "one finite number; it returned nan"),
        (lambda y, p: np.zeros(2), {}, "one finite number; it returned array"),
    ],
)
def test_interval_errors(metric, chosen, words):
    with pytest.raises(InputError, match=words):
        metrics.confidence_interval(metric, [0, 1, 1], [0, 1, 0], **{"n_resamples": 5, **chosen})


def test_interval_of_invalid_data():
    """No samples to count, missing scores, three classes and unequal lengths are refused."""
    with pytest.raises(InputError, match="no samples are in its denominator"):
        metrics.confidence_interval("precision", [0, 1], [0, 0], method="exact")
    with pytest.raises(InputError, match="1 of 2 are NaN"):
        metrics.confidence_interval(roc_auc_score, [0, 1], [0.1, np.nan])
    with pytest.raises(InputError, match="1 of 4 are NaN"):
        metrics.confidence_interval(lambda y, p: 0.5, [0, 1], [[0.1, np.nan], [0.5, 0.5]])
    with pytest.raises(InputError, match="two classes; there are 3: 0, 1, 2"):
        metrics.confidence_interval("precision", [0, 1, 2], [0, 1, 1], method="exact")
    with pytest.raises(InputError, match="y_true has 2, y_score has 3"):
        metrics.confidence_interval("precision", [0, 1], [0, 1, 1])
