"""The best precision at a recall that must be reached, and the best recall at a precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.metrics._opening import Scored, open_scored, require_both_classes, require_share
from counterpoise.metrics._ranking import rank

__all__ = ["precision_at_recall", "recall_at_precision"]

# Sums of weights may miss a share that they reach on paper, in the last digits.
_SLACK = 1e-12


def precision_at_recall(
    y_true: Any,
    y_score: Any,
    recall: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Return the highest precision of all thresholds that reach a recall.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_score : array-like of shape (n_rows,)
        How positive each row looks: a probability or a decision value.
    recall : float
        The share of the positive rows, in (0, 1], that must be found.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        Rows with equal scores are taken all or none.

    Raises
    ------
    InputError
        If `recall` is not in (0, 1], y_true holds one class, `pos_label` is no class, scores are
        not finite, or weights are negative.

    Examples
    --------
    >>> from counterpoise.metrics import precision_at_recall
    >>> precision_at_recall([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], recall=0.5)
    1.0
    """
    least = require_share(recall, "recall")
    scored = open_scored(y_true, y_score, pos_label, sample_weight)
    recalls, precisions = _points(scored, "Precision at a recall")
    return float(precisions[recalls >= least - _SLACK].max())


def recall_at_precision(
    y_true: Any,
    y_score: Any,
    precision: float,
    *,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Return the highest recall of all thresholds that reach a precision.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_score : array-like of shape (n_rows,)
        How positive each row looks: a probability or a decision value.
    precision : float
        The share of positive rows, in (0, 1], that there must be among those predicted so.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        0 if no threshold reaches the precision: then no row may be called positive.

    Raises
    ------
    InputError
        If `precision` is not in (0, 1], y_true holds one class, `pos_label` is no class, scores
        are not finite, or weights are negative.

    Examples
    --------
    >>> from counterpoise.metrics import recall_at_precision
    >>> recall_at_precision([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], precision=0.6)
    1.0
    """
    least = require_share(precision, "precision")
    scored = open_scored(y_true, y_score, pos_label, sample_weight)
    recalls, precisions = _points(scored, "Recall at a precision")
    return float(recalls[precisions >= least - _SLACK].max(initial=0.0))


def _points(scored: Scored, metric: str) -> tuple[Float64Array, Float64Array]:
    """Return recall and precision at each distinct score, the highest first."""
    require_both_classes(scored.positive, metric)
    weight, positive = rank(scored)
    found = np.cumsum(positive)
    return found / found[-1], found / np.cumsum(weight)
