"""SMOTE-NC: SMOTE for numeric and categorical features.

Numeric features are interpolated as in SMOTE. A categorical feature takes the most frequent
category among the neighbors of the base sample. In a distance, two different categories count as
much as the median standard deviation of the numeric features.

Reference: Chawla, Bowyer, Hall and Kegelmeyer (2002), doi:10.1613/jair.953, section 6.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import (
    BaseNeighborPairs,
    draw_most_frequent,
    draw_pairs,
    find_row_of_each_code,
    find_unique_rows,
)
from counterpoise._lib.sklearn_private import HasMethods, StrOptions
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import (
    EncodedTarget,
    FeatureType,
    Resampling,
    SyntheticSamples,
    Table,
    feature_positions,
    positions_of_type,
    select_columns,
)
from counterpoise.base import Needs, Reads
from counterpoise.exceptions import FeatureTypeError
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborsEstimator,
    get_n_neighbors,
    limit_neighbors,
    nearest_others,
)
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    build_search_space,
    compute_distance_units,
    median_standard_deviation,
)
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["SMOTENC"]


@dataclass(frozen=True)
class _MixedData:
    """A table, the units to search in, and the codes of its categorical features."""

    table: Table
    units: DistanceUnits
    categories: list[IntArray]


class SMOTENC(NeighborOverSampler):
    """Oversample mixed numeric and categorical features with SMOTE-NC.

    For each synthetic sample, a base sample of the class and one of its `k_neighbors` nearest
    neighbors of the same class are drawn at random. Numeric features are interpolated between the
    two, as in SMOTE. Each categorical feature takes the most frequent category among the
    `k_neighbors` neighbors, drawn at random if several tie.

    Parameters
    ----------
    categorical_features : "auto", str or array-like of str, int or bool, default="auto"
        The categorical features, by name, by index or as a boolean mask. "auto" means all features
        of strings, categories, enums and booleans.
    categorical_encoder : object or None, default=None
        Ignored. It exists for compatibility with imbalanced-learn; no encoder is needed here.
    sampling_strategy : float, str, dict or callable, default="auto"
        The classes to oversample, and their sizes after resampling. A str names the classes that
        are oversampled to the size of the majority class: "minority", "not majority" or "all";
        "auto" is the same as "not majority". A float in (0, 1] is the ratio to the majority class:
        each class gets ``max(count, round(ratio * n_majority))`` samples. A dict maps each class
        to its number of samples after resampling. A callable takes `y` and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.
    k_neighbors : int or object, default=5
        Number of nearest neighbors of the same class from which the neighbor of a base sample is
        drawn; or an estimator with `fit` and `kneighbors`. An estimator counts each sample among
        its own neighbors: ``NearestNeighbors(n_neighbors=6)`` means five. It searches in one-hot
        encoded categories, scaled so that Euclidean distances are those of SMOTENC.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0). Synthetic samples are generated in the original units.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a class that has `k_neighbors` samples or fewer: raise an error; leave the
        class as it is ("skip"); add duplicates of its samples ("duplicate"); or use the neighbors
        that there are ("shrink_k"), and duplicates if there is a single sample. All but "error"
        give a `SmallClassWarning` with the classes.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        Number of samples to generate for each class; 0 for a class that is skipped.
    nn_k_ : object
        The nearest neighbors estimator of `k_neighbors`, not fitted: a clone of the one given, or
        ``NearestNeighbors(k_neighbors + 1)``, as each sample counts among its own neighbors.
    categorical_features_ : ndarray of int of shape (n_cat_features,)
        Indices of the categorical features.
    continuous_features_ : ndarray of int of shape (n_cont_features,)
        Indices of the other features.
    categorical_encoder_ : object or None
        The value of `categorical_encoder`.
    median_std_ : dict
        For each oversampled class, the median standard deviation of its numeric features. Its
        square is added to a squared distance for two different categories.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample, its neighbor and its position between them.

    See Also
    --------
    SMOTE : SMOTE for numeric features.
    SMOTEN : SMOTE for categorical features, with the value difference metric.

    Notes
    -----
    A synthetic sample never has a category that no sample of its class has.

    Feature types: numeric and categorical. If all features are categorical, two different
    categories count 1. If none is, the method is SMOTE.

    Missing values: allowed, except in sparse matrices. A missing category is treated as a category.
    A missing number adds twice the variance of its feature to the squared distance; a synthetic
    sample has missing numbers where its base sample has them.

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

    _method: ClassVar[str] = "smote-nc"
    _reads: ClassVar[Reads] = "distances"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "categorical_features": ["array-like", str, StrOptions({"auto"})],
        "categorical_encoder": [HasMethods(["fit_transform", "inverse_transform"]), None],
        "k_neighbors": NEIGHBORS,
        "scale": SCALE,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        categorical_features: Any = "auto",
        *,
        categorical_encoder: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.categorical_features = categorical_features
        self.categorical_encoder = categorical_encoder
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.scale = scale
        self.small_classes = small_classes

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        self.categorical_encoder_ = self.categorical_encoder
        large, small = self._split_by_size(quotas)
        categorical = self._find_categorical(table)
        units = compute_distance_units(table, self.scale, categorical=categorical)
        mixed = _MixedData(table, units, [table.codes(column) for column in categorical])
        self.median_std_: dict[Any, float] = {}
        parts = [self._oversample(mixed, target, quota, rng) for quota in large]
        return self._build_resampling(parts, small, target, rng)

    def _find_categorical(self, table: Table) -> list[int]:
        """Return the columns of the categorical features, and set the attributes about them."""
        features = feature_positions(table)
        if isinstance(self.categorical_features, str) and self.categorical_features == "auto":
            categorical = list(
                positions_of_type(table, FeatureType.CATEGORICAL, FeatureType.BOOLEAN)
            )
        else:
            categorical = select_columns(table, self.categorical_features, "categorical_features")
        _check_numeric(table, set(features).difference(categorical))
        self.categorical_features_ = np.searchsorted(features, categorical)
        rest = np.setdiff1d(np.arange(len(features)), self.categorical_features_)
        self.continuous_features_ = rest
        return categorical

    def _oversample(
        self,
        mixed: _MixedData,
        target: EncodedTarget,
        quota: ClassQuota,
        rng: np.random.RandomState,
    ) -> SyntheticSamples:
        table, units = mixed.table, mixed.units
        rows = target.rows_of(quota.code)
        k_neighbors = limit_neighbors(self.k_neighbors, len(rows) - 1)
        pairs = draw_pairs(len(rows), get_n_neighbors(k_neighbors), quota.amount, rng)
        drawn, place = find_unique_rows(pairs.row, len(rows))
        median_std = median_standard_deviation(table, units.numeric, units.scales, rows)
        self.median_std_[quota.label] = median_std
        if units.categorical:
            # Chawla et al. (2002), section 6.1: the median is that of the oversampled class.
            units = replace(units, mismatch=np.full(len(units.categorical), median_std**2))
        space = build_search_space(table, rows, units)
        if hasattr(self.k_neighbors, "kneighbors"):
            space = space.one_hot()
        neighbors = rows[nearest_others(space, k_neighbors, query_positions=drawn)]
        return SyntheticSamples(
            rows[pairs.row],
            neighbors[place[pairs.row], pairs.rank],
            pairs.weight,
            np.full(quota.amount, quota.code, np.int32),
            category_sources=_draw_category_sources(mixed.categories, neighbors, place, pairs, rng),
            categorical=units.categorical,
        )


def _draw_category_sources(
    categories: list[IntArray],
    neighbors: RowArray,
    place: RowArray,
    pairs: BaseNeighborPairs,
    rng: np.random.RandomState,
) -> IntArray | None:
    """Return, for each synthetic sample and categorical feature, a row with its category."""
    if not categories:
        return None
    which_base = place[pairs.row]
    sources = np.empty((len(which_base), len(categories)), np.int32)
    for j, column in enumerate(categories):
        sources[:, j] = find_row_of_each_code(column)[
            draw_most_frequent(column[neighbors], which_base, rng)
        ]
    return sources


def _check_numeric(table: Table, numeric: set[int]) -> None:
    """Raise an error if a feature that is not listed as categorical is not numeric."""
    numbers = (FeatureType.FLOAT, FeatureType.INTEGER, FeatureType.BOOLEAN)
    others = numeric.difference(positions_of_type(table, *numbers))
    names = [str(table.columns.names[j]) for j in sorted(others)]
    if names:
        raise FeatureTypeError(
            "categorical_features must include every feature that is not numeric; it leaves out "
            f"{', '.join(map(repr, names))}. Add them, or use categorical_features='auto'.",
            names,
        )
