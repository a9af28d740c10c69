"""Estimate how long a study takes, from fits to a few rows and from the fits that are done."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from counterpoise._array_ops import stratified_sample
from counterpoise._table import as_table, group_equal_rows
from counterpoise.model_selection._folds import Fold
from counterpoise.study._fitting import INNER_FOLDS, FoldTask, StudyInput, fit_fold, resample_fold
from counterpoise.study._methods import Method
from counterpoise.study._models import Model
from counterpoise.study._records import FoldResult
from counterpoise.study._running import Key, StudyPlan

__all__ = ["Forecast", "Timings", "time_models"]

_N_ROWS = 2000  # of the training samples that the models are timed with
_SHORT = 1.0  # seconds; shorter fits are timed twice, because the first one may import packages


@dataclass(frozen=True)
class Timings:
    """How long models take in a fold.

    Attributes
    ----------
    baseline : mapping of str to float
        Seconds of each model without resampling.
    resampled : mapping of str to float
        Seconds of each model with the sampler that returns the most distinct samples.
    shares : mapping of str to float
        For each sampler, its distinct samples as a share of the most; 1 if it is not known.
    """

    baseline: Mapping[str, float]
    resampled: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)

    def seconds(self, method: Method, model: Model) -> float:
        """Return the seconds of a candidate in a fold."""
        if method.how == "sampler" and model.name in self.resampled:
            return self.shares.get(method.name, 1.0) * self.resampled[model.name]
        n_fits = INNER_FOLDS if method.how == "threshold" else 1
        return n_fits * self.baseline[model.name]


def time_models(
    study_input: StudyInput, plan: StudyPlan, deadline: float | None = None
) -> Timings | None:
    """Fit each model to a small sample, as it is and resampled, and estimate the time of a fold.

    Parameters
    ----------
    study_input : StudyInput
    plan : StudyPlan
    deadline : float, optional
        Time, as of `time.time`, after which no model is fitted.

    Returns
    -------
    Timings or None
        None if the deadline was reached. Proportional to n log n for n training samples, as trees
        are.
    """
    whole = plan.folds.splits[0]
    rng = np.random.RandomState(study_input.seed)
    drawn = stratified_sample(study_input.target.codes[whole.train], _N_ROWS, rng)
    n_whole, n_drawn = len(whole.train), int(drawn.sum())
    growth = n_whole / n_drawn * np.log(n_whole) / np.log(n_drawn)
    n_test = int(np.ceil(len(whole.test) * n_drawn / n_whole))
    small = Fold(whole.repeat, whole.fold, whole.train[drawn], whole.test[:n_test])

    def is_late(*_: object) -> bool:
        return deadline is not None and time.time() >= deadline

    def fit(method: Method, models: Sequence[Model]) -> dict[str, float]:
        task = FoldTask(small, tuple((method, model) for model in models), {})
        results = fit_fold(study_input, task, is_late)
        return {result.model: growth * result.seconds for result in results}

    # The dummy model is first: what is done once in a process is not part of another model's time.
    models, without = (plan.dummy, *plan.models, *plan.standalone), plan.methods[0]
    baseline = fit(without, models)
    short = [model for model in models if baseline.get(model.name, np.inf) < growth * _SHORT]
    again = fit(without, short)
    baseline = {name: min(taken, again.get(name, taken)) for name, taken in baseline.items()}
    sizes = {} if is_late() else _sizes_after(study_input, plan, small)
    timings = Timings(baseline)
    if sizes:
        largest = max(sizes, key=lambda name: sizes[name])
        method = next(method for method in plan.methods if method.name == largest)
        shares = {name: size / sizes[largest] for name, size in sizes.items()}
        timings = Timings(baseline, fit(method, plan.models), shares)
    return None if is_late() else timings


def _sizes_after(study_input: StudyInput, plan: StudyPlan, fold: Fold) -> dict[str, int]:
    """Return the number of distinct training samples after each sampler: trees grow with them."""
    sizes = {}
    for method in plan.methods:
        if method.how == "sampler":
            with suppress(Exception):  # a sampler that fails here may not fail on all samples
                samples = resample_fold(study_input, fold, method).train.numbers
                sizes[method.name] = int(group_equal_rows(as_table(samples)).max()) + 1
    return sizes


class Forecast:
    """An estimate of the time that the rest of a study takes.

    Parameters
    ----------
    plan : StudyPlan
    timings : Timings or None
        None if they are not known, which needs a deadline.
    n_workers : int
        Number of fits at the same time.
    deadline : float, optional
        Time, as of `time.time`, after which no fit is started.
    """

    def __init__(
        self,
        plan: StudyPlan,
        timings: Timings | None,
        n_workers: int,
        deadline: float | None = None,
    ) -> None:
        self._plan, self._timings, self._n_workers = plan, timings, n_workers
        self._deadline = np.inf if deadline is None else deadline

    def seconds_left(self, results: Mapping[Key, FoldResult]) -> float:
        """Return the seconds until the missing results are known, or the deadline is reached."""
        needed = self.seconds_needed(results)
        return min(needed, max(self._deadline - time.time(), 1.0))  # the last fits take a moment

    def seconds_needed(self, results: Mapping[Key, FoldResult]) -> float:
        """Return the seconds that the missing results take; 0 if none is missing."""
        if len(results) == len(self._plan.candidates) * len(self._plan.folds.splits):
            return 0.0
        timings = self._timings
        if timings is None:
            return np.inf
        measured = defaultdict(list)
        for (model_name, method_name, *_), result in results.items():
            measured[model_name, method_name].append(result.seconds)
        errors = self._errors(measured, timings)
        n_folds, total = len(self._plan.folds.splits), 0.0
        for method, model in self._plan.candidates:
            known = measured[model.name, method.name]
            expected = errors[model.name] * timings.seconds(method, model)
            total += (n_folds - len(known)) * (float(np.mean(known)) if known else expected)
        return total / self._n_workers

    def _errors(
        self, measured: Mapping[tuple[str, str], list[float]], timings: Timings
    ) -> dict[str, float]:
        """Return by which factor the fits of each model took longer than expected."""
        expected: dict[str, float] = defaultdict(float)
        taken: dict[str, float] = defaultdict(float)
        for method, model in self._plan.candidates:
            known = measured.get((model.name, method.name), [])
            expected[model.name] += len(known) * timings.seconds(method, model)
            taken[model.name] += sum(known)
        return {
            name: taken[name] / seconds if seconds and taken[name] else 1.0
            for name, seconds in expected.items()
        }
