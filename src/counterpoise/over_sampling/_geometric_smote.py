"""Geometric SMOTE: synthetic samples in a ball around a base sample, truncated and deformed.

Reference: Douzas and Bacao (2019), doi:10.1016/j.ins.2019.06.007.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils.extmath import row_norms

from counterpoise._array_ops import draw_pairs, find_unique_rows
from counterpoise._lib.sklearn_private import Interval, StrOptions
from counterpoise._lib.types import BoolArray, Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Reads
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborSearch,
    NeighborsEstimator,
)
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    build_search_space,
    compute_distance_units,
)
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses
from counterpoise.over_sampling._points import (
    draw_in_unit_ball,
    find_varying,
    place_synthetic,
    read_points,
)

__all__ = ["GeometricSMOTE"]


@dataclass(frozen=True)
class _Centers:
    """Drawn base samples, as row numbers, as positions in their class, and as points."""

    table: Table
    units: DistanceUnits
    rows: RowArray
    positions: IntArray
    points: Float64Array


class GeometricSMOTE(NeighborOverSampler):
    """Oversample with Geometric SMOTE: synthetic samples in a ball around a base sample.

    The ball has a base sample as its center and another sample on its surface. Which one is decided
    by `selection_strategy`. `truncation_factor` cuts a part of the ball off, and
    `deformation_factor` compresses it towards the line between both samples.

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
    truncation_factor : float, default=1.0
        Which part of the ball is cut off, from −1 to 1. With 1, the half on the side of the sample
        on the surface is left; with −1, the other half; with 0, the whole ball.
    deformation_factor : float, default=0.0
        From 0 for the ball to 1 for the line between both samples.
    selection_strategy : {"combined", "majority", "minority"}, default="combined"
        The sample on the surface: one of the `k_neighbors` nearest samples of the same class
        ("minority"); the nearest sample of another class ("majority"); or the nearer one of these
        two ("combined").
    k_neighbors : int or object, default=5
        Number of nearest neighbors of the same class from which the neighbor of a base sample is
        drawn; or an estimator with `fit` and `kneighbors`. An estimator counts each sample among
        its own neighbors: ``NearestNeighbors(n_neighbors=6)`` means five.
    scale : {"standard", "robust"} or None, default=None
        Units in which neighbors are searched and balls are round: "standard" divides each feature
        by its standard deviation over all samples, "robust" by its interquartile range (its
        standard deviation if that is 0).
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer: raise an error; leave the
        class as it is ("skip"); add duplicates of its samples ("duplicate"); or use the neighbors
        that there are ("shrink_k"), and duplicates if there is a single sample. All but "error"
        give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    nn_k_ : object
        The nearest neighbors estimator of `k_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(k_neighbors + 1)``, as each sample counts among its own neighbors.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample.

    See Also
    --------
    SMOTE : Synthetic samples on the lines between samples.
    CCR : Synthetic samples in balls whose size depends on the samples of other classes in them.

    Notes
    -----
    A feature that has one value in the class and in the samples on the surfaces keeps it.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Sparse matrices are accepted, but synthetic samples are held in memory with their zeros.

    Missing values: allowed, except in sparse matrices. A value that is missing in either of two
    samples adds twice the variance of the feature to their squared distance in the neighbor search,
    and nothing to the radius of the ball. A synthetic sample has missing values where its base
    sample has them, and the value of its base sample where only that of the sample on the surface
    is missing.

    References
    ----------
    G. Douzas, F. Bacao, "Geometric SMOTE: a geometrically enhanced drop-in replacement for SMOTE",
    Information Sciences 501, 118-135 (2019), doi:10.1016/j.ins.2019.06.007.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import GeometricSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = GeometricSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "geometric-smote"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "truncation_factor": [Interval(Real, -1, 1, closed="both")],
        "deformation_factor": [Interval(Real, 0, 1, closed="both")],
        "selection_strategy": [StrOptions({"combined", "majority", "minority"})],
        "k_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        truncation_factor: float = 1.0,
        deformation_factor: float = 0.0,
        selection_strategy: str = "combined",
        k_neighbors: Any = 5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.truncation_factor = truncation_factor
        self.deformation_factor = deformation_factor
        self.selection_strategy = selection_strategy
        self.k_neighbors = k_neighbors
        self.scale = scale
        self.small_classes = small_classes

    def _accepted_samples(self) -> Samples:
        return "flattened"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        large, small = self._split_by_size(quotas)
        units = compute_distance_units(table, self.scale)
        parts = [self._oversample(table, target, quota, units, rng) for quota in large]
        return self._build_resampling(parts, small, target, rng)

    def _oversample(
        self,
        table: Table,
        target: EncodedTarget,
        quota: ClassQuota,
        units: DistanceUnits,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        rows = target.rows_of(quota.code)
        search = self._search_among(table, rows, units)
        pairs = draw_pairs(len(rows), search.k, quota.amount, rng)
        points = read_points(table, rows, units)
        centers = _Centers(table, units, rows[pairs.row], pairs.row, points[pairs.row])
        step = self._select_steps(centers, points, search, pairs.rank, target.codes != quota.code)
        varying = find_varying(points) | (step != 0).any(axis=0)
        ball = np.zeros(step.shape)
        ball[:, varying] = draw_in_unit_ball(quota.amount, int(varying.sum()), rng)
        radius = row_norms(step)[:, None]
        direction = step / np.where(radius > 0, radius, 1)
        moved = _shape(ball, direction, self.truncation_factor, self.deformation_factor)
        synthetic = centers.points + radius * moved
        return place_synthetic(centers.rows, centers.points, synthetic, units, quota.code)

    def _select_steps(
        self,
        centers: _Centers,
        points: Float64Array,
        search: NeighborSearch,
        rank: IntArray,
        is_other: BoolArray,
    ) -> Float64Array:
        """Return the steps from the centers to the samples on the surface."""
        drawn, place = find_unique_rows(centers.positions, len(points))
        steps = []
        if self.selection_strategy != "majority":
            nearest = search.nearest_others(drawn)[place[centers.positions], rank]
            steps.append(_observed(points[nearest] - centers.points))
        if self.selection_strategy != "minority":
            steps.append(_step_to_other_class(centers, is_other, drawn, place))
        if self.selection_strategy != "combined":
            return steps[0]
        same, other = steps
        is_nearer = row_norms(other) < row_norms(same)
        return np.where(is_nearer[:, None], other, same)


def _step_to_other_class(
    centers: _Centers, is_other: BoolArray, drawn: RowArray, place: RowArray
) -> Float64Array:
    """Return the steps from the centers to the nearest sample of another class."""
    others = np.flatnonzero(is_other)
    search = NeighborSearch(build_search_space(centers.table, others, centers.units), 1)
    rows = np.flatnonzero(~is_other)[drawn]
    queries = build_search_space(centers.table, rows, centers.units)
    nearest = search.nearest(queries, 1)[0][:, 0]
    used, which = np.unique(others[nearest], return_inverse=True)
    surface = read_points(centers.table, used, centers.units)[which]
    return _observed(surface[place[centers.positions]] - centers.points)


def _observed(step: Float64Array) -> Float64Array:
    return np.where(np.isnan(step), 0, step)


def _shape(
    ball: Float64Array, direction: Float64Array, truncation: float, deformation: float
) -> Float64Array:
    """Truncate and deform points of the unit ball (Douzas and Bacao, 2019, section 3)."""
    along = np.einsum("ij,ij->i", ball, direction)
    is_cut = along < truncation - 1 if truncation > 0 else along > truncation + 1
    # A point in the part that is cut off is reflected into the part that is left.
    reflected = ball - np.where(is_cut, 2 * along, 0)[:, None] * direction
    parallel = np.where(is_cut, -along, along)[:, None] * direction
    shaped: Float64Array = parallel + (1 - deformation) * (reflected - parallel)
    return shaped
