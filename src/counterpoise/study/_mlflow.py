"""A study as runs of MLflow."""

from __future__ import annotations

import math

from counterpoise._lib.optional_imports import import_optional
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._records import Improvement
from counterpoise.study._text import candidate_name

__all__ = ["log_study"]


def log_study(result: StudyConclusions, page: str) -> str:
    """Log a study as a run, with a nested run for each candidate; return the identifier of the run.

    Parameters
    ----------
    result : StudyConclusions
    page : str
        The report of the study in HTML.

    Returns
    -------
    str

    Raises
    ------
    ImportError
        If mlflow is not installed.
    """
    mlflow = import_optional("mlflow", "logging a study")
    improvements = {(found.model, found.method): found for found in result.improvements}
    nested = mlflow.active_run() is not None
    with mlflow.start_run(run_name="counterpoise study", nested=nested) as run:
        mlflow.log_params(_parameters(result))
        mlflow.set_tag("verdict", " ".join(result.verdict))
        mlflow.log_text(page, "study.html")
        mlflow.log_text(result.to_json(), "study.json")
        for candidate, values in result.table().items():
            with mlflow.start_run(run_name=candidate_name(*candidate), nested=True):
                mlflow.log_params(dict(zip(("model", "method"), candidate, strict=True)))
                mlflow.log_metrics({k: v for k, v in values.items() if not math.isnan(v)})
                if candidate in improvements:
                    mlflow.log_metrics(_interval(improvements[candidate]))
                    mlflow.set_tag("outcome", improvements[candidate].outcome)
                found = result.candidate(*candidate)
                mlflow.set_tags({"status": found.status, "message": found.message})
                if found.status == "failed":
                    mlflow.end_run("FAILED")
    identifier: str = run.info.run_id
    return identifier


def _parameters(result: StudyConclusions) -> dict[str, object]:
    settings = result.settings
    return {
        "primary_metric": settings.primary_metric,
        "confidence_level": settings.confidence_level,
        "seed": settings.seed,
        "n_repeats": settings.n_repeats,
        "n_folds": settings.n_folds,
        "cv_strategy": settings.cv_strategy,
        "n_samples": len(result.data.codes),
        **dict(settings.versions),
    }


def _interval(improvement: Improvement) -> dict[str, float]:
    return {
        "improvement": improvement.value,
        "improvement_low": improvement.low,
        "improvement_high": improvement.high,
    }
