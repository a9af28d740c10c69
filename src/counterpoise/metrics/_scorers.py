"""Scorers for scikit-learn, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from inspect import signature
from typing import Any

from sklearn import metrics
from sklearn.metrics import make_scorer

from counterpoise.exceptions import InputError
from counterpoise.metrics._brier import balanced_brier_score, brier_skill_score
from counterpoise.metrics._cost import expected_cost
from counterpoise.metrics._geometric_mean import geometric_mean_score
from counterpoise.metrics._index_balanced_accuracy import make_index_balanced_accuracy
from counterpoise.metrics._macro_absolute_error import macro_averaged_mean_absolute_error
from counterpoise.metrics._ranking import (
    PRECISION,
    average_precision_skill,
    gain_at,
    lift_at,
    precision_at_recall,
    recall_at_precision,
)
from counterpoise.metrics._regression import (
    relevance_weighted_mean_absolute_error,
    relevance_weighted_mean_squared_error,
    sera,
)
from counterpoise.metrics._sensitivity_specificity import sensitivity_score, specificity_score
from counterpoise.metrics._utility import (
    utility_f1_score,
    utility_precision_score,
    utility_recall_score,
)

__all__ = ["get_scorer", "get_scorer_names"]


def get_scorer(scoring: Any, **parameters: Any) -> Any:
    """Get a scorer of counterpoise or scikit-learn by name.

    Parameters
    ----------
    scoring : str, callable or None
        Name of a scorer; `get_scorer_names` lists them. A callable or None is returned unchanged.
    **parameters : dict
        Parameters of the metric, such as ``pos_label="fraud"`` or ``share=0.05``. They are allowed
        only for the scorers of counterpoise.

    Returns
    -------
    scorer : callable
        Scorer with the parameters ``(estimator, X, y)``; it returns a float, and higher is better.

    Raises
    ------
    InputError
        If there is no scorer with this name, or the metric does not have a given parameter.

    See Also
    --------
    get_scorer_names : Names of all scorers.

    Notes
    -----
    Required parameters of the metrics have these defaults here: ``recall=0.8`` for
    ``"precision_at_recall"``, ``precision=0.5`` for ``"recall_at_precision"`` (as in a study),
    ``share=0.1`` for ``"lift_at"`` and ``"gain_at"``, and equal costs, ``cost_fp=1`` and
    ``cost_fn=1``, for ``"neg_expected_cost"``, which scores the output of `predict`, or of
    `predict_proba` if a `threshold` is given. Those of regression, such as ``"neg_sera"``, need a
    fitted ``relevance=RelevanceFunction().fit(y)``.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> from counterpoise.metrics import get_scorer
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> scorer = get_scorer("lift_at", share=0.2)
    >>> scores = cross_val_score(LogisticRegression(), X, y, scoring=scorer)
    >>> len(scores), bool(scores.mean() > 1)
    (5, True)
    """
    definition = _SCORERS.get(scoring) if isinstance(scoring, str) else None
    if definition is not None:
        return definition.build(scoring, parameters)
    if parameters:
        raise InputError(
            f"Only the scorers of counterpoise take parameters; {scoring!r} is not one of them. "
            "Use sklearn.metrics.make_scorer with the metric and its parameters."
        )
    if isinstance(scoring, str) and scoring not in metrics.get_scorer_names():
        similar = get_close_matches(scoring, get_scorer_names(), n=3, cutoff=0.5)
        hint = "See counterpoise.metrics.get_scorer_names()."
        if similar:
            hint = f"Did you mean {' or '.join(map(repr, similar))}?"
        raise InputError(f"scoring must be the name of a scorer; got {scoring!r}. {hint}")
    return metrics.get_scorer(scoring)


def get_scorer_names() -> list[str]:
    """Get the names of all scorers of counterpoise and scikit-learn.

    Returns
    -------
    list of str
        Sorted names.

    Examples
    --------
    >>> from counterpoise.metrics import get_scorer_names
    >>> [name for name in get_scorer_names() if name.startswith("sensitivity")]
    ['sensitivity', 'sensitivity_macro', 'sensitivity_micro', 'sensitivity_weighted']
    """
    return sorted({*_SCORERS, *metrics.get_scorer_names()})


# Scikit-learn uses the first of these methods that the estimator has.
_SCORE_METHODS = ("decision_function", "predict_proba")


@dataclass(frozen=True)
class _ScorerDefinition:
    """Metric, prediction method and default parameters of a scorer."""

    metric: Callable[..., Any]
    response_method: str | tuple[str, ...] = "predict"
    greater_is_better: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def build(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """Return the scorer, with some parameters of the metric replaced."""
        known = signature(self.metric).parameters
        allowed = set(known) - {
            "y_true",
            "y_pred",
            "y_score",
            "y_proba",
        }
        for parameter in parameters:
            if parameter not in allowed:
                raise InputError(
                    f"The scorer {name!r} has no parameter {parameter!r}. Its parameters are "
                    f"{', '.join(sorted(allowed))}."
                )
        selected = {**self.parameters, **parameters}
        response_method = self.response_method
        if "y_score" in known and selected.get("threshold") is not None:
            # a threshold of scores is compared with probabilities
            response_method = "predict_proba"
        return make_scorer(
            self.metric,
            response_method=response_method,
            greater_is_better=self.greater_is_better,
            **selected,
        )


# A function of the module can be pickled; the function that the decorator returns cannot.
def _index_balanced_accuracy(
    y_true: Any,
    y_pred: Any,
    *,
    labels: Any = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: Any = None,
    alpha: float = 0.1,
    squared: bool = True,
) -> Any:
    balanced = make_index_balanced_accuracy(alpha=alpha, squared=squared)(geometric_mean_score)
    return balanced(
        y_true,
        y_pred,
        labels=labels,
        pos_label=pos_label,
        average=average,
        sample_weight=sample_weight,
    )


def _average_precision_skill(
    y_true: Any, y_score: Any, *, pos_label: Any = 1, sample_weight: Any = None
) -> float:
    return average_precision_skill(
        y_true, y_score, pos_label=pos_label, sample_weight=sample_weight
    ).skill


_METRICS_WITH_AVERAGE: dict[str, Callable[..., Any]] = {
    "sensitivity": sensitivity_score,
    "specificity": specificity_score,
    "geometric_mean": geometric_mean_score,
    "index_balanced_accuracy": _index_balanced_accuracy,
}
_ERRORS_BY_RELEVANCE: dict[str, Callable[..., Any]] = {
    "sera": sera,
    "relevance_weighted_mean_squared_error": relevance_weighted_mean_squared_error,
    "relevance_weighted_mean_absolute_error": relevance_weighted_mean_absolute_error,
}
_UTILITIES: dict[str, Callable[..., Any]] = {
    "utility_f1": utility_f1_score,
    "utility_precision": utility_precision_score,
    "utility_recall": utility_recall_score,
}
_SCORERS: dict[str, _ScorerDefinition] = {
    **{name: _ScorerDefinition(metric) for name, metric in _METRICS_WITH_AVERAGE.items()},
    **{
        f"{name}_{average}": _ScorerDefinition(metric, parameters={"average": average})
        for name, metric in _METRICS_WITH_AVERAGE.items()
        for average in ("micro", "macro", "weighted")
    },
    "neg_macro_averaged_mean_absolute_error": _ScorerDefinition(
        macro_averaged_mean_absolute_error, greater_is_better=False
    ),
    "neg_expected_cost": _ScorerDefinition(
        expected_cost, greater_is_better=False, parameters={"cost_fp": 1, "cost_fn": 1}
    ),
    "precision_at_recall": _ScorerDefinition(
        precision_at_recall, _SCORE_METHODS, parameters={"recall": 0.8}
    ),
    "recall_at_precision": _ScorerDefinition(
        recall_at_precision, _SCORE_METHODS, parameters={"precision": PRECISION}
    ),
    "lift_at": _ScorerDefinition(lift_at, _SCORE_METHODS, parameters={"share": 0.1}),
    "gain_at": _ScorerDefinition(gain_at, _SCORE_METHODS, parameters={"share": 0.1}),
    "average_precision_skill": _ScorerDefinition(_average_precision_skill, _SCORE_METHODS),
    "brier_skill": _ScorerDefinition(brier_skill_score, "predict_proba"),
    "neg_balanced_brier_score": _ScorerDefinition(
        balanced_brier_score, "predict_proba", greater_is_better=False
    ),
    **{
        f"neg_{name}": _ScorerDefinition(
            metric, greater_is_better=False, parameters={"relevance": None}
        )
        for name, metric in _ERRORS_BY_RELEVANCE.items()
    },
    **{
        name: _ScorerDefinition(metric, parameters={"relevance": None})
        for name, metric in _UTILITIES.items()
    },
}
