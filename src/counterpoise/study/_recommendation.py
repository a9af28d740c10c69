"""The candidate that a study recommends, as an estimator and as lines of Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sklearn.base import BaseEstimator

from counterpoise._lib.sklearn_private import full_repr
from counterpoise.exceptions import InputError
from counterpoise.probability import cost_threshold
from counterpoise.study._advice import recommend
from counterpoise.study._candidate import BaseCandidate
from counterpoise.study._candidate_classifier import CandidateClassifier
from counterpoise.study._conclusions import StudyConclusions
from counterpoise.study._methods import FOR_CLASSES, MethodCatalog, Requirements
from counterpoise.study._models import Model, resolve_models
from counterpoise.study._records import Candidate
from counterpoise.study._running import StudyPlan

__all__ = [
    "choose_candidate",
    "given_objects",
    "make_estimator",
    "python_lines",
    "shared_parameters",
]


def make_estimator(
    result: Any,
    model: str | None,
    method: str | None,
    *,
    calibration: str | None,
    threshold: float | None,
) -> CandidateClassifier:
    """Return a candidate as an estimator; see `StudyResult.make_estimator`."""
    model, method = choose_candidate(result, model, method)
    settings = result.settings
    parameters = shared_parameters(result, model, method, FOR_CLASSES)
    tunes = parameters["method"] == "threshold"  # whatever its name in the study
    if threshold is None and calibration is not None and not tunes:
        threshold = _cost_threshold(result)
    tunes_by_cost = tunes and settings.costs_given
    costs = (settings.costs.false_positive, settings.costs.false_negative)
    return CandidateClassifier(
        **parameters,
        positive=result.data.positive_class,
        costs=costs if tunes_by_cost else None,
        calibration=calibration,
        threshold=threshold,
    )


def choose_candidate(result: Any, model: str | None, method: str | None) -> tuple[str, str]:
    """Return model and method of the candidate to hand out.

    Raises
    ------
    InputError
        If there is no such candidate, or it failed.
    """
    if model is None or method is None:
        model, method = recommend(result, model, method)
    candidate = result.candidate(model, method)
    if candidate.status in ("failed", "not applicable"):
        raise InputError(f"The candidate ({model}, {method}) {_reason(candidate)}")
    return model, method


def shared_parameters(
    result: Any, model: str, method: str, catalog: MethodCatalog
) -> dict[str, Any]:
    """Return the parameters that the estimators of all kinds of studies have."""
    return {
        "model": _find(result, "model", model, catalog),
        "method": _find(result, "method", method, catalog),
        "text": _columns_of_type(result, "text"),
        "dates": _columns_of_type(result, "date"),
        "ignore": tuple(name for name, _ in result.data.left_out),
        "random_state": result.settings.seed,
    }


def _reason(candidate: Candidate) -> str:
    verb = "failed" if candidate.status == "failed" else "is not applicable"
    return f"{verb}: {candidate.message}"


def _cost_threshold(result: StudyConclusions) -> float | None:
    """Return the threshold with the lowest expected cost, if costs matter in the study."""
    settings = result.settings
    costs = settings.costs
    matter = settings.costs_given or settings.primary_metric == "expected_cost"
    has_both = min(costs.false_positive, costs.false_negative) > 0
    if result.data.positive is None or not (matter and has_both):
        return None
    return cost_threshold(costs.false_positive, costs.false_negative)


def _columns_of_type(result: StudyConclusions, wanted: str) -> tuple[str, ...]:
    return tuple(name for name, found in result.data.columns if found == wanted)


def given_objects(
    plan: StudyPlan, requirements: Requirements, catalog: MethodCatalog
) -> dict[tuple[str, str], Any]:
    """Return the models and methods of a study that are not known by name.

    Parameters
    ----------
    plan : StudyPlan
    requirements : Requirements
    catalog : MethodCatalog
        What is known by name.

    Returns
    -------
    dict of (str, str) to object
        By ("model", name) or ("method", name): what the estimator takes in their place.
    """
    given: dict[tuple[str, str], Any] = {}
    for model in (*plan.models, *plan.standalone):
        if not _is_known("model", model.name, model.description, catalog):
            given["model", model.name] = model.estimator
    for method in plan.methods:
        if not _is_known("method", method.name, method.description, catalog):
            same = (
                known.name
                for known in catalog.methods.values()
                if (known.how, known.make) == (method.how, method.make)
            )
            by_name = next(same, None) if method.how in ("weights", "threshold") else None
            made = method.make
            if method.how == "sampler" and made is not None:
                made = made(requirements)
            given["method", method.name] = by_name or made
    return given


def _is_known(kind: str, name: str, description: str, catalog: MethodCatalog) -> bool:
    """Return whether a model or method is one that is known by name."""
    method = catalog.methods.get(name)
    if kind == "method" or (method is not None and method.how == "standalone"):
        return method is not None and method.description == description
    models = catalog.models
    known: Model | None = models.models.get(name)
    if name in models.boosters:
        known = resolve_models(name, models)[0]
    return known is not None and known.description == description


def _find(result: Any, kind: str, name: str, catalog: MethodCatalog) -> Any:
    """Return what the estimator takes for a model or a method of the study."""
    settings = result.settings
    described = dict(settings.models if kind == "model" else settings.methods)
    if (kind, name) in result.given:
        return result.given[kind, name]
    if not _is_known(kind, name, described[name], catalog):
        estimator = f"Candidate{catalog.models.kind.capitalize()}"
        raise InputError(
            f"{name!r} is your own {kind}, {described[name]}, which JSON does not contain. "
            f"Pass it to {estimator}({kind}=…)."
        )
    return name


# ---- Lines of Python ----


def python_lines(estimator: BaseCandidate) -> str:
    """Return the Python code that creates an estimator.

    Examples
    --------
    >>> print(python_lines(CandidateClassifier("forest", "smote", text=("note",))))
    from counterpoise.study import CandidateClassifier
    <BLANKLINE>
    estimator = CandidateClassifier(
        model='forest',
        method='smote',
        text=('note',),
    )
    """
    kind = type(estimator)
    default = kind()
    parameters = estimator.get_params(deep=False)
    changed = {
        name: value
        for name, value in parameters.items()
        if name in ("model", "method") or repr(value) != repr(getattr(default, name))
    }
    names = ["model", "method", *(name for name in changed if name not in ("model", "method"))]
    imports = set(_imports(estimator))
    arguments = [f"    {name}={_code(changed[name])}," for name in names]
    return "\n".join([*sorted(imports), "", f"estimator = {kind.__name__}(", *arguments, ")"])


def _code(value: Any) -> str:
    if callable(value) and not isinstance(value, BaseEstimator):
        return str(getattr(value, "__name__", type(value).__name__))
    return full_repr(value) if isinstance(value, BaseEstimator) else repr(value)


def _imports(value: Any) -> Iterator[str]:
    """Yield the import of each estimator in a value."""
    if isinstance(value, BaseEstimator):
        parts = type(value).__module__.split(".")
        public = parts[: next((j for j, part in enumerate(parts) if part[0] == "_"), len(parts))]
        yield f"from {'.'.join(public)} import {type(value).__name__}"
        for inner in value.get_params(deep=True).values():
            yield from _imports(inner) if isinstance(inner, BaseEstimator) else ()
