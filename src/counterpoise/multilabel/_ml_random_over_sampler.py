"""ML-ROS: random oversampling of the samples that have a rare label.

Reference: Charte, Rivera, del Jesus and Herrera (2015), doi:10.1016/j.neucom.2014.08.091.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.types import RowArray
from counterpoise._table import LabelMatrix, Resampling, Table
from counterpoise.multilabel._base import LabelDecision, MultilabelSampler
from counterpoise.multilabel._label_sets import PROPORTION, count_samples
from counterpoise.multilabel._measures import compute_ratios, find_minority_labels

__all__ = ["MLRandomOverSampler"]


class MLRandomOverSampler(MultilabelSampler):
    """Oversample the samples of rare labels with duplicates (ML-ROS).

    A label is a minority label if its imbalance ratio exceeds the mean of all labels. The minority
    labels take turns: each gets a duplicate of one of its samples, drawn at random. A label is
    left out once its imbalance ratio, with the duplicates counted, is the original mean or less.

    Parameters
    ----------
    proportion : float, default=0.25
        Number of duplicates to add, as a proportion of the number of samples. Must be more than 0.
        Fewer are added if no minority label is left before.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.

    Attributes
    ----------
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples: all samples, then the duplicates.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    MLSMOTE : Oversampling with synthetic samples.
    LPRandomOverSampler : Oversampling of rare label sets.
    counterpoise.multilabel.irlbl : The imbalance ratio of each label.

    Notes
    -----
    Feature types: any. Missing values: allowed.

    A duplicate has all labels of its sample. If frequent labels occur together with rare labels,
    they get more samples, too; `REMEDIAL` separates them first.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "Addressing imbalance in multilabel
    classification: Measures and random resampling algorithms", Neurocomputing 163, 3-16 (2015),
    doi:10.1016/j.neucom.2014.08.091.

    Examples
    --------
    >>> from counterpoise.multilabel import MLRandomOverSampler, irlbl
    >>> X = [[1], [2], [3], [4], [5], [6], [7], [8]]
    >>> y = [[1, 0]] * 6 + [[0, 1]] * 2
    >>> X_resampled, y_resampled = MLRandomOverSampler(random_state=0).fit_resample(X, y)
    >>> irlbl(y), irlbl(y_resampled)
    (array([1., 3.]), array([1., 2.]))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **MultilabelSampler._parameter_constraints,
        "proportion": PROPORTION,
    }

    def __init__(
        self,
        *,
        proportion: float = 0.25,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.proportion = proportion
        self.random_state = random_state

    def _resample(
        self, table: Table, labels: LabelMatrix, rng: np.random.RandomState
    ) -> LabelDecision:
        positions = rng.uniform(size=count_samples(self.proportion, labels.n_samples))
        duplicates = _draw_duplicates(labels, positions.tolist())
        self.sample_indices_ = np.concatenate([np.arange(labels.n_samples), duplicates])
        return LabelDecision(Resampling(kept=self.sample_indices_))


def _draw_duplicates(labels: LabelMatrix, positions: list[float]) -> RowArray:
    """Draw the rows to duplicate, label by label in turn.

    Parameters
    ----------
    labels : LabelMatrix
    positions : list of float
        Where each duplicate is drawn among the samples of its label, in [0, 1).

    Returns
    -------
    ndarray of int of shape (n_duplicates,)
        `n_duplicates` is the number of positions, or less if no minority label is left.
    """
    ratios = compute_ratios(labels)
    counts, most = labels.counts.tolist(), int(labels.counts.max())
    mean_ratio = float(ratios.mean())
    bags = {j: labels.rows_of(j) for j in np.flatnonzero(find_minority_labels(ratios)).tolist()}
    ends, indices = labels.indicator.indptr.tolist(), labels.indicator.indices
    drawn: list[int] = []
    while bags:
        for label, rows in list(bags.items()):
            if len(drawn) == len(positions):
                return np.array(drawn, np.intp)
            row = int(rows[int(positions[len(drawn)] * len(rows))])
            drawn.append(row)
            for other in indices[ends[row] : ends[row + 1]].tolist():
                counts[other] += 1
                most = max(most, counts[other])
            if most / counts[label] <= mean_ratio:
                del bags[label]
    return np.array(drawn, np.intp)
