"""LVQ-SMOTE: samples of a class moved from one part of the class to another one like it.

Reference: Nakamura, Kajiwara, Otsuka and Kimura (2013), doi:10.1186/1756-0381-6-16.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import sklearn
from sklearn.utils import gen_batches

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, IntArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Samples, SyntheticSamples, Table
from counterpoise.base import Needs, Reads
from counterpoise.neighbors._search import NeighborSearch
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    SearchSpace,
    compute_distance_units,
    impute_median,
)
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses
from counterpoise.over_sampling._points import place_synthetic, read_points

__all__ = ["LVQSMOTE"]

_MAX_DISTANCES = 1 << 21  # at a time: 16 MB


class LVQSMOTE(NeighborOverSampler):
    """Oversample with LVQ-SMOTE: samples of a class moved from one codebook vector to another.

    The class is summarized by codebook vectors. For each synthetic sample, a pair of codebook
    vectors is drawn. Of all other pairs, the one with the most similar difference is found: its
    first vector lies in its surroundings as the first vector of the drawn pair does. One of the
    `k_neighbors` samples nearest to it is drawn, and moved to the first vector of the drawn pair.

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
    k_neighbors : int, default=5
        Number of samples of the class nearest to a codebook vector, from which one is drawn.
    n_codebooks : int, default=10
        Number of codebook vectors. It is at most the number of different samples of the class.
    scale : {"standard", "robust"} or None, default=None
        Units in which distances are measured: "standard" divides each feature by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0).
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer: raise an error; leave the
        class as it is ("skip"); add duplicates of its samples ("duplicate"); or use the neighbors
        that there are ("shrink_k"), and duplicates if there is a single sample. All but "error"
        give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample, which was moved.

    See Also
    --------
    SMOTE : Synthetic samples between samples of the class.

    Notes
    -----
    In the paper, the samples that are moved come from other data sets. Here they come from other
    parts of the same class, as Kovács (2019) approximates it, and the codebook vectors are the
    centers of k-means clusters.

    Feature types: numeric. Booleans are used as 0 and 1, with a warning. In synthetic samples,
    integers are rounded to the nearest, and floats keep their dtype.

    Sparse matrices are accepted, but synthetic samples are held in memory with their zeros.

    Missing values: allowed, except in sparse matrices. A synthetic sample has missing values where
    its base sample has them. For the clustering, missing values are imputed with the median of
    their feature in the class.

    References
    ----------
    M. Nakamura, Y. Kajiwara, A. Otsuka, H. Kimura, "LVQ-SMOTE – Learning Vector Quantization based
    Synthetic Minority Over–sampling Technique for biomedical data", BioData Mining 6, 16 (2013),
    doi:10.1186/1756-0381-6-16.

    G. Kovács, "An empirical comparison and evaluation of minority oversampling techniques on a
    large number of imbalanced datasets", Applied Soft Computing 83, 105662 (2019),
    doi:10.1016/j.asoc.2019.105662.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import LVQSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = LVQSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _method: ClassVar[str] = "lvq-smote"
    _reads: ClassVar[Reads] = "numbers"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
        "n_codebooks": [Interval(Integral, 2, None, closed="left")],
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: int = 5,
        n_codebooks: int = 10,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_codebooks = n_codebooks
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
        points = read_points(table, rows, units)
        complete = impute_median(SearchSpace(points, penalties=units.penalties))[0]
        codebook = _fit_codebook(complete, self.n_codebooks, rng)
        k = min(self.k_neighbors, len(rows))
        nearest = NeighborSearch(SearchSpace(complete), k).nearest(SearchSpace(codebook), k)[0]
        moves = _find_moves(codebook)
        destination, origin = moves[rng.randint(0, len(moves), size=quota.amount)].T
        base = nearest[origin, rng.randint(0, k, size=quota.amount)]
        moved = points[base] + codebook[destination] - codebook[origin]
        return place_synthetic(rows[base], points[base], moved, units, quota.code)


def _fit_codebook(
    points: Float64Array, n_codebooks: int, rng: np.random.RandomState
) -> Float64Array:
    """Return the codebook vectors of a class, at most as many as it has different samples."""
    n_clusters = min(n_codebooks, len(np.unique(points, axis=0)))
    model = sklearn.cluster.KMeans(n_clusters, n_init=1, random_state=rng).fit(points)
    return np.asarray(model.cluster_centers_, np.float64)


def _find_moves(codebook: Float64Array) -> IntArray:
    """For each pair of codebook vectors, return its first one and that of the most similar pair.

    Pairs are ordered, and the two pairs have neither their first nor their second vector in common.

    Returns
    -------
    ndarray of int of shape (n_pairs, 2)
        Where a sample is moved to, and from.
    """
    if len(codebook) == 1:
        return np.zeros((1, 2), np.intp)
    first, second = np.nonzero(~np.eye(len(codebook), dtype=bool))
    differences = codebook[first] - codebook[second]
    origin = np.empty(len(first), np.intp)
    for some in gen_batches(len(first), max(1, _MAX_DISTANCES // len(first))):
        distances = sklearn.metrics.euclidean_distances(differences[some], differences)
        distances[(first[some, None] == first) | (second[some, None] == second)] = np.inf
        origin[some] = first[distances.argmin(axis=1)]
    return np.column_stack([first, origin])
