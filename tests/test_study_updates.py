"""Updates while a study runs, the order of its candidates, and how it ends early."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from counterpoise.study import Study, StudyUpdate
from counterpoise.study._base_result import BaseResult
from counterpoise.study._fitting import StudyInput
from counterpoise.study._forecast import Forecast, Timings
from counterpoise.study._records import FoldResult
from counterpoise.study._running import (
    Key,
    StudyInterrupted,
    StudyPlan,
    _run_tasks,
    build_candidates,
)

MODELS, METHODS = ["naive-bayes", "logistic"], ["class-weight", "threshold", "random-over"]


def make_data(seed: int) -> tuple[Any, Any]:
    return make_classification(120, weights=[0.8], random_state=seed)


@pytest.fixture
def data(seed: int) -> tuple[Any, Any]:
    return make_data(seed)


def study(seed: int, **parameters: Any) -> Study:
    return Study(MODELS, METHODS, cv=(2, 2), random_state=seed, **parameters)


@cache
def run_usual(seed: int) -> Any:
    """Return the result of the study without updates."""
    return study(seed).run(*make_data(seed))


@cache
def run_with_updates(seed: int) -> tuple[Any, list[StudyUpdate]]:
    """Return the result of the study, and its updates."""
    updates: list[StudyUpdate] = []
    return study(seed).run(*make_data(seed), on_update=updates.append), updates


def assert_same(first: BaseResult, second: BaseResult) -> None:
    for one, other in zip(first.candidates, second.candidates, strict=True):
        assert (one.model, one.method, one.status) == (other.model, other.method, other.status)
        for name in ("scores", "predictions", "priors", "thresholds"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert first.improvements == second.improvements


def test_results_do_not_depend_on_the_order_of_the_candidates(
    data: tuple[Any, Any], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = StudyPlan.tasks
    monkeypatch.setattr(StudyPlan, "tasks", lambda *args: reversed(list(tasks(*args))))
    assert_same(run_usual(seed), study(seed).run(*data))


def test_updates_end_with_the_scores_of_the_result(seed: int) -> None:
    result, (first, *others) = run_with_updates(seed)
    assert "9 candidates (a model with a method) in 4 folds takes about" in str(first)
    assert len(others) == 2 * len(result.candidates)  # each candidate after each repeat
    assert others[-1].seconds_left == 0
    table = result.table()
    last = {(update.model, update.method): update for update in others}
    assert last.keys() == table.keys()
    for name, update in last.items():
        assert update.repeat == 2
        assert update.score == pytest.approx(table[name]["average_precision"])
    for item in result.improvements:
        assert last[item.model, item.method].improvement == pytest.approx(item.value)


def test_quick_models_are_first(data: tuple[Any, Any], seed: int) -> None:
    updates: list[StudyUpdate] = []
    Study(["svm", "logistic"], "class-weight", cv=(2, 1), random_state=seed).run(
        *data, on_update=updates.append
    )
    models = [update.model for update in updates[1:]]
    assert models == ["logistic", "dummy", "logistic", "svm", "svm"]


def test_updates_change_no_result(seed: int) -> None:
    assert_same(run_usual(seed), run_with_updates(seed)[0])


def test_updates_do_not_depend_on_the_order_in_which_fits_end(
    data: tuple[Any, Any], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shuffle(*arguments: Any) -> Iterator[FoldResult]:
        found = list(_run_tasks(*arguments))
        return (found[i] for i in np.random.RandomState(seed).permutation(len(found)))

    monkeypatch.setattr("counterpoise.study._running._run_tasks", shuffle)
    updates: list[StudyUpdate] = []
    study(seed).run(*data, on_update=updates.append)
    known = {(one.model, one.method, one.repeat): one for one in run_with_updates(seed)[1]}
    assert len(updates) == len(known)
    for one in updates:
        other = known[one.model, one.method, one.repeat]
        np.testing.assert_equal([one.score, one.improvement], [other.score, other.improvement])


class Sleeps(LogisticRegression):
    """Logistic regression that takes longer in its first fit, and a second of a simulated clock."""

    now: ClassVar[float] = 0.0

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        if not Sleeps.now:
            time.sleep(0.3)
        Sleeps.now += 1
        return super().fit(X, y, sample_weight)


def test_what_a_first_fit_does_once_is_not_part_of_the_estimate(
    data: tuple[Any, Any], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sleeps, "now", 0.0)
    updates: list[StudyUpdate] = []
    Study({"slow": Sleeps()}, "class-weight", cv=(2, 1)).run(*data, on_update=updates.append)
    assert updates[0].seconds_left < 2 * 2 * 0.3


def test_a_budget_includes_the_estimate_and_allows_a_first_baseline(
    data: tuple[Any, Any], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sleeps, "now", 1.0)
    monkeypatch.setattr(time, "time", lambda: Sleeps.now)
    updates: list[StudyUpdate] = []
    models = {"slow": Sleeps(), "slower": Sleeps()}
    study = Study(models, "class-weight", cv=(2, 2), budget=3)
    part = study.run(*data, on_update=updates.append)
    assert Sleeps.now == 1 + 1 + 4  # of the estimate, and of the folds
    assert "takes longer than the time budget, which ends the study after about" in str(updates[0])
    assert part.stopped
    assert part.recommended == ("slow", "baseline")
    sentences = {finding.code: finding.sentence for finding in part.findings}
    assert "its time budget was used up. " in sentences["stopped-early"]


def test_a_candidate_without_a_score_is_reported(seed: int) -> None:
    X, y = make_classification(150, n_classes=3, n_informative=4, random_state=seed)
    updates: list[StudyUpdate] = []
    Study("logistic", "threshold", cv=(2, 1), random_state=seed).run(X, y, on_update=updates.append)
    assert "logistic with threshold: no average precision (" in str(updates[-1])
    assert "(it does not apply, all done)" in str(updates[-1])


def stop_after(n_fits: int) -> Any:
    def progress(_: str, done: int, __: int) -> None:
        if done == n_fits:
            raise StudyInterrupted

    return progress


def test_an_interrupted_study_has_the_results_that_are_known(
    data: tuple[Any, Any], seed: int
) -> None:
    n_done = 7
    part = study(seed).run(*data, progress=stop_after(n_done))
    assert part.stopped
    assert sum(int((~np.isnan(item.seconds)).sum()) for item in part.candidates) == n_done
    sentences = {finding.code: finding.sentence for finding in part.findings}
    assert f"after {n_done} of 36 fits: it was interrupted." in sentences["stopped-early"]
    assert "add a journal next time: --journal FILE" in sentences["stopped-early"]
    for one, other in zip(part.candidates, run_usual(seed).candidates, strict=True):
        known = ~np.isnan(one.scores)
        np.testing.assert_array_equal(one.scores[known], other.scores[known])


def test_a_study_without_a_result_is_interrupted(data: tuple[Any, Any], seed: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        study(seed).run(*data, progress=stop_after(0))


def test_an_ordinary_interrupt_is_raised(data: tuple[Any, Any], seed: int) -> None:
    def progress(_: str, done: int, __: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study(seed).run(*data, progress=progress)


def test_the_time_left_follows_the_fits_that_are_done(
    data: tuple[Any, Any], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[Key, FoldResult] = {}
    plans: list[StudyPlan] = []

    def build(study_input: StudyInput, plan: StudyPlan, results: Any) -> Any:
        plans.append(plan)
        known.update({key: replace(found, seconds=3.0) for key, found in results.items()})
        return build_candidates(study_input, plan, results)

    monkeypatch.setattr("counterpoise.study._base_study.build_candidates", build)
    study(seed).run(*data)
    seconds = Timings(dict.fromkeys([*MODELS, "dummy"], 1.0))
    forecast = Forecast(plans[0], seconds, 1)
    # Baseline, weights and oversampling are one fit each, and tuning a threshold is five.
    assert forecast.seconds_left({}) == 4 * (1 + 2 * (1 + 1 + 5 + 1))
    assert forecast.seconds_left(known) == 0
    assert Forecast(plans[0], seconds, 2).seconds_left({}) == forecast.seconds_left({}) / 2
    # Resampled samples are as many as those of the sampler that was timed, or a share of them.
    sampled = Timings(seconds.baseline, dict.fromkeys(MODELS, 2.0), {"random-over": 0.75})
    assert Forecast(plans[0], sampled, 1).seconds_left({}) == 4 * (1 + 2 * (1 + 1 + 5 + 1.5))
    # Two of four folds of the dummy model are done, and took three seconds each.
    dummy = {key: found for key, found in known.items() if key[0] == "dummy" and key[3] == 0}
    assert forecast.seconds_left(dummy) == 2 * 3 + 4 * 2 * (1 + 1 + 5 + 1)


def test_the_estimate_warns_of_nothing():
    """Models are timed with a part of the samples, in which a class is smaller."""
    X, y = np.random.RandomState(0).normal(size=(12_000, 2)), np.arange(12_000) < 12
    study = Study("logistic", "smote", cv=(2, 1), random_state=0)

    with warnings.catch_warnings(record=True, action="always") as found:
        study.run(X, y, on_update=lambda update: None)

    assert not [str(warning.message) for warning in found]
