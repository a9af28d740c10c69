"""Tests of the outcomes of a study on simulated tables for which the correct outcome is known.

They run a few seeds by default, and a hundred as slow tests, which take an hour or more.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from counterpoise.study import Study
from counterpoise.study._records import Probabilities


def studies(few: int, at_least: int, of_a_hundred: int) -> pytest.MarkDecorator:
    """Return how many of a few studies, and of a hundred slow ones, must have a true outcome."""
    many = pytest.param(100, of_a_hundred, marks=pytest.mark.slow)
    return pytest.mark.parametrize(("seeds", "at_least"), [(few, at_least), many])


@pytest.fixture(scope="module")
def scenarios() -> Any:
    """Load the module of the simulations."""
    path = Path(__file__).parent.parent / "benchmarks" / "scenarios.py"
    spec = importlib.util.spec_from_file_location("scenarios", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_studies(scenarios: Any, scenario: str, seeds: int) -> list[set[str]]:
    """Return the set of outcomes of each study."""
    outcomes = []
    for seed in range(seeds):
        study, X, y = scenarios.make_study(scenario, seed)
        if scenario == "no-signal" and seeds < 100:
            study = Study(
                ["logistic"], ["class-weight", "smote", "random-under"], random_state=seed
            )
        outcomes.append(
            {
                improvement.outcome
                for improvement in study.run(X, y).improvements
                if not improvement.same_scores
            }
        )
    return outcomes


@studies(6, 5, 95)
def test_without_a_signal_no_method_is_better_or_worse(
    scenarios: Any, seeds: int, at_least: int
) -> None:
    outcomes = run_studies(scenarios, "no-signal", seeds)
    assert sum(not found & {"better", "worse"} for found in outcomes) >= at_least


@studies(2, 2, 95)
def test_a_true_improvement_is_found(scenarios: Any, seeds: int, at_least: int) -> None:
    outcomes = run_studies(scenarios, "improvement", seeds)
    assert sum(found == {"better"} for found in outcomes) >= at_least


@studies(2, 2, 80)
def test_methods_without_effect_are_equivalent(scenarios: Any, seeds: int, at_least: int) -> None:
    outcomes = run_studies(scenarios, "equivalent", seeds)
    assert sum(found == {"equivalent"} for found in outcomes) >= at_least


@pytest.mark.costly
def test_balancing_shifts_the_calibration_intercept_by_the_prior_log_odds(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(4000) < 0.05).astype(int)
    X = rng.normal(size=(4000, 3)) + y[:, None]
    study = Study({"lr": LogisticRegression()}, ["class-weight", "random-over"], random_state=seed)
    result = study.run(X, y)
    for method in ("class-weight", "random-over"):
        candidate = result.candidate("lr", method)
        raw, corrected, calibrated = (
            result.values("calibration_intercept", candidate, probabilities=kind).mean()
            for kind in get_args(Probabilities)
        )
        assert raw == pytest.approx(logit(y.mean()), abs=0.3)
        assert corrected == pytest.approx(0, abs=0.2)
        assert calibrated == pytest.approx(0, abs=0.2)


def test_calibrated_probabilities_are_closer_to_the_true_ones(seed: int) -> None:
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(3000, 3))
    true = expit(2 * X[:, 0] + np.abs(X[:, 1]) - 4)
    y = (rng.random_sample(3000) < true).astype(int)
    order = np.argsort(-y, kind="stable")  # sorted files are common
    tree = DecisionTreeClassifier(min_samples_leaf=5, random_state=0)
    study = Study({"tree": tree}, ["random-over", "smote"], cv=(3, 1), random_state=seed)
    result = study.run(X[order], y[order])
    for method in ("random-over", "smote"):
        candidate = result.candidate("tree", method)
        predicted, corrected, calibrated = (
            np.abs(result.scores_of(candidate, kind)[0, :, 0] - true[order]).mean()
            for kind in get_args(Probabilities)
        )
        assert calibrated < min(predicted, corrected)


@pytest.mark.costly
def test_target_leakage_and_duplicates_are_found(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(300) < 0.2).astype(int)
    X = pd.DataFrame(rng.normal(size=(300, 3)), columns=["a", "b", "c"])
    study = Study("logistic", "class-weight", cv=(3, 1), random_state=seed)
    assert study.run(X, y).data_findings == ()
    leaking = X.assign(refund=np.where(y == 1, rng.uniform(1, 9, 300), 0.0))
    (finding,) = study.run(leaking, y).data_findings
    assert finding.code == "column-separates"
    assert "'refund'" in finding.sentence
    X_more, y_more = pd.concat([X, X.iloc[:60]]), np.r_[y, y[:60]]
    (finding,) = study.run(X_more, y_more).data_findings
    assert finding.code == "duplicates-across-folds"
    grouped = study.run(X_more, y_more, groups=np.r_[np.arange(300), np.arange(60)])
    assert grouped.data_findings == ()


def test_the_projection_shows_synthetic_samples_between_base_and_neighbor(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(200) < 0.2).astype(int)
    X = rng.normal(size=(200, 2)) * [1, 50] + y[:, None]
    study = Study("logistic", "class-weight", cv=(3, 1), random_state=seed)
    projection = study.run(X, y).projection
    assert projection is not None
    assert ((projection.sample_types < 0) == (y[projection.rows] == 0)).all()
    assert projection.explained_variance == pytest.approx(1)
    ends = projection.positions[projection.sources]
    to_neighbor = ends[:, 1] - ends[:, 0]
    to_synthetic = projection.synthetic - ends[:, 0]
    # The cross product of two vectors is 0 if they have the same direction.
    cross = to_neighbor[:, 0] * to_synthetic[:, 1] - to_neighbor[:, 1] * to_synthetic[:, 0]
    assert np.abs(cross).max() < 1e-9
