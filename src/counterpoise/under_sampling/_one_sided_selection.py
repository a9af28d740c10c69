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
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors import (
    JOBS,
    SCALE,
    Scale,
    SearchSpace,
    judge,
    lay_out,
    measure_units,
    tomek_links,
)
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target
from counterpoise.under_sampling._condensed_nearest_neighbour import draw_seeds

__all__ = ["OneSidedSelection"]


class OneSidedSelection(BaseSampler):
    """Under-sample by dropping rows that are redundant, then those at the border.

    To begin with, the smallest class and a few rows of each class to clean are kept. Of the rest,
    the rows that the nearest kept ones would give another class are kept as well, all judged at
    once; what is judged rightly is redundant. Then rows of the classes to clean that are part of a
    Tomek link go. The output is grouped by class.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes from which rows are removed: "auto" and "not minority" mean all but the
        smallest, "majority" the largest, "not majority" all but the largest, "all" all; a list
        names them; a function of y returns such a list.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    n_neighbors : int, object or None, default=None
        How many of the nearest kept rows judge a row, None for one; or a classifier, which is
        fitted once for each class.
    n_seeds_S : int, default=1
        Rows of each class to clean that are kept to begin with, drawn at random; fewer where the
        same row is drawn twice.
    n_jobs : int or None, default=None
        Threads; None for all that the process may use.
    scale : {"standard", "robust"} or None, default=None
        Measure distances with each column divided by its standard deviation or its interquartile
        range over all rows.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        The classes concerned, with the size of the smallest class.
    sample_indices_ : ndarray of int of shape (n_output,)
        The input row that each output row is.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        Where each row came from.

    See Also
    --------
    CondensedNearestNeighbour : Goes on until all rows are judged rightly.
    TomekLinks : The second step alone.

    Notes
    -----
    Columns of strings, categories and enums take part: two different values add the square of the
    median standard deviation of the numeric columns to the squared distance (1 where there are
    none). A missing number adds twice its column's variance. Equally near rows count by their
    number.

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
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        space = lay_out(table, None, measure_units(table, self.scale))
        kept = [labels.rows_of(code) for code in range(len(labels.classes))]
        smallest = kept[int(labels.counts.argmin())]
        for target in targets:
            rows = labels.rows_of(target.code)
            seeds = draw_seeds(rows, self.n_seeds_S, random)
            rest = rows[~np.isin(rows, seeds)]
            wrong = self._misjudged(space, labels, rest, np.union1d(smallest, seeds))
            kept[target.code] = np.concatenate([seeds, rest[wrong]])
        selected = np.concatenate(kept)
        in_link = self._in_link(space, labels, selected)
        targeted = np.isin(labels.codes[selected], [target.code for target in targets])
        self.sample_indices_ = selected[~(in_link & targeted)]
        return Resampling(kept=self.sample_indices_)

    def _misjudged(
        self, space: SearchSpace, labels: Labels, rows: RowArray, store: RowArray
    ) -> BoolArray:
        if not len(rows):
            return np.zeros(0, bool)
        neighbors = 1 if self.n_neighbors is None else self.n_neighbors
        jobs = thread_count(self.n_jobs)
        found = judge(space, labels.codes, rows, store, neighbors=neighbors, n_jobs=jobs)
        wrong: BoolArray = found != labels.codes[rows]
        return wrong

    def _in_link(self, space: SearchSpace, labels: Labels, selected: RowArray) -> BoolArray:
        rows = np.sort(selected)
        linked = tomek_links(space.part(rows), labels.codes[rows], thread_count(self.n_jobs))
        return linked[np.searchsorted(rows, selected)]
