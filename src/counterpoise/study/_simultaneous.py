"""Simultaneous confidence intervals and step-down tests for correlated comparisons.

The errors of several improvements are correlated: they come from the same samples. Their joint
distribution is a normal distribution with the covariance of the influences. The largest of its
absolute values, in standard errors, gives intervals that are all correct together with the stated
probability, and they are shorter than those of Bonferroni.

References: Hothorn, Bretz and Westfall (2008), doi:10.1002/bimj.200810425; Romano and Wolf (2005),
doi:10.1198/016214504000000539; Holm (1979), https://www.jstor.org/stable/4615733; Sidak (1967),
doi:10.1080/01621459.1967.10482935.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from counterpoise._lib.types import Float64Array

__all__ = ["ErrorDraws", "draw_errors"]

_N_DRAWS = 20_000
_SEED = 0  # the same family has the same intervals in every process


@dataclass(frozen=True)
class ErrorDraws:
    """Random draws of the absolute errors of several estimates, each in its standard errors.

    Attributes
    ----------
    errors : ndarray of float64 of shape (n_draws, n_estimates)
    """

    errors: Float64Array

    def critical_value(self, confidence_level: float) -> float:
        """Return how many standard errors all errors stay below, with the given probability."""
        alpha, n = 1 - confidence_level, self.errors.shape[1]
        largest = float(np.quantile(self.errors.max(axis=1), confidence_level))
        # Limits that hold for any correlation remove most of the error of the random draws.
        single, independent = norm.isf(alpha / 2), norm.isf((1 - confidence_level ** (1 / n)) / 2)
        return float(np.clip(largest, single, independent))

    def adjust_p_values(self, statistics: Float64Array) -> Float64Array:
        """Return the p-values of the step-down test.

        Parameters
        ----------
        statistics : ndarray of float64 of shape (n_estimates,)
            The distance of each estimate from its hypothesis, in standard errors.

        Returns
        -------
        ndarray of float64 of shape (n_estimates,)
            Between the p-values without adjustment and those of Holm's method with Sidak's levels,
            which hold for any correlation.
        """
        order = np.argsort(statistics, kind="stable")
        # A hypothesis competes with those whose statistics are at most as large as its own.
        largest = np.maximum.accumulate(self.errors[:, order], axis=1)
        shares = (largest >= statistics[order]).mean(axis=0)
        single = 2 * norm.sf(statistics[order])
        with np.errstate(divide="ignore"):  # log(0), of a statistic of 0
            independent = -np.expm1(np.log1p(-single) * np.arange(1, len(order) + 1))
        bounded = np.clip(shares, single, independent)
        adjusted = np.empty(len(order))
        adjusted[order] = np.maximum.accumulate(bounded[::-1])[::-1]
        return adjusted


def draw_errors(components: Float64Array) -> ErrorDraws:
    """Draw from the joint normal distribution of the errors of several estimates.

    Parameters
    ----------
    components : ndarray of float64 of shape (n_estimates, n_components)
        Independent components of each error: the covariance of two errors is the product of their
        rows.

    Returns
    -------
    ErrorDraws
        The same for the same components.
    """
    scale = np.linalg.norm(components, axis=1, keepdims=True)
    scaled = components / np.where(scale > 0, scale, 1)
    values, vectors = np.linalg.eigh(scaled @ scaled.T)
    root = vectors * np.sqrt(np.maximum(values, 0))
    rng = np.random.RandomState(_SEED)
    normal = rng.normal(size=(_N_DRAWS, len(root)))
    return ErrorDraws(np.abs(normal @ root.T))
