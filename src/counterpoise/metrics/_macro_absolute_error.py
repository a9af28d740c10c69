"""Macro-averaged mean absolute error for ordinal classification.

Reference: Baccianella, Esuli and Sebastiani (2009), doi:10.1109/ISDA.2009.230.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.exceptions import TargetError
from counterpoise.metrics._validation import encode_pair

__all__ = ["macro_averaged_mean_absolute_error"]


def macro_averaged_mean_absolute_error(
    y_true: Any, y_pred: Any, *, sample_weight: Any = None
) -> float:
    """Compute the mean absolute error of each class, averaged over classes.

    Every class in y_true has the same weight, whatever its number of samples. A class that occurs
    only in y_pred has no error and is left out of the average.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True classes as numbers, for example their ranks.
    y_pred : array-like of shape (n_samples,)
        Predicted classes as numbers.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights: the number of samples that each sample counts for. None means 1 for each.

    Returns
    -------
    float
        Mean absolute error; 0 is the best.

    Raises
    ------
    InputError
        If classes are not numbers, lengths differ, or weights are negative.

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
    pair = encode_pair(y_true, y_pred, sample_weight)
    if isinstance(pair.classes[0], str):
        raise TargetError(
            "macro_averaged_mean_absolute_error needs numeric classes; y_true or y_pred holds "
            f"{pair.classes[0]!r}. Replace each class by its rank, for example 0, 1 and 2."
        )
    ranks = np.array(pair.classes, np.float64)
    errors = np.abs(ranks[pair.true] - ranks[pair.predicted])
    weight = np.ones(len(errors)) if pair.weight is None else pair.weight
    support = np.bincount(pair.true, weight)
    error_sums = np.bincount(pair.true, weight * errors)
    present = support > 0
    return float((error_sums[present] / support[present]).mean())
