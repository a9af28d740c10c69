"""Report while a study runs: the score of each candidate that is ready, and the time left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from joblib import effective_n_jobs

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
        progress: Progress | None,
        on_update: Callable[[StudyUpdate], None] | None,
    ) -> None:
        self._result, self._study_input, self._plan = result, study_input, plan
        self._n_workers = effective_n_jobs(n_jobs)
        self._progress, self._on_update = progress, on_update
        self._forecast: Forecast | None = None

    def __call__(self, results: Mapping[Key, FoldResult], key: Key | None) -> None:
        """Report the results that are known; the last one has the key."""
        if self._progress is not None:
            total = len(self._plan.candidates) * len(self._plan.folds.splits)
            self._progress("candidates", len(results), total)
        if self._on_update is None:
            return
        if self._forecast is None:
            self._forecast = Forecast(
                self._plan, time_models(self._study_input, self._plan), self._n_workers
            )
            self._on_update(self._first(self._forecast.seconds_left(results)))
        if key is not None and self._is_complete(results, key):
            self._on_update(self._describe(results, key, self._forecast.seconds_left(results)))

    def _first(self, seconds_left: float) -> StudyUpdate:
        n_candidates, n_folds = len(self._plan.candidates), len(self._plan.folds.splits)
        sentence = (
            f"Fitting {n_candidates} candidates (a model with a method) in {n_folds} folds takes "
            f"about {format_duration(seconds_left)}. Quick models are first."
        )
        return StudyUpdate("", "", np.nan, np.nan, 0, seconds_left, sentence)

    def _is_complete(self, results: Mapping[Key, FoldResult], key: Key) -> bool:
        """Return whether a candidate is done in all folds of a repeat."""
        model, method, repeat, _ = key
        return all(
            (model, method, repeat, fold.fold) in results
            for fold in self._plan.folds.splits
            if fold.repeat == repeat
        )

    def _describe(
        self, results: Mapping[Key, FoldResult], key: Key, seconds_left: float
    ) -> StudyUpdate:
        model, method, repeat, _ = key
        values = self._values(results, model, method)
        improvement = np.nan
        metric = self._result.primary_metric
        if method != BASELINE:
            differences = values - self._values(results, model, BASELINE)
            improvement = metric.sign * mean_of(differences)
        update = StudyUpdate(
            model, method, mean_of(values), improvement, repeat + 1, seconds_left, ""
        )
        return replace(update, sentence=self._sentence(update))

    def _values(self, results: Mapping[Key, FoldResult], model: str, method: str) -> np.ndarray:
        """Return the primary metric of a candidate in each fold; NaN in those to come."""
        candidate = build_candidate(self._study_input, self._plan.folds, (model, method), results)
        known = replace(self._result, candidates=(candidate,))
        return known.values(known.settings.primary_metric, candidate)

    def _sentence(self, update: StudyUpdate) -> str:
        metric, n_repeats = self._result.primary_metric, self._plan.folds.n_repeats
        decimals = _decimals(update.score)
        label = self._result.find_metric(metric.name).label
        known = f"{label} {format_number(update.score, decimals)}"
        if not np.isnan(update.improvement):
            known += f", improvement {format_signed(update.improvement, decimals)}"
        if np.isnan(update.score):
            known = f"no {label}"
        repeat = f"repeat {update.repeat} of {n_repeats}, " if n_repeats > 1 else ""
        left = f"about {format_duration(update.seconds_left)} left"
        if not update.seconds_left:
            left = "all done"
        return f"{candidate_name(update.model, update.method)}: {known} ({repeat}{left})"


def _decimals(score: float) -> int:
    """Return the decimals of a score with three significant digits; 3 below 10."""
    if np.isnan(score) or abs(score) < 10:
        return 3
    return max(3 - int(np.log10(abs(score))), 0)
