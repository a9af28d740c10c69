"""Index balanced accuracy: reward a metric where sensitivity exceeds specificity.

Reference: García, Mollineda and Sánchez (2009), doi:10.1007/978-3-642-02172-5_57.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from counterpoise.exceptions import InputError
from counterpoise.metrics._opening import require_number
from counterpoise.metrics._sensitivity_specificity import sensitivity_specificity_support

__all__ = ["balance_index", "make_index_balanced_accuracy"]

_SHARED = tuple(signature(sensitivity_specificity_support).parameters)


def make_index_balanced_accuracy(
    *, alpha: float = 0.1, squared: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a function that turns a metric into its index balanced accuracy.

    That is ``(1 + alpha * (sensitivity - specificity)) * metric ** 2``.

    Parameters
    ----------
    alpha : float, default=0.1
        What the dominance, sensitivity less specificity, counts.
    squared : bool, default=True
        Square the metric first.

    Returns
    -------
    callable
        Takes a metric of ``(y_true, y_pred)``, and returns one that is called in the same way.

    Raises
    ------
    InputError
        If `alpha` is no finite number; or, on decorating, if the metric takes no y_pred.

    Notes
    -----
    The metric's `labels`, `pos_label`, `average` and `sample_weight` hold for sensitivity and
    specificity too; of accuracy and Jaccard score they are those of the positive class, and of
    ``geometric_mean_score(average="multiclass")`` the means over classes.

    References
    ----------
    V. García, R. A. Mollineda, J. S. Sánchez, "Index of Balanced Accuracy: A Performance Measure
    for Skewed Class Distributions", Pattern Recognition and Image Analysis, LNCS 5524, 441-448
    (2009), doi:10.1007/978-3-642-02172-5_57.

    Examples
    --------
    >>> from counterpoise.metrics import geometric_mean_score, make_index_balanced_accuracy
    >>> balanced = make_index_balanced_accuracy(alpha=0.1)(geometric_mean_score)
    >>> y_true, y_pred = [1, 0, 0, 1, 0, 1], [0, 0, 1, 1, 0, 1]
    >>> balanced(y_true, y_pred, average=None).round(3).tolist()
    [0.444, 0.444]
    """
    alpha = require_number(alpha, "alpha")
    if not isinstance(squared, bool | np.bool_):
        raise InputError(f"squared must be True or False; got {squared!r}. Pass one of them.")

    def decorate(metric: Callable[..., Any]) -> Callable[..., Any]:
        called = signature(metric)
        _require_predictions(metric)

        @functools.wraps(metric)
        def balanced(*args: Any, **kwargs: Any) -> Any:
            bound = called.bind(*args, **kwargs)
            bound.apply_defaults()
            value = metric(*bound.args, **bound.kwargs)
            shared = {name: value for name, value in bound.arguments.items() if name in _SHARED}
            sensitivity, specificity, _ = sensitivity_specificity_support(
                **_averaged_as(getattr(metric, "__name__", ""), shared)
            )
            return balance_index(value, sensitivity, specificity, alpha, squared)

        return balanced

    return decorate


def balance_index(
    value: Any, sensitivity: Any, specificity: Any, alpha: float, squared: bool = True
) -> Any:
    """Return the index balanced accuracy of a metric's value."""
    return (1.0 + alpha * (sensitivity - specificity)) * (value**2 if squared else value)


def _require_predictions(metric: Callable[..., Any]) -> None:
    names = set(signature(metric).parameters)
    if not {"y_true", "y_pred"} <= names or names & {"y_score", "y_proba", "y_prob"}:
        raise InputError(
            "Index balanced accuracy needs a metric of y_true and y_pred, because scores have no "
            f"sensitivity; {getattr(metric, '__name__', metric)!r} takes "
            f"{', '.join(signature(metric).parameters)}. Wrap a metric of predicted classes."
        )


def _averaged_as(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with the average that sensitivity and specificity shall have."""
    if name in ("accuracy_score", "jaccard_score"):
        return {**arguments, "average": "binary"}
    if arguments.get("average") == "multiclass":
        return {**arguments, "average": "macro"}
    return arguments
