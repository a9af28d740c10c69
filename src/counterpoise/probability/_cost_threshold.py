"""Decision threshold with the lowest expected cost.

Reference: Elkan (2001).
"""

from __future__ import annotations

from math import isfinite

from counterpoise.exceptions import InputError

__all__ = ["cost_threshold"]


def cost_threshold(
    cost_fp: float, cost_fn: float, *, cost_tp: float = 0.0, cost_tn: float = 0.0
) -> float:
    """Compute the decision threshold with the lowest expected cost.

    Predicting the positive class costs less if its probability is above the threshold. The
    probabilities must be calibrated: if a model was trained on resampled data or with class
    weights, calibrate it first with `calibrate`.

    Parameters
    ----------
    cost_fp : float
        Cost of a false positive.
    cost_fn : float
        Cost of a false negative.
    cost_tp, cost_tn : float, default=0.0
        Costs of a true positive and of a true negative; negative for a benefit.

    Returns
    -------
    float
        Threshold for the probability of the positive class, between 0 and 1.

    Raises
    ------
    InputError
        If a cost is not a finite number, or an error does not cost more than the correct
        prediction.

    See Also
    --------
    counterpoise.metrics.expected_cost : Mean cost per sample of predicted classes.

    References
    ----------
    C. Elkan, "The foundations of cost-sensitive learning", IJCAI (2001), 973-978.

    Examples
    --------
    A missed fraud (false negative) costs 99 times as much as a call to a customer (false positive):

    >>> from counterpoise.probability import cost_threshold
    >>> cost_threshold(cost_fp=1, cost_fn=99)
    0.01
    """
    costs = {"cost_fp": cost_fp, "cost_fn": cost_fn, "cost_tp": cost_tp, "cost_tn": cost_tn}
    for name, cost in costs.items():
        if not isfinite(cost):
            raise InputError(f"{name} must be a finite number; got {cost!r}.")
    for error, correct in (("cost_fp", "cost_tn"), ("cost_fn", "cost_tp")):
        if costs[error] <= costs[correct]:
            raise InputError(
                f"An error must cost more than the correct prediction; {error}={costs[error]} is "
                f"not above {correct}={costs[correct]}. Increase {error} or decrease {correct}."
            )
    excess_fp = cost_fp - cost_tn  # cost of a false positive above that of a true negative
    return excess_fp / (excess_fp + cost_fn - cost_tp)
