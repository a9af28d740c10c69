"""A continuous target with its relevance: which values are rare, and strata for folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from counterpoise._lib.types import BoolArray, Float64Array, IntArray
from counterpoise._table import EncodedTarget, continuous_values
from counterpoise.exceptions import InputError, TargetError
from counterpoise.regression import RelevanceFunction

__all__ = [
    "COMMON",
    "RARE",
    "THRESHOLD",
    "RareTarget",
    "describe_relevance",
    "encode_rare",
    "relevance_parameters",
]

COMMON, RARE = 0, 1
THRESHOLD = 0.8  # relevance from which a value is rare: the default of the samplers
_STRATUM = 20  # samples; at most ten strata of common and of rare values


@dataclass(frozen=True)
class RareTarget(EncodedTarget):
    """A continuous target, encoded by whether its values are common (0) or rare (1).

    Attributes
    ----------
    values : ndarray of float64 of shape (n_samples,)
    relevance : RelevanceFunction
        Fitted.
    by_density : bool
        Whether the relevance is the inverse density because the boxplot has no outliers.
    """

    values: Float64Array
    relevance: RelevanceFunction
    by_density: bool

    def is_rare(self, values: Float64Array) -> BoolArray:
        """Return whether target values are rare."""
        rare: BoolArray = self.relevance.relevance(values) >= THRESHOLD
        return rare

    @property
    def fixed_relevance(self) -> RelevanceFunction:
        """The relevance function for samplers, which fit it again to the training data.

        That of a boxplot is passed on as points, so that it is the same in all folds.
        """
        return RelevanceFunction(**relevance_parameters(self.relevance))

    @property
    def strata(self) -> IntArray:
        """The stratum of each sample: common or rare, and within these by quantiles."""
        strata = np.zeros(len(self.values), np.intp)
        n_strata = 0
        for code in (COMMON, RARE):
            rows = self.rows_of(code)
            number = int(np.clip(len(rows) // _STRATUM, 1, 10))
            order = np.argsort(np.argsort(self.values[rows], kind="stable"), kind="stable")
            strata[rows] = n_strata + order * number // max(len(rows), 1)
            n_strata += number
        return strata


def encode_rare(y: Any, n_rows: int, relevance: RelevanceFunction | None) -> RareTarget:
    """Encode a continuous target by the relevance of its values.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
    n_rows : int
        Number of rows of X.
    relevance : RelevanceFunction or None
        Fitted, or fitted to `y` here. None for the boxplot; without outliers, for the inverse
        density.

    Raises
    ------
    TargetError
        If y is constant, not numeric, has missing values, or if all or no values are rare.
    InputError
        If X and y have different lengths.
    """
    values = continuous_values(y)
    if len(values) != n_rows:
        raise InputError(
            f"X and y must have the same number of rows: X has {n_rows}, y has {len(values)}."
        )
    if np.ptp(values) == 0:
        raise TargetError(
            f"y is constant: all {n_rows} values are {values[0]:g}. Pass the column that a model "
            "is to predict."
        )
    function, by_density = _fit_relevance(values, relevance)
    codes = (function.relevance(values) >= THRESHOLD).astype(np.int8)
    counts = np.bincount(codes, minlength=2)
    if not counts.all():
        which = "All" if counts[RARE] else "None"
        raise TargetError(
            f"{which} of the {n_rows} values of y are rare (a relevance of at least "
            f"{THRESHOLD:g}): nothing can be compared. Give points of (value, relevance), such as "
            'relevance=RelevanceFunction("points", points=[(0, 0), (100, 1)]) '
            "(--relevance 0:0,100:1)."
        )
    return RareTarget(codes, ("common", "rare"), counts, y, False, values, function, by_density)


def _fit_relevance(
    values: Float64Array, relevance: RelevanceFunction | None
) -> tuple[RelevanceFunction, bool]:
    """Return a fitted relevance function, and whether it replaces the boxplot."""
    if relevance is not None:
        is_fitted = hasattr(relevance, "points_")
        return relevance if is_fitted else relevance.fit(values), False
    try:
        return RelevanceFunction().fit(values), False
    except TargetError:  # without outliers, the boxplot has no relevant values
        return RelevanceFunction("density").fit(values), True


def describe_relevance(function: RelevanceFunction) -> str:
    """Describe how the relevance of a value is defined."""
    if function.method == "boxplot":
        sides = {"both": "", "low": " at the low end", "high": " at the high end"}
        return f"from the whiskers of the boxplot{sides[function.extremes]}"
    if function.method == "density":
        return "inverse density"
    given = np.asarray(function.points)[:, :2]
    points = ", ".join(f"{value:g}: {share:g}" for value, share in given)
    return f"through the points {points}"


def relevance_parameters(function: RelevanceFunction) -> dict[str, Any]:
    """Return the parameters of a relevance function that is the same for any target, if it can be.

    Parameters
    ----------
    function : RelevanceFunction
        Fitted. One of an inverse density depends on the target that it is fitted to.
    """
    if function.points_ is None:
        return {"method": "density", "bandwidth": function.bandwidth}
    return {"method": "points", "points": function.points_.tolist()}
