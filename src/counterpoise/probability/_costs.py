"""The threshold that costs ask for.

Reference: Elkan (2001).
"""

from __future__ import annotations

from math import isfinite

from counterpoise.exceptions import InputError

__all__ = ["cost_threshold"]


def cost_threshold(
    cost_fp: float, cost_fn: float, *, cost_tp: float = 0.0, cost_tn: float = 0.0
) -> float:
    """Return the probability from which it is cheaper to call a row positive.

    It is for true probabilities: correct those of a model that was trained on resampled rows first.

    Parameters
    ----------
    cost_fp : float
        What a false alarm costs.
    cost_fn : float
        What a missed positive costs.
    cost_tp, cost_tn : float, default=0
        What being right costs; negative for a gain.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    InputError
        If a cost is no number, or being wrong does not cost more than being right.

    References
    ----------
    C. Elkan, "The foundations of cost-sensitive learning", IJCAI (2001), 973-978.

    Examples
    --------
    A missed fraud costs 99 times a call to a customer:

    >>> cost_threshold(cost_fp=1, cost_fn=99)
    0.01
    """
    costs = {"cost_fp": cost_fp, "cost_fn": cost_fn, "cost_tp": cost_tp, "cost_tn": cost_tn}
    for name, cost in costs.items():
        if not isfinite(cost):
            raise InputError(f"{name} must be a finite number; got {cost!r}.")
    for wrong, right in (("cost_fp", "cost_tn"), ("cost_fn", "cost_tp")):
        if costs[wrong] <= costs[right]:
            raise InputError(
                f"Being wrong must cost more than being right: {wrong}={costs[wrong]} is not above "
                f"{right}={costs[right]}."
            )
    alarm = cost_fp - cost_tn
    return alarm / (alarm + cost_fn - cost_tp)
