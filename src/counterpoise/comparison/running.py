"""All folds and arms, in parallel, with a journal and a budget."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from counterpoise._lib.types import IntArray
from counterpoise.comparison.fitting import Job, Material, fit_fold
from counterpoise.comparison.folds import Fold, Folds
from counterpoise.comparison.journal import append
from counterpoise.comparison.models import KNOWS_NOTHING, Model
from counterpoise.comparison.records import Answers, Arm, Status
from counterpoise.comparison.remedies import NOTHING, Remedy

__all__ = ["Plan", "assemble", "run_plan"]

Key = tuple[str, str, int, int]


@dataclass(frozen=True)
class Plan:
    """Which arms there are.

    Attributes
    ----------
    models : tuple of Model
        Each under every remedy.
    alone : tuple of Model
        As they are, without any remedy.
    remedies : tuple of Remedy
        Nothing is the first.
    folds : Folds
    """

    models: tuple[Model, ...]
    alone: tuple[Model, ...]
    remedies: tuple[Remedy, ...]
    folds: Folds

    @property
    def arms(self) -> tuple[tuple[Remedy, Model], ...]:
        """All arms, in the order of the tables."""
        nothing, *others = self.remedies
        first = [(nothing, model) for model in (*self.models, *self.alone, KNOWS_NOTHING)]
        return (*first, *((remedy, model) for remedy in others for model in self.models))

    def jobs(self, known: Mapping[Key, Answers]) -> Iterator[Job]:
        """Yield what is left to do, fold after fold; arms that share rows come together."""
        for fold in self.folds.each:
            place = fold.repeat, fold.number
            said = {m: a for (m, r, *at), a in known.items() if r == NOTHING and (*at,) == place}
            for group in self._groups():
                left = [arm for arm in group if (arm[1].name, arm[0].name, *place) not in known]
                if left:
                    yield Job(fold, tuple(left), said)

    def _groups(self) -> Iterator[list[tuple[Remedy, Model]]]:
        shared = ("as it is", "threshold", "weights", "wrapper")
        yield [arm for arm in self.arms if arm[0].how in shared[:2]]
        yield [arm for arm in self.arms if arm[0].how in shared[2:]]
        for remedy in self.remedies:
            if remedy.how not in shared:
                yield [arm for arm in self.arms if arm[0] is remedy]


def run_plan(
    material: Material,
    plan: Plan,
    known: dict[Key, Answers],
    *,
    n_jobs: int | None,
    journal: str | os.PathLike[str] | None,
    deadline: float | None,
    report: Callable[[int, int], None],
) -> dict[Key, Answers]:
    """Do what is left of a plan.

    Parameters
    ----------
    material : Material
    plan : Plan
    known : dict of (model, remedy, repeat, fold) to Answers
        What is done already.
    n_jobs : int or None
        As joblib counts them.
    journal : path or None
        What is done is appended to it at once.
    deadline : float or None
        When no further arm is begun, in seconds of `time.time`.
    report : callable
        Told how many arms of how many are done, over all folds.

    Returns
    -------
    dict of (model, remedy, repeat, fold) to Answers
        What was known and what is new. It does not depend on n_jobs.
    """
    answers = dict(known)
    total = len(plan.arms) * len(plan.folds.each)
    report(len(answers), total)
    if effective_n_jobs(n_jobs) == 1:
        streams: Iterator[Sequence[Answers] | Iterator[Answers]] = (
            _do(material, job, journal, deadline) for job in plan.jobs(known)
        )
    else:
        streams = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
            delayed(_do_all)(material, job, journal, deadline) for job in plan.jobs(known)
        )
    for stream in streams:
        for said in stream:
            answers[said.model, said.remedy, said.repeat, said.number] = said
            report(len(answers), total)
    return answers


def _do(
    material: Material, job: Job, journal: str | os.PathLike[str] | None, deadline: float | None
) -> Iterator[Answers]:
    def late() -> bool:
        return deadline is not None and time.time() >= deadline

    for answers in fit_fold(material, job, late):
        if journal is not None:
            append(journal, answers)
        yield answers


def _do_all(
    material: Material, job: Job, journal: str | os.PathLike[str] | None, deadline: float | None
) -> list[Answers]:
    return list(_do(material, job, journal, deadline))


def assemble(material: Material, plan: Plan, answers: Mapping[Key, Answers]) -> tuple[Arm, ...]:
    """Put together what each arm has said in all folds.

    Parameters
    ----------
    material : Material
    plan : Plan
    answers : mapping of (model, remedy, repeat, fold) to Answers

    Returns
    -------
    tuple of Arm
        In the order of the plan. Of an arm that failed in any fold nothing is kept but why.
    """
    return tuple(
        _assemble(
            material,
            plan.folds,
            (model.name, remedy.name),
            [
                (fold, answers.get((model.name, remedy.name, fold.repeat, fold.number)))
                for fold in plan.folds.each
            ],
        )
        for remedy, model in plan.arms
    )


def _assemble(
    material: Material,
    folds: Folds,
    name: tuple[str, str],
    said: list[tuple[Fold, Answers | None]],
) -> Arm:
    n_rows, n_classes = len(material.labels.codes), len(material.labels.classes)
    width = 1 if material.positive is not None else n_classes
    by_fold = folds.n_repeats, folds.n_folds
    scores = np.full((folds.n_repeats, n_rows, width), np.nan)
    predictions: IntArray = np.full((folds.n_repeats, n_rows), -1, np.int16)
    priors = np.full((*by_fold, n_classes), np.nan)
    thresholds, seconds = np.full(by_fold, np.nan), np.full(by_fold, np.nan)
    status, message = _status([answers for _, answers in said])
    there = [(fold, answers) for fold, answers in said if answers is not None]
    for fold, answers in there if status in ("done", "partial") else ():
        scores[fold.repeat, fold.test] = answers.scores
        predictions[fold.repeat, fold.test] = answers.predictions
        priors[fold.repeat, fold.number] = answers.prior
        thresholds[fold.repeat, fold.number] = answers.threshold
        seconds[fold.repeat, fold.number] = answers.seconds
    first = there[0][1] if there else None
    return Arm(
        *name,
        scores,
        predictions,
        all(answers.probable for _, answers in there) and bool(there),
        priors,
        first.correction if first else "none",
        thresholds,
        seconds,
        status,
        message,
        tuple(sorted({text for _, answers in there for text in answers.warnings})),
    )


def _status(said: Sequence[Answers | None]) -> tuple[Status, str]:
    there = [answers for answers in said if answers is not None]
    bad_ends: tuple[Status, ...] = ("failed", "not applicable")
    for status in bad_ends:
        bad = [answers for answers in there if answers.status == status]
        if bad:
            often = f" (in {len(bad)} of {len(said)} folds)" if status == "failed" else ""
            return status, bad[0].message + often
    return ("done", "") if len(there) == len(said) else ("partial", "")
