"""Fit the candidate that a study recommends on all rows, and save it."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote
from typing import Any

import numpy as np

from counterpoise._cli.console import say
from counterpoise._cli.labeled_table import (
    LabeledTable,
    errors_with_columns,
    read_labeled_table,
)
from counterpoise._cli.model_files import describe_predictions
from counterpoise._cli.options import StudyRequest
from counterpoise._cli.study_task import as_numbers, continuous_targets, groups_and_time
from counterpoise._lib.format_text import format_duration
from counterpoise.exceptions import InputError
from counterpoise.model_selection._times import parse_times
from counterpoise.scale._memory import MemoryLimit
from counterpoise.study import CandidateClassifier, CandidateRegressor, save_model
from counterpoise.study._advice import find_recommended
from counterpoise.study._base_result import BaseResult
from counterpoise.study._saved_model import types_to_trust
from counterpoise.study._text import candidate_name

__all__ = ["save_recommended"]

# Calibration fits the candidate five times to four fifths of the rows, before it fits all of them.
_CALIBRATION_WORK = 5
_NOTABLE_SECONDS = 5


def save_recommended(result: BaseResult, request: StudyRequest, table: LabeledTable) -> None:
    """Fit the recommended candidate on all rows, and save it.

    Parameters
    ----------
    result : BaseResult
    request : StudyRequest
        With the name of the file.
    table : LabeledTable
        The rows that were read. If these are a sample, all rows are read if they fit into memory.

    Raises
    ------
    InputError
        If no candidate is finished, or it cannot be fitted on all rows.
    """
    assert request.save_model is not None
    if find_recommended(result) is None:
        raise InputError(f"{request.save_model} is not written: {_why_no_model(request)}")
    estimator: Any = result.make_estimator()
    name = candidate_name(*result.recommended)
    table = _read_all_rows(request, table)
    all_rows = "all " if table.all_rows is None else ""
    how_long = _how_long(result, estimator, table.features.height)
    say(f"Fitting {name} on {all_rows}{table.features.height:,} rows{how_long} …")
    with errors_with_columns(request.target):
        _fit(estimator, request, table)
    save_model(estimator, request.save_model, target=request.target)
    say(f"Wrote {request.save_model}: {name}. {describe_predictions(estimator)}")
    say(f"Use it: {' '.join(_predict_command(request, request.save_model))}")


def _why_no_model(request: StudyRequest) -> str:
    if request.budget is None:
        return "all candidates failed, as the findings say. Use other --models or --methods."
    return (
        "no candidate was finished within --budget. Give more time, or use --repeats 1, fewer "
        "--folds or fewer --models."
    )


def _predict_command(request: StudyRequest, path: str) -> list[str]:
    """Return the command that predicts with the model, with the options that it needs."""
    reading = replace(request.reading, merge_classes=False)  # which is about the target
    trust = (f"--trust {quote(name)}" for name in types_to_trust(path))
    command = ["counterpoise predict", quote(path), "new.csv -o scored.csv"]
    return [*command, *reading.to_arguments(), *trust]


def _read_all_rows(request: StudyRequest, table: LabeledTable) -> LabeledTable:
    """Return a table with all rows of the file, or the sample of them if they are too many."""
    if table.all_rows is None:
        return table
    n_rows, n_columns = table.all_rows.n_rows, len(table.all_rows.columns) + 1
    limit = MemoryLimit.of(None, "A model of all rows")
    if not limit.fits(n_rows, n_columns):
        say(f"Note: {limit.describe_need(n_rows, n_columns)} The model is fitted on the sample.")
        return table
    return read_labeled_table(
        request.source,
        request.target,
        request.not_features,
        request.reading,
        sample=n_rows,
        is_continuous=continuous_targets(request),
    )


def _how_long(result: BaseResult, estimator: Any, n_rows: int) -> str:
    """Return about how long fitting takes, from the fits of the study; empty if it is soon done."""
    settings, candidate = result.settings, result.candidate(*result.recommended)
    trained_on = len(result.data.codes) * (1 - 1 / settings.n_folds)
    work = _CALIBRATION_WORK if getattr(estimator, "calibration", None) is not None else 1
    seconds = work * float(np.nanmean(candidate.seconds)) * n_rows / trained_on
    return "" if seconds < _NOTABLE_SECONDS else f", which takes about {format_duration(seconds)}"


def _fit(
    estimator: CandidateClassifier | CandidateRegressor, request: StudyRequest, table: LabeledTable
) -> None:
    if isinstance(estimator, CandidateRegressor):
        estimator.fit(table.features, as_numbers(table.labels or ()))
        return
    groups, time = groups_and_time(request, table)
    if time is not None:
        time = parse_times(time, len(time), request.time_format).ranks
    estimator.fit(table.features, table.labels, groups=groups, time=time)
