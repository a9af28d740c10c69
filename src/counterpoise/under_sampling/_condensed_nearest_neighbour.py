"""Condensed nearest neighbors: keep the samples that the samples kept so far misclassify.

Reference: Hart (1968), doi:10.1109/TIT.1968.1054155.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import HasMethods, Interval, StrOptions
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors._condensing import condense
from counterpoise.neighbors._search import JOBS
from counterpoise.neighbors._space import (
    SCALE,
    Scale,
    SearchSpace,
    build_search_space,
    compute_distance_units,
)

__all__ = ["CondensedNearestNeighbour"]


class CondensedNearestNeighbour(BaseSampler):
    """Undersample with condensed nearest neighbors: keep a subset that classifies the rest.

    The initial set contains the minority class and `n_seeds_S` samples of each class to clean. The
    samples of each class to clean are then classified in order by their nearest neighbors in the
    set, and each misclassified sample is added to it. This is repeated for all classes together
    until no sample is added. A 1-nearest-neighbor classifier trained on the result then classifies
    all samples correctly, except identical samples of different classes. The output is grouped by
    class.

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
        Number of nearest neighbors that classify a sample; or a classifier, which is fitted again
        each time a sample is added. None means one neighbor.
    n_seeds_S : int, default=1
        Number of samples of each class to clean that are drawn at random into the initial set;
        fewer if the same sample is drawn twice.
    n_jobs : int or None, default=None
        Number of threads. None means all that are available to the process.
    passes : {"all", "one"}, default="all"
        "all" repeats until no sample is added; "one" stops after a single pass over each class.
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
    OneSidedSelection : Condensing of all samples at once, then removal of Tomek links.

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
    P. Hart, "The condensed nearest neighbor rule", IEEE Transactions on Information Theory 14,
    515-516 (1968), doi:10.1109/TIT.1968.1054155.

    Examples
    --------
    >>> from counterpoise.under_sampling import CondensedNearestNeighbour
    >>> X, y = [[0.0], [1.0], [2.0], [3.0], [4.0]], ["a", "a", "a", "b", "b"]
    >>> CondensedNearestNeighbour(random_state=0).fit_resample(X, y)
    ([[0.0], [2.0], [3.0], [4.0]], ['a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "clean-sampling"
    _method: ClassVar[str] = "condensed"
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
        "passes": [StrOptions({"all", "one"})],
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
        passes: str = "all",
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.n_neighbors = n_neighbors
        self.n_seeds_S = n_seeds_S
        self.n_jobs = n_jobs
        self.passes = passes
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
            initial_set = np.concatenate([minority, seeds])
            added = self._find_misclassified(space, target, rows, initial_set, once=True)
            kept[quota.code] = np.concatenate([seeds, added])
        if self.passes == "all":
            self._add_until_consistent(space, target, quotas, kept)
        self.sample_indices_ = np.concatenate(kept)
        return Resampling(kept=self.sample_indices_)

    def _add_until_consistent(
        self,
        space: SearchSpace,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        kept: list[RowArray],
    ) -> None:
        """Add misclassified rows to `kept`, classes together, until none is misclassified."""
        rows = np.flatnonzero(np.isin(target.codes, [quota.code for quota in quotas]))
        added = self._find_misclassified(space, target, rows, np.concatenate(kept), once=False)
        for quota in quotas:
            of_class = added[target.codes[added] == quota.code]
            kept[quota.code] = np.concatenate([kept[quota.code], of_class])

    def _find_misclassified(
        self,
        space: SearchSpace,
        target: EncodedTarget,
        rows: RowArray,
        kept: RowArray,
        *,
        once: bool,
    ) -> RowArray:
        """Return the rows that are misclassified, each one added to the kept rows when found."""
        return condense(
            space,
            target.codes,
            rows[~np.isin(rows, kept)],
            np.unique(kept),
            neighbors=1 if self.n_neighbors is None else self.n_neighbors,
            once=once,
            n_jobs=thread_count(self.n_jobs),
        )


def draw_seeds(rows: RowArray, n_seeds: int, rng: np.random.RandomState) -> RowArray:
    """Draw the rows of the initial set with replacement, and remove duplicates."""
    drawn = rows[rng.randint(0, len(rows), size=n_seeds)]
    first = np.sort(np.unique(drawn, return_index=True)[1])
    return drawn[first]
