"""Scorers by name, in the tools of scikit-learn."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
import sklearn.metrics
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate

from counterpoise import metrics
from counterpoise.exceptions import InputError

REGRESSION = {
    name
    for name in metrics.get_scorer_names()
    if name.startswith(("neg_sera", "neg_relevance_", "utility_"))
}  # in test_metrics_regression.py
OUR_NAMES = sorted(
    set(metrics.get_scorer_names()) - set(sklearn.metrics.get_scorer_names()) - REGRESSION
)
X, Y = make_classification(300, weights=[0.8], flip_y=0.1, random_state=0)
MODEL = LogisticRegression().fit(X, Y)


def test_names_include_those_of_scikit_learn():
    names = metrics.get_scorer_names()

    assert names == sorted(names)
    assert set(sklearn.metrics.get_scorer_names()) <= set(names)
    assert len(OUR_NAMES) >= 25


@pytest.mark.parametrize("name", OUR_NAMES)
def test_every_scorer_works(name):
    """Each scorer works with sample weights, and can be pickled."""
    scorer = metrics.get_scorer(name)
    value = scorer(MODEL, X, Y)

    assert np.isfinite(value)
    assert (value <= 0) == name.startswith("neg_")
    assert pickle.loads(pickle.dumps(scorer))(MODEL, X, Y) == value
    weighted = scorer(MODEL, X, Y, sample_weight=np.full(len(Y), 2.0))
    assert weighted == pytest.approx(value)


def test_scorers_in_cross_validation():
    """All scorers can be used at once."""
    scores = cross_validate(
        LogisticRegression(),
        X,
        Y,
        cv=3,
        scoring={name: metrics.get_scorer(name) for name in OUR_NAMES},
    )

    assert all(np.isfinite(scores[f"test_{name}"]).all() for name in OUR_NAMES)


def test_scorer_in_grid_search():
    search = GridSearchCV(
        LogisticRegression(), {"C": [0.01, 1]}, scoring=metrics.get_scorer("geometric_mean")
    )

    assert 0 < search.fit(X, Y).best_score_ <= 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sensitivity", lambda: metrics.sensitivity_score(Y, MODEL.predict(X))),
        (
            "geometric_mean_macro",
            lambda: metrics.geometric_mean_score(Y, MODEL.predict(X), average="macro"),
        ),
        ("lift_at", lambda: metrics.lift_at(Y, MODEL.decision_function(X), 0.1)),
        ("brier_skill", lambda: metrics.brier_skill_score(Y, MODEL.predict_proba(X)[:, 1])),
        (
            "neg_expected_cost",
            lambda: -metrics.expected_cost(Y, MODEL.predict(X), cost_fp=1, cost_fn=1),
        ),
    ],
)
def test_scorer_value_is_that_of_the_metric(name, expected):
    assert metrics.get_scorer(name)(MODEL, X, Y) == expected()


def test_parameters_of_scorers():
    """The positive class, a fraction, costs and a threshold can be set."""
    labels = np.array(["fine", "fraud"])[Y]
    model = LogisticRegression().fit(X, labels)
    lift = metrics.get_scorer("lift_at", share=0.05, pos_label="fine")
    cost = metrics.get_scorer(
        "neg_expected_cost", threshold=0.2, cost_fp=1, cost_fn=9, pos_label="fraud"
    )
    probability = model.predict_proba(X)

    assert lift(model, X, labels) == pytest.approx(
        metrics.lift_at(labels, -model.decision_function(X), 0.05, pos_label="fine")
    )
    assert cost(model, X, labels) == pytest.approx(
        -metrics.expected_cost(
            labels, probability[:, 1], threshold=0.2, cost_fp=1, cost_fn=9, pos_label="fraud"
        )
    )


def test_scorers_of_scikit_learn():
    accuracy = metrics.get_scorer("accuracy")

    assert accuracy(MODEL, X, Y) == MODEL.score(X, Y)
    assert metrics.get_scorer(accuracy) is accuracy
    assert metrics.get_scorer(None) is None


def test_scorers_of_several_classes():
    X3, y3 = make_classification(200, n_classes=3, n_informative=4, random_state=0)
    model = LogisticRegression().fit(X3, y3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("geometric_mean", "sensitivity_macro", "index_balanced_accuracy_weighted"):
            assert 0 < metrics.get_scorer(name)(model, X3, y3) <= 1


def test_scorer_errors():
    with pytest.raises(InputError, match="got 'geometric_men'. Did you mean 'geometric_mean'"):
        metrics.get_scorer("geometric_men")
    with pytest.raises(
        InputError, match=r"got '\?\?\?\?'. See counterpoise.metrics.get_scorer_names"
    ):
        metrics.get_scorer("????")
    with pytest.raises(
        InputError, match="'lift_at' has no parameter 'top'. Its parameters are pos"
    ):
        metrics.get_scorer("lift_at", top=0.1)
    with pytest.raises(InputError, match="'accuracy' is not one of them"):
        metrics.get_scorer("accuracy", normalize=False)
