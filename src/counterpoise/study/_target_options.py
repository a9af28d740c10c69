"""Check the parameters about the positive class and the costs of errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._table import EncodedTarget
from counterpoise.exceptions import InputError
from counterpoise.study._records import Costs

__all__ = ["check_costs", "positive_code"]


def positive_code(target: EncodedTarget, positive: Any) -> int | None:
    """Return the code of the positive class; None if there are more than two classes."""
    classes = target.classes
    if positive is None:
        # Of two equally large classes, the second is positive, as in scikit-learn.
        return None if len(classes) > 2 else int(target.counts[0] >= target.counts[1])
    if len(classes) > 2:
        raise InputError(
            f"A positive class needs two classes; there are {len(classes)}, and metrics are "
            "averages over them. Remove positive (--positive)."
        )
    if positive not in classes:
        raise InputError(
            f"The positive class must be {classes[0]!r} or {classes[1]!r}; got {positive!r}."
        )
    return classes.index(positive)


def check_costs(costs: Any) -> Costs | None:
    """Return the parameter `costs`, if it is valid."""
    if costs is None or isinstance(costs, Costs):
        return costs
    try:
        false_positive, false_negative = map(float, costs)
    except (TypeError, ValueError):
        raise InputError(
            f"costs must be two numbers, (false positive, false negative); got {costs!r}."
        ) from None
    if not (0 <= false_positive < np.inf and 0 <= false_negative < np.inf):
        raise InputError(f"costs must be finite and not negative; got {costs!r}.")
    return Costs(false_positive, false_negative)
