"""Under-sampling that leaves out, round by round, what is easy.

Reference: Liu, Wu and Zhou (2009), doi:10.1109/TSMCB.2008.2007853.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise._lib.types import Float64Array, RowArray
from counterpoise.ensemble._rounds import Rounds
from counterpoise.targets import SamplingStrategy, Target

__all__ = ["BalanceCascadeClassifier"]


class BalanceCascadeClassifier(Rounds):
    """Under-sampling that leaves out, round by round, what is easy.

    After each round the rows of a cut class that the member is surest about are left out for good:
    as many that, when the last round comes, just as many are left as it wants.

    Parameters
    ----------
    estimator : classifier or None, default=None
        What the members are, with `predict_proba`; None for a decision tree.
    n_estimators : int, default=10
        The number of members.
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
    EasyEnsembleClassifier : Draws from all rows each time.
    SelfPacedEnsembleClassifier : Weighs rows by how hard they are.

    References
    ----------
    X.-Y. Liu, J. Wu, Z.-H. Zhou, "Exploratory undersampling for class-imbalance learning", IEEE
    Transactions on Systems, Man, and Cybernetics B 39, 539-550 (2009),
    doi:10.1109/TSMCB.2008.2007853.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.ensemble import BalanceCascadeClassifier
    >>> X, y = make_classification(1000, weights=[0.95], random_state=0)
    >>> model = BalanceCascadeClassifier(random_state=0).fit(X, y)
    >>> len(model.estimators_), len(model.estimators_samples_[-1])
    (10, 108)
    """

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 10,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    def _choose(
        self, i: int, target: Target, said: Float64Array, random: np.random.RandomState
    ) -> RowArray:
        del i
        return random.permutation(np.flatnonzero(said < np.inf))[: target.amount]

    def _hear(
        self,
        i: int,
        target: Target,
        said: Float64Array,
        probability: Float64Array,
        random: np.random.RandomState,
    ) -> Float64Array:
        share = (target.amount / target.count) ** (1 / max(self.n_estimators - 1, 1))
        n_left = max(round(target.count * share ** (i + 1)), target.amount)
        left = random.permutation(np.flatnonzero(said < np.inf))  # of equally hard rows, any stay
        stays = left[np.argsort(probability[left], kind="stable")[:n_left]]
        heard = np.full(len(said), np.inf)
        heard[stays] = probability[stays]
        return heard
