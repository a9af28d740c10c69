"""REMEDIAL: separate frequent and rare labels that occur in the same sample.

Reference: Charte, Rivera, del Jesus and Herrera (2019), doi:10.1016/j.neucom.2016.08.158.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from counterpoise._lib.types import BoolArray
from counterpoise._table import LabelMatrix, Resampling, Table
from counterpoise.multilabel._base import LabelDecision, MultilabelSampler
from counterpoise.multilabel._measures import (
    compute_ratios,
    compute_scumble,
    find_minority_labels,
)

__all__ = ["REMEDIAL"]


class REMEDIAL(MultilabelSampler):
    """Separate frequent and rare labels that occur together, in two samples each (REMEDIAL).

    A label is a minority label if its imbalance ratio exceeds the mean of all labels. A sample
    that has labels of both kinds, and whose SCUMBLE exceeds the mean of all samples, is
    replaced by two: the sample itself, with its minority labels only, and a duplicate with its
    other labels. Oversampling the first one then does not add to frequent labels.

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
    counterpoise.multilabel.scumble : How often frequent and rare labels occur together.
    MLSMOTE : Oversampling of rare labels.

    Notes
    -----
    Feature types: any. Missing values: allowed.

    The number of samples of each label does not change, only their label sets do. Use it before
    another sampler, as two steps of a `counterpoise.pipeline.Pipeline`. The method is
    deterministic.

    In the paper, a sample whose labels are all on one side is duplicated without labels; here it
    stays as it is.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "Dealing with difficult minority labels
    in imbalanced mutilabel data sets", Neurocomputing 326-327, 39-53 (2019),
    doi:10.1016/j.neucom.2016.08.158.

    Examples
    --------
    >>> from counterpoise.multilabel import REMEDIAL
    >>> REMEDIAL().fit_resample([[1], [2], [3], [4]], [[1, 0], [1, 0], [1, 1], [1, 0]])
    ([[1], [2], [3], [4], [3]], [[1, 0], [1, 0], [0, 1], [1, 0], [1, 0]])
    """

    def _resample(
        self, table: Table, labels: LabelMatrix, rng: np.random.RandomState
    ) -> LabelDecision:
        ratios = compute_ratios(labels)
        is_minority = find_minority_labels(ratios)
        n_minority = labels.indicator @ is_minority.astype(np.int32)
        has_both = (n_minority > 0) & (n_minority < labels.sizes)
        concurrence = compute_scumble(labels, ratios)
        separated = np.flatnonzero(has_both & (concurrence > concurrence.mean()))
        self.sample_indices_ = np.concatenate([np.arange(labels.n_samples), separated])
        duplicates = np.arange(labels.n_samples, len(self.sample_indices_))
        label_sets = labels.indicator[separated]
        return LabelDecision(
            Resampling(kept=self.sample_indices_),
            np.concatenate([separated, duplicates]),
            sparse.vstack([_select(label_sets, is_minority), _select(label_sets, ~is_minority)]),
        )


def _select(label_sets: Any, is_selected: BoolArray) -> Any:
    """Return label sets with some of the labels only."""
    selected = label_sets.copy()
    selected.data *= is_selected[selected.indices]
    return selected
