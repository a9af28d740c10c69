"""SMOTE-N: SMOTE for categorical features.

Each feature of a synthetic sample takes the most frequent category among a base sample and its
nearest neighbors. Neighbors are found with the value difference metric.

Reference: Chawla, Bowyer, Hall and Kegelmeyer (2002), doi:10.1613/jair.953, section 6.2.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._array_ops import find_row_of_each_code, find_unique_rows, most_frequent
from counterpoise._lib.sklearn_private import HasMethods
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise._strategy import ClassQuota, SamplingStrategy
from counterpoise._table import (
    EncodedTarget,
    Resampling,
    SyntheticSamples,
    Table,
    class_counts_of_codes,
    feature_positions,
)
from counterpoise.base import Needs, Reads
from counterpoise.neighbors._search import (
    NEIGHBORS,
    NeighborsEstimator,
    get_n_neighbors,
    limit_neighbors,
)
from counterpoise.neighbors._value_difference import (
    compute_class_probabilities,
    nearest_by_value_difference,
)
from counterpoise.over_sampling._neighbor_over_sampler import NeighborOverSampler, SmallClasses

__all__ = ["SMOTEN"]


class SMOTEN(NeighborOverSampler):
    """Oversample categorical features with SMOTE-N: majority vote of neighbors per feature.

    For each synthetic sample, a base sample of the class is drawn at random. Each feature of the
    synthetic sample takes the most frequent category among the base sample and its `k_neighbors`
    nearest neighbors of the same class (of categories that tie, the first in sorted order).
    Distances are those of the value difference metric: two categories are far apart if the
    distributions of the classes among their samples differ.

    Parameters
    ----------
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
        Number of nearest neighbors of the same class that vote together with the base sample; or an
        estimator with `n_neighbors`, from which only this number is read, as the distance is that
        of SMOTEN. An estimator counts each sample among its own neighbors:
        ``NearestNeighbors(n_neighbors=6)`` means five.
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
    categorical_encoder_ : object or None
        The value of `categorical_encoder`.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input or, for a synthetic sample, its
        base sample.

    See Also
    --------
    SMOTENC : SMOTE for numeric and categorical features.
    SMOTE : SMOTE for numeric features.

    Notes
    -----
    Feature types: categorical. Features of any type are accepted and treated as categorical.

    Missing values: allowed. A missing value is treated as a category.

    The value difference metric is that of Stanfill and Waltz (1986):
    ``sum over the classes of |p(class | a) - p(class | b)|``, squared and summed over the features.

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

    _method: ClassVar[str] = "smote-n"
    _reads: ClassVar[Reads] = "anything"
    _needs: ClassVar[Needs] = "classes"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **NeighborOverSampler._parameter_constraints,
        "categorical_encoder": [HasMethods(["fit_transform", "inverse_transform"]), None],
        "k_neighbors": NEIGHBORS,
    }

    nn_k_ = NeighborsEstimator("k_neighbors")

    def __init__(
        self,
        categorical_encoder: Any = None,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        k_neighbors: Any = 5,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.categorical_encoder = categorical_encoder
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.k_neighbors = k_neighbors
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
        features = tuple(feature_positions(table))
        categories = [table.codes(column) for column in features]
        shares = [
            compute_class_probabilities(class_counts_of_codes(table, column, codes, target))
            for column, codes in zip(features, categories, strict=True)
        ]
        parts = []
        for quota in large:
            rows = target.rows_of(quota.code)
            base = rng.randint(0, len(rows), size=quota.amount)
            sources = self._find_category_sources(categories, shares, rows, base)
            parts.append(_build_synthetic(rows[base], quota, sources, features))
        return self._build_resampling(parts, small, target, rng)

    def _find_category_sources(
        self, categories: list[IntArray], shares: list[Float64Array], rows: RowArray, base: IntArray
    ) -> IntArray:
        """Return, for each synthetic sample and feature, a row with the category that it takes."""
        drawn, place = find_unique_rows(base, len(rows))
        of_class = [column[rows] for column in categories]
        k = get_n_neighbors(limit_neighbors(self.k_neighbors, len(rows) - 1))
        nearest = nearest_by_value_difference(of_class, shares, k, drawn)
        voters = rows[np.column_stack([drawn, nearest])]
        sources = np.empty((len(base), len(categories)), np.int32)
        for j, column in enumerate(categories):
            sources[:, j] = find_row_of_each_code(column)[most_frequent(column[voters])][
                place[base]
            ]
        return sources


def _build_synthetic(
    base: RowArray, quota: ClassQuota, sources: IntArray, features: tuple[int, ...]
) -> SyntheticSamples:
    """Return samples that take all their values from category sources, without a neighbor."""
    n = len(base)
    codes = np.full(n, quota.code, np.int32)
    return SyntheticSamples(
        base,
        np.full(n, -1),
        np.full(n, np.nan),
        codes,
        category_sources=sources,
        categorical=features,
    )
