"""Relevance of the values of a continuous target: which of them are rare, and matter most."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from counterpoise._lib.sklearn_private import Interval, StrOptions
from counterpoise._lib.types import Float64Array
from counterpoise._table import continuous_values
from counterpoise.exceptions import InputError, TargetError
from counterpoise.regression._density import KernelDensity, silverman_bandwidth
from counterpoise.regression._hermite import MonotoneCubic

__all__ = ["RelevanceFunction"]

_OTHERS = (
    'Use RelevanceFunction(method="density"), or give points of (value, relevance), for example '
    'RelevanceFunction(method="points", points=[(0, 0), (100, 1)]).'
)


class RelevanceFunction(BaseEstimator):
    """Relevance of target values: 0 for common values, 1 for rare values that matter most.

    Parameters
    ----------
    method : {"boxplot", "points", "density"}, default="boxplot"
        How the relevance of a value is defined.

        - "boxplot": 0 at the median and 1 from the whiskers of the boxplot outward, on each side
          that has outliers. Monotone cubic interpolation in between [1]_.
        - "points": monotone cubic interpolation of the given `points`.
        - "density": 1 minus the density of the value, scaled so that the relevance is 0 at the
          most frequent value of `fit` and 1 at the rarest [2]_.
    extremes : {"both", "low", "high"}, default="both"
        The side of the boxplot whose outliers are relevant. With "both", a side without outliers
        has a relevance of 0. Other methods do not use it.
    points : array-like of shape (n_points, 2) or (n_points, 3), default=None
        For method "points": target values in ascending order, their relevance in [0, 1] and,
        optionally, the slope there. Without slopes, they are estimated from the adjacent points.
        Beyond the first and last point, the relevance is constant.
    coef : float, default=1.5
        Length of the whiskers, in multiples of the interquartile range.
    bandwidth : float or None, default=None
        Bandwidth of the Gaussian kernel density, in units of the target. None uses Silverman's
        rule of thumb.

    Attributes
    ----------
    points_ : ndarray of float64 of shape (n_points, 3) or None
        The interpolated points: value, relevance and slope. None for method "density".

    References
    ----------
    .. [1] R. P. Ribeiro, N. Moniz, "Imbalanced regression and extreme value prediction", Machine
       Learning 109, 1803-1835 (2020), doi:10.1007/s10994-020-05900-9; first in R. P. Ribeiro,
       "Utility-based Regression", PhD thesis, University of Porto (2011).
    .. [2] M. Steininger, K. Kobs, P. Davidson, A. Krause, A. Hotho, "Density-based weighting for
       imbalanced regression", Machine Learning 110, 2187-2211 (2021),
       doi:10.1007/s10994-021-06023-5.

    Examples
    --------
    >>> from counterpoise.regression import RelevanceFunction
    >>> y = [1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 40]
    >>> relevance = RelevanceFunction().fit(y)
    >>> relevance.points_[:, :2].tolist()
    [[1.0, 0.0], [6.0, 0.0], [9.0, 1.0]]
    >>> relevance.relevance([3, 7.5, 30])
    array([0. , 0.5, 1. ])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "method": [StrOptions({"boxplot", "points", "density"})],
        "extremes": [StrOptions({"both", "low", "high"})],
        "points": ["array-like", None],
        "coef": [Interval(Real, 0, None, closed="left")],
        "bandwidth": [Interval(Real, 0, None, closed="neither"), None],
    }

    def __init__(
        self,
        method: Literal["boxplot", "points", "density"] = "boxplot",
        *,
        extremes: Literal["both", "low", "high"] = "both",
        points: Any = None,
        coef: float = 1.5,
        bandwidth: float | None = None,
    ) -> None:
        self.method = method
        self.extremes = extremes
        self.points = points
        self.coef = coef
        self.bandwidth = bandwidth

    def fit(self, y: Any) -> Self:
        """Compute the relevance function of a target.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            The target of the training data.

        Returns
        -------
        self : object
            The fitted relevance function.

        Raises
        ------
        TargetError
            If y is constant or has missing values, or if no value is relevant.
        InputError
            If `points` are missing, or not in ascending order.
        """
        self._validate_params()
        values = continuous_values(y)
        _check_not_constant(values)
        self._curve: Callable[[Float64Array], Float64Array]
        if self.method == "density":
            self._curve = _InverseDensity(values, self.bandwidth)
            self.points_ = None
        else:
            is_boxplot = self.method == "boxplot"
            points = self._boxplot_points(values) if is_boxplot else _check_points(self.points)
            curve = MonotoneCubic.through(*points.T)
            self._curve = curve
            self.points_ = np.column_stack([curve.x, curve.value, curve.slope])
        return self

    def relevance(self, y: Any) -> Float64Array:
        """Return the relevance of target values.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Values of the target, or predictions of it.

        Returns
        -------
        ndarray of float64 of shape (n_samples,)
            Between 0 and 1.
        """
        check_is_fitted(self, "points_")
        return np.clip(self._curve(continuous_values(y)), 0, 1)

    def _boxplot_points(self, values: Float64Array) -> Float64Array:
        low, median, high = _whiskers(values, self.coef)
        has_low = self.extremes != "high" and values.min() < low
        has_high = self.extremes != "low" and values.max() > high
        if not has_low and not has_high:
            side = "" if self.extremes == "both" else f" {self.extremes}"
            raise TargetError(
                f"y has no{side} outliers: no value is beyond the whiskers of its boxplot, "
                f"{low:g} and {high:g}, so that no value is relevant. {_OTHERS}"
            )
        for is_relevant, whisker in ((has_low, low), (has_high, high)):
            if is_relevant and whisker == median:
                raise TargetError(
                    f"The relevance of y cannot be read from its boxplot: most values are "
                    f"{median:g}, which is the median and a whisker. {_OTHERS}"
                )
        ends = [(low, 1.0) if has_low else (values.min(), 0.0), (median, 0.0)]
        ends.append((high, 1.0) if has_high else (values.max(), 0.0))
        distinct = sorted(set(ends))  # without outliers below it, the median may be the minimum
        return np.array([(value, relevance, 0.0) for value, relevance in distinct])


