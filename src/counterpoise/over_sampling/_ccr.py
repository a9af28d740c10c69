"""CCR: samples of larger classes are pushed out of balls in which a class is oversampled.

Reference: Koziarski and Wozniak (2017), doi:10.1515/amcs-2017-0050.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import gen_batches

from counterpoise._array_ops import split_proportionally
from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import BaseSampler, Correction, Reads
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    SearchSpace,
    build_search_space,
    compute_distance_units,
)
from counterpoise.over_sampling._points import (
    draw_in_unit_ball,
    find_varying,
    place_synthetic,
    read_points,
)

__all__ = ["CCR"]

_FIRST_K = 4  # neighbors of the first search; more for balls that contain more
_MAX_FOUND = 1 << 17  # neighbors that are found at once
_CHUNK = 8192  # pairs of samples whose steps are computed at once, which bounds the memory


@dataclass(frozen=True)
class _Balls:
    """Balls around the samples of a class, and the samples of larger classes in them.

    Attributes
    ----------
    center : ndarray of int of shape (n_balls,)
        Row numbers of the samples of the class.
    radius : ndarray of float64 of shape (n_balls,)
    ball, row : ndarray of int of shape (n_pairs,)
        A ball, and the row number of a sample in it.
    distance : ndarray of float64 of shape (n_pairs,)
        From the center of the ball to the sample.
    """

    center: RowArray
    radius: Float64Array
    ball: IntArray
    row: IntArray
    distance: Float64Array


class CCR(BaseSampler):
    """Oversample with CCR: push samples of larger classes out of balls, and fill these.

    Combined cleaning and resampling. A ball grows around each sample of the class until its energy
    is used up: one unit for each unit of radius, and another for each sample of a larger class that
    is in the ball. These samples are pushed to the surface of the ball. Synthetic samples are drawn
    in the balls, more in small balls, where the class is surrounded by others.

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
    energy : float, default=1.0
        The energy of each ball, in units of distances: the radius of a ball that contains no sample
        of a larger class. Suitable values depend on the units and on the number of features.
    scale : {"standard", "robust"} or None, default=None
        Units of distances: "standard" divides each feature by its standard deviation over all
        samples, "robust" by its interquartile range (its standard deviation if that is 0).

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
        base sample. A sample that was pushed is synthetic, and its base sample is the sample that
        it was.

    See Also
    --------
    GeometricSMOTE : Synthetic samples in balls around samples of the class.

    Notes
    -----
    Samples keep their places: a sample that was pushed stands where it was before. Its values are
    changed, so that the output does not contain all input samples. If it is in several balls, it is
    pushed by the sum of all steps.

    Distances are Euclidean, as everywhere in counterpoise. The numbers of synthetic samples are
    proportional to the inverse radius, and rounded so that they add up to the requested number. A
    feature that has the same value in all samples keeps it.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Sparse matrices are accepted, but all samples are held in memory with their zeros.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance. A synthetic sample has
    missing values where its base sample has them. A sample is not pushed along a feature that is
    missing in it or in the center of the ball.

    References
    ----------
    M. Koziarski, M. Wozniak, "CCR: A combined cleaning and resampling algorithm for imbalanced data
    classification", International Journal of Applied Mathematics and Computer Science 27, 727-736
    (2017), doi:10.1515/amcs-2017-0050.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import CCR
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = CCR(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _family: ClassVar[Family] = "over-sampling"
    _method: ClassVar[str] = "ccr"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "energy": [Interval(Real, 0, None, closed="neither")],
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        energy: float = 1.0,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.energy = energy
        self.scale = scale

    @property
    def prior_correction(self) -> Correction:
        """Whether prior correction is valid: "invalid", as samples of larger classes are moved."""
        return "invalid"

    def _accepted_samples(self) -> Samples:
        return "flattened"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        to_oversample = [quota for quota in quotas if quota.amount]
        if not to_oversample:
            return Resampling()
        units = compute_distance_units(table, self.scale)
        points = read_points(table, np.arange(table.n_rows), units)
        varying = find_varying(points)
        moves, parts = np.zeros(points.shape), []
        for quota in to_oversample:
            balls = self._expand_balls(table, target, quota, units)
            _push(moves, points, balls, varying, rng)
            base, inside = _fill(balls, points, varying, quota.amount, rng)
            parts.append(place_synthetic(base, points[base], inside, units, quota.code))
        is_moved = (moves != 0).any(axis=1)
        moved = np.flatnonzero(is_moved)
        values = points[moved] + moves[moved]
        pushed = place_synthetic(moved, points[moved], values, units, target.codes[moved])
        return _replace_rows(is_moved, SyntheticSamples.concat([pushed, *parts]))

    def _expand_balls(
        self, table: Table, target: EncodedTarget, quota: ClassQuota, units: DistanceUnits
    ) -> _Balls:
        rows = target.rows_of(quota.code)
        larger = np.flatnonzero(target.counts[target.codes] > quota.count)
        if not len(larger):  # the largest class: nothing stops its balls
            none = np.empty(0, np.intp)
            return _Balls(rows, np.full(len(rows), float(self.energy)), none, none, np.empty(0))
        search = NeighborSearch(build_search_space(table, larger, units), 1)
        centers = build_search_space(table, rows, units)
        radius, ball, row, distance = np.zeros(len(rows)), [], [], []
        for part in _search_balls(search, centers, len(larger), self.energy):
            radius[part.ball], n_inside = _radii(part.distances, self.energy)
            inside = np.arange(part.distances.shape[1]) < n_inside[:, None]
            ball.append(np.repeat(part.ball, n_inside))
            row.append(larger[part.positions[inside]])
            distance.append(part.distances[inside])
        pairs = np.concatenate(ball), np.concatenate(row), np.concatenate(distance)
        return _Balls(rows, radius, *pairs)


@dataclass(frozen=True)
class _Found:
    """The nearest samples of larger classes to the centers of some balls, nearest first."""

    ball: IntArray
    positions: IntArray
    distances: Float64Array


def _search_balls(
    search: NeighborSearch, centers: SearchSpace, n_larger: int, energy: float
) -> Iterator[_Found]:
    """Yield the neighbors of each center, enough of them that the energy does not reach the last.

    Yields
    ------
    _Found
        Of centers that need the same number of neighbors.
    """
    waiting, k = np.arange(centers.n_rows), min(_FIRST_K, n_larger)
    while len(waiting):
        again = [waiting[:0]]
        for batch in gen_batches(len(waiting), max(1, _MAX_FOUND // k)):
            ball = waiting[batch]
            positions, distances = search.nearest(centers.subset(ball), k)
            is_done = (_costs(distances)[:, -1] >= energy) | (k == n_larger)
            again.append(ball[~is_done])
            yield _Found(ball[is_done], positions[is_done], distances[is_done])
        waiting, k = np.concatenate(again), min(4 * k, n_larger)


def _costs(distances: Float64Array) -> Float64Array:
    """Return the energy that a ball needs to reach each of the distances, which are sorted.

    A ball that grows from radius r to r + dr uses the energy ``(1 + n) * dr``, where n samples are
    in the ball. So it reaches radius r with the energy r plus the sum of ``r - d`` over these.
    """
    sums = np.cumsum(distances, axis=1) - distances
    costs: Float64Array = np.arange(1, distances.shape[1] + 1) * distances - sums
    return costs


def _radii(distances: Float64Array, energy: float) -> tuple[Float64Array, IntArray]:
    """Return the radius of balls that use up the energy, and the numbers of samples in them."""
    inside = _costs(distances) < energy
    n_inside = inside.sum(axis=1)
    radius: Float64Array = (energy + np.where(inside, distances, 0).sum(axis=1)) / (n_inside + 1)
    return radius, n_inside


def _push(
    moves: Float64Array,
    points: Float64Array,
    balls: _Balls,
    varying: BoolArray,
    rng: np.random.RandomState,
) -> None:
    """Add the steps from the samples in the balls to the surface, away from the centers."""
    for start in range(0, len(balls.ball), _CHUNK):
        batch = slice(start, start + _CHUNK)
        ball, row, distance = balls.ball[batch], balls.row[batch], balls.distance[batch]
        direction = points[row] - points[balls.center[ball]]
        direction[np.isnan(direction)] = 0
        length = distance.copy()
        at_center = np.flatnonzero(distance == 0)  # pushed in a random direction
        direction[at_center] = varying * rng.standard_normal((len(at_center), points.shape[1]))
        length[at_center] = np.linalg.norm(direction[at_center], axis=1)
        step = (balls.radius[ball] - distance) / np.where(length > 0, length, 1)
        np.add.at(moves, row, step[:, None] * direction)


def _fill(
    balls: _Balls,
    points: Float64Array,
    varying: BoolArray,
    n_synthetic: int,
    rng: np.random.RandomState,
) -> tuple[RowArray, Float64Array]:
    """Draw points in the balls, more in small ones; return their centers, and the points."""
    each = split_proportionally(1 / balls.radius, n_synthetic)
    ball = np.repeat(np.arange(len(each)), each)
    base = balls.center[ball]
    inside = points[base]
    drawn = draw_in_unit_ball(n_synthetic, int(varying.sum()), rng)
    inside[:, varying] += balls.radius[ball, None] * drawn
    return base, inside


def _replace_rows(is_moved: BoolArray, synthetic: SyntheticSamples) -> Resampling:
    """Return all rows in their places, some replaced by the first of the synthetic samples."""
    n_moved = int(is_moved.sum())
    if not n_moved:
        return Resampling(synthetic=synthetic)
    n_rows = len(is_moved)
    n_kept = n_rows - n_moved
    place = np.where(is_moved, n_kept + np.cumsum(is_moved), np.cumsum(~is_moved)) - 1
    order = np.concatenate([place, np.arange(n_rows, n_kept + len(synthetic))])
    return Resampling(np.flatnonzero(~is_moved), synthetic, order)
