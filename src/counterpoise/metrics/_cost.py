"""What a row costs on average, where errors of two kinds cost differently.

Reference: Elkan (2001), "The foundations of cost-sensitive learning".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray
from counterpoise.exceptions import InputError
from counterpoise.metrics._opening import (
    open_pair,
    open_positive,
    open_scored,
    open_weights,
    require_number,
)

__all__ = ["expected_cost"]


def expected_cost(
    y_true: Any,
    y_score: Any,
    *,
    threshold: float | None = None,
    cost_fp: float,
    cost_fn: float,
    cost_tp: float = 0.0,
    cost_tn: float = 0.0,
    pos_label: Any = 1,
    sample_weight: Any = None,
) -> float:
    """Return the mean cost of a row.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, one of two.
    y_score : array-like of shape (n_rows,)
        Scores, if there is a threshold; else the class predicted for each row.
    threshold : float or None, default=None
        Rows with a score of it or more are predicted to be positive. None means that `y_score`
        holds classes.
    cost_fp : float
        Cost of a negative row that is predicted to be positive, 0 or more.
    cost_fn : float
        Cost of a positive row that is predicted to be negative, 0 or more.
    cost_tp, cost_tn : float, default=0.0
        Costs of the two kinds of right predictions, 0 or more.
    pos_label : object, default=1
        The positive class.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        The smaller the better.

    Raises
    ------
    InputError
        If a cost is negative or no finite number, `pos_label` is no class, there are more than
        two, scores are not finite, or weights are negative.

    Notes
    -----
    Of well calibrated probabilities, the threshold with the least cost is
    ``(cost_fp - cost_tn) / (cost_fp - cost_tn + cost_fn - cost_tp)``.

    References
    ----------
    C. Elkan, "The Foundations of Cost-Sensitive Learning", Proceedings of the 17th International
    Joint Conference on Artificial Intelligence, 973-978 (2001).

    Examples
    --------
    >>> from counterpoise.metrics import expected_cost
    >>> y_true, y_score = [1, 0, 1, 0, 0], [0.9, 0.8, 0.3, 0.2, 0.1]
    >>> expected_cost(y_true, y_score, threshold=0.5, cost_fp=1, cost_fn=10)
    2.2
    >>> expected_cost(y_true, [1, 1, 0, 0, 0], cost_fp=1, cost_fn=10)
    2.2
    """
    costs = {"cost_tn": cost_tn, "cost_fp": cost_fp, "cost_fn": cost_fn, "cost_tp": cost_tp}
    table = np.array([require_number(cost, name, least=0) for name, cost in costs.items()])
    if threshold is None:
        positive, predicted = _open_predictions(y_true, y_score, pos_label)
        weight = np.ones(len(positive))
        if sample_weight is not None:
            weight = open_weights(sample_weight, len(positive))
    else:
        least = require_number(threshold, "threshold")
        scored = open_scored(y_true, y_score, pos_label, sample_weight)
        positive, predicted, weight = scored.positive, scored.score >= least, scored.weight
    return float(np.average(table[2 * positive + predicted], weights=weight))


def _open_predictions(y_true: Any, y_pred: Any, pos_label: Any) -> tuple[BoolArray, BoolArray]:
    pair = open_pair(y_true, y_pred)
    classes = np.array(pair.classes, dtype=object)
    if len(classes) > 2:
        raise InputError(
            f"Predicted classes must be those of y_true, two at most; both together have "
            f"{len(classes)}. Pass classes, or scores and a threshold."
        )
    open_positive(classes, pos_label)
    return classes[pair.true] == pos_label, classes[pair.predicted] == pos_label
