"""Metrics of regression that weight errors by relevance."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.model_selection import cross_val_score

from counterpoise import metrics
from counterpoise.exceptions import InputError, TargetError
from counterpoise.metrics import (
    error_per_bin,
    relevance_weighted_mean_absolute_error,
    relevance_weighted_mean_squared_error,
    sera,
    utility_f1_score,
    utility_precision_score,
    utility_recall_score,
)
from counterpoise.regression import RelevanceFunction


def predictions(seed: int) -> tuple[np.ndarray, np.ndarray, RelevanceFunction]:
    """Return true values, predictions and a relevance function that was fitted to other values."""
    rng = np.random.RandomState(seed)
    true = rng.lognormal(sigma=1, size=200)
    relevance = RelevanceFunction().fit(rng.lognormal(sigma=1, size=300))
    return true, true + rng.randn(200), relevance


def test_sera_is_the_area_under_the_curve_of_squared_errors(seed):
    """SERA is the integral of the squared errors at relevance t or more, as in the paper."""
    true, predicted, relevance = predictions(seed)
    phi, error = relevance.relevance(true), (predicted - true) ** 2
    steps = np.linspace(0, 1, 4_001)
    curve = [error[phi >= t].sum() for t in steps[1:]]

    assert sera(true, predicted, relevance=relevance) == pytest.approx(np.mean(curve), rel=2e-3)


def test_weighted_errors_are_those_of_scikit_learn(seed):
    true, predicted, relevance = predictions(seed)
    phi = relevance.relevance(true)

    assert relevance_weighted_mean_squared_error(
        true, predicted, relevance=relevance
    ) == pytest.approx(mean_squared_error(true, predicted, sample_weight=phi))
    assert relevance_weighted_mean_absolute_error(
        true, predicted, relevance=relevance
    ) == pytest.approx(mean_absolute_error(true, predicted, sample_weight=phi))


def test_sample_weights_are_numbers_of_samples(seed):
    true, predicted, relevance = predictions(seed)
    counts = np.random.RandomState(seed).randint(0, 3, len(true))
    repeated = np.repeat(true, counts), np.repeat(predicted, counts)

    for metric in (sera, relevance_weighted_mean_squared_error):
        weighted = metric(true, predicted, relevance=relevance, sample_weight=counts)

        assert weighted == pytest.approx(metric(*repeated, relevance=relevance))


def test_bins_hold_all_errors(seed):
    """Bins partition the samples: their squared errors add up."""
    true, predicted, _ = predictions(seed)
    bins = error_per_bin(true, predicted, bins=7)
    present = [part for part in bins if part.count]

    assert sum(part.count for part in bins) == len(true)
    assert sum(part.count * part.root_mean_squared_error**2 for part in present) == pytest.approx(
        ((predicted - true) ** 2).sum()
    )
    assert sum(part.count * part.mean_error for part in present) == pytest.approx(
        (predicted - true).sum()
    )


def test_edges_of_bins():
    """A bin holds its lower edge, the last one both; samples outside are not counted."""
    bins = error_per_bin([-1, 0, 5, 10, 11], [0, 0, 6, 8, 0], bins=[0, 5, 10])

    assert [part.count for part in bins] == [1, 2]
    assert bins[1].mean_absolute_error == 1.5
    assert np.isnan(error_per_bin([0, 10], [0, 0], bins=3)[1].mean_error)
    with pytest.raises(InputError, match="edges in ascending order"):
        error_per_bin([1, 2], [1, 2], bins=[3, 1])


BUMPS = RelevanceFunction(
    method="points", points=[(0, 1), (2, 0), (4, 0), (7, 0.9), (9, 0.5), (20, 1)]
)  # peaks at 0, 7 and 20; borders at 3 and 9


def utility_by_hand(true: float, predicted: float, benefit: float, cost: float) -> float:
    """Return the utility of a prediction from the largest losses of benefit and cost."""
    phi, other = (BUMPS.fit([0, 20]).relevance([value])[0] for value in (true, predicted))
    loss = abs(true - predicted)
    return phi * (1 - min(1, loss / benefit)) - (phi + other) / 2 * min(1, loss / cost)


def test_utility_at_points_computed_by_hand():
    """The limits are distances to borders and peaks, and twice the smaller height of a bump."""
    samples = [  # true and predicted values, and the largest losses
        (0.0, 0.0, 1, 1),  # any limits: the loss is 0
        (0.0, 1.0, 3, 6),  # the border at 3; the next peak at 7, but twice 3 is less
        (7.0, 6.5, 4, 4),  # the border at 3 is as far as twice the distance to the border at 9
        (7.0, 8.0, 2, 4),  # the border at 9
        (19.0, 12.0, 10, 12),  # the border at 9; the peak at 7
        (19.0, 30.0, 22, 22),  # neither border nor peak: twice 20 - 9
    ]
    expected = np.array([utility_by_hand(*sample) for sample in samples])
    true, predicted = np.array(samples)[:, :2].T
    relevance = BUMPS.fit([0, 20])
    phi, other = relevance.relevance(true), relevance.relevance(predicted)
    recall = (1 + expected).sum() / (1 + phi).sum()
    is_relevant = other >= 0.5
    precision = (1 + expected)[is_relevant].sum() / (1 + other)[is_relevant].sum()
    options = {"relevance": relevance, "threshold": 0.5}

    assert (phi >= 0.5).all()
    assert utility_recall_score(true, predicted, **options) == pytest.approx(recall)
    assert utility_precision_score(true, predicted, **options) == pytest.approx(precision)
    assert utility_f1_score(true, predicted, **options) == pytest.approx(
        2 * precision * recall / (precision + recall)
    )


def test_bounds_of_utility_scores(seed):
    """Perfect predictions have a score of 1, others less, and no relevant prediction has 0."""
    true, predicted, relevance = predictions(seed)

    for score in (utility_f1_score, utility_precision_score, utility_recall_score):
        assert score(true, true, relevance=relevance) == pytest.approx(1)
        assert 0 <= score(true, predicted, relevance=relevance) < 1
    common = np.full(len(true), np.median(true))
    assert utility_f1_score(true, common, relevance=relevance) == 0
    with pytest.raises(InputError, match="No value of y_true has a relevance of at least"):
        utility_f1_score(common, true, relevance=relevance)
    with pytest.raises(InputError, match='need a relevance function of method "boxplot"'):
        utility_f1_score(true, true, relevance=RelevanceFunction(method="density").fit(true))


def test_scorers_by_name(seed):
    """Scorers take a fitted relevance function, and higher is better."""
    rng = np.random.RandomState(seed)
    X = rng.randn(90, 2)
    y = X[:, 0] + rng.standard_t(2, 90)
    relevance = RelevanceFunction().fit(y)
    scores = {
        name: cross_val_score(
            LinearRegression(), X, y, scoring=metrics.get_scorer(f"neg_{name}", relevance=relevance)
        )
        for name in ("sera", "relevance_weighted_mean_squared_error")
    }
    utility = metrics.get_scorer("utility_f1", relevance=relevance, threshold=0.6)
    assert 0 <= utility(LinearRegression().fit(X, y), X, y) <= 1

    assert (np.concatenate(list(scores.values())) < 0).all()
    with pytest.raises(InputError, match=r"relevance=RelevanceFunction\(\)\.fit\(y_train\)"):
        metrics.get_scorer("neg_sera")(LinearRegression().fit(X, y), X, y)


def test_bad_input():
    relevance = RelevanceFunction(method="points", points=[(0, 0), (1, 1)]).fit([0, 2])

    with pytest.raises(InputError, match="relevance of all 2 true values is 0"):
        relevance_weighted_mean_squared_error([-1, -2], [0, 0], relevance=relevance)
    with pytest.raises(InputError, match="y_true has 2, y_pred has 1"):
        sera([1, 2], [1], relevance=relevance)
    with pytest.raises(TargetError, match="y_pred has 1 missing value, in row 1"):
        sera([1, 2], [1, np.nan], relevance=relevance)
    with pytest.raises(InputError, match="must be a RelevanceFunction that is fitted"):
        sera([1, 2], [1, 2], relevance=RelevanceFunction())
