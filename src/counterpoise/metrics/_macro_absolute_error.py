"""Macro-averaged mean absolute error: how far off ordinal predictions are, class by class.

Reference: Baccianella, Esuli and Sebastiani (2009), doi:10.1109/ISDA.2009.230.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.exceptions import LabelError
from counterpoise.metrics._opening import open_pair

__all__ = ["macro_averaged_mean_absolute_error"]


def macro_averaged_mean_absolute_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None
) -> float:
    """Return the mean over the classes of their mean absolute errors.

    Every class of y_true counts the same, however few rows it has. A class that is only predicted
    has no rows to be wrong about, and does not count.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        The class of each row, as a whole number: its rank.
    y_pred : array-like of shape (n_rows,)
        The class predicted for each row.
    sample_weight : array-like of shape (n_rows,) or None, default=None
        How many rows each row counts for.

    Returns
    -------
    float
        0 is best.

    Raises
    ------
    InputError
        If labels are no numbers, lengths differ, or weights are negative.

    References
    ----------
    S. Baccianella, A. Esuli, F. Sebastiani, "Evaluation Measures for Ordinal Regression", Ninth
    International Conference on Intelligent Systems Design and Applications, 283-287 (2009),
    doi:10.1109/ISDA.2009.230.

    Examples
    --------
    >>> from counterpoise.metrics import macro_averaged_mean_absolute_error
    >>> macro_averaged_mean_absolute_error([1, 1, 2, 2], [1, 2, 1, 2])
    0.5
    >>> round(macro_averaged_mean_absolute_error([1, 2, 2, 2], [1, 2, 1, 2]), 3)
    0.167
    """
    pair = open_pair(y_true, y_pred, sample_weight)
    if isinstance(pair.classes[0], str):
        raise LabelError(
            "An absolute error needs classes that are numbers; y_true and y_pred hold such as "
            f"{pair.classes[0]!r}. Replace each label by its rank."
        )
    ranks = np.array(pair.classes, np.float64)
    errors = np.abs(ranks[pair.true] - ranks[pair.predicted])
    weight = np.ones(len(errors)) if pair.weight is None else pair.weight
    total = np.bincount(pair.true, weight)
    wrong = np.bincount(pair.true, weight * errors)
    present = total > 0
    return float((wrong[present] / total[present]).mean())
