"""SMOTE followed by edited nearest neighbors.

Reference: Batista, Prati and Monard (2004), doi:10.1145/1007730.1007735.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from counterpoise._lib.sklearn_private import HasMethods
from counterpoise._strategy import ClassQuota, Family, SamplingStrategy
from counterpoise._table import EncodedTarget, Resampling, Table
from counterpoise.base import BaseSampler, Correction
from counterpoise.combine._chain import (
    build_cleaner,
    build_oversampler,
    resample_in_sequence,
)
from counterpoise.neighbors._search import JOBS
from counterpoise.neighbors._space import SCALE, Scale
from counterpoise.over_sampling._neighbor_over_sampler import SMALL_CLASS_ACTIONS, SmallClasses
from counterpoise.under_sampling import EditedNearestNeighbours

__all__ = ["SMOTEENN"]


class SMOTEENN(BaseSampler):
    """Oversample with SMOTE, then clean with edited nearest neighbors.

    Cleaning removes the samples that the classes of their nearest neighbors do not agree with.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        The number of samples of each class after oversampling and before cleaning, as in
        `counterpoise.over_sampling.SMOTE`.
    random_state : int, RandomState instance or None, default=None
        Seed of the samplers whose own `random_state` is None.
    smote : sampler or None, default=None
        The oversampler: any oversampler of counterpoise, with its own `sampling_strategy` and
        `scale`. None uses `SMOTE`, or `SMOTENC` if `X` has categorical features.
    enn : sampler or None, default=None
        The cleaning sampler: any sampler of counterpoise. None uses
        ``EditedNearestNeighbours(sampling_strategy="all")``.
    n_jobs : int or None, default=None
        Number of threads of the default cleaning sampler. None uses all that the process may use.
    scale : {"standard", "robust"} or None, default=None
        How the default samplers scale features for distances, as in
        `counterpoise.over_sampling.SMOTE`.
    small_classes : {"error", "skip", "duplicate", "shrink_k"}, default="error"
        What the default oversampler does with classes that are too small, as in
        `counterpoise.over_sampling.SMOTE`.

    Attributes
    ----------
    sampling_strategy_ : OrderedDict
        For each oversampled class, the number of samples to generate.
    smote_ : sampler
        The fitted oversampler.
    enn_ : sampler
        The fitted cleaning sampler.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features. Defined only if `X` has feature names that are all strings.
    provenance_ : Provenance
        The origin of each output sample.

    See Also
    --------
    SMOTETomek : Cleans with Tomek links, which removes fewer samples.
    Chain : Applies any samplers in sequence.

    References
    ----------
    G. Batista, R. C. Prati, M. C. Monard, "A study of the behavior of several methods for balancing
    machine learning training data", ACM SIGKDD Explorations Newsletter 6, 20-29 (2004),
    doi:10.1145/1007730.1007735.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from counterpoise.combine import SMOTEENN
    >>> X, y = make_classification(weights=[0.8], class_sep=2, random_state=0)
    >>> X_resampled, y_resampled = SMOTEENN(random_state=0).fit_resample(X, y)
    >>> len(y), len(y_resampled)
    (100, 161)
    """

    _family: ClassVar[Family | None] = "over-sampling"
    _method: ClassVar[str] = "smote-enn"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseSampler._parameter_constraints,
        "smote": [HasMethods(["fit_resample", "decide"]), None],
        "enn": [HasMethods(["fit_resample", "decide"]), None],
        "n_jobs": JOBS,
        "scale": SCALE,
        "small_classes": SMALL_CLASS_ACTIONS,
    }

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: int | np.random.RandomState | None = None,
        smote: Any = None,
        enn: Any = None,
        n_jobs: int | None = None,
        scale: Scale = None,
        small_classes: SmallClasses = "error",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.smote = smote
        self.enn = enn
        self.n_jobs = n_jobs
        self.scale = scale
        self.small_classes = small_classes

    @property
    def prior_correction(self) -> Correction:
        """Whether prior correction is valid: "invalid", as cleaning depends on the features."""
        return "invalid"

    def _resample(
        self,
        table: Table,
        target: EncodedTarget,
        quotas: tuple[ClassQuota, ...],
        rng: np.random.RandomState,
    ) -> Resampling:
        self.smote_ = build_oversampler(
            self.smote,
            table,
            sampling_strategy=self.sampling_strategy,
            scale=self.scale,
            small_classes=self.small_classes,
        )
        self.enn_ = build_cleaner(self.enn, EditedNearestNeighbours, self.n_jobs, self.scale)
        resampling = resample_in_sequence([self.smote_, self.enn_], table, target, rng)
        self.sampling_strategy_ = self.smote_.sampling_strategy_
        return resampling
