"""Choose the study for the target of a table: of classes, or of a continuous target."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from counterpoise._cli.labeled_table import LabeledTable
from counterpoise._cli.options import StudyRequest
from counterpoise._cli.sample_table import IsContinuous
from counterpoise.exceptions import InputError
from counterpoise.regression import RelevanceFunction
from counterpoise.study import RegressionStudy, Study
from counterpoise.study._base_study import N_REPEATS

__all__ = [
    "as_numbers",
    "build_study",
    "check_names",
    "continuous_targets",
    "describe_task",
    "groups_and_time",
    "is_continuous",
]

_MANY = 20  # distinct numbers; a target with more can be continuous


def is_continuous(labels: Sequence[Any]) -> bool:
    """Return whether a target is continuous: many distinct numbers.

    Whole numbers must also be seldom equal, and have gaps: 0, 1, 2, … are codes.

    Examples
    --------
    >>> is_continuous([i / 7 for i in range(100)]), is_continuous([0, 1] * 50)
    (True, False)
    """
    known = [label for label in labels if label is not None]
    if not all(isinstance(label, int | float) and not isinstance(label, bool) for label in known):
        return False
    distinct = {label for label in known if not isnan(label)}
    if len(distinct) <= _MANY:
        return False
    has_gaps = max(distinct) - min(distinct) >= len(distinct)
    is_whole = not any(label % 1 for label in distinct)
    return not is_whole or (has_gaps and len(distinct) > len(known) / 10)


def continuous_targets(request: StudyRequest) -> IsContinuous | None:
    """Return the function that recognizes a continuous target; None if there can be none."""
    found: dict[str, IsContinuous | None] = {
        "auto": is_continuous,
        "classification": None,
        "regression": lambda _: True,
    }
    return found[request.task]


def as_numbers(labels: Sequence[Any]) -> Any:
    """Return a continuous target as an array; values that are not numbers stay as they are."""
    values = [np.nan if label is None else label for label in labels]
    return np.asarray(values)


def describe_task(target: str, labels: Sequence[Any]) -> str:
    """Say that the target is continuous, and what to do if it is not."""
    return (
        f"target column {target!r} is continuous ({len(set(labels)):,} distinct numbers), so that "
        "this is a study of regression models. For classes, use --task classification."
    )


def check_names(request: StudyRequest) -> None:
    """Check a request before the table is read: one kind of target must have all its names.

    Raises
    ------
    InputError
        If none has; the message is that for classes, unless the task is regression.
    """
    tasks = {"classification": (False,), "regression": (True,), "auto": (False, True)}
    errors = []
    for continuous in tasks[request.task]:
        try:
            build_study(request, continuous=continuous)
        except InputError as error:
            errors.append(error)
        else:
            return
    raise errors[0]


def build_study(request: StudyRequest, *, continuous: bool) -> Study | RegressionStudy:
    """Build the study of a request.

    Parameters
    ----------
    request : StudyRequest
    continuous : bool
        Whether the target is continuous.

    Raises
    ------
    InputError
        If an option belongs to the other kind of target.
    """
    _check_options(request, continuous=continuous)
    shared: dict[str, Any] = {
        "cv": (request.folds, request.repeats or N_REPEATS),
        "random_state": _choose_seed(request),
        "n_jobs": request.jobs,
        "journal": request.journal,
        "budget": request.budget,
        **_metrics(request, continuous=continuous),
    }
    if not continuous:
        return Study(request.models, request.methods, costs=request.costs, **shared)
    relevance = None
    if request.relevance is not None:
        method, points = request.relevance
        relevance = RelevanceFunction(method, points=points)
    return RegressionStudy(request.models, request.methods, relevance=relevance, **shared)


def _metrics(request: StudyRequest, *, continuous: bool) -> dict[str, Any]:
    default = "relevance_weighted_rmse" if continuous else "average_precision"
    primary_metric, *others = request.metrics or (default,)
    return {
        "primary_metric": primary_metric,
        "metrics": others or None,
        "margins": None if request.margin is None else {primary_metric: request.margin},
    }


def _choose_seed(request: StudyRequest) -> int | None:
    """Return the seed: that of a journal if there is one, and otherwise the same each time."""
    has_journal = request.journal is not None and Path(request.journal).exists()
    return request.seed if request.seed is not None or has_journal else 0


def _check_options(request: StudyRequest, *, continuous: bool) -> None:
    if continuous:
        given: dict[str, Any] = {
            "--positive": request.positive,
            "--costs": request.costs,
        }
        what, other = "classes, and the target is continuous", "classification"
    else:
        given = {"--relevance": request.relevance}
        what, other = "a continuous target, and the target has classes", "regression"
    for option, value in given.items():
        if value is not None:
            raise InputError(f"{option} is for {what}. Remove it, or use --task {other}.")


def groups_and_time(request: StudyRequest, table: LabeledTable) -> tuple[Any, Any]:
    """Return the groups and the times of the rows; None for what was not requested."""
    names = request.groups, request.time
    groups, time = (None if name is None else table.values_of(name) for name in names)
    return groups, time
