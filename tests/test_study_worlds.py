"""A study says what is true, in worlds whose truth is known.

A few seeds in the ordinary run; a hundred with COUNTERPOISE_SLOW=1.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from counterpoise.study import Study

SLOW = bool(os.environ.get("COUNTERPOISE_SLOW"))


@pytest.fixture(scope="module")
def worlds() -> Any:
    """Return the module of the simulations."""
    path = Path(__file__).parent.parent / "benchmarks" / "worlds.py"
    spec = importlib.util.spec_from_file_location("worlds", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(worlds: Any, world: str, seeds: int) -> list[set[str]]:
    """Return the words of each study."""
    by_outcome = []
    for seed in range(seeds):
        study, X, y = worlds.study_of(world, seed)
        if world == "baseline" and not SLOW:
            study = Study(
                ["logistic"], ["class-weight", "smote", "random-under"], random_state=seed
            )
        by_outcome.append(
            {
                improvement.outcome
                for improvement in study.run(X, y).improvements
                if not improvement.same_scores
            }
        )
    return by_outcome


def test_where_there_is_nothing_to_gain_nothing_helps_or_harms(worlds: Any) -> None:
    by_outcome = texts(worlds, "baseline", 100 if SLOW else 6)
    assert sum(bool(said & {"better", "worse"}) for said in by_outcome) <= (5 if SLOW else 1)


def test_a_true_gain_is_said_to_help(worlds: Any) -> None:
    by_outcome = texts(worlds, "improvement", 100 if SLOW else 2)
    assert sum(said == {"better"} for said in by_outcome) >= (95 if SLOW else 2)


def test_equal_remedies_are_said_to_be_equal(worlds: Any) -> None:
    by_outcome = texts(worlds, "equal", 100 if SLOW else 2)
    assert sum(said == {"equivalent"} for said in by_outcome) >= (80 if SLOW else 2)


def test_the_balanced_logistic_regression_is_bent_by_the_prevalence(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(4000) < 0.05).astype(int)
    X = rng.normal(size=(4000, 3)) + y[:, None]
    study = Study({"lr": LogisticRegression()}, ["class-weight", "random-over"], random_state=seed)
    result = study.run(X, y)
    for method in ("class-weight", "random-over"):
        candidate = result.candidate("lr", method)
        raw, corrected_values = (
            result.values("calibration_intercept", candidate, corrected=corrected).mean()
            for corrected in (False, True)
        )
        assert raw == pytest.approx(logit(y.mean()), abs=0.3)
        assert corrected_values == pytest.approx(0, abs=0.2)


def test_a_planted_leak_is_named_and_repeats_are_noticed(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(300) < 0.2).astype(int)
    X = pd.DataFrame(rng.normal(size=(300, 3)), columns=["a", "b", "c"])
    study = Study("logistic", "class-weight", cv=(3, 1), random_state=seed)
    assert study.run(X, y).data_findings == ()
    leak = X.assign(refund=np.where(y == 1, rng.uniform(1, 9, 300), 0.0))
    (finding,) = study.run(leak, y).data_findings
    assert finding.code == "column-separates"
    assert "'refund'" in finding.sentence
    doubled, twice = pd.concat([X, X.iloc[:60]]), np.r_[y, y[:60]]
    (finding,) = study.run(doubled, twice).data_findings
    assert finding.code == "repeats-across-folds"
    together = study.run(doubled, twice, groups=np.r_[np.arange(300), np.arange(60)])
    assert together.data_findings == ()


def test_the_map_shows_rows_by_kind_and_new_rows_between_parents(seed: int) -> None:
    rng = np.random.RandomState(seed)
    y = (rng.random_sample(200) < 0.2).astype(int)
    X = rng.normal(size=(200, 2)) * [1, 50] + y[:, None]
    shown = Study("logistic", "class-weight", cv=(3, 1), random_state=seed).run(X, y).map
    assert shown is not None
    assert ((shown.sample_types < 0) == (y[shown.rows] == 0)).all()
    assert shown.explained_variance == pytest.approx(1)
    ends = shown.positions[shown.sources]
    across = ends[:, 1] - ends[:, 0]
    aside = shown.synthetic - ends[:, 0]
    area = across[:, 0] * aside[:, 1] - across[:, 1] * aside[:, 0]
    assert np.abs(area).max() < 1e-9
