"""List the models, methods and metrics of a study by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterpoise.study._methods import BASELINE, FOR_CLASSES, MethodCatalog
from counterpoise.study._metrics import METRICS, SYNONYMS
from counterpoise.study._models import CLASSIFIERS, ModelCatalog
from counterpoise.study._regression.methods import FOR_VALUES
from counterpoise.study._regression.metrics import METRICS as VALUE_METRICS
from counterpoise.study._regression.models import REGRESSORS
from counterpoise.study._scorers import scorer_names

__all__ = ["describe_names"]


def describe_names() -> str:
    """Return the names of all models, methods and metrics, with descriptions."""
    metrics = {name: metric.label for name, metric in METRICS.items()}
    metrics |= {"f2, f0.5 …": "F-score with this beta"}
    synonyms = (f"{name} ({synonym})" for synonym, name in SYNONYMS.items())
    scorers = (name for name in scorer_names() if name not in (*METRICS, *SYNONYMS))
    return "\n".join(
        [
            *_models("Models", CLASSIFIERS),
            *_methods("Methods", FOR_CLASSES),
            *_section("Metrics", metrics, METRICS),
            f"Other names of these metrics: {', '.join(synonyms)}",
            f"Metrics without their own name here, as scorers: {', '.join(scorers)}",
            "",
            *_models("Models for a continuous target", REGRESSORS),
            *_methods("Methods for a continuous target", FOR_VALUES),
            *_section(
                "Metrics for a continuous target",
                {name: metric.label for name, metric in VALUE_METRICS.items()},
                VALUE_METRICS,
            ),
        ]
    )


def _models(title: str, catalog: ModelCatalog) -> Iterator[str]:
    models = {name: model.description for name, model in catalog.models.items()}
    models |= {name: f"{booster}, if installed" for name, (booster, _) in catalog.boosters.items()}
    models["module:Class"] = f"another {catalog.kind}, such as {catalog.example}"
    return _section(title, models, catalog.defaults)


def _methods(title: str, catalog: MethodCatalog) -> Iterator[str]:
    methods = {name: method.description for name, method in catalog.methods.items()}
    del methods[BASELINE]
    return _section(title, methods, catalog.defaults)


def _section(
    title: str, descriptions: Mapping[str, str], defaults: tuple[str, ...] | Mapping[str, object]
) -> Iterator[str]:
    """Yield the lines of a section; an asterisk marks what is used by default."""
    width = max(map(len, descriptions))
    yield f"{title} (* by default):"
    for name, description in descriptions.items():
        yield f"  {'*' if name in defaults else ' '} {name:{width}}  {description}"
