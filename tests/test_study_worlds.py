"""A study says what is true, in worlds whose truth is known.

A few seeds in the ordinary run; a hundred in the slow tests, an hour or more.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from counterpoise.study import Study


def studies(few: int, at_least: int, of_a_hundred: int) -> pytest.MarkDecorator:
    """Return how many studies of few, and of a hundred in the slow tests, must say the truth."""
    many = pytest.param(100, of_a_hundred, marks=pytest.mark.slow)
    return pytest.mark.parametrize(("seeds", "at_least"), [(few, at_least), many])


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


def words(worlds: Any, world: str, seeds: int) -> list[set[str]]:
    """Return the words of each study."""
    told = []
    for seed in range(seeds):
        study, X, y = worlds.study_of(world, seed)
        if world == "nothing" and seeds < 100:
            study = Study(
                ["logistic"], ["class-weight", "smote", "random-under"], random_state=seed
            )
        told.append({gain.word for gain in study.run(X, y).verdicts if not gain.same})
    return told


@studies(6, 5, 95)
def test_where_there_is_nothing_to_gain_nothing_helps_or_harms(
    worlds: Any, seeds: int, at_least: int
) -> None:
    told = words(worlds, "nothing", seeds)
    assert sum(not said & {"helps", "harms"} for said in told) >= at_least


@studies(2, 2, 95)
def test_a_true_gain_is_said_to_help(worlds: Any, seeds: int, at_least: int) -> None:
    told = words(worlds, "gain", seeds)
    assert sum(said == {"helps"} for said in told) >= at_least


@studies(2, 2, 80)
def test_equal_remedies_are_said_to_be_equal(worlds: Any, seeds: int, at_least: int) -> None:
    told = words(worlds, "equal", seeds)
    assert sum(said == {"no material difference"} for said in told) >= at_least


def test_the_balanced_logistic_regression_is_bent_by_the_prevalence(seed: int) -> None:
    random = np.random.RandomState(seed)
    y = (random.random_sample(4000) < 0.05).astype(int)
    X = random.normal(size=(4000, 3)) + y[:, None]
    study = Study({"lr": LogisticRegression()}, ["class-weight", "random-over"], random_state=seed)
    result = study.run(X, y)
    for remedy in ("class-weight", "random-over"):
        arm = result.arm("lr", remedy)
        raw, mended = (
            result.values("calibration_intercept", arm, corrected=corrected).mean()
            for corrected in (False, True)
        )
        assert raw == pytest.approx(logit(y.mean()), abs=0.3)
        assert mended == pytest.approx(0, abs=0.2)


def test_a_planted_leak_is_named_and_repeats_are_noticed(seed: int) -> None:
    random = np.random.RandomState(seed)
    y = (random.random_sample(300) < 0.2).astype(int)
    X = pd.DataFrame(random.normal(size=(300, 3)), columns=["a", "b", "c"])
    study = Study("logistic", "class-weight", cv=(3, 1), random_state=seed)
    assert study.run(X, y).observed == ()
    leak = X.assign(refund=np.where(y == 1, random.uniform(1, 9, 300), 0.0))
    (finding,) = study.run(leak, y).observed
    assert finding.code == "column-separates"
    assert "'refund'" in finding.sentence
    doubled, twice = pd.concat([X, X.iloc[:60]]), np.r_[y, y[:60]]
    (finding,) = study.run(doubled, twice).observed
    assert finding.code == "repeats-across-folds"
    together = study.run(doubled, twice, groups=np.r_[np.arange(300), np.arange(60)])
    assert together.observed == ()


def test_the_map_shows_rows_by_kind_and_new_rows_between_parents(seed: int) -> None:
    random = np.random.RandomState(seed)
    y = (random.random_sample(200) < 0.2).astype(int)
    X = random.normal(size=(200, 2)) * [1, 50] + y[:, None]
    shown = Study("logistic", "class-weight", cv=(3, 1), random_state=seed).run(X, y).map
    assert shown is not None
    assert ((shown.kinds < 0) == (y[shown.rows] == 0)).all()
    assert shown.explained == pytest.approx(1)
    ends = shown.places[shown.parents]
    across = ends[:, 1] - ends[:, 0]
    aside = shown.new - ends[:, 0]
    area = across[:, 0] * aside[:, 1] - across[:, 1] * aside[:, 0]
    assert np.abs(area).max() < 1e-9
