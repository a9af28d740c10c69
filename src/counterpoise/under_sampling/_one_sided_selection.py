"""One-sided selection: condense in a single pass, then remove Tomek links.

Reference: Kubat and Matwin (1997), International Conference on Machine Learning, 179-186.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import HasMethods, Interval
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import BoolArray, RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors._condensing import classify_by_neighbors
from counterpoise.neighbors._search import JOBS
from counterpoise.neighbors._space import (
    SCALE,
    Scale,
    SearchSpace,
    build_search_space,
    compute_distance_units,
)
from counterpoise.neighbors._tomek import find_tomek_links
from counterpoise.under_sampling._condensed_nearest_neighbour import draw_seeds

__all__ = ["OneSidedSelection"]


class OneSidedSelection(BaseSampler):
    """Undersample with one-sided selection: remove redundant samples, then remove Tomek links.

    The initial set contains the minority class and `n_seeds_S` samples of each class to clean. All
    other samples of these classes are classified at once by their nearest neighbors in the set.
    Those that are classified correctly are redundant and removed. Then the samples of the classes
    to clean that belong to a Tomek link are removed. The output is grouped by class.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which samples are removed: "majority", "not minority", "not majority" or
        "all"; "auto" is the same as "not minority". A list contains the classes themselves. A
        callable takes `y` and returns such a list.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    n_neighbors : int, object or None, default=None
        Number of nearest neighbors that classify a sample; or a classifier, which is fitted once
        for each class. None means one neighbor.
    n_seeds_S : int, default=1
        Number of samples of each class to clean that are drawn at random into the initial set;
        fewer if the same sample is drawn twice.
    n_jobs : int or None, default=None
        Number of threads. None means all that are available to the process.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0).

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        The classes to clean, each with the size of the minority class.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    CondensedNearestNeighbour : Condensing until all samples are classified correctly.
    TomekLinks : Second step of this method only.

    Notes
    -----
    Feature types: numeric and categorical (strings, categories and enums). Two different categories
    add the square of the median standard deviation of the numeric features to the squared distance
    (1 if no feature is numeric).

    Missing values: allowed, except in sparse matrices. A missing number adds twice the variance of
    its feature to the squared distance. A missing category is treated as a category.

    Of neighbors at the same distance, those with the lower index come first.

    References
    ----------
    M. Kubat, S. Matwin, "Addressing the curse of imbalanced training sets: one-sided selection",
    International Conference on Machine Learning (1997), 179-186.

    Examples
    --------
    >>> from counterpoise.under_sampling import OneSidedSelection
    >>> X, y = [[0.0], [1.0], [2.0], [3.1], [4.0]], ["a", "a", "a", "b", "b"]
    >>> OneSidedSelection(random_state=0).fit_resample(X, y)
    ([[0.0], [2.0], [3.1], [4.0]], ['a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "clean-sampling"
    _method: ClassVar[str] = "one-sided"
    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "n_neighbors": [
            Interval(Integral, 1, None, closed="left"),
            HasMethods(["fit", "predict"]),
            HasMethods(["fit", "kneighbors"]),
            None,
        ],
        "n_seeds_S": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        n_neighbors: Any = None,
        n_seeds_S: int = 1,
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.n_neighbors = n_neighbors
        self.n_seeds_S = n_seeds_S
        self.n_jobs = n_jobs
        self.scale = scale

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        space = build_search_space(table, None, compute_distance_units(table, self.scale))
        kept = [target.rows_of(code) for code in range(len(target.classes))]
        minority = kept[int(target.counts.argmin())]
        for quota in quotas:
            rows = target.rows_of(quota.code)
            seeds = draw_seeds(rows, self.n_seeds_S, rng)
            rest = rows[~np.isin(rows, seeds)]
            initial_set = np.union1d(minority, seeds)
            is_wrong = self._is_misclassified(space, target, rest, initial_set)
            kept[quota.code] = np.concatenate([seeds, rest[is_wrong]])
        selected = np.concatenate(kept)
        in_link = self._is_in_link(space, target, selected)
        is_to_clean = np.isin(target.codes[selected], [quota.code for quota in quotas])
        self.sample_indices_ = selected[~(in_link & is_to_clean)]
        return Resampling(kept=self.sample_indices_)

    def _is_misclassified(
        self, space: SearchSpace, target: EncodedTarget, rows: RowArray, training: RowArray
    ) -> BoolArray:
        """Return which rows their nearest neighbors among the training rows misclassify."""
        if not len(rows):
            return np.zeros(0, bool)
        neighbors = 1 if self.n_neighbors is None else self.n_neighbors
        n_threads = thread_count(self.n_jobs)
        predicted = classify_by_neighbors(
            space, target.codes, rows, training, neighbors=neighbors, n_jobs=n_threads
        )
        is_wrong: BoolArray = predicted != target.codes[rows]
        return is_wrong

    def _is_in_link(
        self, space: SearchSpace, target: EncodedTarget, selected: RowArray
    ) -> BoolArray:
        rows = np.sort(selected)  # the search space takes ascending rows
        in_link = find_tomek_links(
            space.subset(rows), target.codes[rows], thread_count(self.n_jobs)
        )
        return in_link[np.searchsorted(rows, selected)]
