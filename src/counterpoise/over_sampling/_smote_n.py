"""SMOTE-N: SMOTE for tables of categories alone.

A new row has, in each column, the commonest value among a row of the class and its neighbours,
which are found by the value difference metric.

Reference: Chawla, Bowyer, Hall and Kegelmeyer (2002), doi:10.1613/jair.953, section 6.2.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import commonest, holders, rows_drawn
from counterpoise._lib.sklearn_private import HasMethods, Interval
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors import class_shares, nearest_by_profile
from counterpoise.table import Blends, Labels, Resampling, Table, features_of
from counterpoise.targets import Family, SamplingStrategy, Target, require_rows

__all__ = ["SMOTEN"]


class SMOTEN(BaseSampler):
    """Over-sample tables of categories.

    For each new row a row of the class is drawn; in each column the new row has the commonest value
    among that row and its `k_neighbors` nearest rows of the same class (of several that tie, the
    first in order). Two values are as far apart as the classes of the rows that have them differ.
    Every column is taken as one of categories.

    Parameters
    ----------
    categorical_encoder : object or None, default=None
        Taken for the sake of those who come from imbalanced-learn, and not used: categories are
        compared as they are.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows each class shall have: "auto" and "not majority" bring every class but the
        largest up to the largest, "minority" the smallest one, "all" all; a ratio in (0, 1] brings
        each class to ``max(count, round(ratio * largest))``; a mapping gives the number of rows
        wanted of each class; a function of y returns such a mapping.
    random_state : int, RandomState or None, default=None
        Seed of the draws.
    k_neighbors : int, default=5
        How many nearest rows of its class vote with a row.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to make of each class.
    nn_k_ : int
        The number of neighbours.
    categorical_encoder_ : object or None
        What `categorical_encoder` was.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        The row that each new row was voted around, as its base.

    See Also
    --------
    SMOTENC : For numbers and categories.

    Notes
    -----
    A missing value is a category of its own. The value difference metric is that of Stanfill and
    Waltz (1986): ``sum over the classes of |p(class | a) - p(class | b)|``, squared and summed over
    the columns.

    References
    ----------
    N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority
    Over-sampling Technique", Journal of Artificial Intelligence Research 16, 321-357 (2002),
    doi:10.1613/jair.953.

    C. Stanfill, D. Waltz, "Toward memory-based reasoning", Communications of the ACM 29, 1213-1228
    (1986), doi:10.1145/7902.7906.

    Examples
    --------
    >>> from counterpoise.over_sampling import SMOTEN
    >>> X = [["red", "s"], ["red", "m"], ["red", "s"], ["blue", "l"], ["blue", "l"]]
    >>> y = ["a", "a", "a", "b", "b"]
    >>> SMOTEN(k_neighbors=1, random_state=0).fit_resample(X, y)[0][-1]
    ['blue', 'l']
    """

    _family: ClassVar[Family] = "over-sampling"
    _reads: ClassVar[Reads] = "anything"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "categorical_encoder": [HasMethods(["fit_transform", "inverse_transform"]), None],
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        categorical_encoder: Any = None,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: int = 5,
    ) -> None:
        self.categorical_encoder = categorical_encoder
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_k_, self.categorical_encoder_ = self.k_neighbors, self.categorical_encoder
        growing = [target for target in targets if target.amount]
        require_rows("SMOTEN", "k_neighbors", self.k_neighbors, growing)
        nominal = tuple(features_of(table))
        codes = [table.codes(column) for column in nominal]
        shares = [class_shares(own, labels.codes, len(labels.classes)) for own in codes]
        parts = []
        for target in growing:
            rows = labels.rows_of(target.code)
            base = random.randint(0, len(rows), size=target.amount)
            donors = self._vote(codes, shares, rows, base)
            parts.append(_voted(rows[base], target, donors, nominal))
        return Resampling(made=Blends.concat(parts))

    def _vote(
        self, codes: list[IntArray], shares: list[Float64Array], rows: RowArray, base: IntArray
    ) -> IntArray:
        """Return, for each new row and column, a row that has the value voted for."""
        drawn, place = rows_drawn(base, len(rows))
        found = nearest_by_profile([own[rows] for own in codes], shares, self.k_neighbors, drawn)
        voters = rows[np.column_stack([drawn, found])]
        donors = np.empty((len(base), len(codes)), np.int32)
        for column, own in enumerate(codes):
            donors[:, column] = holders(own)[commonest(own[voters])][place[base]]
        return donors


def _voted(base: RowArray, target: Target, donors: IntArray, nominal: tuple[int, ...]) -> Blends:
    n = len(base)
    label = np.full(n, target.code, np.int32)
    return Blends(base, np.full(n, -1), np.full(n, np.nan), label, donors=donors, nominal=nominal)
