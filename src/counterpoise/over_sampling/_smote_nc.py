"""SMOTE-NC: SMOTE for tables of numbers and categories.

Numbers are blended as SMOTE does it. A category of a new row is the commonest among the neighbours
of the row that it starts from. Two different categories count, in a distance, as much as the median
standard deviation of the numbers.

Reference: Chawla, Bowyer, Hall and Kegelmeyer (2002), doi:10.1613/jair.953, section 6.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import Pairs, draw_commonest, draw_pairs, holders, rows_drawn
from counterpoise._lib.sklearn_private import HasMethods, StrOptions
from counterpoise._lib.types import IntArray, RowArray
from counterpoise.base import BaseSampler, Reads
from counterpoise.exceptions import ColumnKindError
from counterpoise.neighbors import (
    NEIGHBORS,
    SCALE,
    Scale,
    Units,
    lay_out,
    measure_units,
    median_spread,
    nearest_others,
    neighbor_count,
)
from counterpoise.table import Blends, Kind, Labels, Resampling, Table, features_of, select_columns
from counterpoise.targets import Family, SamplingStrategy, Target, require_rows

__all__ = ["SMOTENC"]


@dataclass(frozen=True)
class _Mixed:
    """A table, the units in which it is searched, and the codes of its nominal columns."""

    table: Table
    units: Units
    codes: list[IntArray]


class SMOTENC(BaseSampler):
    """Over-sample tables of numbers and categories.

    For each new row a row of the class and one of its `k_neighbors` nearest rows of the same class
    are drawn. Numbers are taken from a point on the line between them; each category is the
    commonest among the `k_neighbors` neighbours, drawn where several tie.

    Parameters
    ----------
    categorical_features : "auto", str or sequence of str, int or bool, default="auto"
        The columns that hold categories, by name, number or mask; "auto" for those of strings,
        categories, enums and booleans.
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
    categorical_features_ : ndarray of int
        The columns that hold categories, by their number.
    continuous_features_ : ndarray of int
        The other columns.
    categorical_encoder_ : object or None
        What `categorical_encoder` was.
    median_std_ : dict
        For each class that grew, what two different categories count in a distance.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.
    provenance_ : Provenance
        The two parents and the weight of each new row.

    See Also
    --------
    SMOTE : For numbers alone.
    SMOTEN : For categories alone, which differ as their classes do.

    Notes
    -----
    A missing category is a category of its own. A missing number adds twice its column's variance
    to a squared distance, and a new row misses what its base row misses. New rows never hold a
    category that no row of their class has. Where all columns are categories, two different ones
    count 1; where none is, this is SMOTE.

    References
    ----------
    N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority
    Over-sampling Technique", Journal of Artificial Intelligence Research 16, 321-357 (2002),
    doi:10.1613/jair.953.

    Examples
    --------
    >>> import pandas as pd
    >>> from counterpoise.over_sampling import SMOTENC
    >>> X = pd.DataFrame({"age": [21, 25, 24, 60, 61], "plan": ["s", "s", "m", "l", "l"]})
    >>> y = ["a", "a", "a", "b", "b"]
    >>> SMOTENC(k_neighbors=1, random_state=0).fit_resample(X, y)[0]["plan"].to_list()
    ['s', 's', 'm', 'l', 'l', 'l']
    """

    _family: ClassVar[Family] = "over-sampling"
    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "categorical_features": ["array-like", str, StrOptions({"auto"})],
        "categorical_encoder": [HasMethods(["fit_transform", "inverse_transform"]), None],
        "k_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    def __init__(
        self,
        categorical_features: Any = "auto",
        *,
        categorical_encoder: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        scale: Scale = None,
    ) -> None:
        self.categorical_features = categorical_features
        self.categorical_encoder = categorical_encoder
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
        self.nn_k_, self.categorical_encoder_ = self.k_neighbors, self.categorical_encoder
        growing = [target for target in targets if target.amount]
        require_rows("SMOTENC", "k_neighbors", neighbor_count(self.k_neighbors), growing)
        nominal = self._find_nominal(table)
        units = measure_units(table, self.scale, nominal=nominal)
        mixed = _Mixed(table, units, [table.codes(column) for column in nominal])
        self.median_std_: dict[Any, float] = {}
        parts = [self._grow(mixed, labels, target, random) for target in growing]
        return Resampling(made=Blends.concat(parts))

    def _find_nominal(self, table: Table) -> list[int]:
        features = features_of(table)
        if isinstance(self.categorical_features, str) and self.categorical_features == "auto":
            kinds = (Kind.NOMINAL, Kind.BOOLEAN)
            nominal = [j for j in features if table.columns[j].kind in kinds]
        else:
            nominal = select_columns(table, self.categorical_features, "categorical_features")
        _refuse_strings(table, [j for j in features if j not in nominal])
        self.categorical_features_ = np.array([features.index(j) for j in nominal], np.intp)
        rest = np.setdiff1d(np.arange(len(features)), self.categorical_features_)
        self.continuous_features_ = rest
        return nominal

    def _grow(
        self, mixed: _Mixed, labels: Labels, target: Target, random: np.random.RandomState
    ) -> Blends:
        table, units = mixed.table, mixed.units
        rows = labels.rows_of(target.code)
        pairs = draw_pairs(len(rows), neighbor_count(self.k_neighbors), target.amount, random)
        drawn, place = rows_drawn(pairs.row, len(rows))
        spread = median_spread(table, units.numeric, units.scales, rows)
        self.median_std_[target.label] = spread
        if units.nominal:
            units = replace(units, mismatch=np.full(len(units.nominal), spread**2))
        space = lay_out(table, rows, units)
        neighbors = rows[nearest_others(space, self.k_neighbors, of=drawn)]
        return Blends(
            rows[pairs.row],
            neighbors[place[pairs.row], pairs.rank],
            pairs.weight,
            np.full(target.amount, target.code, np.int32),
            donors=_draw_donors(mixed.codes, neighbors, place, pairs, random),
            nominal=units.nominal,
        )


def _draw_donors(
    codes: list[IntArray],
    neighbors: RowArray,
    place: RowArray,
    pairs: Pairs,
    random: np.random.RandomState,
) -> IntArray | None:
    """Return, for each new row and nominal column, a row that has the category voted for."""
    if not codes:
        return None
    asked = place[pairs.row]
    donors = np.empty((len(asked), len(codes)), np.int32)
    for column, own in enumerate(codes):
        donors[:, column] = holders(own)[draw_commonest(own[neighbors], asked, random)]
    return donors


def _refuse_strings(table: Table, numeric: list[int]) -> None:
    strings = [str(table.columns[j].name) for j in numeric if not table.columns[j].kind.is_number]
    if strings:
        raise ColumnKindError(
            f"categorical_features must name every column that holds no numbers; it leaves out "
            f"{', '.join(map(repr, strings))}. Name them, or use categorical_features='auto'.",
            strings,
        )
