"""Bootstrap of operating points: resamples of samples, or of groups of samples.

Reference: Efron and Tibshirani (1993), doi:10.1201/9780429246593; for groups (clusters), Field and
Welsh (2007), doi:10.1111/j.1467-9868.2007.00593.x.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise.evaluation._operating_points import OperatingPoints, Plan, measure_points
from counterpoise.evaluation._ranking import Ranking

__all__ = ["bootstrap_points", "draw_weights", "percentile_interval"]


def bootstrap_points(
    ranking: Ranking, plan: Plan, weights: Iterator[Float64Array]
) -> OperatingPoints:
    """Measure a ranking on resamples.

    Parameters
    ----------
    ranking : Ranking
    plan : Plan
    weights : iterator of ndarray of float64 of shape (n_samples,)
        From `draw_weights`.

    Returns
    -------
    OperatingPoints
        Each array has a first axis of length n_resamples.
    """
    measured = [measure_points(ranking.counts(weight), plan) for weight in weights]
    return OperatingPoints(
        *(np.array([getattr(one, field.name) for one in measured]) for field in fields(measured[0]))
    )


def draw_weights(
    is_positive: BoolArray, groups: IntArray | None, n_resamples: int, seed: int
) -> Iterator[Float64Array]:
    """Yield how often each resample has each sample.

    Parameters
    ----------
    is_positive : ndarray of bool of shape (n_samples,)
    groups : ndarray of int of shape (n_samples,) or None
        The group of each sample, from 0; groups are drawn as a whole. None draws samples.
    n_resamples, seed : int

    Yields
    ------
    ndarray of float64 of shape (n_samples,)
        Resamples without samples of both classes are drawn again.
    """
    rng = np.random.RandomState(seed)
    n_units = len(is_positive) if groups is None else int(groups.max()) + 1
    n_drawn = 0
    while n_drawn < n_resamples:
        drawn_units = np.bincount(rng.randint(n_units, size=n_units), minlength=n_units)
        weight = (drawn_units if groups is None else drawn_units[groups]).astype(np.float64)
        if 0 < weight @ is_positive < weight.sum():
            n_drawn += 1
            yield weight


def percentile_interval(
    values: Float64Array, estimate: Float64Array, confidence_level: float
) -> tuple[Float64Array, Float64Array]:
    """Return the limits of percentile intervals, widened to include the estimate.

    Parameters
    ----------
    values : ndarray of float64 of shape (n_resamples, n)
        NaN where a resample does not define a value.
    estimate : ndarray of float64 of shape (n,)
    confidence_level : float
    """
    limits = np.full((2, len(estimate)), np.nan)
    defined = ~np.isnan(values).all(axis=0)
    tail = (1 - confidence_level) / 2
    if defined.any():
        # A percentile is one of the values: thresholds can be infinite.
        limits[:, defined] = np.nanquantile(
            values[:, defined], [tail, 1 - tail], axis=0, method="inverted_cdf"
        )
    return np.fmin(limits[0], estimate), np.fmax(limits[1], estimate)
