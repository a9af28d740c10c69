"""Expected cost of predictions, where false positives and false negatives cost differently.

Reference: Elkan (2001), "The foundations of cost-sensitive learning".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray
from counterpoise.exceptions import InputError
from counterpoise.metrics._validation import (
    check_binary_scores,
    check_number,
    check_weights,
    encode_pair,
    encode_positive,
    format_classes,
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
    """Compute the mean cost per sample of predicted classes.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True class labels, of at most two classes.
    y_score : array-like of shape (n_samples,)
        Scores of the positive class, if `threshold` is a number; predicted class labels, if
        `threshold` is None.
    threshold : float or None, default=None
        Samples whose score is at least `threshold` are predicted positive.
    cost_fp : float
        Cost of a false positive, at least 0.
    cost_fn : float
        Cost of a false negative, at least 0.
    cost_tp, cost_tn : float, default=0.0
        Costs of a true positive and of a true negative, at least 0.
    pos_label : int, float, bool or str, default=1
        Label of the positive class.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        Mean cost; lower is better.

    Raises
    ------
    InputError
        If a cost is negative or not finite, `pos_label` is not a class, there are more than two
        classes, scores are not finite, or weights are negative.

    See Also
    --------
    counterpoise.probability.cost_threshold : Threshold with the lowest expected cost.

    Notes
    -----
    For calibrated probabilities, the threshold with the lowest expected cost is
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
    # In the order of ``2 * positive + predicted``, which indexes the matrix below.
    costs = {"cost_tn": cost_tn, "cost_fp": cost_fp, "cost_fn": cost_fn, "cost_tp": cost_tp}
    cost_matrix = np.array([check_number(cost, name, minimum=0) for name, cost in costs.items()])
    if threshold is None:
        positive, predicted = _encode_binary_predictions(y_true, y_score, pos_label)
        weight = np.ones(len(positive))
        if sample_weight is not None:
            weight = check_weights(sample_weight, len(positive))
    else:
        threshold = check_number(threshold, "threshold")
        binary = check_binary_scores(y_true, y_score, pos_label, sample_weight)
        positive, predicted, weight = binary.positive, binary.score >= threshold, binary.weight
    return float(np.average(cost_matrix[2 * positive + predicted], weights=weight))


def _encode_binary_predictions(
    y_true: Any, y_pred: Any, pos_label: Any
) -> tuple[BoolArray, BoolArray]:
    """Return whether each sample is positive, and whether it is predicted positive."""
    pair = encode_pair(y_true, y_pred)
    classes = np.array(pair.classes, dtype=object)
    if len(classes) > 2:
        raise InputError(
            "expected_cost needs two classes; y_true and y_pred together have "
            f"{len(classes)}: {format_classes(pair.classes)}. Pass predicted classes, or scores "
            "and a threshold, for example threshold=0.5."
        )
    encode_positive(classes, pos_label)  # raises an error if pos_label is not a class
    return classes[pair.true] == pos_label, classes[pair.predicted] == pos_label
