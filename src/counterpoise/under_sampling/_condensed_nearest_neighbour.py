"""Condensed nearest neighbours: keep the rows that those kept so far would misjudge.

Reference: Hart (1968), doi:10.1109/TIT.1968.1054155.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import HasMethods, Interval, StrOptions
from counterpoise._lib.threads import thread_count
from counterpoise._lib.types import RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors import (
    JOBS,
    SCALE,
    Scale,
    SearchSpace,
    condense,
    lay_out,
    measure_units,
)
from counterpoise.table import Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target

__all__ = ["CondensedNearestNeighbour"]


class CondensedNearestNeighbour(BaseSampler):
    """Under-sample to rows from which the nearest neighbour still judges the whole table rightly.

    To begin with, the smallest class and a few rows of each class to clean are kept. Each class is
    gone through in order, and a row that the nearest rows kept so far would give another class is
    kept as well. Then all the classes are gone through together, until nothing is added: then the
    nearest kept row of any row is of its class, but for identical rows of different classes. The
    output is grouped by class.

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
        fitted anew whenever a row is added.
    n_seeds_S : int, default=1
        Rows of each class to clean that are kept to begin with, drawn at random; fewer where the
        same row is drawn twice.
    n_jobs : int or None, default=None
        Threads; None for all that the process may use.
    passes : {"all", "one"}, default="all"
        Whether to go on until nothing is added, or to go through each class a single time.
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
    OneSidedSelection : Judges all rows at once, then removes Tomek links.

    Notes
    -----
    Columns of strings, categories and enums take part: two different values add the square of the
    median standard deviation of the numeric columns to the squared distance (1 where there are
    none). A missing number adds twice its column's variance. Equally near rows count by their
    number.

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
            added = self._add(space, labels, rows, np.concatenate([smallest, seeds]), once=True)
            kept[target.code] = np.concatenate([seeds, added])
        if self.passes == "all":
            self._add_till_consistent(space, labels, targets, kept)
        self.sample_indices_ = np.concatenate(kept)
        return Resampling(kept=self.sample_indices_)

    def _add_till_consistent(
        self,
        space: SearchSpace,
        labels: Labels,
        targets: tuple[Target, ...],
        kept: list[RowArray],
    ) -> None:
        rows = np.flatnonzero(np.isin(labels.codes, [target.code for target in targets]))
        added = self._add(space, labels, rows, np.concatenate(kept), once=False)
        for target in targets:
            own = added[labels.codes[added] == target.code]
            kept[target.code] = np.concatenate([kept[target.code], own])

    def _add(
        self, space: SearchSpace, labels: Labels, rows: RowArray, store: RowArray, *, once: bool
    ) -> RowArray:
        return condense(
            space,
            labels.codes,
            rows[~np.isin(rows, store)],
            np.unique(store),
            neighbors=1 if self.n_neighbors is None else self.n_neighbors,
            once=once,
            n_jobs=thread_count(self.n_jobs),
        )


def draw_seeds(rows: RowArray, n_seeds: int, random: np.random.RandomState) -> RowArray:
    """Draw rows to begin with; one drawn twice is taken once."""
    drawn = rows[random.randint(0, len(rows), size=n_seeds)]
    first = np.sort(np.unique(drawn, return_index=True)[1])
    return drawn[first]
