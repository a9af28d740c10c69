"""Which candidate of a study to use."""

from __future__ import annotations

from counterpoise.exceptions import InputError
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import mean_of
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Candidate
from counterpoise.study._scores import StudyScores

__all__ = ["find_recommended", "recommend"]


def recommend(
    result: StudyScores, model: str | None = None, method: str | None = None
) -> tuple[str, str]:
    """Return model and method of the best candidate whose method is better than the baseline.

    Parameters
    ----------
    result : StudyScores
    model : str, optional
        Restricts the candidates to one model.
    method : str, optional
        Restricts them to one method, which need not be better then.

    Raises
    ------
    InputError
        If no candidate is finished.
    """
    found = find_recommended(result, model, method)
    if found is None:
        wanted = ", ".join(name for name in (model, method) if name is not None)
        raise InputError(
            f"No candidate{f' with {wanted}' if wanted else ''} is finished, so that none can be "
            "recommended."
        )
    return found


def find_recommended(
    result: StudyScores, model: str | None = None, method: str | None = None
) -> tuple[str, str] | None:
    """Return the same as `recommend`, or None if no candidate is finished."""
    better = {(item.model, item.method) for item in result.improvements if item.direction > 0}

    def is_eligible(candidate: Candidate) -> bool:
        if candidate.method == method:
            return True
        is_better = (candidate.model, candidate.method) in better
        return method is None and (candidate.method == BASELINE or is_better)

    finished = [
        candidate
        for candidate in result.candidates
        if candidate.status == "done"
        and candidate.model != DUMMY
        and model in (None, candidate.model)
        and is_eligible(candidate)
    ]
    metric = result.primary_metric

    def merit(candidate: Candidate) -> float:
        return metric.sign * mean_of(result.values(metric.name, candidate))

    best = max(finished, key=merit, default=None)
    return None if best is None else (best.model, best.method)
