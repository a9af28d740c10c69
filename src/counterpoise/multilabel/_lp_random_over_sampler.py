"""LP-ROS: random oversampling of label sets that occur less often than the mean.

Reference: Charte, Rivera, del Jesus and Herrera (2015), doi:10.1016/j.neucom.2014.08.091.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.types import IntArray
from counterpoise._table import LabelMatrix, Resampling, Table
from counterpoise.exceptions import SmallClassWarning
from counterpoise.multilabel._base import LabelDecision, MultilabelSampler
from counterpoise.multilabel._label_sets import PROPORTION, LabelSets, count_samples, split_evenly

__all__ = ["LPRandomOverSampler"]


class LPRandomOverSampler(MultilabelSampler):
    """Oversample rare label sets with duplicates (LP-ROS).

    Each distinct label set counts as one class. Label sets with fewer samples than the mean of all
    label sets get duplicates of randomly drawn samples, equally many each, but at most up to the
    mean.

    Parameters
    ----------
    proportion : float, default=0.25
        Number of duplicates to add, as a proportion of the number of samples. Must be more than 0.
        Fewer are added if all label sets reach the mean size before.
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
    MLRandomOverSampler : Oversampling by label, for data with many label sets.
    LPRandomUnderSampler : Undersampling of frequent label sets.

    Notes
    -----
    Feature types: any. Missing values: allowed.

    A label set that occurs once gets copies of a single sample, with a `SmallClassWarning`.

    References
    ----------
    F. Charte, A. J. Rivera, M. J. del Jesus, F. Herrera, "Addressing imbalance in multilabel
    classification: Measures and random resampling algorithms", Neurocomputing 163, 3-16 (2015),
    doi:10.1016/j.neucom.2014.08.091.

    Examples
    --------
    >>> from counterpoise.multilabel import LPRandomOverSampler
    >>> X = [[1], [2], [3], [4], [5], [6], [7], [8], [9]]
    >>> y = [[1, 0]] * 5 + [[1, 1]] * 2 + [[0, 1]] * 2
    >>> sampler = LPRandomOverSampler(proportion=0.2, random_state=0)
    >>> sampler.fit_resample(X, y)[1][9:]
    [[1, 1], [0, 1]]
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
        label_sets = LabelSets.of(labels)
        n_duplicates = count_samples(self.proportion, labels.n_samples)
        missing = np.maximum(label_sets.mean_size - label_sets.sizes, 0)
        shares = split_evenly(n_duplicates, missing)
        _warn_about_single(label_sets, shares)
        drawn = [
            label_sets.rows_of(j)[rng.randint(0, label_sets.sizes[j], size=shares[j])]
            for j in np.flatnonzero(shares).tolist()
        ]
        self.sample_indices_ = np.concatenate([np.arange(labels.n_samples), *drawn])
        return LabelDecision(Resampling(kept=self.sample_indices_))


def _warn_about_single(label_sets: LabelSets, shares: IntArray) -> None:
    n_single = int(((label_sets.sizes == 1) & (shares > 0)).sum())
    if n_single:
        warnings.warn(
            f"{n_single} of {len(label_sets.sizes)} label sets occur once: LPRandomOverSampler "
            "adds copies of single samples. MLRandomOverSampler() draws from all samples of a rare "
            "label instead.",
            SmallClassWarning,
            stacklevel=4,
        )
