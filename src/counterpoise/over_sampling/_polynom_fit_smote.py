"""Polynom-fit-SMOTE: synthetic samples on lines through a class, or on a curve fitted to it.

Reference: Gazzah and Amara (2008), doi:10.1109/DAS.2008.74.
"""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.polynomial import legendre

from counterpoise._lib.sklearn_private import Interval, StrOptions
from counterpoise._lib.types import Float64Array, FloatArray, IntArray, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import BaseSampler, Needs, Reads
from counterpoise.exceptions import SmallClassWarning
from counterpoise.neighbors._space import SCALE, DistanceUnits, Scale, compute_distance_units
from counterpoise.over_sampling._points import place_synthetic, read_points

__all__ = ["PolynomFitSMOTE"]


class PolynomFitSMOTE(BaseSampler):
    """Oversample with polynom-fit-SMOTE: synthetic samples on lines or a curve through a class.

    With the topology "star", synthetic samples lie between each sample of the class and the mean of
    the class; with "bus", between samples that follow each other; with "mesh", between all pairs of
    samples; with "curve", on a polynomial curve that is fitted to the samples. On each line, they
    lie at equal distances.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to oversample, and their sizes after resampling. A str names the classes that
        are oversampled to the size of the majority class: "minority", "not majority" or "all";
        "auto" is the same as "not majority". A float in (0, 1] is the ratio to the majority class:
        each class gets ``max(count, round(ratio * n_majority))`` samples. A dict maps each class
        to its number of samples after resampling. A callable takes `y` and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    topology : {"star", "bus", "mesh", "curve"}, default="star"
        Which lines or curve the synthetic samples lie on.
    degree : int, default=2
        Degree of the polynomial, for the topology "curve". It is at most the number of samples of
        the class minus one.
    scale : {"standard", "robust"} or None, default=None
        Units of the features in the mean that orders the samples, for the topologies "bus" and
        "curve": "standard" divides each feature by its standard deviation over all samples,
        "robust" by its interquartile range (its standard deviation if that is 0).

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample and, for the topologies "bus" and "mesh", its neighbor and its position between
        them.

    See Also
    --------
    SMOTE : Synthetic samples between nearest neighbors.

    Notes
    -----
    The lines get equal numbers of synthetic samples; which lines get one more is drawn at random.
    The paper does not define how samples follow each other. Here they are sorted by the mean of
    their features, so that the order of the input makes no difference. A class with a single sample
    gets duplicates, with a warning.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Sparse matrices are accepted, but synthetic samples are held in memory with their zeros for
    the topologies "star" and "curve".

    Missing values: allowed, except in sparse matrices. A synthetic sample has missing values where
    its base sample has them, and the value of its base sample where only the other end of the line
    has a missing value. Means and curves are computed from the values that are not missing.

    References
    ----------
    S. Gazzah, N. E. B. Amara, "New Oversampling Approaches Based on Polynomial Fitting for
    Imbalanced Data Sets", IAPR International Workshop on Document Analysis Systems (2008), 677-684,
    doi:10.1109/DAS.2008.74.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import PolynomFitSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = PolynomFitSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _family: ClassVar[Family] = "over-sampling"
    _method: ClassVar[str] = "polynom-fit-smote"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "topology": [StrOptions({"star", "bus", "mesh", "curve"})],
        "degree": [Interval(Integral, 1, None, closed="left")],
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        topology: str = "star",
        degree: int = 2,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.topology = topology
        self.degree = degree
        self.scale = scale

    def _accepted_samples(self) -> Samples:
        return "flattened"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        units = compute_distance_units(table, self.scale)
        parts = []
        for quota in quotas:
            if quota.amount:
                rows = target.rows_of(quota.code)
                parts.append(self._oversample(table, rows, quota, units, rng))
        return Resampling(synthetic=SyntheticSamples.concat(parts))

    def _oversample(
        self,
        table: Table,
        rows: RowArray,
        quota: ClassQuota,
        units: DistanceUnits,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        points = read_points(table, rows, units)
        if len(rows) == 1:
            _warn_single(quota)
        if self.topology == "curve":
            order = _sort_by_mean(points)
            rows, points = rows[order], points[order]
            base, curve = _fit_curve(points, self.degree, quota.amount)
            return place_synthetic(rows[base], points[base], curve, units, quota.code)
        if self.topology == "star" or len(rows) == 1:
            base, weight = _spread_evenly(len(rows), quota.amount, rng)
            start = points[base]
            on_ray = start + weight[:, None] * (_mean(points) - start)
            return place_synthetic(rows[base], start, on_ray, units, quota.code)
        base, neighbor, weight = self._draw_lines(points, quota.amount, rng)
        codes = np.full(quota.amount, quota.code, np.int32)
        return SyntheticSamples(rows[base], rows[neighbor], weight, codes)

    def _draw_lines(
        self, points: Float64Array, n_synthetic: int, rng: np.random.RandomState
    ) -> tuple[IntArray, IntArray, Float64Array]:
        """Return the ends of the line of each synthetic sample, and its position on the line."""
        n = len(points)
        if self.topology == "mesh":
            line, weight = _spread_evenly(n * (n - 1) // 2, n_synthetic, rng)
            return *_pairs(line), weight
        order = _sort_by_mean(points)
        line, weight = _spread_evenly(n - 1, n_synthetic, rng)
        return order[line], order[line + 1], weight


def _spread_evenly(
    n_lines: int, n_synthetic: int, rng: np.random.RandomState
) -> tuple[IntArray, Float64Array]:
    """Return the line of each synthetic sample, and its position on the line in (0, 1)."""
    each, rest = divmod(n_synthetic, n_lines)
    longer = _draw_distinct(n_lines, rest, rng)
    if not each:  # there may be more lines than fit into memory
        return longer, np.full(rest, 0.5)
    counts: IntArray = np.full(n_lines, each)
    counts[longer] += 1
    line = np.repeat(np.arange(n_lines), counts)
    place = np.arange(n_synthetic) - (np.cumsum(counts) - counts)[line]
    return line, (place + 1) / (counts[line] + 1)


def _draw_distinct(n: int, n_draws: int, rng: np.random.RandomState) -> IntArray:
    """Draw different numbers below n, of which there may be too many for a permutation."""
    if 2 * n_draws > n:
        return np.sort(rng.permutation(n)[:n_draws])
    drawn: IntArray = np.empty(0, np.int64)
    while len(drawn) < n_draws:
        more = rng.randint(0, n, size=n_draws - len(drawn), dtype=np.int64)
        drawn = np.union1d(drawn, more)
    return drawn


def _pairs(number: IntArray) -> tuple[IntArray, IntArray]:
    """Return pairs of positions by their numbers: (1, 0), (2, 0), (2, 1), (3, 0) and so on."""
    number = number.astype(np.int64)
    first: IntArray = ((1 + np.sqrt(1 + 8 * number.astype(np.float64))) / 2).astype(np.int64)
    before = first * (first - 1) // 2
    is_too_large = before > number  # the square root may be rounded up
    first, before = first - is_too_large, before - np.where(is_too_large, first - 1, 0)
    return first, number - before


def _mean(points: Float64Array, axis: int = 0) -> Float64Array:
    """Return the mean of the values that are not missing; NaN if there is none."""
    missing = np.isnan(points)
    total = np.where(missing, 0, points).sum(axis=axis)
    n_present = (~missing).sum(axis=axis)
    mean: Float64Array = np.where(n_present > 0, total, np.nan) / np.maximum(n_present, 1)
    return mean


def _sort_by_mean(points: Float64Array) -> RowArray:
    return np.argsort(_mean(points, axis=1), kind="stable")


def _fit_curve(
    points: Float64Array, degree: int, n_synthetic: int
) -> tuple[IntArray, Float64Array]:
    """Fit a curve to points in their order; return points on it, and the nearest in the order."""
    n = len(points)
    place: FloatArray = np.linspace(-1, 1, n)
    at: FloatArray = np.linspace(-1, 1, n_synthetic + 2)[1:-1]
    curve = np.full((n_synthetic, points.shape[1]), np.nan)
    present = ~np.isnan(points)
    complete = present.all(axis=0)
    curve[:, complete] = _evaluate(place, points[:, complete], degree, at)
    for feature in np.flatnonzero(~complete & present.any(axis=0)):
        some = present[:, feature]
        curve[:, [feature]] = _evaluate(place[some], points[some][:, [feature]], degree, at)
    return np.rint((at + 1) / 2 * (n - 1)).astype(np.intp), curve


def _evaluate(place: FloatArray, values: Float64Array, degree: int, at: FloatArray) -> Float64Array:
    # Legendre polynomials are nearly orthogonal on the places, so that high degrees stay exact.
    coefficients = legendre.legfit(place, values, min(degree, len(place) - 1))
    return np.asarray(legendre.legval(at, coefficients).T, np.float64)


def _warn_single(quota: ClassQuota) -> None:
    warnings.warn(
        f"Class {quota.label!r} has a single sample, which PolynomFitSMOTE duplicates.",
        SmallClassWarning,
        stacklevel=2,
    )
