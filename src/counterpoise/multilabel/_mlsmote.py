"""MLSMOTE: synthetic samples for rare labels, with label sets from their neighbors.

Reference: Charte, Rivera, del Jesus and Herrera (2015), doi:10.1016/j.knosys.2015.07.019.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from scipy import sparse

from counterpoise._array_ops import draw_category_sources
from counterpoise._lib.sklearn_private import Interval, StrOptions
from counterpoise._lib.types import IntArray, RowArray
from counterpoise._table import (
    FeatureType,
    LabelMatrix,
    Resampling,
    SyntheticSamples,
    Table,
    positions_of_type,
)
from counterpoise.base import Reads
from counterpoise.exceptions import InputError, SmallClassWarning
from counterpoise.multilabel._base import LabelDecision, MultilabelSampler
from counterpoise.multilabel._measures import compute_ratios, find_minority_labels
from counterpoise.neighbors._search import nearest_others
from counterpoise.neighbors._space import (
    SCALE,
    DistanceUnits,
    Scale,
    build_search_space,
    compute_distance_units,
)
from counterpoise.over_sampling._neighbor_over_sampler import SMALL_CLASS_ACTIONS, SmallClasses

__all__ = ["MLSMOTE", "LabelSetRule", "combine_label_sets"]

LabelSetRule = Literal["ranking", "union", "intersection"]

_ACTIONS = {
    "skip": "does not oversample labels with k_neighbors={k} samples or fewer",
    "duplicate": "duplicates samples of labels with k_neighbors={k} samples or fewer",
    "shrink_k": "uses fewer neighbors for labels with k_neighbors={k} samples or fewer",
}
_MAX_LISTED = 10


@dataclass(frozen=True)
class _MixedData:
    """A table, the units to search in, and the codes of its categorical features."""

    table: Table
    units: DistanceUnits
    categories: list[IntArray]


class MLSMOTE(MultilabelSampler):
    """Oversample rare labels with MLSMOTE: synthetic samples with synthetic label sets.

    A label is a minority label if its imbalance ratio exceeds the mean of all labels. For each
    minority label, each of its samples is the base of one synthetic sample: a random point between
    the base and one of its `k_neighbors` nearest neighbors among the samples of this label. The
    labels are those that most of these samples have. A categorical feature takes the most
    frequent category among the neighbors.

    Parameters
    ----------
    k_neighbors : int, default=5
        Number of nearest neighbors among the samples with the same minority label.
    label_sets : {"ranking", "union", "intersection"}, default="ranking"
        The labels of a synthetic sample: those that more than half of the base sample and its
        `k_neighbors` neighbors have ("ranking"), that any of them has ("union"), or that all of
        them have ("intersection").
    scale : {"standard", "robust"} or None, default=None
        Scaling of the features in the neighbor search: "standard" divides each by its standard
        deviation over all samples, "robust" by its interquartile range (its standard deviation if
        that is 0). Synthetic samples are generated in the original units.
    small_labels : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What to do with a minority label that has `k_neighbors` samples or fewer: raise an error;
        leave it as it is ("skip"); add a duplicate of each of its samples ("duplicate"); or use
        the neighbors that there are ("shrink_k"), and a duplicate if there is a single sample. All
        but "error" give a `SmallClassWarning` with the labels.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.

    Attributes
    ----------
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
    MLRandomOverSampler : Oversampling with duplicates, for features of any type.
    REMEDIAL : Separates frequent and rare labels before oversampling.
    counterpoise.over_sampling.SMOTENC : SMOTE for one class per sample.

    Notes
    -----
    The number of synthetic samples is the sum of the counts of the minority labels. A sample with
    several of them is the base of several synthetic samples. Neighbors are input samples only.

    Feature types: numeric and categorical. Features of strings, categories, enums and booleans are
    categorical. Two different categories add the squared median standard deviation of the numeric
    features to a squared distance, as in SMOTENC.

    Missing values: allowed, except in sparse matrices. A missing category is treated as a category.
    A missing number adds twice the variance of its feature to the squared distance; a synthetic
    sample has missing numbers where its base sample has them.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "MLSMOTE: Approaching imbalanced
    multilabel learning through synthetic instance generation", Knowledge-Based Systems 89, 385-397
    (2015), doi:10.1016/j.knosys.2015.07.019.

    Examples
    --------
    >>> from sklearn.datasets import make_multilabel_classification
    >>> from counterpoise.multilabel import MLSMOTE, mean_ir
    >>> X, y = make_multilabel_classification(n_samples=500, n_classes=8, random_state=2)
    >>> X_resampled, y_resampled = MLSMOTE(random_state=0).fit_resample(X, y)
    >>> round(mean_ir(y), 2), round(mean_ir(y_resampled), 2)
    (3.85, 2.57)
    """

    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **MultilabelSampler._parameter_constraints,
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
        "label_sets": [StrOptions(set(get_args(LabelSetRule)))],
        "scale": SCALE,
        "small_labels": SMALL_CLASS_ACTIONS,
    }

    def __init__(
        self,
        *,
        k_neighbors: int = 5,
        label_sets: LabelSetRule = "ranking",
        scale: Scale = None,
        small_labels: SmallClasses = "error",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.k_neighbors = k_neighbors
        self.label_sets = label_sets
        self.scale = scale
        self.small_labels = small_labels
        self.random_state = random_state

    def _resample(
        self, table: Table, labels: LabelMatrix, rng: np.random.RandomState
    ) -> LabelDecision:
        large, small = self._split_by_size(labels)
        categorical = positions_of_type(table, FeatureType.CATEGORICAL, FeatureType.BOOLEAN)
        units = compute_distance_units(table, self.scale, categorical=categorical)
        mixed = _MixedData(table, units, [table.codes(column) for column in units.categorical])
        parts = [self._oversample(mixed, labels, label, rng) for label in large]
        kept = [np.arange(table.n_rows), *(labels.rows_of(label) for label in small)]
        rows = Resampling(
            np.concatenate(kept) if small else None,
            SyntheticSamples.concat([synthetic for synthetic, _ in parts]),
        )
        if not parts:
            return LabelDecision(rows)
        n_kept = sum(len(part) for part in kept)
        label_sets = sparse.vstack([sets for _, sets in parts], format="csr")
        return LabelDecision(rows, np.arange(n_kept, n_kept + len(rows.synthetic)), label_sets)

    def _split_by_size(self, labels: LabelMatrix) -> tuple[list[int], list[int]]:
        """Return the minority labels to oversample, and those whose samples are duplicated."""
        minority = np.flatnonzero(find_minority_labels(compute_ratios(labels))).tolist()
        small = [label for label in minority if labels.counts[label] <= self.k_neighbors]
        if small:
            self._report(labels, small)
        if self.small_labels == "shrink_k":
            small = [label for label in small if labels.counts[label] == 1]
        large = [label for label in minority if label not in small]
        return large, [] if self.small_labels == "skip" else small

    def _report(self, labels: LabelMatrix, small: list[int]) -> None:
        """Raise an error or a warning about labels that are too small for the neighbors."""
        k = self.k_neighbors
        sizes = [f"{labels.names[label]!r} ({labels.counts[label]})" for label in small]
        more = f" and {len(sizes) - _MAX_LISTED} more" if len(sizes) > _MAX_LISTED else ""
        listed = ", ".join(sizes[:_MAX_LISTED]) + more
        if self.small_labels == "error":
            raise InputError(
                f"MLSMOTE needs more than k_neighbors={k} samples of each minority label; too few "
                f'have {listed}. Pass small_labels="shrink_k" (or "duplicate", or "skip").'
            )
        action = _ACTIONS[self.small_labels].format(k=k)
        warnings.warn(f"MLSMOTE {action}: {listed}.", SmallClassWarning, stacklevel=5)

    def _oversample(
        self, mixed: _MixedData, labels: LabelMatrix, label: int, rng: np.random.RandomState
    ) -> tuple[SyntheticSamples, Any]:
        """Generate a synthetic sample from each sample of a label, and return their label sets."""
        rows = labels.rows_of(label)
        n_samples, k = len(rows), min(self.k_neighbors, len(rows) - 1)
        rank, weight = rng.randint(0, k, size=n_samples), rng.uniform(size=n_samples)
        positions = nearest_others(build_search_space(mixed.table, rows, mixed.units), k)
        every = np.arange(n_samples)
        synthetic = SyntheticSamples(
            rows,
            rows[positions[every, rank]],
            weight,
            np.zeros(n_samples, np.int32),
            category_sources=draw_category_sources(mixed.categories, rows[positions], every, rng),
            categorical=mixed.units.categorical,
        )
        return synthetic, combine_label_sets(labels.indicator[rows], positions, self.label_sets)


def combine_label_sets(indicator: Any, neighbors: RowArray, rule: LabelSetRule) -> Any:
    """Combine the label set of each sample with those of its neighbors.

    Parameters
    ----------
    indicator : csr_array of int of shape (n_samples, n_labels)
        The labels of the samples.
    neighbors : ndarray of int of shape (n_samples, k)
        The neighbors of each sample, as positions among the samples.
    rule : {"ranking", "union", "intersection"}
        Whether a label must be that of more than half of the `k` + 1 samples, any, or all.

    Returns
    -------
    csr_array of int of shape (n_samples, n_labels)
    """
    n_samples, k = neighbors.shape
    group = np.column_stack([np.arange(n_samples), neighbors])
    ends = np.arange(0, group.size + 1, k + 1)
    ones = np.ones(group.size, np.int32)
    votes = sparse.csr_array((ones, group.ravel(), ends), (n_samples, n_samples)) @ indicator
    n_needed = {"ranking": (k + 1) // 2 + 1, "union": 1, "intersection": k + 1}[rule]
    votes.data = (votes.data >= n_needed).astype(np.int32)
    return votes
