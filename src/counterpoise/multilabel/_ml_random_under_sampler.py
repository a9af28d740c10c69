"""ML-RUS: random undersampling of samples that have frequent labels only.

Reference: Charte, Rivera, del Jesus and Herrera (2015), doi:10.1016/j.neucom.2014.08.091.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.types import RowArray
from counterpoise._table import LabelMatrix, Resampling, Table
from counterpoise.multilabel._base import LabelDecision, MultilabelSampler
from counterpoise.multilabel._label_sets import PROPORTION_BELOW_1, count_samples
from counterpoise.multilabel._measures import compute_ratios, find_minority_labels

__all__ = ["MLRandomUnderSampler"]


class MLRandomUnderSampler(MultilabelSampler):
    """Undersample frequent labels by removing random samples without a rare label (ML-RUS).

    A label is a minority label if its imbalance ratio exceeds the mean of all labels. Samples with
    a minority label are kept. The labels with a ratio below the mean take turns: each loses one of
    its remaining samples, drawn at random. A label is left out once its imbalance ratio, with the
    remaining samples counted, is the original mean or more, or no sample of it can be removed.

    Parameters
    ----------
    proportion : float, default=0.25
        Number of samples to remove, as a proportion of the number of samples. Must be in (0, 1).
        Fewer are removed if no label is left before.
    random_state : int, RandomState instance or None, default=None
        Controls the randomization of the algorithm. Pass an int for reproducible output across
        calls.

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
    MLeNN : Undersampling of samples whose neighbors have other labels.
    LPRandomUnderSampler : Undersampling of frequent label sets.
    counterpoise.multilabel.irlbl : The imbalance ratio of each label.

    Notes
    -----
    Feature types: any. Missing values: allowed.

    Samples without any label are kept, and so is the last sample of each label.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "Addressing imbalance in multilabel
    classification: Measures and random resampling algorithms", Neurocomputing 163, 3-16 (2015),
    doi:10.1016/j.neucom.2014.08.091.

    Examples
    --------
    >>> from counterpoise.multilabel import MLRandomUnderSampler, irlbl
    >>> X = [[1], [2], [3], [4], [5], [6], [7], [8]]
    >>> y = [[1, 0]] * 6 + [[0, 1]] * 2
    >>> X_resampled, y_resampled = MLRandomUnderSampler(random_state=0).fit_resample(X, y)
    >>> irlbl(y), irlbl(y_resampled)
    (array([1., 3.]), array([1., 2.]))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **MultilabelSampler._parameter_constraints,
        "proportion": PROPORTION_BELOW_1,
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
        n_removed = count_samples(self.proportion, labels.n_samples)
        is_kept = np.ones(labels.n_samples, bool)
        is_kept[_draw_removed(labels, n_removed, rng)] = False
        self.sample_indices_ = np.flatnonzero(is_kept)
        return LabelDecision(Resampling(kept=self.sample_indices_))


def _draw_removed(labels: LabelMatrix, n_removed: int, rng: np.random.RandomState) -> RowArray:
    """Draw the rows to remove, label by label in turn."""
    ratios = compute_ratios(labels)
    mean_ratio = float(ratios.mean())
    is_minority = find_minority_labels(ratios)
    is_protected = labels.indicator @ is_minority.astype(np.int32) > 0
    # Each label removes its samples in a random order, without those that another one removed.
    queues = {
        j: rng.permutation(rows[~is_protected[rows]]).tolist()
        for j in np.flatnonzero(ratios < mean_ratio).tolist()
        for rows in [labels.rows_of(j)]
    }
    counts = labels.counts.copy()
    ends, indices = labels.indicator.indptr.tolist(), labels.indicator.indices
    removed: dict[int, None] = {}
    while queues:
        for label, queue in list(queues.items()):
            if len(removed) == n_removed:
                return np.array(list(removed), np.intp)
            while queue and queue[-1] in removed:
                queue.pop()
            if queue:
                row = queue.pop()
                of_row = indices[ends[row] : ends[row + 1]]
                if counts[of_row].min() > 1:  # each label keeps a sample
                    removed[row] = None
                    counts[of_row] -= 1
            if not queue or counts.max() / counts[label] >= mean_ratio:
                del queues[label]
    return np.array(list(removed), np.intp)
