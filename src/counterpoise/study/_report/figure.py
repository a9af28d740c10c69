"""A figure of the report: SVG, caption and data, and the candidates that figures show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import BASELINE
from counterpoise.study._metrics import mean_of
from counterpoise.study._records import Candidate

__all__ = ["FigureData", "ReportFigure", "best_method", "models_of", "other_candidates"]


@dataclass(frozen=True)
class ReportFigure:
    """A figure of the page.

    Attributes
    ----------
    name, title, caption : str
    svg : str
    data : dict of str to list
        The plotted values, by column.
    """

    name: str
    title: str
    caption: str
    svg: str
    data: dict[str, list[Any]]


class FigureData(dict[str, list[Any]]):
    """The plotted values of a figure: a dict of columns that is filled row by row."""

    def __init__(self, *names: str) -> None:
        super().__init__({name: [] for name in names})

    def add(self, *values: Any) -> None:
        """Append a row; numbers are rounded to six decimals."""
        for column, value in zip(self.values(), values, strict=True):
            column.append(value if isinstance(value, str) else round(float(value), 6))


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