class _InverseDensity:
    """One minus the density of a value, scaled by the densities of the training target."""

    def __init__(self, values: Float64Array, bandwidth: float | None) -> None:
        self._density = KernelDensity.fit(values, bandwidth or silverman_bandwidth(values))
        densities = self._density(values)
        self._low, self._high = densities.min(), densities.max()

    def __call__(self, at: Float64Array) -> Float64Array:
        spread = self._high - self._low
        return (self._high - self._density(at)) / spread if spread > 0 else np.zeros(len(at))


def _check_not_constant(values: Float64Array) -> None:
    """Check that a target has two values or more."""
    if values.min() == values.max():
        raise TargetError(
            f"y is constant: all {len(values)} values are {values[0]:g}, so that none is rarer "
            "than another. Pass the column that a model is to predict."
        )


def _check_points(points: Any) -> Float64Array:
    """Return the points of a relevance function, with slopes if there are any.

    Raises
    ------
    InputError
        If they have another shape, are not in ascending order, or have a relevance outside [0, 1].
    """
    example = "points=[(0, 0), (50, 0), (100, 1)]"
    array = np.asarray([] if points is None else points, np.float64)
    if array.ndim != 2 or len(array) < 2 or array.shape[1] not in (2, 3):
        raise InputError(
            'method="points" needs two or more points of (value, relevance), or of (value, '
            f"relevance, slope); got points={points!r}. For example, pass {example}."
        )
    if not np.isfinite(array).all():
        raise InputError(f"Relevance points must be finite numbers; got {points!r}.")
    falls = np.flatnonzero(np.diff(array[:, 0]) <= 0)
    if len(falls):
        first, second = array[falls[0] : falls[0] + 2, 0]
        raise InputError(
            f"Relevance points must be in ascending order of their values, each value once; "
            f"{second:g} comes after {first:g}. Sort them, as in {example}."
        )
    outside = array[(array[:, 1] < 0) | (array[:, 1] > 1), 1]
    if len(outside):
        raise InputError(
            f"The relevance of a point must be in [0, 1]; got {outside[0]:g}. A point is (value, "
            f"relevance), as in {example}."
        )
    return array


def _whiskers(values: Float64Array, coef: float) -> tuple[float, float, float]:
    """Return the lower whisker, the median and the upper whisker of a boxplot."""
    first, median, third = np.quantile(values, [0.25, 0.5, 0.75])
    reach = coef * (third - first)
    inside = values[(values >= first - reach) & (values <= third + reach)]
    return float(inside.min()), float(median), float(inside.max())
