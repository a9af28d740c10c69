"""LP-RUS: random undersampling of label sets that occur more often than the mean.

Reference: Charte, Rivera, del Jesus and Herrera (2015), doi:10.1016/j.neucom.2014.08.091.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._table import LabelMatrix, Resampling, Table
from counterpoise.multilabel._base import LabelDecision, MultilabelSampler
from counterpoise.multilabel._label_sets import (
    PROPORTION_BELOW_1,
    LabelSets,
    count_samples,
    split_evenly,
)

__all__ = ["LPRandomUnderSampler"]


class LPRandomUnderSampler(MultilabelSampler):
    """Undersample frequent label sets by removing random samples (LP-RUS).

    Each distinct label set counts as one class. Label sets with more samples than the mean of all
    label sets lose randomly drawn samples, equally many each, but at most down to the mean.

    Parameters
    ----------
    proportion : float, default=0.25
        Number of samples to remove, as a proportion of the number of samples. Must be in (0, 1).
        Fewer are removed if all label sets reach the mean size before.
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
    MLRandomUnderSampler : Undersampling by label, for data with many label sets.
    LPRandomOverSampler : Oversampling of rare label sets.

    Notes
    -----
    Feature types: any. Missing values: allowed.

    Every label set keeps at least one sample.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "Addressing imbalance in multilabel
    classification: Measures and random resampling algorithms", Neurocomputing 163, 3-16 (2015),
    doi:10.1016/j.neucom.2014.08.091.

    Examples
    --------
    >>> from counterpoise.multilabel import LPRandomUnderSampler
    >>> X = [[1], [2], [3], [4], [5], [6], [7], [8], [9]]
    >>> y = [[1, 0]] * 6 + [[1, 1]] * 2 + [[0, 1]]
    >>> sampler = LPRandomUnderSampler(proportion=0.2, random_state=0)
    >>> sampler.fit_resample(X, y)[1]
    [[1, 0], [1, 0], [1, 0], [1, 0], [1, 1], [1, 1], [0, 1]]
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
        label_sets = LabelSets.of(labels)
        n_removed = count_samples(self.proportion, labels.n_samples)
        surplus = np.maximum(label_sets.sizes - label_sets.mean_size, 0)
        shares = split_evenly(n_removed, surplus)
        is_kept = np.ones(labels.n_samples, bool)
        for j in np.flatnonzero(shares).tolist():
            is_kept[rng.permutation(label_sets.rows_of(j))[: shares[j]]] = False
        self.sample_indices_ = np.flatnonzero(is_kept)
        return LabelDecision(Resampling(kept=self.sample_indices_))
