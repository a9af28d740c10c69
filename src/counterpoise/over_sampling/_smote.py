"""SMOTE: grow a class with points between its rows and their nearest rows of the same class.

Reference: Chawla, Bowyer, Hall and Kegelmeyer (2002), doi:10.1613/jair.953.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise.base import BaseSampler, Reads
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
from counterpoise.targets import Family, SamplingStrategy, Target, require_rows

__all__ = ["SMOTE"]


class SMOTE(BaseSampler):
    """Over-sample with new rows on the lines between neighbours of a class.

    For each new row a row of the class and one of its `k_neighbors` nearest rows of the same class
    are drawn, and a point on the line between them, uniformly.

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
    scale : {"standard", "robust"} or None, default=None
        Search for neighbours with each column divided by its standard deviation or its
        interquartile range over all rows. New rows are made in the original units.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Rows to make of each class.
    nn_k_ : int or object
        The neighbour search: the number of neighbours, or the object that was given.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        The two parents and the weight of each new row.

    See Also
    --------
    RandomOverSampler : Repeats rows, of any kind of column.

    Notes
    -----
    Missing cells are allowed: in a distance one adds twice the column's variance, and a new row
    misses what its base row misses. Integers are rounded to the nearest, floats keep their dtype.

    References
    ----------
    N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority
    Over-sampling Technique", Journal of Artificial Intelligence Research 16, 321-357 (2002),
    doi:10.1613/jair.953.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.over_sampling import SMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 91), (1, 91)]
    """

    _family: ClassVar[Family] = "over-sampling"
    _reads: ClassVar[Reads] = "numbers"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        scale: Scale = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.scale = scale

    def _resample(
        self,
        table: Table,
        labels: Labels,
        targets: tuple[Target, ...],
        random: np.random.RandomState,
    ) -> Resampling:
        self.nn_k_ = self.k_neighbors
        growing = [target for target in targets if target.amount]
        require_rows("SMOTE", "k_neighbors", neighbor_count(self.k_neighbors), growing)
        units = measure_units(table, self.scale)
        parts = [self._grow(table, labels, target, units, random) for target in growing]
        return Resampling(made=Blends.concat(parts))

    def _grow(
        self,
        table: Table,
        labels: Labels,
        target: Target,
        units: Units,
        random: np.random.RandomState,
    ) -> Blends:
        rows = labels.rows_of(target.code)
        search = Search(lay_out(table, rows, units), self.k_neighbors)
        return join_neighbors(search, rows, target, random)
