"""The metrics by name, as scikit-learn's scorers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from inspect import signature
from typing import Any

from sklearn import metrics
from sklearn.metrics import make_scorer

from counterpoise.exceptions import InputError
from counterpoise.metrics._average_precision import average_precision_skill
from counterpoise.metrics._brier import balanced_brier_score, brier_skill_score
from counterpoise.metrics._cost import expected_cost
from counterpoise.metrics._geometric_mean import geometric_mean_score
from counterpoise.metrics._index_balanced_accuracy import make_index_balanced_accuracy
from counterpoise.metrics._lift import gain_at, lift_at
from counterpoise.metrics._macro_absolute_error import macro_averaged_mean_absolute_error
from counterpoise.metrics._operating_points import precision_at_recall, recall_at_precision
from counterpoise.metrics._sensitivity_specificity import sensitivity_score, specificity_score

__all__ = ["get_scorer", "get_scorer_names"]


def get_scorer(scoring: Any, **parameters: Any) -> Any:
    """Return a scorer by name: one of counterpoise's, or one of scikit-learn's.

    Parameters
    ----------
    scoring : str, callable or None
        A name of `get_scorer_names`. A callable or None comes back as it is.
    **parameters : dict
        Parameters of the metric, of counterpoise's names only, such as ``pos_label="fraud"`` or
        ``share=0.05``.

    Returns
    -------
    scorer : callable
        Takes an estimator, X and y, and returns a number; the greater, the better.

    Raises
    ------
    InputError
        If there is no such name, or the metric has no such parameter.

    Notes
    -----
    Parameters that the metrics ask for have values of their own here: ``recall=0.8`` for
    ``"precision_at_recall"``, ``precision=0.8`` for ``"recall_at_precision"``, ``share=0.1`` for
    ``"lift_at"`` and ``"gain_at"``, and equal costs, ``cost_fp=1`` and ``cost_fn=1``, for
    ``"neg_expected_cost"``, which judges what `predict` says.

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
    recipe = _RECIPES.get(scoring) if isinstance(scoring, str) else None
    if recipe is not None:
        return recipe.scorer(scoring, parameters)
    if parameters:
        raise InputError(
            f"Parameters belong to counterpoise's own scorers; {scoring!r} is none. Use "
            "sklearn.metrics.make_scorer with the metric and its parameters."
        )
    if isinstance(scoring, str) and scoring not in metrics.get_scorer_names():
        near = get_close_matches(scoring, get_scorer_names(), n=3, cutoff=0.5)
        hint = (
            f"Did you mean {' or '.join(map(repr, near))}?" if near else "See get_scorer_names()."
        )
        raise InputError(f"scoring must be the name of a scorer; got {scoring!r}. {hint}")
    return metrics.get_scorer(scoring)


def get_scorer_names() -> list[str]:
    """Return the names of all scorers, counterpoise's and scikit-learn's, sorted.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from counterpoise.metrics import get_scorer_names
    >>> [name for name in get_scorer_names() if name.startswith("sensitivity")]
    ['sensitivity', 'sensitivity_macro', 'sensitivity_micro', 'sensitivity_weighted']
    """
    return sorted({*_RECIPES, *metrics.get_scorer_names()})


_RANKED = ("decision_function", "predict_proba")


@dataclass(frozen=True)
class _Recipe:
    """How a scorer is made of a metric."""

    metric: Callable[..., Any]
    response: str | tuple[str, ...] = "predict"
    greater_is_better: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def scorer(self, name: str, parameters: Mapping[str, Any]) -> Any:
        known = set(signature(self.metric).parameters) - {"y_true", "y_pred", "y_score", "y_proba"}
        for parameter in parameters:
            if parameter not in known:
                raise InputError(
                    f"The scorer {name!r} has no parameter {parameter!r}. Its parameters are "
                    f"{', '.join(sorted(known))}."
                )
        chosen = {**self.parameters, **parameters}
        response = "predict_proba" if chosen.get("threshold") is not None else self.response
        return make_scorer(
            self.metric,
            response_method=response,
            greater_is_better=self.greater_is_better,
            **chosen,
        )


# A module's functions can be pickled, what a decorator returns cannot.
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


_AVERAGED: dict[str, Callable[..., Any]] = {
    "sensitivity": sensitivity_score,
    "specificity": specificity_score,
    "geometric_mean": geometric_mean_score,
    "index_balanced_accuracy": _index_balanced_accuracy,
}
_RECIPES: dict[str, _Recipe] = {
    **{name: _Recipe(metric) for name, metric in _AVERAGED.items()},
    **{
        f"{name}_{average}": _Recipe(metric, parameters={"average": average})
        for name, metric in _AVERAGED.items()
        for average in ("micro", "macro", "weighted")
    },
    "neg_macro_averaged_mean_absolute_error": _Recipe(
        macro_averaged_mean_absolute_error, greater_is_better=False
    ),
    "neg_expected_cost": _Recipe(
        expected_cost, greater_is_better=False, parameters={"cost_fp": 1, "cost_fn": 1}
    ),
    "precision_at_recall": _Recipe(precision_at_recall, _RANKED, parameters={"recall": 0.8}),
    "recall_at_precision": _Recipe(recall_at_precision, _RANKED, parameters={"precision": 0.8}),
    "lift_at": _Recipe(lift_at, _RANKED, parameters={"share": 0.1}),
    "gain_at": _Recipe(gain_at, _RANKED, parameters={"share": 0.1}),
    "average_precision_skill": _Recipe(_average_precision_skill, _RANKED),
    "brier_skill": _Recipe(brier_skill_score, "predict_proba"),
    "neg_balanced_brier_score": _Recipe(
        balanced_brier_score, "predict_proba", greater_is_better=False
    ),
}
