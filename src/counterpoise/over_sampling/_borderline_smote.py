"""Borderline-SMOTE: grow a class from those of its rows that lie at its border.

Reference: Han, Wang and Mao (2005), doi:10.1007/11538059_91.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import is_danger
from counterpoise._lib.sklearn_private import StrOptions
from counterpoise._lib.types import RowArray
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
    neighbor_count,
)
from counterpoise.over_sampling._joining import join_neighbors
from counterpoise.table import Blends, Labels, Resampling, Table
from counterpoise.targets import Family, SamplingStrategy, Target, require_rows, require_table

__all__ = ["BorderlineSMOTE"]


@dataclass(frozen=True)
class _Bases:
    """The rows that new ones start from, in their table."""

    table: Table
    units: Units
    rows: RowArray


class BorderlineSMOTE(BaseSampler):
    """Over-sample with new rows around the rows that lie at the border of their class.

    A row is in danger if at least half of its `m_neighbors` nearest rows, but not all of them, are
    of other classes. New rows start from rows in danger, and go towards one of their `k_neighbors`
    nearest rows: of the same class ("borderline-1"), or of any, and then less than half of the way
    to one of another class ("borderline-2").

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall have: "auto" and "not majority" bring every class but the
        largest up to the largest, "minority" the smallest one, "all" all; a ratio in (0, 1] brings
        each class to ``max(count, round(ratio * largest))``; a mapping gives the number of rows
        wanted of each class; a function of y returns such a mapping.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    k_neighbors : int or object, default=5
        How many nearest rows of its class a row is joined with; or a neighbour search with `fit`
        and `kneighbors`, which counts the row itself (``NearestNeighbors(n_neighbors=6)`` means
        five).
    m_neighbors : int or object, default=10
        How many nearest rows of the whole table say what kind a row is; or a neighbour search, as
        `k_neighbors`.
    kind : {"borderline-1", "borderline-2"}, default="borderline-1"
        Towards which rows new ones go.
    scale : {"standard", "robust"} or None, default=None
        Search for neighbours with each column divided by its standard deviation or its
        interquartile range over all rows. New rows are made in the original units.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to make of each class.
    nn_k_ : int or object
        The neighbour search: the number of neighbours, or the object that was given.
    nn_m_ : int or object
        The search in the whole table: the number of neighbours, or the object that was given.
    in_danger_indices : dict
        For each class that grew, the numbers of its rows in danger.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        The two parents and the weight of each new row.

    See Also
    --------
    SMOTE : Starts from all rows of the class.
    SVMSMOTE : Finds the border with a support vector machine.

    Notes
    -----
    Where no row of a class is in danger, new rows start from all its rows, with a warning.
    Missing cells are allowed, and integers are rounded, as in `SMOTE`.

    References
    ----------
    H. Han, W.-Y. Wang, B.-H. Mao, "Borderline-SMOTE: A New Over-Sampling Method in Imbalanced Data
    Sets Learning", Advances in Intelligent Computing (2005), 878-887, doi:10.1007/11538059_91.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import BorderlineSMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = BorderlineSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _family: ClassVar[Family | None] = "over-sampling"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": NEIGHBORS,
        "kind": [StrOptions({"borderline-1", "borderline-2"})],
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        m_neighbors: Any = 10,
        kind: str = "borderline-1",
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.kind = kind
        self.scale = scale

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_k_, self.nn_m_ = self.k_neighbors, self.m_neighbors
        growing = [target for target in targets if target.amount]
        self._check_sizes(table, growing)
        units = measure_units(table, self.scale)
        self.in_danger_indices: dict[Any, RowArray] = {}
        parts = []
        for target, base in self._find_bases(table, labels, growing, units):
            parts.append(self._grow(_Bases(table, units, base), labels, target, random))
        return Resampling(made=Blends.concat(parts))

    def _check_sizes(self, table: Table, growing: list[Target]) -> None:
        k, m = neighbor_count(self.k_neighbors), neighbor_count(self.m_neighbors)
        if growing:
            require_table("BorderlineSMOTE", "m_neighbors", m, table.n_rows)
        if self.kind == "borderline-1":
            require_rows("BorderlineSMOTE", "k_neighbors", k, growing)
        elif growing:
            require_table("BorderlineSMOTE", "k_neighbors", k, table.n_rows)

    def _find_bases(
        self, table: Table, labels: Labels, growing: list[Target], units: Units
    ) -> list[tuple[Target, RowArray]]:
        """Return for each class the rows that new ones start from: those in danger."""
        if not growing:
            return []
        search = Search(lay_out(table, None, units), self.m_neighbors)
        found = []
        for target in growing:
            rows = labels.rows_of(target.code)
            foreign = labels.codes[search.nearest_others(rows)] != target.code
            danger = rows[is_danger(foreign.sum(axis=1), foreign.shape[1])]
            if len(danger):
                self.in_danger_indices[target.label] = danger
            else:
                _warn(target)
            found.append((target, danger if len(danger) else rows))
        return found

    def _grow(
        self, bases: _Bases, labels: Labels, target: Target, random: np.random.RandomState
    ) -> Blends:
        rows, starts = labels.rows_of(target.code), bases.rows
        if self.kind == "borderline-2":
            rows = np.arange(bases.table.n_rows)
        else:
            starts = np.searchsorted(rows, starts)
        search = Search(lay_out(bases.table, rows, bases.units), self.k_neighbors)
        made = join_neighbors(search, rows, target, random, starts=starts)
        if self.kind == "borderline-2":  # at most half of the way into another class
            foreign = labels.codes[made.partner] != target.code
            made.weight[foreign] = random.uniform(0.0, 0.5, size=(int(foreign.sum()), 1))[:, 0]
        return made


def _warn(target: Target) -> None:
    warnings.warn(
        f"No row of class {target.label!r} is in danger: BorderlineSMOTE starts from all its "
        "rows, as SMOTE does. More m_neighbors reach further.",
        CounterpoiseWarning,
        stacklevel=2,
    )
