"""MLeNN: remove samples without rare labels whose nearest neighbors have other labels.

Reference: Charte, Rivera, del Jesus and Herrera (2014), doi:10.1007/978-3-319-10840-7_1.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval
from counterpoise._lib.types import Float64Array, RowArray
from counterpoise._table import FeatureType, LabelMatrix, Resampling, Table, positions_of_type
from counterpoise.base import Reads
from counterpoise.exceptions import InputError
from counterpoise.multilabel._base import LabelDecision, MultilabelSampler
from counterpoise.multilabel._measures import compute_ratios, find_minority_labels
from counterpoise.neighbors._search import nearest_others
from counterpoise.neighbors._space import SCALE, Scale, build_search_space, compute_distance_units

__all__ = ["MLeNN"]


class MLeNN(MultilabelSampler):
    """Undersample by removing samples whose neighbors have other labels (MLeNN).

    A label is a minority label if its imbalance ratio exceeds the mean of all labels. Samples with
    a minority label are kept. Another sample is removed if half or more of its `n_neighbors`
    nearest neighbors have a label set that differs from its own by more than `threshold`.

    Parameters
    ----------
    n_neighbors : int, default=3
        Number of nearest neighbors, among all samples.
    threshold : float, default=0.75
        Largest difference of two label sets that count as similar, in [0, 1]: the number of labels
        that one of them has and the other has not, divided by the sum of their sizes. It is 0 for
        equal label sets, and 1 without a common label.
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0).

    Attributes
    ----------
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples, in ascending order.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    MLRandomUnderSampler : Random undersampling of frequent labels.
    counterpoise.under_sampling.EditedNearestNeighbours : Cleaning for one class per sample.

    Notes
    -----
    Feature types: numeric and categorical, with distances as in `MLSMOTE`.

    Missing values: allowed, except in sparse matrices. A missing category is treated as a category,
    and a missing number adds twice the variance of its feature to the squared distance.

    A sample without labels differs from every sample with labels by 1. If there are many, drop them
    before, or give them an additional label.

    The method is deterministic. Neighbors are those among all samples, removed or not.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "MLeNN: A first approach to heuristic
    multilabel undersampling", Intelligent Data Engineering and Automated Learning (2014), 1-9,
    doi:10.1007/978-3-319-10840-7_1.

    Examples
    --------
    >>> from counterpoise.multilabel import MLeNN
    >>> X = [[1], [2], [3], [4], [20], [21], [22], [2.5], [30]]
    >>> y = [[1, 0, 0]] * 4 + [[0, 1, 0]] * 4 + [[0, 0, 1]]
    >>> MLeNN().fit_resample(X, y)[0]
    [[1], [2], [3], [4], [20], [21], [22], [30]]
    """

    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "threshold": [Interval(Real, 0, 1, closed="both")],
        "scale": SCALE,
    }

    def __init__(
        self, *, n_neighbors: int = 3, threshold: float = 0.75, scale: Scale = None
    ) -> None:
        self.n_neighbors = n_neighbors
        self.threshold = threshold
        self.scale = scale

    def _resample(
        self, table: Table, labels: LabelMatrix, rng: np.random.RandomState
    ) -> LabelDecision:
        if table.n_rows <= self.n_neighbors:
            raise InputError(
                f"MLeNN needs more than n_neighbors={self.n_neighbors} samples; X has "
                f"{table.n_rows}. Set n_neighbors to {table.n_rows - 1} or less."
            )
        is_minority = find_minority_labels(compute_ratios(labels))
        candidates = np.flatnonzero(labels.indicator @ is_minority.astype(np.int32) == 0)
        categorical = positions_of_type(table, FeatureType.CATEGORICAL, FeatureType.BOOLEAN)
        units = compute_distance_units(table, self.scale, categorical=categorical)
        space = build_search_space(table, None, units)
        neighbors = nearest_others(space, self.n_neighbors, query_positions=candidates)
        n_different = np.zeros(len(candidates), np.intp)
        for nearest in neighbors.T:
            n_different += _compare_label_sets(labels, candidates, nearest) > self.threshold
        is_kept = np.ones(table.n_rows, bool)
        is_kept[candidates[2 * n_different >= self.n_neighbors]] = False
        if not is_kept.any():
            raise InputError(
                "MLeNN would remove all samples: half of the neighbors of each have other labels. "
                f"Set a higher threshold than {self.threshold}, or use MLRandomUnderSampler()."
            )
        self.sample_indices_ = np.flatnonzero(is_kept)
        return LabelDecision(Resampling(kept=self.sample_indices_))


def _compare_label_sets(labels: LabelMatrix, first: RowArray, second: RowArray) -> Float64Array:
    """Return the difference of the label sets of each pair of rows, 0 if both are empty."""
    n_both = labels.indicator[first].multiply(labels.indicator[second]).sum(axis=1)
    n_labels = labels.sizes[first] + labels.sizes[second]
    difference: Float64Array = (n_labels - 2 * n_both) / np.maximum(n_labels, 1)
    return difference
