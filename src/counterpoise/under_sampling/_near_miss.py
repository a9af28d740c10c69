"""NearMiss: keep the rows of a class that lie nearest to the smallest class.

Reference: Mani and Zhang (2003), "kNN approach to unbalanced data distributions".
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import chosen_by_class
from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.exceptions import CounterpoiseWarning, TooFewRowsError
from counterpoise.neighbors import (
    JOBS,
    NEIGHBORS,
    SCALE,
    Scale,
    Search,
    SearchSpace,
    farthest_distances,
    lay_out,
    measure_units,
    neighbor_count,
)
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target

__all__ = ["NearMiss"]


class NearMiss(BaseSampler):
    """Under-sample by keeping rows that lie near to the smallest class.

    A row is as far from the smallest class as the mean of its distances to

    - its `n_neighbors` nearest rows of that class (version 1), of which the least are kept;
    - its `n_neighbors` farthest rows of that class (version 2), of which the least are kept;
    - its `n_neighbors` nearest rows of that class (version 3), of which the greatest are kept, but
      only rows that are among the `n_neighbors_ver3` nearest of a row of the smallest class.

    The output is grouped by class, in each class that was thinned in the order of selection.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall keep: "auto" and "not minority" bring every class but the
        smallest down to the smallest, "majority" the largest one, "all" all; a ratio in (0, 1]
        brings each class to ``min(count, round(smallest / ratio))``; a mapping gives the number of
        rows wanted of each class; a function of y returns such a mapping.
    version : {1, 2, 3}, default=1
        Which of the three rules.
    n_neighbors : int or object, default=3
        To how many rows of the smallest class a row is measured; or a neighbour search with `fit`
        and `kneighbors`, whose own ``n_neighbors`` says so.
    n_neighbors_ver3 : int or object, default=3
        How many nearest rows of a class each row of the smallest class proposes, in version 3; or a
        neighbour search, as above.
    n_jobs : int or None, default=None
        Threads; None for all that the process may use. A neighbour search that is given uses its
        own.
    scale : {"standard", "robust"} or None, default=None
        Measure distances with each column divided by its standard deviation or its interquartile
        range over all rows.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to keep of each class.
    sample_indices_ : ndarray of int of shape (n_output,)
        The input row that each output row is.
    nn_, nn_ver3_ : int or object
        The neighbour searches: the numbers of neighbours, or the objects that were given;
        `nn_ver3_` in version 3 only.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    RandomUnderSampler : Keeps a random part of a class.
    InstanceHardnessThreshold : Keeps the rows that a model finds easy.

    Notes
    -----
    Columns of strings, categories and enums take part: two different values add the square of the
    median standard deviation of the numeric columns to the squared distance (1 where there are
    none). A missing number adds twice its column's variance. Equally far rows are taken by their
    number, and of equally small classes the first in sorted order is the smallest. Should the
    smallest class itself be asked for, its rows are measured to all of its rows, themselves
    included.

    Version 3 may find fewer rows than asked for, and says so; it leaves a class alone that shall
    keep all its rows.

    References
    ----------
    I. Mani, I. Zhang, "kNN approach to unbalanced data distributions: a case study involving
    information extraction", Workshop on Learning from Imbalanced Datasets, International Conference
    on Machine Learning (2003).

    Examples
    --------
    >>> from counterpoise.under_sampling import NearMiss
    >>> X, y = [[0.0], [1.0], [2.0], [8.0], [3.0], [4.0]], ["a", "a", "a", "a", "b", "b"]
    >>> NearMiss(n_neighbors=1).fit_resample(X, y)
    ([[2.0], [1.0], [3.0], [4.0]], ['a', 'a', 'b', 'b'])
    """

    _family: ClassVar[Family] = "under-sampling"
    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "version": [Interval(Integral, 1, 3, closed="both")],
        "n_neighbors": NEIGHBORS,
        "n_neighbors_ver3": NEIGHBORS,
        "n_jobs": JOBS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        version: int = 1,
        n_neighbors: Any = 3,
        n_neighbors_ver3: Any = 3,
        n_jobs: int | None = None,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.version = version
        self.n_neighbors = n_neighbors
        self.n_neighbors_ver3 = n_neighbors_ver3
        self.n_jobs = n_jobs
        self.scale = scale

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_ = self.n_neighbors
        if self.version == 3:
            self.nn_ver3_ = self.n_neighbors_ver3
        rare = int(np.argmin(labels.counts))
        minority = labels.rows_of(rare)
        space = lay_out(table, None, measure_units(table, self.scale))
        distance_of = self._measure(space, minority, labels.classes[rare])

        def choose(target: Target) -> RowArray:
            rows = labels.rows_of(target.code)
            if self.version == 3:
                rows = self._proposed(space, rows, minority, target)
            distance = distance_of(rows)
            return rows[_least(-distance if self.version == 3 else distance, target.amount)]

        chosen = {target.code: choose(target) for target in targets}
        self.sample_indices_ = chosen_by_class(labels.codes, chosen)
        return Resampling(kept=self.sample_indices_)

    def _measure(
        self, space: SearchSpace, minority: RowArray, label: object
    ) -> Callable[[RowArray], Float64Array]:
        """Return what says how far rows are from the smallest class, in all."""
        if self.version == 2:
            how = {"neighbors": self.n_neighbors, "n_jobs": self.n_jobs}
            return lambda rows: farthest_distances(space, minority, rows, **how).sum(axis=1)
        search = self._search(space.part(minority), "n_neighbors", label)
        return lambda rows: search.nearest(space.part(rows), search.k)[1].sum(axis=1)

    def _proposed(
        self, space: SearchSpace, rows: RowArray, minority: RowArray, target: Target
    ) -> RowArray:
        """Return the rows of a class that are near to any row of the smallest."""
        if target.amount == target.count:
            return rows
        search = self._search(space.part(rows), "n_neighbors_ver3", target.label)
        proposed = rows[np.unique(search.nearest(space.part(minority), search.k)[0])]
        if len(proposed) < target.amount:
            warnings.warn(
                f"NearMiss shall keep {target.amount} rows of class {target.label!r}, and only "
                f"{len(proposed)} are among the n_neighbors_ver3={search.k} nearest of a row of "
                "the smallest class: it keeps these. Raise n_neighbors_ver3 for more.",
                CounterpoiseWarning,
                stacklevel=2,
            )
        return proposed

    def _search(self, space: SearchSpace, parameter: str, label: object) -> Search:
        neighbors = getattr(self, parameter)
        k = neighbor_count(neighbors, counts_itself=False)
        if k > space.n_rows:
            raise TooFewRowsError.for_search("NearMiss", parameter, k, label, space.n_rows)
        return Search(space, neighbors, n_jobs=self.n_jobs, counts_itself=False)


def _least(values: Float64Array, amount: int) -> RowArray:
    """Return where the least values stand, in their order, the first of those that tie."""
    if not 0 < amount < len(values):
        return np.argsort(values, kind="stable")[:amount]
    candidates = np.flatnonzero(values <= np.partition(values, amount - 1)[amount - 1])
    least: RowArray = candidates[np.argsort(values[candidates], kind="stable")[:amount]]
    return least
