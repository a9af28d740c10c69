"""List the models, methods and metrics of a study by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterpoise.study._methods import BASELINE, DEFAULT_METHODS, METHODS
from counterpoise.study._metrics import METRICS, SYNONYMS
from counterpoise.study._models import BOOSTERS, DEFAULT_MODELS, MODELS
from counterpoise.study._scorers import scorer_names

__all__ = ["describe_names"]


def describe_names() -> str:
    """Return the names of all models, methods and metrics, with descriptions."""
    models = {name: model.description for name, model in MODELS.items()}
    models |= {name: f"{class_name}, if installed" for name, (class_name, _) in BOOSTERS.items()}
    models["module:Class"] = "another classifier, such as sklearn.tree:DecisionTreeClassifier"
    methods = {name: method.description for name, method in METHODS.items() if name != BASELINE}
    metrics = {name: metric.label for name, metric in METRICS.items()}
    metrics |= {"f2, f0.5 …": "F-score with this beta"}
    synonyms = (f"{name} ({synonym})" for synonym, name in SYNONYMS.items())
    scorers = (name for name in scorer_names() if name not in (*METRICS, *SYNONYMS))
    return "\n".join(
        [
            *_section("Models", models, DEFAULT_MODELS),
            *_section("Methods", methods, DEFAULT_METHODS),
            *_section("Metrics", metrics, METRICS),
            f"Other names of these metrics: {', '.join(synonyms)}",
            f"Metrics without their own name here, as scorers: {', '.join(scorers)}",
        ]
    )


def _section(
    title: str, descriptions: Mapping[str, str], defaults: tuple[str, ...] | Mapping[str, object]
) -> Iterator[str]:
    """Yield the lines of a section; an asterisk marks what is used by default."""
    width = max(map(len, descriptions))
    yield f"{title} (* by default):"
    for name, description in descriptions.items():
        yield f"  {'*' if name in defaults else ' '} {name:{width}}  {description}"
