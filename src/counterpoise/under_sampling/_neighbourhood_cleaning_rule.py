"""Neighborhood cleaning rule: edited nearest neighbors, and cleaning around the minority class.

Reference: Laurikkala (2001), doi:10.1007/3-540-48229-6_9.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone

from counterpoise._array_ops import most_frequent
from counterpoise._lib.sklearn_private import HasMethods, Interval
from counterpoise._lib.types import RowArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Needs, Reads
from counterpoise.neighbors._editing import Agreement, Editor
from counterpoise.neighbors._search import JOBS, NEIGHBORS, NeighborsEstimator
from counterpoise.neighbors._space import SCALE, Scale
from counterpoise.under_sampling._edited_nearest_neighbours import (
    EditedNearestNeighbours,
    build_editor,
    find_rows_to_clean,
)

__all__ = ["NeighbourhoodCleaningRule"]


class NeighbourhoodCleaningRule(BaseSampler):
    """Undersample with the neighborhood cleaning rule, to clean the area of the minority class.

    Two sets of samples of the classes to clean are removed. The first is removed by edited nearest
    neighbors: samples of which the most frequent class among the neighbors is another one. The
    second consists of the neighbors of misclassified samples of the minority class, if their class
    is large enough (`threshold_cleaning`). The order of the other samples does not change.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which samples are removed: "majority", "not minority", "not majority" or
        "all"; "auto" is the same as "not minority". A list contains the classes themselves. A
        callable takes `y` and returns such a list.
    edited_nearest_neighbours : object or None, default=None
        The sampler of the first set. None means `EditedNearestNeighbours` with
        ``kind_sel="mode"`` and the parameters given here.
    n_neighbors : int or object, default=3
        Number of nearest neighbors, the sample itself excluded; or an estimator with `fit` and
        `kneighbors`. An estimator counts each sample among its own neighbors:
        ``NearestNeighbors(n_neighbors=4)`` means three.
    threshold_cleaning : float, default=0.5
        Samples of a class are removed as neighbors if the class has at least this many samples, as
        a fraction of the size of the minority class; greater than 0.
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
    classes_to_clean_ : list
        The classes that are large enough to be cleaned as neighbors.
    edited_nearest_neighbours_ : object
        The sampler of the first set.
    nn_ : object
        The nearest neighbors estimator of `n_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(n_neighbors + 1)``, as each sample counts among its own neighbors.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    EditedNearestNeighbours : Removal of the first set only.

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
    J. Laurikkala, "Improving identification of difficult small classes by balancing class
    distribution", Artificial Intelligence in Medicine (2001), 63-66,
    doi:10.1007/3-540-48229-6_9.

    Examples
    --------
    >>> from counterpoise.under_sampling import NeighbourhoodCleaningRule
    >>> X = [[0.0], [1.0], [2.0], [5.0], [5.4], [9.0], [9.5]]
    >>> y = ["a", "a", "a", "a", "b", "b", "b"]
    >>> NeighbourhoodCleaningRule(n_neighbors=1).fit_resample(X, y)
    ([[0.0], [1.0], [2.0], [5.4], [9.0], [9.5]], ['a', 'a', 'a', 'b', 'b', 'b'])
    """

    kind_sel: ClassVar[Agreement] = "mode"  # read by build_editor
    _family: ClassVar[Family] = "clean-sampling"
    _method: ClassVar[str] = "neighborhood-cleaning"
    _reads: ClassVar[Reads] = "distances"
    _needs: ClassVar[Needs] = "neighbors"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "edited_nearest_neighbours": [HasMethods(["fit_resample", "decide"]), None],
        "n_neighbors": NEIGHBORS,
        "threshold_cleaning": [Interval(Real, 0, None, closed="neither")],
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    nn_ = NeighborsEstimator("n_neighbors")

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        edited_nearest_neighbours: Any = None,
        n_neighbors: Any = 3,
        threshold_cleaning: float = 0.5,
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.edited_nearest_neighbours = edited_nearest_neighbours
        self.n_neighbors = n_neighbors
        self.threshold_cleaning = threshold_cleaning
        self.n_jobs = n_jobs
        self.scale = scale

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        editor, k = build_editor(self, table, target)
        is_kept = np.ones(table.n_rows, bool)
        # Both sets are found in the whole table, before any sample is removed.
        is_kept[self._find_misclassifying(editor, k, target, quotas)] = False
        is_kept[self._find_edited(editor, k, table, target, quotas)] = False
        self.sample_indices_ = np.flatnonzero(is_kept)
        return Resampling(kept=self.sample_indices_)

    def _find_misclassifying(
        self, editor: Editor, k: int, target: EncodedTarget, quotas: tuple[ClassQuota, ...]
    ) -> RowArray:
        """Return the neighbors, of classes to clean, of misclassified minority samples."""
        minority = int(target.counts.argmin())
        min_count = target.counts[minority] * self.threshold_cleaning
        to_clean = [quota for quota in quotas if quota.count >= min_count]
        self.classes_to_clean_ = [quota.label for quota in to_clean]
        neighbors = editor.nearest_others(target.rows_of(minority), k)
        is_misclassified = most_frequent(target.codes[neighbors]) != minority
        rows: RowArray = neighbors[is_misclassified].ravel()
        return rows[np.isin(target.codes[rows], [quota.code for quota in to_clean])]

    def _find_edited(
        self,
        editor: Editor,
        k: int,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
    ) -> RowArray:
        """Return the rows that edited nearest neighbors removes."""
        if self.edited_nearest_neighbours is None:
            self.edited_nearest_neighbours_ = EditedNearestNeighbours(
                sampling_strategy=self.sampling_strategy,
                n_neighbors=self.n_neighbors,
                kind_sel="mode",
                n_jobs=self.n_jobs,
                scale=self.scale,
            )
            rows = find_rows_to_clean(target, quotas)
            return rows[~editor.neighbors_agree(rows, k)]
        self.edited_nearest_neighbours_ = clone(self.edited_nearest_neighbours)
        kept = self.edited_nearest_neighbours_.decide(table, target).kept_rows(table.n_rows)
        return np.setdiff1d(np.arange(table.n_rows), kept)
