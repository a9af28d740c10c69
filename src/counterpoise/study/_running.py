"""Run all candidates on all folds, quick ones first, with a journal and a time budget."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from joblib.externals.loky.backend import resource_tracker as worker_tracker

from counterpoise._lib.types import IntArray
from counterpoise.model_selection._folds import Fold, Folds
from counterpoise.study._fitting import FoldTask, StudyInput, fit_fold
from counterpoise.study._journal import append
from counterpoise.study._methods import BASELINE, Method
from counterpoise.study._models import Model
from counterpoise.study._records import Candidate, FoldResult, Status

__all__ = [
    "Key",
    "StudyInterrupted",
    "StudyPlan",
    "build_candidate",
    "build_candidates",
    "run_plan",
]

Key = tuple[str, str, int, int]


@dataclass(frozen=True)
class StudyPlan:
    """The candidates and folds of a study.

    Attributes
    ----------
    models : tuple of Model
        Each is combined with every method.
    standalone : tuple of Model
        Compared as they are, without a method.
    methods : tuple of Method
        The baseline is the first.
    folds : Folds
    dummy : Model
        A model without skill.
    """

    models: tuple[Model, ...]
    standalone: tuple[Model, ...]
    methods: tuple[Method, ...]
    folds: Folds
    dummy: Model

    @property
    def first_model(self) -> Model:
        """The model that is fitted first: the first quick one, if there is one."""
        return self._stages()[0][0]

    @property
    def candidates(self) -> tuple[tuple[Method, Model], ...]:
        """All candidates, in the order of the tables."""
        baseline, *others = self.methods
        first = [(baseline, model) for model in (*self.models, *self.standalone, self.dummy)]
        return (*first, *((method, model) for method in others for model in self.models))

    def tasks(self, finished: Mapping[Key, FoldResult]) -> Iterator[FoldTask]:
        """Yield unfinished tasks; candidates with the same training data share a task.

        The first repeat starts model by model, the quick ones first, so that there are results
        soon; all models share the resampled samples of a method.
        """
        for repeat in range(self.folds.n_repeats):
            for group in self._groups(self._stages() if repeat == 0 else [self._all_models]):
                for fold in self.folds.splits:
                    left = _unfinished(group, fold, finished)
                    if fold.repeat == repeat and left:
                        yield FoldTask(fold, left, _baselines(fold, finished))

    @property
    def _all_models(self) -> tuple[Model, ...]:
        return (*self.models, *self.standalone, self.dummy)

    def _stages(self) -> list[tuple[Model, ...]]:
        """Return the models that run together: the quick ones, then each of the others alone."""
        first = [model for model in self.models if model.is_quick] or [self.models[0]]
        others = [model for model in self._all_models[:-1] if model not in first]
        return [(*first, self.dummy), *((model,) for model in others)]

    def _groups(self, stages: list[tuple[Model, ...]]) -> Iterator[list[tuple[Method, Model]]]:
        """Yield the candidates in groups that share their training data, by stages if possible."""
        shared = ("baseline", "threshold", "weights", "wrapper")
        for models in stages:
            candidates = [candidate for candidate in self.candidates if candidate[1] in models]
            yield [candidate for candidate in candidates if candidate[0].how in shared[:2]]
            yield [candidate for candidate in candidates if candidate[0].how in shared[2:]]
        for method in self.methods:
            if method.how not in shared:
                yield [candidate for candidate in self.candidates if candidate[0] is method]


def _unfinished(
    group: list[tuple[Method, Model]], fold: Fold, finished: Mapping[Key, FoldResult]
) -> tuple[tuple[Method, Model], ...]:
    place = fold.repeat, fold.fold
    return tuple(
        (method, model)
        for method, model in group
        if (model.name, method.name, *place) not in finished
    )


def _baselines(fold: Fold, finished: Mapping[Key, FoldResult]) -> dict[str, FoldResult]:
    """Return the results of the baseline in a fold, by model."""
    place = fold.repeat, fold.fold
    return {
        model: result
        for (model, method, *at), result in finished.items()
        if method == BASELINE and (*at,) == place
    }


@dataclass(frozen=True)
class _IsLate:
    """Whether the time budget is used up, so that a candidate is left out.

    Attributes
    ----------
    deadline : float or None
    model : str or None
        The model whose baseline is never left out.
    """

    deadline: float | None
    model: str | None

    def now(self) -> bool:
        """Return whether the time is after the deadline."""
        return self.deadline is not None and time.time() >= self.deadline

    def __call__(self, method: Method, model: Model) -> bool:
        """Return whether a candidate is left out."""
        return self.now() and (method.name, model.name) != (BASELINE, self.model)


class StudyInterrupted(KeyboardInterrupt):
    """Raised to end a study at once: its result has what is known."""


def run_plan(
    study_input: StudyInput,
    plan: StudyPlan,
    finished: dict[Key, FoldResult],
    *,
    n_jobs: int | None,
    journal: str | os.PathLike[str] | None,
    deadline: float | None,
    report: Callable[[Mapping[Key, FoldResult], Key | None], None],
) -> dict[Key, FoldResult]:
    """Run the unfinished tasks of a plan.

    Parameters
    ----------
    study_input : StudyInput
    plan : StudyPlan
    finished : dict of (model, method, repeat, fold) to FoldResult
        Results of an earlier run.
    n_jobs : int or None
        Number of parallel jobs, as in joblib.
    journal : path or None
        Each result is appended to it as soon as it is available.
    deadline : float or None
        Time, as of `time.time`, after which no candidate is started. If the study starts before it,
        the baseline of the first model is fitted in any case, so that there is a result.
    report : callable
        Called with all results and the key of the last one; first without a key.

    Returns
    -------
    dict of (model, method, repeat, fold) to FoldResult
        Earlier and new results. They do not depend on n_jobs, nor on the order of the tasks.
    """
    results = dict(finished)
    is_late = _IsLate(deadline, None)
    if not is_late.now():
        is_late = _IsLate(deadline, plan.first_model.name)
    try:
        report(results, None)
        tasks = plan.tasks(finished)
        for result in _run_tasks(study_input, tasks, n_jobs, journal, is_late):
            key = result.model, result.method, result.repeat, result.fold
            results[key] = result
            report(results, key)
    except StudyInterrupted:
        if not results:
            raise
    return results


def _run_tasks(
    study_input: StudyInput,
    tasks: Iterator[FoldTask],
    n_jobs: int | None,
    journal: str | os.PathLike[str] | None,
    is_late: _IsLate,
) -> Iterator[FoldResult]:
    streams: Any = (_run_task(study_input, task, journal, is_late) for task in tasks)
    try:
        if effective_n_jobs(n_jobs) > 1:
            with _delaying_interrupts():
                streams = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
                    delayed(_task_results)(study_input, task, journal, is_late) for task in tasks
                )
        for stream in streams:
            yield from stream
    finally:
        # joblib warns that tasks are canceled, which the user of an interrupted study expects.
        with warnings.catch_warnings(action="ignore"):
            streams.close()


@contextmanager
def _delaying_interrupts() -> Iterator[None]:
    """Delay Ctrl-C until the workers are started, which leave it to this process from then on.

    Otherwise, workers that are importing packages print tracebacks, and joblib fails if it has
    started some of its threads only.
    """
    received: list[tuple[Any, ...]] = []
    usual: Any = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    is_handled = is_main and callable(usual)  # only the main thread can set a handler
    if is_handled:
        signal.signal(signal.SIGINT, lambda *arguments: received.append(arguments))
    try:
        with _blocking_interrupts():
            yield
    finally:
        if is_handled:
            signal.signal(signal.SIGINT, usual)
    if received:
        usual(*received[0])


@contextmanager
def _blocking_interrupts() -> Iterator[None]:
    """Block Ctrl-C in this thread; processes that it starts inherit that."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    for tracker in (resource_tracker, worker_tracker):
        tracker.ensure_running()  # starting it later would end the blocking
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)


