"""Results as tables: methods by models, and a data frame with a row for each candidate and fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counterpoise._table import make_frame
from counterpoise.study._methods import BASELINE
from counterpoise.study._models import DUMMY
from counterpoise.study._records import Improvement, Probabilities
from counterpoise.study._scores import StudyScores

__all__ = ["ImprovementTable", "build_frame", "build_improvement_table"]


@dataclass(frozen=True)
class ImprovementTable:
    """The main table of a study: improvements by method (rows) and model (columns).

    Attributes
    ----------
    models : tuple of str
        Without the dummy classifier.
    baseline_score : tuple of float
        The primary metric of each model without a method.
    rows : tuple of (str, tuple of Improvement or None)
        Each method with its improvements; None if there is none.
    no_skill : float
        The primary metric of the dummy classifier.
    """

    models: tuple[str, ...]
    baseline_score: tuple[float, ...]
    rows: tuple[tuple[str, tuple[Improvement | None, ...]], ...]
    no_skill: float


def build_improvement_table(result: StudyScores) -> ImprovementTable:
    """Build the table of methods by models."""
    primary_metric, scores = result.settings.primary_metric, result.table()
    models = tuple(name for name, _ in result.settings.models if name != DUMMY)
    improvements = {
        (improvement.model, improvement.method): improvement for improvement in result.improvements
    }
    return ImprovementTable(
        models,
        tuple(scores[model, BASELINE][primary_metric] for model in models),
        tuple(
            (method, tuple(improvements.get((model, method)) for model in models))
            for method, _ in result.settings.methods
            if method != BASELINE
        ),
        scores[DUMMY, BASELINE][primary_metric],
    )


def build_frame(result: StudyScores, backend: str) -> Any:
    """Build the data frame of `StudyResult.to_frame`."""
    names = result.settings.metrics
    kinds: tuple[Probabilities, ...] = ("corrected", "calibrated")
    suffixed = {
        f"{name}_{kind}": (name, kind)
        for kind in kinds
        for name in names
        if result.metric(name).uses_probabilities
    }
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            *("model", "method", "repeat", "fold", "status", "seconds"),
            *names,
            *suffixed,
        )
    }
    for candidate in result.candidates:
        raw = {name: result.values(name, candidate).ravel() for name in names}
        others = {
            column: result.values(name, candidate, probabilities=kind).ravel()
            for column, (name, kind) in suffixed.items()
        }
        n_repeats, n_folds = candidate.seconds.shape
        for place in range(n_repeats * n_folds):
            row = {
                "model": candidate.model,
                "method": candidate.method,
                "repeat": place // n_folds,
                "fold": place % n_folds,
                "status": candidate.status,
                "seconds": candidate.seconds.ravel()[place],
                **{name: values[place] for name, values in {**raw, **others}.items()},
            }
            for name, value in row.items():
                columns[name].append(value)
    return make_frame(columns, backend, "StudyResult.to_frame")
