"""ADASYN: grow a class most where rows of other classes are near.

Reference: He, Bai, Garcia and Li (2008), doi:10.1109/IJCNN.2008.4633969.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import share_out
from counterpoise._lib.types import Float64Array
from counterpoise.base import BaseSampler, Reads
from counterpoise.exceptions import CounterpoiseWarning
from counterpoise.neighbors import (
    NEIGHBORS,
    SCALE,
    Scale,
    Search,
    Units,
    lay_out,
    measure_units,
    nearest_others,
    neighbor_count,
)
from counterpoise.table import Blends, Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target, require_rows, require_table

__all__ = ["ADASYN"]


@dataclass(frozen=True)
class _Hard:
    """A table, and how hard each row of a class is."""

    table: Table
    units: Units
    hardness: Float64Array


class ADASYN(BaseSampler):
    """Over-sample most around the rows that are hardest to learn.

    Each row of the class gets new rows in proportion to how many of its `n_neighbors` nearest rows
    of the whole table are of other classes. A new row lies between it and one of its `n_neighbors`
    nearest rows of the same class.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall have: "auto" and "not majority" bring every class but the
        largest up to the largest, "minority" the smallest one, "all" all; a ratio in (0, 1] brings
        each class to ``max(count, round(ratio * largest))``; a mapping gives the number of rows
        wanted of each class; a function of y returns such a mapping.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    n_neighbors : int or object, default=5
        How many nearest rows are asked, and how many nearest rows of its class a row is joined
        with; or a neighbour search with `fit` and `kneighbors`, which counts the row itself
        (``NearestNeighbors(n_neighbors=6)`` means five).
    scale : {"standard", "robust"} or None, default=None
        Search for neighbours with each column divided by its standard deviation or its
        interquartile range over all rows. New rows are made in the original units.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to make of each class.
    nn_ : int or object
        The neighbour search: the number of neighbours, or the object that was given.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        The two parents and the weight of each new row.

    See Also
    --------
    SMOTE : Gives each row the same chance.
    BorderlineSMOTE : Starts from rows at the border alone.

    Notes
    -----
    Where no row of a class has a neighbour of another one, all get new rows alike, with a warning.
    The numbers are rounded so that as many rows are made as were asked for.
    Missing cells are allowed, and integers are rounded, as in `SMOTE`.

    References
    ----------
    H. He, Y. Bai, E. A. Garcia, S. Li, "ADASYN: Adaptive synthetic sampling approach for imbalanced
    learning", IEEE International Joint Conference on Neural Networks (2008), 1322-1328,
    doi:10.1109/IJCNN.2008.4633969.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import ADASYN
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = ADASYN(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _family: ClassVar[Family | None] = "over-sampling"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        n_neighbors: Any = 5,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.n_neighbors = n_neighbors
        self.scale = scale

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_ = self.n_neighbors
        growing = [target for target in targets if target.amount]
        if not growing:
            return Resampling()
        k = neighbor_count(self.n_neighbors)
        require_rows("ADASYN", "n_neighbors", k, growing)
        require_table("ADASYN", "n_neighbors", k, table.n_rows)
        units = measure_units(table, self.scale)
        search = Search(lay_out(table, None, units), self.n_neighbors)
        parts = []
        for target in growing:
            hardness = _hardness(search, labels, target)
            parts.append(self._grow(_Hard(table, units, hardness), labels, target, random))
        return Resampling(made=Blends.concat(parts))

    def _grow(
        self, hard: _Hard, labels: Labels, target: Target, random: np.random.RandomState
    ) -> Blends:
        rows, k = labels.rows_of(target.code), neighbor_count(self.n_neighbors)
        amounts = share_out(hard.hardness, target.amount)
        drawn = np.flatnonzero(amounts)
        rank = random.randint(0, k, size=target.amount)
        weight = random.uniform(size=(target.amount, 1))[:, 0]
        space = lay_out(hard.table, rows, hard.units)
        found = nearest_others(space, self.n_neighbors, of=drawn)
        place = np.repeat(np.arange(len(drawn)), amounts[drawn])
        label = np.full(target.amount, target.code, np.int32)
        return Blends(rows[drawn[place]], rows[found[place, rank]], weight, label)


def _hardness(search: Search, labels: Labels, target: Target) -> Float64Array:
    """Return the share of other classes among the neighbours of each row of a class."""
    neighbors = search.nearest_others(labels.rows_of(target.code))
    share: Float64Array = (labels.codes[neighbors] != target.code).mean(axis=1)
    if not share.any():
        warnings.warn(
            f"No row of class {target.label!r} has a neighbour of another class: ADASYN makes new "
            "rows around all of them alike. More n_neighbors reach further.",
            CounterpoiseWarning,
            stacklevel=2,
        )
    return share
