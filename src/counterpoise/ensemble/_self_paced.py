"""Under-sampling that turns, round by round, from all rows to those that are hard.

Reference: Liu et al. (2020), doi:10.1109/ICDE48307.2020.00078.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import Interval, constraints_of
from counterpoise._lib.types import Float64Array, IntArray, RowArray
from counterpoise.ensemble._rounds import Rounds
from counterpoise.targets import SamplingStrategy, Target

__all__ = ["SelfPacedEnsembleClassifier"]


class SelfPacedEnsembleClassifier(Rounds):
    """Under-sampling that turns, round by round, from all rows to those that are hard.

    Rows of a class that is cut are put into bins by how wrong the members so far are about them. At
    first a bin counts the less the harder its rows are, so that hard and easy ones contribute
    alike; in the end all bins count the same, and rare hard rows far more than their share.

    Parameters
    ----------
    estimator : classifier or None, default=None
        What the members are, with `predict_proba`; None for a decision tree.
    n_estimators : int, default=10
        The number of members.
    k_bins : int, default=20
        The number of bins.
    sampling_strategy : str, float, dict or callable, default="auto"
        How many rows of each class a member sees, as
        `counterpoise.under_sampling.RandomUnderSampler` has it.
    random_state : int, RandomState or None, default=None
        Seed of the draws.

    Attributes
    ----------
    estimators_ : list of classifier
    estimators_samples_ : list of ndarray of int
        The rows that each was fitted on.
    sampling_strategy_ : dict
        Rows of each class that is cut, in a member.
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    See Also
    --------
    BalanceCascadeClassifier : Leaves out what is easy.

    References
    ----------
    Z. Liu, W. Cao, Z. Gao, J. Bian, H. Chen, Y. Chang, T.-Y. Liu, "Self-paced ensemble for highly
    imbalanced massive data classification", IEEE International Conference on Data Engineering
    (2020), 841-852, doi:10.1109/ICDE48307.2020.00078.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import SelfPacedEnsembleClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = SelfPacedEnsembleClassifier(random_state=0).fit(X, y)
    >>> len(model.estimators_), len(model.estimators_samples_[0])
    (10, 108)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **constraints_of(Rounds),
        "k_bins": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 10,
        *,
        k_bins: int = 20,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.k_bins = k_bins
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    def _choose(
        self, i: int, target: Target, said: Float64Array, random: np.random.RandomState
    ) -> RowArray:
        order = random.permutation(target.count)
        if i == 0:
            return order[: target.amount]
        hardness = 1 - said / i
        low, high = hardness.min(), hardness.max()
        width = (high - low) / self.k_bins or 1.0
        bins = np.minimum((hardness - low) // width, self.k_bins - 1).astype(int)
        pace = np.tan(np.pi / 2 * i / max(self.n_estimators - 1, 1))
        return order[_in_proportion(bins[order], self._weigh(hardness, bins, pace), target.amount)]

    def _weigh(self, hardness: Float64Array, bins: IntArray, pace: float) -> Float64Array:
        sizes = np.bincount(bins, minlength=self.k_bins)
        mean = np.bincount(bins, hardness, self.k_bins) / np.maximum(sizes, 1)
        weight: Float64Array = 1 / (mean + pace + 1e-12)
        return weight

    def _hear(
        self,
        i: int,
        target: Target,
        said: Float64Array,
        probability: Float64Array,
        random: np.random.RandomState,
    ) -> Float64Array:
        del i, target, random
        return said + probability


def _in_proportion(bins: IntArray, weight: Float64Array, amount: int) -> RowArray:
    """Return where the first rows of each bin stand, as many in proportion to the bin's weight.

    Where a bin has too few rows, the others give more.
    """
    place = np.empty(len(bins))
    for b in np.unique(bins):
        of_bin = np.flatnonzero(bins == b)
        place[of_bin] = (np.arange(len(of_bin)) + 0.5) / weight[b]
    first: RowArray = np.argsort(place, kind="stable")[:amount]
    return first