def _run_task(
    study_input: StudyInput,
    task: FoldTask,
    journal: str | os.PathLike[str] | None,
    is_late: _IsLate,
) -> Iterator[FoldResult]:
    for result in fit_fold(study_input, task, is_late):
        if journal is not None:
            append(journal, result)
        yield result


def _task_results(
    study_input: StudyInput,
    task: FoldTask,
    journal: str | os.PathLike[str] | None,
    is_late: _IsLate,
) -> list[FoldResult]:
    return list(_run_task(study_input, task, journal, is_late))


def build_candidates(
    study_input: StudyInput, plan: StudyPlan, results: Mapping[Key, FoldResult]
) -> tuple[Candidate, ...]:
    """Combine the results of each candidate over all folds.

    Parameters
    ----------
    study_input : StudyInput
    plan : StudyPlan
    results : mapping of (model, method, repeat, fold) to FoldResult

    Returns
    -------
    tuple of Candidate
        In the order of the plan. A candidate that failed in a fold has only its message.
    """
    return tuple(
        build_candidate(study_input, plan.folds, (model.name, method.name), results)
        for method, model in plan.candidates
    )


def build_candidate(
    study_input: StudyInput,
    folds: Folds,
    name: tuple[str, str],
    found: Mapping[Key, FoldResult],
) -> Candidate:
    """Combine the results of one candidate, given by its model and method, over all folds."""
    results = [(fold, found.get((*name, fold.repeat, fold.fold))) for fold in folds.splits]
    n_rows, n_classes = len(study_input.target.codes), len(study_input.target.classes)
    by_fold = folds.n_repeats, folds.n_folds
    scores = np.full((folds.n_repeats, n_rows, study_input.n_columns), np.nan)
    predictions: IntArray = np.full((folds.n_repeats, n_rows), -1, np.int16)
    priors = np.full((*by_fold, n_classes), np.nan)
    thresholds, seconds = np.full(by_fold, np.nan), np.full(by_fold, np.nan)
    status, message = _status([result for _, result in results])
    available = [(fold, result) for fold, result in results if result is not None]
    for fold, result in available if status in ("done", "partial") else ():
        scores[fold.repeat, fold.test] = result.scores
        predictions[fold.repeat, fold.test] = result.predictions
        priors[fold.repeat, fold.fold] = result.prior
        thresholds[fold.repeat, fold.fold] = result.threshold
        seconds[fold.repeat, fold.fold] = result.seconds
    first = available[0][1] if available else None
    return Candidate(
        *name,
        scores,
        predictions,
        all(result.has_probabilities for _, result in available) and bool(available),
        priors,
        first.correction if first else "none",
        thresholds,
        seconds,
        status,
        message,
        tuple(sorted({text for _, result in available for text in result.warnings})),
    )


def _status(results: Sequence[FoldResult | None]) -> tuple[Status, str]:
    available = [result for result in results if result is not None]
    bad_ends: tuple[Status, ...] = ("failed", "not applicable")
    for status in bad_ends:
        bad = [result for result in available if result.status == status]
        if bad:
            where = f" (in {len(bad)} of {len(results)} folds)" if status == "failed" else ""
            return status, bad[0].message + where
    return ("done", "") if len(available) == len(results) else ("partial", "")
