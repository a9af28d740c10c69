"""Index balanced accuracy: a metric that is raised if sensitivity exceeds specificity.

Reference: García, Mollineda and Sánchez (2009), doi:10.1007/978-3-642-02172-5_57.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from counterpoise.exceptions import InputError
from counterpoise.metrics._sensitivity_specificity import sensitivity_specificity_support
from counterpoise.metrics._validation import check_number

__all__ = ["compute_index_balanced_accuracy", "make_index_balanced_accuracy"]

# Parameters that are passed on from the metric to sensitivity and specificity.
_SHARED_PARAMETERS = tuple(signature(sensitivity_specificity_support).parameters)


def make_index_balanced_accuracy(
    *, alpha: float = 0.1, squared: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a decorator that turns a metric into its index balanced accuracy (IBA).

    The index balanced accuracy is ``(1 + alpha * (sensitivity - specificity)) * metric ** 2``.

    Parameters
    ----------
    alpha : float, default=0.1
        Weight of the dominance, ``sensitivity - specificity``.
    squared : bool, default=True
        Whether to square the metric.

    Returns
    -------
    callable
        Decorator that takes a metric with the parameters ``y_true`` and ``y_pred`` and returns a
        metric with the same parameters.

    Raises
    ------
    InputError
        If `alpha` is not a finite number or `squared` is not a bool. The decorator raises it if the
        metric does not take y_pred.

    See Also
    --------
    geometric_mean_score : Metric that is often used with the index balanced accuracy.

    Notes
    -----
    Sensitivity and specificity are computed with the metric's own `labels`, `pos_label`, `average`
    and `sample_weight`. There are two exceptions: for accuracy and the Jaccard score they are those
    of the positive class, and for ``geometric_mean_score(average="multiclass")`` they are the means
    over classes.

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
    alpha = check_number(alpha, "alpha")
    if not isinstance(squared, bool | np.bool_):
        raise InputError(
            f"squared must be True or False; got {squared!r}. For example, set squared=True."
        )

    def decorate(metric: Callable[..., Any]) -> Callable[..., Any]:
        parameters = signature(metric)
        _check_takes_predictions(metric)

        @functools.wraps(metric)
        def balanced(*args: Any, **kwargs: Any) -> Any:
            bound = parameters.bind(*args, **kwargs)
            bound.apply_defaults()
            value = metric(*bound.args, **bound.kwargs)
            shared = {
                name: value for name, value in bound.arguments.items() if name in _SHARED_PARAMETERS
            }
            sensitivity, specificity, _ = sensitivity_specificity_support(
                **_adapt_average(getattr(metric, "__name__", ""), shared)
            )
            return compute_index_balanced_accuracy(value, sensitivity, specificity, alpha, squared)

        return balanced

    return decorate


def compute_index_balanced_accuracy(
    value: Any, sensitivity: Any, specificity: Any, alpha: float, squared: bool = True
) -> Any:
    """Return the index balanced accuracy of a metric's value."""
    return (1.0 + alpha * (sensitivity - specificity)) * (value**2 if squared else value)


def _check_takes_predictions(metric: Callable[..., Any]) -> None:
    names = set(signature(metric).parameters)
    if not {"y_true", "y_pred"} <= names or names & {"y_score", "y_proba", "y_prob"}:
        raise InputError(
            "Index balanced accuracy needs a metric of predicted classes, with the parameters "
            f"y_true and y_pred; {getattr(metric, '__name__', metric)!r} takes "
            f"{', '.join(signature(metric).parameters)}. Use, for example, geometric_mean_score."
        )


def _adapt_average(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with the average to use for sensitivity and specificity."""
    if name in ("accuracy_score", "jaccard_score"):
        return {**arguments, "average": "binary"}
    if arguments.get("average") == "multiclass":
        return {**arguments, "average": "macro"}
    return arguments
