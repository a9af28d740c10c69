"""The candidates that the figures of the report show."""

from __future__ import annotations

import numpy as np

from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import mean_of
from counterpoise.study._records import Candidate

__all__ = ["best_method", "models_of", "other_candidates"]


def models_of(result: StudyConclusions) -> list[str]:
    """Return the models with a tested baseline, without the dummy classifier."""
    return [
        candidate.model
        for candidate in result.candidates
        if candidate.method == BASELINE
        and candidate.model != "dummy"
        and (candidate.predictions >= 0).any()
    ]


def other_candidates(result: StudyConclusions, model: str) -> list[Candidate]:
    """Return the finished candidates of a model whose scores differ from the baseline's."""
    return [
        candidate
        for candidate in result.candidates
        if candidate.model == model
        and candidate.status == "done"
        and candidate.method not in (BASELINE, "threshold")
    ]


def best_method(result: StudyConclusions, model: str) -> Candidate | None:
    """Return the candidate with the best primary metric, other than the baseline."""
    primary_metric = result.primary_metric
    candidates = other_candidates(result, model)
    merit = {
        id(candidate): primary_metric.sign * mean_of(result.values(primary_metric.name, candidate))
        for candidate in candidates
    }
    defined = [candidate for candidate in candidates if not np.isnan(merit[id(candidate)])]
    return max(defined, key=lambda candidate: merit[id(candidate)], default=None)
