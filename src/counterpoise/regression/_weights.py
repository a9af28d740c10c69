"""Sample weights from the relevance of the target."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array
from counterpoise.exceptions import InputError
from counterpoise.regression._relevance import RelevanceFunction

__all__ = ["relevance_weights"]

_SMALLEST = 1e-6  # so that no sample is ignored, as in the paper


def relevance_weights(
    y: Any, relevance: RelevanceFunction | None = None, *, alpha: float = 1.0
) -> Float64Array:
    """Compute sample weights that increase with the relevance of the target (DenseWeight).

    The weight of a sample is ``max(1 - alpha * (1 - relevance), 1e-6)``, divided by the mean of all
    weights. With the default relevance function, this is DenseWeight [1]_: the rarer a value, the
    larger its weight.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        The target of the training data.
    relevance : RelevanceFunction or None, default=None
        A relevance function, which is used as it is if it is fitted, and fitted to `y` otherwise.
        None uses ``RelevanceFunction(method="density")``.
    alpha : float, default=1.0
        Strength of the weights: 0 gives equal weights, and 1 nearly ignores the samples whose
        relevance is 0. Above 1, more samples are nearly ignored.

    Returns
    -------
    ndarray of float64 of shape (n_samples,)
        Weights above 0 with a mean of 1, for the parameter `sample_weight` of a model.

    Raises
    ------
    TargetError
        If y is constant or has missing values.
    InputError
        If `alpha` is negative.

    References
    ----------
    .. [1] M. Steininger, K. Kobs, P. Davidson, A. Krause, A. Hotho, "Density-based weighting for
       imbalanced regression", Machine Learning 110, 2187-2211 (2021),
       doi:10.1007/s10994-021-06023-5.

    Examples
    --------
    >>> from counterpoise.regression import relevance_weights
    >>> relevance_weights([1, 1, 1, 1, 9], alpha=0.5).round(2)
    array([0.83, 0.83, 0.83, 0.83, 1.67])
    """
    if not 0 <= alpha < np.inf:
        raise InputError(f"alpha must be a finite number of at least 0; got {alpha!r}.")
    function = relevance if relevance is not None else RelevanceFunction(method="density")
    if not hasattr(function, "points_"):
        function = RelevanceFunction(**function.get_params()).fit(y)
    weights = np.maximum(1 - alpha * (1 - function.relevance(y)), _SMALLEST)
    normalized: Float64Array = weights / weights.mean()
    return normalized
