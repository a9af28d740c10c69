"""Report while a study runs: the score of each candidate that is ready, and the time left."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from joblib import cpu_count, effective_n_jobs
from threadpoolctl import threadpool_limits

from counterpoise._lib.format_text import format_duration, format_number, format_signed
from counterpoise._lib.types import Progress
from counterpoise.study._base_result import BaseResult
from counterpoise.study._fitting import StudyInput
from counterpoise.study._forecast import Forecast, time_models
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import mean_of
from counterpoise.study._records import FoldResult
from counterpoise.study._running import Key, StudyPlan, build_candidate
from counterpoise.study._text import candidate_name

__all__ = ["Reporter", "StudyUpdate"]

_TIMING = 0.1  # of a time budget, in which models are timed


@dataclass(frozen=True)
class StudyUpdate:
    """What is known of one candidate while a study runs; as text, a line about it.

    Attributes
    ----------
    model, method : str
        The candidate; both empty in the first update, before anything is fitted.
    score : float
        Its mean of the primary metric over the folds that are done; NaN if it failed.
    improvement : float
        The mean difference from the baseline of the model, positive if better; NaN if unknown.
    repeat : int
        The repeat of the cross-validation that is now complete, from 1.
    seconds_left : float
        About how long the rest of the study takes.
    sentence : str
    """

    model: str
    method: str
    score: float
    improvement: float
    repeat: int
    seconds_left: float
    sentence: str

    def __str__(self) -> str:
        """Return the sentence."""
        return self.sentence


class Reporter:
    """Calls the functions of the user that follow a study.

    Parameters
    ----------
    result : StudyResult or RegressionResult
        The result of the study without candidates.
    study_input : StudyInput
    plan : StudyPlan
    n_jobs : int or None
    deadline : float or None
        Time, as of `time.time`, after which no candidate is started.
    progress : callable or None
        Called with the numbers of finished and of all fits.
    on_update : callable or None
        Called with each `StudyUpdate`.
    """

    def __init__(
        self,
        result: BaseResult,
        study_input: StudyInput,
        plan: StudyPlan,
        *,
        n_jobs: int | None,
        deadline: float | None,
        progress: Progress | None,
        on_update: Callable[[StudyUpdate], None] | None,
    ) -> None:
        self._result, self._study_input, self._plan = result, study_input, plan
        self._n_workers, self._deadline = effective_n_jobs(n_jobs), deadline
        self._progress, self._on_update = progress, on_update
        self._forecast: Forecast | None = None
        self._n_complete: Counter[tuple[str, str]] = Counter()  # repeats of a candidate

    def __call__(self, results: Mapping[Key, FoldResult], key: Key | None) -> None:
        """Report the results that are known; the last one has the key."""
        if self._progress is not None:
            total = len(self._plan.candidates) * len(self._plan.folds.splits)
            self._progress("candidates", len(results), total)
        if self._on_update is None:
            return
        if self._forecast is None:
            self._forecast = self._time_models()
            self._on_update(self._start(results, self._forecast))
        for part in self._find_complete(results, key[0]) if key is not None else ():
            self._on_update(self._describe(results, part, self._forecast.seconds_left(results)))

    def _time_models(self) -> Forecast:
        until = None
        if self._deadline is not None:
            now = time.time()
            until = now + _TIMING * (self._deadline - now)
        # Each fit has the threads that it will have when as many workers share the processors.
        n_threads = max(1, cpu_count() // self._n_workers)
        # Warnings are of the few samples that models are timed with.
        with threadpool_limits(n_threads), warnings.catch_warnings(action="ignore"):
            timings = time_models(self._study_input, self._plan, until)
        return Forecast(self._plan, timings, self._n_workers, self._deadline)

    def _start(self, results: Mapping[Key, FoldResult], forecast: Forecast) -> StudyUpdate:
        """Return the first update; what is known then, from a journal, is not reported again."""
        for model in {model.name for _, model in self._plan.candidates}:
            list(self._find_complete(results, model))
        n_candidates, n_folds = len(self._plan.candidates), len(self._plan.folds.splits)
        seconds_left = forecast.seconds_left(results)
        is_limited = forecast.seconds_needed(results) > seconds_left
        limit = "longer than the time budget, which ends the study after " if is_limited else ""
        sentence = (
            f"Fitting {n_candidates} candidates (a model with a method) in {n_folds} folds takes "
            f"{limit}about {format_duration(seconds_left)}. Quick models are first."
        )
        return StudyUpdate("", "", np.nan, np.nan, 0, seconds_left, sentence)

    def _find_complete(
        self, results: Mapping[Key, FoldResult], model: str
    ) -> Iterator[tuple[str, str, int]]:
        """Yield the candidates of a model with the repeats in which they can now be compared.

        They and their baseline are done in all folds until then, so that what is reported does not
        depend on the order in which fits end.
        """
        for method, of_model in self._plan.candidates:
            name = model, method.name
            while of_model.name == model and self._is_next_complete(results, name):
                self._n_complete[name] += 1
                yield *name, self._n_complete[name] - 1

    def _is_next_complete(self, results: Mapping[Key, FoldResult], name: tuple[str, str]) -> bool:
        (model, method), repeat = name, self._n_complete[name]
        has_baseline = method == BASELINE or repeat < self._n_complete[model, BASELINE]
        return (
            has_baseline
            and repeat < self._plan.folds.n_repeats
            and all(
                (*name, repeat, fold.fold) in results
                for fold in self._plan.folds.splits
                if fold.repeat == repeat
            )
        )

    def _describe(
        self, results: Mapping[Key, FoldResult], part: tuple[str, str, int], seconds_left: float
    ) -> StudyUpdate:
        model, method, repeat = part
        results = {key: found for key, found in results.items() if key[2] <= repeat}
        values = self._values(results, model, method)
        improvement = np.nan
        metric = self._result.primary_metric
        if method != BASELINE:
            differences = values - self._values(results, model, BASELINE)
            improvement = metric.sign * mean_of(differences)
        update = StudyUpdate(
            model, method, mean_of(values), improvement, repeat + 1, seconds_left, ""
        )
        candidate = build_candidate(self._study_input, self._plan.folds, (model, method), results)
        return replace(update, sentence=self._sentence(update, candidate.status))

    def _values(self, results: Mapping[Key, FoldResult], model: str, method: str) -> np.ndarray:
        """Return the primary metric of a candidate in each fold; NaN in those to come."""
        candidate = build_candidate(self._study_input, self._plan.folds, (model, method), results)
        known = replace(self._result, candidates=(candidate,))
        return known.values(known.settings.primary_metric, candidate)

    def _sentence(self, update: StudyUpdate, status: str) -> str:
        metric, n_repeats = self._result.primary_metric, self._plan.folds.n_repeats
        decimals = _decimals(update.score)
        label = self._result.find_metric(metric.name).label
        known = f"{label} {format_number(update.score, decimals)}"
        if not np.isnan(update.improvement):
            known += f", improvement {format_signed(update.improvement, decimals)}"
        if np.isnan(update.score):
            known = f"no {label}"
        why = {"failed": "it failed, ", "not applicable": "it does not apply, "}.get(status, "")
        repeat = f"repeat {update.repeat} of {n_repeats}, " if n_repeats > 1 else ""
        left = f"about {format_duration(update.seconds_left)} left"
        if not update.seconds_left:
            left = "all done"
        return f"{candidate_name(update.model, update.method)}: {known} ({why}{repeat}{left})"


def _decimals(score: float) -> int:
    """Return the decimals of a score with three significant digits; 3 below 10."""
    if np.isnan(score) or abs(score) < 10:
        return 3
    return max(3 - int(np.log10(abs(score))), 0)
