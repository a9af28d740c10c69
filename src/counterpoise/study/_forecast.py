"""Estimate how long a study takes, from fits to a few rows and from the fits that are done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from counterpoise._array_ops import stratified_sample
from counterpoise.model_selection._folds import Fold
from counterpoise.study._fitting import INNER_FOLDS, FoldTask, StudyInput, fit_fold
from counterpoise.study._methods import Method
from counterpoise.study._models import Model
from counterpoise.study._records import FoldResult
from counterpoise.study._running import Key, StudyPlan

__all__ = ["Forecast", "time_models"]

_N_ROWS = 2000  # of the training samples that the models are timed with


def time_models(study_input: StudyInput, plan: StudyPlan) -> dict[str, float]:
    """Fit the baseline of each model to a small sample, and return the seconds of a whole fold.

    Parameters
    ----------
    study_input : StudyInput
    plan : StudyPlan

    Returns
    -------
    dict of str to float
        By model; proportional to the number of training samples.
    """
    whole = plan.folds.splits[0]
    rng = np.random.RandomState(study_input.seed)
    drawn = stratified_sample(study_input.target.codes[whole.train], _N_ROWS, rng)
    growth = len(whole.train) / drawn.sum()
    small = Fold(
        whole.repeat,
        whole.fold,
        whole.train[drawn],
        whole.test[: int(np.ceil(len(whole.test) / growth))],
    )
    baseline = plan.methods[0]
    # The dummy model is first: what is done once in a process is not part of another model's time.
    models = (plan.dummy, *plan.models, *plan.standalone)
    task = FoldTask(small, tuple((baseline, model) for model in models), {})
    return {
        result.model: growth * result.seconds
        for result in fit_fold(study_input, task, lambda: False)
    }


class Forecast:
    """An estimate of the time that the rest of a study takes.

    Parameters
    ----------
    plan : StudyPlan
    seconds : dict of str to float
        How long the baseline of each model takes in a fold.
    n_workers : int
        Number of fits at the same time.
    """

    def __init__(self, plan: StudyPlan, seconds: Mapping[str, float], n_workers: int) -> None:
        self._plan, self._seconds, self._n_workers = plan, seconds, n_workers

    def seconds_left(self, results: Mapping[Key, FoldResult]) -> float:
        """Return the seconds that the missing results take; 0 if none is missing."""
        measured = defaultdict(list)
        for (model_name, method_name, *_), result in results.items():
            measured[model_name, method_name].append(result.seconds)
        errors = self._errors(measured)
        n_folds, total = len(self._plan.folds.splits), 0.0
        for method, model in self._plan.candidates:
            known = measured[model.name, method.name]
            expected = errors[model.name] * self._expected(method, model)
            total += (n_folds - len(known)) * (float(np.mean(known)) if known else expected)
        return total / self._n_workers

    def _expected(self, method: Method, model: Model) -> float:
        n_fits = INNER_FOLDS if method.how == "threshold" else 1
        return n_fits * self._seconds[model.name]

    def _errors(self, measured: Mapping[tuple[str, str], list[float]]) -> dict[str, float]:
        """Return by which factor the fits of each model took longer than expected."""
        expected: dict[str, float] = defaultdict(float)
        taken: dict[str, float] = defaultdict(float)
        for method, model in self._plan.candidates:
            known = measured.get((model.name, method.name), [])
            expected[model.name] += len(known) * self._expected(method, model)
            taken[model.name] += sum(known)
        return {
            name: taken[name] / seconds if seconds and taken[name] else 1.0
            for name, seconds in expected.items()
        }
