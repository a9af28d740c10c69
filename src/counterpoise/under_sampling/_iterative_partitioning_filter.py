"""Iterative partitioning filter: remove samples that models of parts of the data misclassify.

Reference: Khoshgoftaar and Rebours (2007), doi:10.1007/s11390-007-9054-2.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import sklearn
from sklearn.base import clone

from counterpoise._lib import sklearn_private
from counterpoise._lib.sklearn_private import HasMethods, Interval, StrOptions
from counterpoise._lib.types import BoolArray, IntArray
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Reads
from counterpoise.neighbors._space import as_numeric_matrix

__all__ = ["IterativePartitioningFilter"]


class IterativePartitioningFilter(BaseSampler):
    """Undersample by removing samples that models of parts of the data misclassify.

    In each iteration, the samples are divided at random into parts of equal size and class
    proportions. A model is fitted to each part, and predicts the classes of all samples. Samples
    that most models misclassify, or all of them, are noise and are removed. The iterations end when
    they find little noise several times in a row.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        The classes to clean: "majority", "not minority", "not majority", "all", a list of classes,
        or a callable that takes `y` and returns such a list; "auto" is the same as "not minority".
    random_state : int, RandomState instance or None, default=None
        Controls the parts, and each `random_state` within `estimator`. Pass an int for reproducible
        output across calls.
    estimator : classifier or None, default=None
        Classifier that is fitted to each part: to a matrix with the numeric features, then the
        categorical ones as integer codes. None means a decision tree.
    n_partitions : int, default=9
        Number of parts. It is at most the number of samples of the smallest class.
    voting : {"majority", "consensus"}, default="majority"
        Whether a sample is noise if more than half of the models misclassify it, or only if all do.
    noise_share : float, default=0.01
        An iteration finds little noise if it finds less than this share of the number of input
        samples.
    n_quiet : int, default=3
        Number of iterations in a row that find little noise, after which the filter ends.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        The classes that are cleaned, as other samplers have it.
    sample_indices_ : ndarray of int of shape (n_samples_new,)
        Indices of the selected samples, in ascending order.
    n_iter_ : int
        Number of iterations.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of features seen during `fit`. Defined only when `X` has feature names that are all
        strings.
    provenance_ : Provenance
        The origin of each output sample: its index in the input.

    See Also
    --------
    counterpoise.combine.SMOTEIPF : SMOTE followed by this filter.
    InstanceHardnessThreshold : Undersampling that keeps the samples that are easiest to classify.

    Notes
    -----
    In the paper, the models are pruned trees, and a sample is also evaluated by the model of its
    own part. Here it is not, as a tree that is not pruned knows the samples that it was fitted to.

    Feature types: numeric and categorical (strings, categories and enums).

    Missing values: allowed if `estimator` accepts them. A decision tree does, except in sparse
    matrices.

    References
    ----------
    T. M. Khoshgoftaar, P. Rebours, "Improving software quality prediction by noise filtering
    techniques", Journal of Computer Science and Technology 22, 387-396 (2007),
    doi:10.1007/s11390-007-9054-2.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.under_sampling import IterativePartitioningFilter
    >>> X, y = make_classification(500, weights=[0.8], flip_y=0.1, random_state=0)
    >>> sampler = IterativePartitioningFilter(random_state=0, sampling_strategy="all")
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> len(y_resampled) < len(y)
    True
    """

    _family: ClassVar[Family] = "clean-sampling"
    _method: ClassVar[str] = "ipf"
    _reads: ClassVar[Reads] = "distances"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_partitions": [Interval(Integral, 2, None, closed="left")],
        "voting": [StrOptions({"majority", "consensus"})],
        "noise_share": [Interval(Real, 0, 1, closed="neither")],
        "n_quiet": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        estimator: Any = None,
        n_partitions: int = 9,
        voting: str = "majority",
        noise_share: float = 0.01,
        n_quiet: int = 3,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.estimator = estimator
        self.n_partitions = n_partitions
        self.voting = voting
        self.noise_share = noise_share
        self.n_quiet = n_quiet

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        X = as_numeric_matrix(table, type(self).__name__)
        codes = target.codes
        is_cleaned = np.isin(codes, [quota.code for quota in quotas])
        rows, n_quiet, self.n_iter_ = np.arange(table.n_rows), 0, 0
        while n_quiet < self.n_quiet and len(rows):
            self.n_iter_ += 1
            is_noise = self._find_noise(X[rows], codes[rows], rng) & is_cleaned[rows]
            is_quiet = is_noise.sum() < self.noise_share * table.n_rows
            n_quiet = n_quiet + 1 if is_quiet else 0
            rows = rows[~is_noise]
        self.sample_indices_ = rows
        return Resampling(kept=rows)

    def _find_noise(self, X: Any, codes: IntArray, rng: np.random.RandomState) -> BoolArray:
        """Return the samples that most models of other parts misclassify, or all of them."""
        counts = np.bincount(codes)
        n_parts = min(self.n_partitions, int(counts[counts > 0].min()))
        part = _draw_parts(codes, n_parts, rng)
        n_wrong = np.zeros(len(codes), np.intp)
        for number in range(n_parts):
            estimator = self._build_estimator(rng)
            is_part = part == number
            predicted = estimator.fit(X[is_part], codes[is_part]).predict(X)
            n_wrong += ~is_part & (predicted != codes)
        needed = n_parts - 1 if self.voting == "consensus" else (n_parts - 1) // 2 + 1
        return np.asarray(n_wrong >= max(needed, 1))

    def _build_estimator(self, rng: np.random.RandomState) -> Any:
        if self.estimator is None:
            return sklearn.tree.DecisionTreeClassifier(random_state=rng)
        estimator = clone(self.estimator)
        sklearn_private.set_random_states(estimator, rng)
        return estimator


def _draw_parts(codes: IntArray, n_parts: int, rng: np.random.RandomState) -> IntArray:
    """Divide the samples of each class at random among the parts, as evenly as possible."""
    shuffled = rng.permutation(len(codes))
    order = shuffled[np.argsort(codes[shuffled], kind="stable")]
    part = np.empty(len(codes), np.intp)
    part[order] = np.arange(len(codes)) % n_parts
    return part
